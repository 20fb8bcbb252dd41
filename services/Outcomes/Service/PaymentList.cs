using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;
using static Mediation.Outcomes.Service.Sql;
using Http = Mediation.Contracts.Http.Outcomes;

namespace Mediation.Outcomes.Service;

/// <summary>Lists of payments: all, those that wait for a countersignature, and the same as a sheet.</summary>
internal sealed class PaymentList(Rights rights, NpgsqlDataSource source, ProblemTexts texts)
{
    private const int LargestPage = 100;
    private const int LargestExport = 20_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/payments",
                ([AsParameters] Asked query, PaymentList list, CancellationToken ct) => list.Page(query.Query(), ct)
            )
            .RequireRole(Rights.Readers);
        routes
            .MapGet(
                "/payments/queue",
                ([AsParameters] Asked query, PaymentList list, CancellationToken ct) => list.Queue(query.Query(), ct)
            )
            .RequireRole(Rights.Verifiers);
        routes
            .MapGet(
                "/payments/export",
                (
                    [AsParameters] Asked query,
                    string? format,
                    PaymentList list,
                    HttpResponse response,
                    CancellationToken ct
                ) => list.Export(query.Query(), format, response, ct)
            )
            .RequireRole(Rights.Readers);
    }

    /// <summary>The query as it stands in the address.</summary>
    internal sealed record Asked(
        string? Unit,
        string? State,
        DateOnly? From,
        DateOnly? To,
        string? CaseNumber,
        string? Sort,
        bool? Descending,
        int? Page,
        int? Size
    )
    {
        public PaymentQuery Query() =>
            new(
                Unit,
                QueryWord.Of<Http.PaymentState>(State, "state"),
                From,
                To,
                CaseNumber,
                QueryWord.Of<PaymentSort>(Sort, "sort") ?? PaymentSort.WaitingLongest,
                Descending ?? false,
                Page ?? 1,
                Size ?? 20
            );
    }

    private async Task<Page<PaymentListItem>> Page(PaymentQuery query, CancellationToken ct)
    {
        var size = Math.Clamp(query.Size, 1, LargestPage);
        var number = Math.Max(query.Page, 1);
        var (items, total) = await Rows(
            query,
            rights.ReadableUnits,
            rights.OwnAccounts,
            size,
            (number - 1L) * size,
            ct
        );
        return new(items, total, number, size);
    }

    /// <summary>What waits for a countersignature in the units the caller verifies, what waits longest first.</summary>
    private async Task<Page<PaymentListItem>> Queue(PaymentQuery query, CancellationToken ct)
    {
        var size = Math.Clamp(query.Size, 1, LargestPage);
        var number = Math.Max(query.Page, 1);
        var (items, total) = await Rows(
            query with
            {
                State = Http.PaymentState.Awaiting,
            },
            rights.VerifiedUnits,
            [],
            size,
            (number - 1L) * size,
            ct
        );
        return new(items, total, number, size);
    }

    private async Task Export(PaymentQuery query, string? format, HttpResponse response, CancellationToken ct)
    {
        var (items, total) = await Rows(query, rights.ReadableUnits, rights.OwnAccounts, LargestExport, 0, ct);
        if (total > items.Count)
            throw Problem.TooManyRows(LargestExport);
        var sheet = new Sheet<PaymentListItem>(texts.Of("sheet_payments"))
            .Text(texts.Of("column_case_number"), p => p.CaseNumber)
            .Text(texts.Of("column_unit"), p => p.Unit)
            .Date(texts.Of("column_paid_on"), p => p.PaidOn)
            .Yuan(texts.Of("column_amount"), p => p.AmountFen)
            .Yuan(texts.Of("column_counted"), p => p.CountedFen)
            .Text(texts.Of("column_state"), p => texts.Of("state_" + p.State.Code()))
            .Text(texts.Of("column_why"), p => texts.Of("why_" + p.Why.Code()))
            .Date(texts.Of("column_entered_on"), p => LegalDay.Of(p.EnteredAt));
        await sheet.Write(response, format, items, ct);
    }

    private async Task<(IReadOnlyList<PaymentListItem> Items, int Total)> Rows(
        PaymentQuery query,
        string[] units,
        Guid[] own,
        int size,
        long skip,
        CancellationToken ct
    )
    {
        var order = query.Sort switch
        {
            PaymentSort.PaidOn => "paid_on",
            PaymentSort.Amount => "amount",
            PaymentSort.CaseNumber => "case_number",
            _ => "entered_at",
        };
        var direction = query.Descending ? "desc" : "asc";
        var total = 0;
        var within = query.Unit is { } unit ? rights.Within(unit) : null;
        var reviewer = rights.Reviewer;
        var verified = rights.VerifiedUnits.ToHashSet(StringComparer.Ordinal);
        var rows = await source.Query(
            $"""
            select p.payment_id, p.dispute_id, p.case_number, p.unit, array_agg(distinct p.party_id), sum(p.amount_fen)::bigint as amount,
                   sum(p.counted_fen)::bigint, p.paid_on, p.state,
                   case when count(distinct p.why) = 1 then min(p.why) else 'countedInPart' end, p.means, p.entered_at,
                   p.entered_by, p.changed_at, p.enterer_accounts, p.enterer_persons, max(p.version), count(*) over ()
            from payments p join cases c on c.stream_id = p.dispute_id
            where (p.unit = any($1) or c.responsible = any($2))
              and ($3::text[] is null or p.unit = any($3)) and ($4::text is null or p.state = $4)
              and ($5::date is null or p.paid_on >= $5) and ($6::date is null or p.paid_on <= $6)
              and ($7::text is null or strpos(p.case_number, $7) > 0)
            group by p.payment_id, p.dispute_id, p.case_number, p.unit, p.paid_on, p.state, p.means, p.entered_at,
                     p.entered_by, p.changed_at, p.enterer_accounts, p.enterer_persons
            order by {order} {direction}, p.payment_id limit $8 offset $9
            """,
            r =>
            {
                total = (int)r.GetInt64(17);
                var state = r.GetString(8).Word<Http.PaymentState>();
                var whyNot = WhyNot(
                    state,
                    reviewer,
                    verified.Contains(r.GetString(3)),
                    r.GetFieldValue<Guid[]>(14),
                    r.GetFieldValue<Guid[]>(15)
                );
                return new PaymentListItem(
                    r.GetGuid(0),
                    r.GetGuid(1),
                    r.GetString(2),
                    r.GetString(3),
                    r.GetFieldValue<Guid[]>(4),
                    r.GetInt64(5),
                    r.GetInt64(6),
                    r.GetFieldValue<DateOnly>(7),
                    state,
                    r.GetString(9).Word<Http.WhyCounted>(),
                    r.GetString(10).Word<Http.PaymentMeans>(),
                    r.GetFieldValue<DateTimeOffset>(11),
                    r.GetGuid(12),
                    r.GetFieldValue<DateTimeOffset>(13),
                    whyNot is null,
                    whyNot,
                    r.GetInt64(16)
                );
            },
            ct,
            P(units),
            P(own),
            new NpgsqlParameter
            {
                Value = (object?)within ?? DBNull.Value,
                NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text,
            },
            Maybe(query.State?.Code()),
            Maybe(query.From),
            Maybe(query.To),
            Maybe(query.CaseNumber),
            P(size),
            P(skip)
        );
        return (rows, total);
    }

    // The list must not load every line; the decider says the same, which a test compares.
    internal static string? WhyNot(
        Http.PaymentState state,
        Reviewer by,
        bool verifiesUnit,
        Guid[] enterers,
        Guid[] persons
    ) =>
        by.Supervisor ? RecoveryLineRefusals.SupervisorCountersignsNothing
        : by.Mediator ? RecoveryLineRefusals.MediatorCountersignsNothing
        : !by.Verifier || !verifiesUnit ? RecoveryLineRefusals.NotVerifier
        : enterers.Contains(by.Staff.Account) ? RecoveryLineRefusals.SelfCountersign
        : persons.Contains(by.Staff.Person) ? RecoveryLineRefusals.SamePerson
        : state switch
        {
            Http.PaymentState.Awaiting => null,
            Http.PaymentState.Countersigned => RecoveryLineRefusals.AlreadyCountersigned,
            Http.PaymentState.Returned => RecoveryLineRefusals.PaymentIsReturned,
            Http.PaymentState.Reversed => RecoveryLineRefusals.PaymentIsReversed,
            _ => RecoveryLineRefusals.PaymentIsBlocked,
        };
}
