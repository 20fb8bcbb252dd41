using System.Globalization;
using System.Runtime.CompilerServices;
using Dapper;
using FluentValidation;
using Mediation.Content;
using Mediation.Contracts;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Disputes;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Mediation.Disputes.Service;

/// <summary>What lists, searches, worklists and authorization need of a dispute.</summary>
/// <param name="Parties">Workers' and employers' parties.</param>
/// <param name="Planned">Sessions still to come, by id.</param>
/// <param name="Signing">A draft waits for signatures.</param>
/// <param name="ToDo">What has to be done next, by whom it says itself; null when nothing.</param>
/// <param name="Due">Day of the session to be held, if that is what has to be done; legal days stand with the clocks.</param>
/// <param name="StateSince">When the state was reached, or the mediator left.</param>
internal sealed record DisputeListRow(
    Guid RequestId,
    string CaseNumber,
    string Unit,
    Channel Channel,
    DisputeState State,
    DateOnly ReceivedOn,
    DateOnly AcceptedOn,
    Guid? Mediator,
    IReadOnlyList<Guid> Workers,
    IReadOnlyList<Guid> Employers,
    IReadOnlyList<Guid> Parties,
    IReadOnlyDictionary<Guid, DateTimeOffset> Planned,
    DateTimeOffset? NextSession,
    bool RecusalPending,
    bool Signing,
    DateOnly? EffectiveOn,
    DateOnly? ClosedOn,
    string? ToDo,
    DateOnly? Due,
    DateTimeOffset StateSince,
    DateTimeOffset LastChange
);

/// <summary>Lists of disputes: one row per dispute, filtered, sorted and paged in the database.</summary>
internal sealed class DisputeList(NpgsqlDataSource source) : StreamView<DisputeListRow>
{
    private const int MaximumPage = 100;
    private const int MaximumExport = 20_000;

    public override string Table => "dispute_list";

    public override string StreamType => Streams.Dispute;

    // 2: the day of what has to be done is that of a session; legal days come with the clocks.
    public override int Format => 2;

    public override (string Columns, string Indexes) Ddl =>
        (
            """
            case_number text generated always as (row ->> 'caseNumber') stored,
            unit text generated always as (row ->> 'unit') stored,
            channel text generated always as (row ->> 'channel') stored,
            state text generated always as (row ->> 'state') stored,
            mediator uuid generated always as ((row ->> 'mediator')::uuid) stored,
            accepted_on date generated always as (iso_day(row ->> 'acceptedOn')) stored,
            to_do text generated always as (row ->> 'toDo') stored,
            due date generated always as (iso_day(row ->> 'due')) stored,
            next_session text generated always as (row ->> 'nextSession') stored,
            last_change text generated always as (row ->> 'lastChange') stored
            """,
            """
            create index {table}_unit on {table} (unit, accepted_on desc, stream_id);
            create index {table}_mediator on {table} (mediator, accepted_on desc, stream_id);
            create index {table}_accepted on {table} (accepted_on desc, stream_id);
            create index {table}_state on {table} (state, unit);
            create index {table}_to_do on {table} (to_do, unit) where to_do is not null;
            create index {table}_parties on {table} using gin ((row -> 'parties'));
            """
        );

    protected override DisputeListRow? Fold(DisputeListRow? row, StoredEvent stored)
    {
        var next = stored.Data is DisputeOpened opened ? Open(opened, stored) : Next(row!, stored);
        next = next with { NextSession = next.Planned.Count > 0 ? next.Planned.Values.Min() : null };
        var (toDo, due) = WorklistOfCases.Next(next);
        return next with
        {
            ToDo = toDo,
            Due = due,
            StateSince =
                row is null || row.State != next.State || row.Mediator != next.Mediator
                    ? stored.RecordedAt
                    : row.StateSince,
            LastChange = stored.RecordedAt,
        };
    }

    private static DisputeListRow Next(DisputeListRow row, StoredEvent stored) =>
        stored.Data switch
        {
            MediatorAppointed e => row with
            {
                Mediator = e.Mediator,
                State = row.State is DisputeState.Accepted ? DisputeState.Assigned : row.State,
            },
            MediatorReplaced e => row with { Mediator = e.Mediator, RecusalPending = false },
            RecusalRaised => row with { RecusalPending = true },
            RecusalDeclined => row with { RecusalPending = false },
            RecusalAccepted { Vacates: true } => row with
            {
                Mediator = null,
                RecusalPending = false,
                State = row.State is DisputeState.Assigned ? DisputeState.Accepted : row.State,
            },
            SessionScheduled e => row with { Planned = With(row.Planned, e.SessionId, e.StartsAt.ToUniversalTime()) },
            SessionCancelled e => row with { Planned = With(row.Planned, e.SessionId, null) },
            SessionHeld e => row with
            {
                State = DisputeState.InSession,
                Planned = With(row.Planned, e.SessionId, null),
            },
            AgreementDrafted => row with { Signing = true },
            WorkersBound e => row with { EffectiveOn = e.EffectiveOn },
            MediationConcluded e => row with
            {
                State = e.Outcome.As<DisputeState>(),
                Signing = false,
                RecusalPending = false,
            },
            DisputeClosed e => row with { State = DisputeState.Closed, ClosedOn = e.On },
            _ => row,
        };

    private static DisputeListRow Open(DisputeOpened e, StoredEvent stored)
    {
        Guid[] workers = [.. e.Workers.Select(w => w.PartyId)];
        Guid[] employers = [.. e.Employers.Select(r => r.PartyId)];
        return new(
            e.RequestId,
            e.CaseNumber,
            e.Unit,
            Enum.Parse<Channel>(e.Channel),
            DisputeState.Accepted,
            e.ReceivedOn,
            e.AcceptedOn,
            null,
            workers,
            employers,
            [.. workers, .. employers],
            new Dictionary<Guid, DateTimeOffset>(),
            null,
            false,
            false,
            null,
            null,
            null,
            null,
            stored.RecordedAt,
            stored.RecordedAt
        );
    }

    private static Dictionary<Guid, DateTimeOffset> With(
        IReadOnlyDictionary<Guid, DateTimeOffset> planned,
        Guid session,
        DateTimeOffset? at
    )
    {
        var changed = new Dictionary<Guid, DateTimeOffset>(planned);
        changed.Remove(session);
        if (at is { } startsAt)
            changed[session] = startsAt;
        return changed;
    }

    /// <summary>The row of one dispute, or null.</summary>
    public async Task<DisputeListRow?> Find(Guid dispute, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<string?>(
            new("select row::text from dispute_list where stream_id = @dispute", new { dispute }, cancellationToken: ct)
        );
        return row is null ? null : Parse(row);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/disputes",
                async ([AsParameters] ListRequest request, DisputeList list, CaseAccess access, CancellationToken ct) =>
                    TypedResults.Ok(await list.Page(request.Query(), access, ct))
            )
            .RequireRole(CaseAccess.Readers);
        routes
            .MapGet(
                "/disputes.xlsx",
                async (
                    [AsParameters] ListRequest request,
                    DisputeList list,
                    CaseAccess access,
                    HttpResponse response,
                    ProblemTexts texts,
                    CancellationToken ct
                ) => await list.Export(request.Query(), access, texts, response, ct)
            )
            .RequireRole(CaseAccess.Readers);
        routes
            .MapPost(
                "/cases/by-parties",
                async ([FromBody] CasesByParties body, DisputeList list, CaseAccess access, CancellationToken ct) =>
                    TypedResults.Ok(await list.ByParties(body, access, ct))
            )
            .Validate<CasesByParties>()
            .RequireRole(CaseAccess.Readers);
    }

    private async Task<Page<DisputeRow>> Page(DisputeQuery query, CaseAccess access, CancellationToken ct)
    {
        var size = Math.Clamp(query.Size ?? 20, 1, MaximumPage);
        var number = Math.Clamp(query.Page ?? 1, 1, 1_000_000);
        var (where, parameters) = Filter(query, access);
        parameters.Add("size", size);
        parameters.Add("skip", (long)(number - 1) * size);
        await using var connection = await source.OpenConnectionAsync(ct);
        var total = await connection.ExecuteScalarAsync<int>(
            new($"select count(*) from dispute_list d where {where}", parameters, cancellationToken: ct)
        );
        var rows = await connection.QueryAsync<Found>(
            new($"{Select(query, where)} limit @size offset @skip", parameters, cancellationToken: ct)
        );
        return new([.. rows.Select(Row)], total, number, size);
    }

    private async Task Export(
        DisputeQuery query,
        CaseAccess access,
        ProblemTexts texts,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var (where, parameters) = Filter(query, access);
        parameters.Add("size", MaximumExport);
        await using (var connection = await source.OpenConnectionAsync(ct))
            if (
                await connection.ExecuteScalarAsync<int>(
                    new($"select count(*) from dispute_list d where {where}", parameters, cancellationToken: ct)
                ) > MaximumExport
            )
                throw Problem.TooManyRows(MaximumExport);
        response.ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        response.Headers.ContentDisposition = "attachment; filename=\"disputes.xlsx\"";
        var sheet = new Spreadsheet<DisputeRow>(
            texts.Of("disputes_sheet"),
            texts.Of("disputes_sheet"),
            texts.Of("unit_yuan")
        )
            .Text(texts.Of("case_number"), r => r.CaseNumber, 24)
            .Text(texts.Of("unit"), r => r.Unit)
            .Text(texts.Of("channel"), r => texts.Of("channel_" + r.Channel.Code()))
            .Text(texts.Of("state"), r => texts.Of("state_" + r.State.Code()))
            .Date(texts.Of("received_on"), r => r.ReceivedOn)
            .Date(texts.Of("accepted_on"), r => r.AcceptedOn)
            .Whole(texts.Of("workers"), r => r.WorkerCount)
            .Yuan(texts.Of("amount") + "|" + texts.Of("claimed"), r => r.ClaimedFen)
            .Yuan(texts.Of("amount") + "|" + texts.Of("agreed"), r => r.AgreedFen)
            .Yuan(texts.Of("amount") + "|" + texts.Of("paid"), r => r.PaidFen)
            .Date(texts.Of("effective_on"), r => r.EffectiveOn)
            .Date(texts.Of("closed_on"), r => r.ClosedOn)
            .Date(texts.Of("next_due"), r => r.NextDue);
        await sheet.WriteAsync(response.Body, Rows(query, where, parameters, ct), ct);
    }

    private async IAsyncEnumerable<DisputeRow> Rows(
        DisputeQuery query,
        string where,
        DynamicParameters parameters,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Found>(
            new($"{Select(query, where)} limit @size", parameters, cancellationToken: ct)
        );
        foreach (var row in rows)
            yield return Row(row);
    }

    private async Task<IReadOnlyList<CaseOfParties>> ByParties(
        CasesByParties body,
        CaseAccess access,
        CancellationToken ct
    )
    {
        var (where, parameters) = Filter(new(), access);
        parameters.Add("parties", body.PartyIds.Select(p => p.ToString()).ToArray());
        await using var connection = await source.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Found>(
            new(
                $"""
                select d.stream_id as "Id", d.version as "Version", d.row::text as "Row", 0::bigint as "Claimed",
                    0::bigint as "Agreed", 0::bigint as "Paid", null::date as "NextDue"
                from dispute_list d where {where} and d.row -> 'parties' ?| @parties
                order by d.accepted_on desc, d.stream_id limit 500
                """,
                parameters,
                cancellationToken: ct
            )
        );
        return
        [
            .. rows.Select(found =>
            {
                var row = Parse(found.Row);
                return new CaseOfParties(
                    found.Id,
                    row.CaseNumber,
                    row.Unit,
                    row.State,
                    row.AcceptedOn,
                    Paths.Of(found.Id),
                    [.. row.Parties.Intersect(body.PartyIds)]
                );
            }),
        ];
    }

    // Only what the caller may read is ever counted or listed.
    internal static (string Where, DynamicParameters Parameters) Filter(DisputeQuery query, CaseAccess access)
    {
        var parameters = new DynamicParameters();
        parameters.Add("readable", access.ReadableUnits.ToArray());
        parameters.Add("own", access.OwnAccounts);
        var where = new List<string> { "d.row is not null and (d.unit = any(@readable) or d.mediator = any(@own))" };
        if (query.Unit is { } unit)
            Add("d.unit = any(@units)", "units", query.Below is false ? [unit] : access.Below(unit));
        if (query.State is { } state)
            Add("d.state = @state", "state", Json(state));
        if (query.Channel is { } channel)
            Add("d.channel = @channel", "channel", Json(channel));
        if (query.Mediator is { } mediator)
            Add("d.mediator = @mediator", "mediator", mediator);
        if (query.Unassigned is true)
            where.Add("d.mediator is null");
        if (query.AcceptedFrom is { } from)
            Add("d.accepted_on >= @from::date", "from", from.ToString("O", CultureInfo.InvariantCulture));
        if (query.AcceptedTo is { } to)
            Add("d.accepted_on <= @to::date", "to", to.ToString("O", CultureInfo.InvariantCulture));
        if (query.Text is { Length: > 0 } text)
            Add("position(@text in d.case_number) > 0", "text", text);
        return (string.Join(" and ", where), parameters);

        void Add(string condition, string name, object value)
        {
            where.Add(condition);
            parameters.Add(name, value);
        }
    }

    internal static string Json(Enum word) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(word.ToString());

    private static string Select(DisputeQuery query, string where)
    {
        var direction = query.Descending ?? query.Sort is null ? "desc" : "asc";
        var column = query.Sort switch
        {
            DisputeSort.CaseNumber => "d.case_number collate \"zh-x-icu\"",
            DisputeSort.State => "d.state",
            DisputeSort.ClaimedFen => "m.\"Claimed\"",
            DisputeSort.AgreedFen => "m.\"Agreed\"",
            DisputeSort.NextSession => "d.next_session",
            DisputeSort.LastChange => "d.last_change",
            DisputeSort.NextDue => "next_due",
            _ => "d.accepted_on",
        };
        return $"""
            select d.stream_id as "Id", d.version as "Version", d.row::text as "Row", m."Claimed", m."Agreed", m."Paid",
                next_due as "NextDue"
            from dispute_list d cross join lateral (
                select coalesce(sum(w.claimed), 0)::bigint as "Claimed", coalesce(sum(w.agreed), 0)::bigint as "Agreed",
                    coalesce(sum(w.paid), 0)::bigint as "Paid"
                from worker_claims w where w.dispute = d.stream_id) m
            {CaseClocks.Next("d.stream_id")}
            where {where} order by {column} {direction} nulls last, d.stream_id
            """;
    }

    private DisputeRow Row(Found found)
    {
        var row = Parse(found.Row);
        return new(
            found.Id,
            row.CaseNumber,
            row.Unit,
            row.Channel,
            row.State,
            row.ReceivedOn,
            row.AcceptedOn,
            row.Mediator,
            [.. row.Workers.Take(3)],
            row.Workers.Count,
            row.Employers,
            found.Claimed,
            found.Agreed,
            found.Paid,
            row.NextSession,
            row.EffectiveOn,
            row.ClosedOn,
            row.LastChange,
            found.Version,
            found.NextDue
        );
    }

    internal sealed class ByPartiesValidator : AbstractValidator<CasesByParties>
    {
        public ByPartiesValidator() =>
            RuleFor(b => b.PartyIds)
                .Cascade(CascadeMode.Stop)
                .NotNull()
                .WithErrorCode("required")
                .Must(ids => ids.Count <= 200)
                .WithErrorCode("too_many");
    }

    private sealed record Found(
        Guid Id,
        long Version,
        string Row,
        long Claimed,
        long Agreed,
        long Paid,
        DateOnly? NextDue
    );
}

/// <summary>The query as it stands in an address: words in any case, unknown ones are told by field.</summary>
internal sealed record ListRequest(
    string? Unit,
    bool? Below,
    string? State,
    Guid? Mediator,
    bool? Unassigned,
    string? Channel,
    DateOnly? AcceptedFrom,
    DateOnly? AcceptedTo,
    string? Text,
    int? Page,
    int? Size,
    string? Sort,
    bool? Descending
)
{
    public DisputeQuery Query() =>
        new(
            Unit,
            Below,
            QueryWord.Of<DisputeState>(State, "state"),
            Mediator,
            Unassigned,
            QueryWord.Of<Channel>(Channel, "channel"),
            AcceptedFrom,
            AcceptedTo,
            Text,
            Page,
            Size,
            QueryWord.Of<DisputeSort>(Sort, "sort"),
            Descending
        );
}
