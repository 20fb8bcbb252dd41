using Mediation.Contracts;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;
using static Mediation.Outcomes.Service.Sql;
using Http = Mediation.Contracts.Http.Outcomes;

namespace Mediation.Outcomes.Service;

/// <summary>Totals of a unit and the units below it in a period, and the lines behind each figure. Every figure is a sum
/// over rows, taken when it is asked for; nothing is kept as a running total. A movement belongs to the district its
/// street stood in on the day of the movement, a stock to the tree of the period's last day.</summary>
internal sealed class TotalsQuery(
    Rights rights,
    AccessCopies copies,
    NpgsqlDataSource source,
    ProblemTexts texts,
    TimeProvider clock
)
{
    private const string Whole = "*";
    private const string Own = ".";
    private const int LargestPage = 100;
    private const int LargestExport = 100_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/totals",
                (string? unit, string? period, TotalsQuery totals, CancellationToken ct) =>
                    totals.View(unit, period, ct)
            )
            .RequireRole(Rights.TotalReaders);
        routes
            .MapGet(
                "/totals/export",
                (
                    string? unit,
                    string? period,
                    string? format,
                    TotalsQuery totals,
                    HttpResponse response,
                    CancellationToken ct
                ) => totals.Export(unit, period, format, response, ct)
            )
            .RequireRole(Rights.TotalReaders);
        routes
            .MapGet(
                "/totals/lines",
                (
                    string? unit,
                    string? period,
                    string? figure,
                    bool? own,
                    int? page,
                    int? size,
                    TotalsQuery totals,
                    CancellationToken ct
                ) =>
                    totals.Lines(
                        unit,
                        period,
                        QueryWord.Of<Figure>(figure, "figure") ?? Figure.Recovered,
                        own is true,
                        page ?? 1,
                        Math.Clamp(size ?? 20, 1, LargestPage),
                        ct
                    )
            )
            .RequireRole(Rights.TotalReaders);
        routes
            .MapGet(
                "/totals/lines/export",
                (
                    string? unit,
                    string? period,
                    string? figure,
                    bool? own,
                    string? format,
                    TotalsQuery totals,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                    totals.ExportLines(
                        unit,
                        period,
                        QueryWord.Of<Figure>(figure, "figure") ?? Figure.Recovered,
                        own is true,
                        format,
                        response,
                        ct
                    )
            )
            .RequireRole(Rights.TotalReaders);
    }

    private async Task<TotalsView> View(string? unit, string? code, CancellationToken ct)
    {
        var (top, period, until) = Asked(unit, code);
        var rows = Rows(top, until);
        var places = await Places(top, rows, period.From, until, ct);
        var stocks = Places(top, rows, [(DateOnly.MinValue, DateOnly.MaxValue, until)]);
        var sums = await Movements(places, until, ct);
        var counted = await Counted(places, until, ct);
        var accepted = await Accepted(places, until, ct);
        var pending = await Pending(stocks, until, ct);
        var waiting = await Waiting(places, until, ct);
        Totals Of(string row)
        {
            long Sum(string figure) => sums.GetValueOrDefault((row, figure));
            var (cases, persons) = counted.GetValueOrDefault(row);
            var (acceptedCases, acceptedPersons) = accepted.GetValueOrDefault(row);
            var (awaitingFen, awaiting) = waiting.GetValueOrDefault((row, "awaiting"));
            var (returnedFen, returned) = waiting.GetValueOrDefault((row, "returned"));
            return new(
                acceptedCases,
                acceptedPersons,
                Sum("claimed"),
                Sum("agreed"),
                Sum("effective"),
                Sum("due"),
                Sum("recovered"),
                cases,
                persons,
                pending.GetValueOrDefault(row),
                awaitingFen,
                awaiting,
                returnedFen,
                returned,
                Sum("toFund"),
                Sum("clawback")
            );
        }
        UnitTotals Row(string key, string unitCode, int order) =>
            new(
                unitCode,
                copies.Tree.NameOf(unitCode, until) ?? unitCode,
                order,
                key is not (Whole or Own) && Rows(unitCode, until).Count > 0,
                key is Own,
                Of(key)
            );
        string[] keys = rows.Count > 0 ? [Own, .. rows] : [];
        return new(
            top,
            period.Code,
            period.From,
            period.To,
            clock.GetUtcNow(),
            [Row(Whole, top, 0), .. keys.Select((k, i) => Row(k, k is Own ? top : k, i + 1))]
        );
    }

    private async Task<FigureLines> Lines(
        string? unit,
        string? code,
        Figure figure,
        bool own,
        int page,
        int size,
        CancellationToken ct
    )
    {
        var (top, period, until) = Asked(unit, code);
        page = Math.Max(page, 1);
        var places =
            figure is Figure.Pending
                ? Places(top, [], [(DateOnly.MinValue, DateOnly.MaxValue, until)])
                : await Places(top, [], period.From, until, ct);
        var row = own ? Own : Whole;
        var behind = figure switch
        {
            Figure.Pending => """
                select m.line_id, sum(case when m.figure = 'effective' then m.fen else -m.fen end)::bigint as fen, max(m.day) as day
                from movements m join places p on p.unit = m.unit
                where m.figure in ('effective', 'recovered') and m.day <= $5 and $6::text is not null
                group by m.line_id having sum(case when m.figure = 'effective' then m.fen else -m.fen end) <> 0
                """,
            Figure.Awaiting or Figure.Returned => """
                select m.line_id, sum(m.amount_fen)::bigint as fen, max(m.paid_on) as day
                from payments m join places p on p.unit = m.unit and m.paid_on between p.begins and p.ends
                where m.state = $6 and m.nature = 'cash' and m.paid_on <= $5 group by m.line_id
                """,
            Figure.AcceptedCases => """
                select l.line_id, coalesce(max(m.fen), 0) as fen, max(c.accepted_on) as day
                from cases c join places p on p.unit = c.unit and c.accepted_on between p.begins and p.ends
                join recovery_lines l on l.dispute_id = c.stream_id
                left join movements m on m.line_id = l.line_id and m.figure = 'claimed'
                where c.accepted_on <= $5 and $6::text is not null group by l.line_id
                """,
            _ => """
                select m.line_id, sum(m.fen)::bigint as fen, max(m.day) as day
                from movements m join places p on p.unit = m.unit and m.day between p.begins and p.ends
                where m.figure = $6 and m.day <= $5 group by m.line_id having sum(m.fen) <> 0
                """,
        };
        var (total, sum) = (0, 0L);
        var lines = await source.Query(
            $"""
            with places as (
                select * from unnest($1, $2, $3, $4) as p (unit, row, begins, ends) where p.row = $9), behind as ({behind})
            select l.line_id, l.dispute_id, l.case_number, l.unit, l.party_id, l.type, b.fen, b.day,
                   count(*) over (), (sum(b.fen) over ())::bigint
            from behind b join recovery_lines l on l.line_id = b.line_id
            order by l.case_number, l.line_id limit $7 offset $8
            """,
            r =>
            {
                (total, sum) = ((int)r.GetInt64(8), r.GetInt64(9));
                return new FigureLine(
                    r.GetGuid(0),
                    r.GetGuid(1),
                    r.GetString(2),
                    r.GetString(3),
                    r.GetGuid(4),
                    r.GetString(5).Word<ClaimItemType>(),
                    r.GetInt64(6),
                    r.GetFieldValue<DateOnly>(7),
                    []
                );
            },
            ct,
            [.. places.Parameters, P(until), P(figure.Code()), P(size), P((page - 1L) * size), P(row)]
        );
        var payments = await source.Query(
            """
            select line_id, payment_id, state, amount_fen, counted_fen, paid_on, why from payments
            where line_id = any($1) and paid_on between $2 and $3 order by paid_on, entered_at
            """,
            r =>
                (
                    Line: r.GetGuid(0),
                    Payment: new LinePayment(
                        r.GetGuid(1),
                        r.GetString(2).Word<Http.PaymentState>(),
                        r.GetInt64(3),
                        r.GetInt64(4),
                        r.GetFieldValue<DateOnly>(5),
                        null,
                        r.GetString(6).Word<Http.WhyCounted>()
                    )
                ),
            ct,
            P(lines.Select(l => l.LineId).ToArray()),
            P(period.From),
            P(until)
        );
        var of = payments.ToLookup(p => p.Line, p => p.Payment);
        return new(
            figure,
            sum,
            new([.. lines.Select(l => l with { Payments = [.. of[l.LineId]] })], total, page, size)
        );
    }

    private async Task Export(string? unit, string? period, string? format, HttpResponse response, CancellationToken ct)
    {
        var view = await View(unit, period, ct);
        await new Sheet<UnitTotals>($"{texts.Of("sheet_totals")} {view.Period}")
            .Text(texts.Of("column_unit"), r => r.Unit)
            .Text(texts.Of("column_unit_name"), r => r.Own ? texts.Of("own_level", [r.Name]) : r.Name)
            .Whole(texts.Of("column_accepted_cases"), r => r.Totals.AcceptedCases)
            .Whole(texts.Of("column_accepted_persons"), r => r.Totals.AcceptedPersons)
            .Yuan(texts.Of("column_claimed"), r => r.Totals.ClaimedFen)
            .Yuan(texts.Of("column_agreed"), r => r.Totals.AgreedFen)
            .Yuan(texts.Of("column_effective"), r => r.Totals.EffectiveFen)
            .Yuan(texts.Of("column_due"), r => r.Totals.DueFen)
            .Yuan(texts.Of("column_recovered"), r => r.Totals.RecoveredFen)
            .Whole(texts.Of("column_recovered_cases"), r => r.Totals.RecoveredCases)
            .Whole(texts.Of("column_recovered_persons"), r => r.Totals.RecoveredPersons)
            .Yuan(texts.Of("column_pending"), r => r.Totals.PendingFen)
            .Yuan(texts.Of("column_awaiting"), r => r.Totals.AwaitingFen)
            .Yuan(texts.Of("column_returned"), r => r.Totals.ReturnedFen)
            .Yuan(texts.Of("column_to_fund"), r => r.Totals.ToFundFen)
            .Yuan(texts.Of("column_clawback"), r => r.Totals.ClawbackFen)
            .Write(response, format, view.Units, ct);
    }

    private async Task ExportLines(
        string? unit,
        string? period,
        Figure figure,
        bool own,
        string? format,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var lines = await Lines(unit, period, figure, own, 1, LargestExport, ct);
        if (lines.Lines.Total > lines.Lines.Items.Count)
            throw Problem.TooManyRows(LargestExport);
        await new Sheet<FigureLine>(texts.Of("sheet_lines"))
            .Text(texts.Of("column_case_number"), l => l.CaseNumber)
            .Text(texts.Of("column_unit"), l => l.Unit)
            .Text(texts.Of("column_item"), l => texts.Of("item_" + l.Type.Code()))
            .Yuan(texts.Of("column_amount"), l => l.AmountFen)
            .Date(texts.Of("column_last_moved"), l => l.LastMovedOn)
            .Write(response, format, lines.Lines.Items, ct);
    }

    private (string Top, Period Period, DateOnly Until) Asked(string? unit, string? code)
    {
        var today = LegalDay.Today(clock);
        var period = Period.Parse(code, today);
        var mine = rights.CountedUnits.ToHashSet(StringComparer.Ordinal);
        // The highest unit she may see: the shortest code is the highest level, and of one level the first.
        var top = unit ?? mine.OrderBy(u => Depth(u, today)).ThenBy(u => u, StringComparer.Ordinal).FirstOrDefault();
        if (top is null || !mine.Contains(top))
            throw Problem.NotFound();
        return (top, period, period.To < today ? period.To : today);
    }

    private int Depth(string unit, DateOnly on)
    {
        var depth = 0;
        for (var at = copies.Tree.ParentOf(unit, on); at is not null && depth < 16; at = copies.Tree.ParentOf(at, on))
            depth++;
        return depth;
    }

    /// <summary>Units directly below on the day, in administrative order: that is the order of their codes, where the
    /// development zone with its longer code comes after the sixteen districts.</summary>
    private IReadOnlyList<string> Rows(string top, DateOnly on) =>
        [
            .. copies
                .Tree.Within(top, on)
                .Where(u => u != top && copies.Tree.ParentOf(u, on) == top)
                .OrderBy(u => u.Length)
                .ThenBy(u => u, StringComparer.Ordinal),
        ];

    /// <summary>Which row a unit belonged to from day to day: the tree is cut at the days on which it changed.</summary>
    private async Task<PlacesTable> Places(
        string top,
        IReadOnlyList<string> rows,
        DateOnly from,
        DateOnly to,
        CancellationToken ct
    )
    {
        var days = await source.Query(
            "select distinct from_day from org_unit_facts where from_day > $1 and from_day <= $2 order by 1",
            r => r.GetFieldValue<DateOnly>(0),
            ct,
            P(from),
            P(to)
        );
        var begins = days.Prepend(from).ToList();
        return Places(
            top,
            rows,
            [.. begins.Select((b, i) => (b, i + 1 < begins.Count ? begins[i + 1].AddDays(-1) : to, b))]
        );
    }

    private PlacesTable Places(
        string top,
        IReadOnlyList<string> rows,
        IReadOnlyList<(DateOnly Begins, DateOnly Ends, DateOnly TreeOf)> spans
    )
    {
        var table = new PlacesTable();
        foreach (var (begins, ends, on) in spans)
        {
            foreach (var unit in copies.Tree.Within(top, on))
                table.Add(unit, Whole, begins, ends);
            table.Add(top, Own, begins, ends);
            foreach (var row in rows)
            foreach (var unit in copies.Tree.Within(row, on).Where(u => copies.Tree.IsWithin(u, top, on)))
                table.Add(unit, row, begins, ends);
        }
        return table;
    }

    private const string With = "with places (unit, row, begins, ends) as (select * from unnest($1, $2, $3, $4)) ";

    private async Task<Dictionary<(string, string), long>> Movements(
        PlacesTable places,
        DateOnly until,
        CancellationToken ct
    ) =>
        (
            await source.Query(
                With
                    + """
                    select p.row, m.figure, sum(m.fen)::bigint
                    from movements m join places p on p.unit = m.unit and m.day between p.begins and p.ends
                    where m.day <= $5 group by 1, 2
                    """,
                r => (Key: (r.GetString(0), r.GetString(1)), Fen: r.GetInt64(2)),
                ct,
                [.. places.Parameters, P(until)]
            )
        ).ToDictionary(r => r.Key, r => r.Fen);

    private async Task<Dictionary<string, (int Cases, int Persons)>> Counted(
        PlacesTable places,
        DateOnly until,
        CancellationToken ct
    ) =>
        (
            await source.Query(
                With
                    + """
                    , recovered as (
                        select p.row, m.dispute_id, m.person_id, sum(m.fen) as fen
                        from movements m join places p on p.unit = m.unit and m.day between p.begins and p.ends
                        where m.figure = 'recovered' and m.day <= $5 group by 1, 2, 3),
                    cases as (select row, dispute_id from recovered group by 1, 2 having sum(fen) > 0),
                    persons as (select row, person_id from recovered group by 1, 2 having sum(fen) > 0)
                    select r.row, (select count(*) from cases c where c.row = r.row),
                           (select count(*) from persons p where p.row = r.row)
                    from (select distinct row from places) r
                    """,
                r => (Row: r.GetString(0), Cases: (int)r.GetInt64(1), Persons: (int)r.GetInt64(2)),
                ct,
                [.. places.Parameters, P(until)]
            )
        ).ToDictionary(r => r.Row, r => (r.Cases, r.Persons), StringComparer.Ordinal);

    private async Task<Dictionary<string, (int Cases, int Persons)>> Accepted(
        PlacesTable places,
        DateOnly until,
        CancellationToken ct
    ) =>
        (
            await source.Query(
                With
                    + """
                    select p.row, count(distinct c.stream_id), count(distinct person)
                    from cases c join places p on p.unit = c.unit and c.accepted_on between p.begins and p.ends
                    left join lateral jsonb_array_elements_text(c.row -> 'persons') person on true
                    where c.accepted_on <= $5 group by 1
                    """,
                r => (Row: r.GetString(0), Cases: (int)r.GetInt64(1), Persons: (int)r.GetInt64(2)),
                ct,
                [.. places.Parameters, P(until)]
            )
        ).ToDictionary(r => r.Row, r => (r.Cases, r.Persons), StringComparer.Ordinal);

    private async Task<Dictionary<string, long>> Pending(PlacesTable places, DateOnly until, CancellationToken ct) =>
        (
            await source.Query(
                // A stock is a sum over all movements there ever were. Summed by unit first, from the index alone, each
                // is touched once and not once more for every level above it.
                With
                    + """
                    , stock as (
                        select unit, sum(case when figure = 'effective' then fen else -fen end) as fen
                        from movements where figure in ('effective', 'recovered') and day <= $5 group by unit)
                    select p.row, sum(s.fen)::bigint from stock s join places p on p.unit = s.unit group by 1
                    """,
                r => (Row: r.GetString(0), Fen: r.GetInt64(1)),
                ct,
                [.. places.Parameters, P(until)]
            )
        ).ToDictionary(r => r.Row, r => r.Fen, StringComparer.Ordinal);

    private async Task<Dictionary<(string, string), (long Fen, int Payments)>> Waiting(
        PlacesTable places,
        DateOnly until,
        CancellationToken ct
    ) =>
        (
            await source.Query(
                With
                    + """
                    select p.row, m.state, sum(m.amount_fen)::bigint, count(distinct m.payment_id)
                    from payments m join places p on p.unit = m.unit and m.paid_on between p.begins and p.ends
                    where m.state in ('awaiting', 'returned') and m.nature = 'cash' and m.paid_on <= $5 group by 1, 2
                    """,
                r => (Key: (r.GetString(0), r.GetString(1)), Fen: r.GetInt64(2), Payments: (int)r.GetInt64(3)),
                ct,
                [.. places.Parameters, P(until)]
            )
        ).ToDictionary(r => r.Key, r => (r.Fen, r.Payments));

    /// <summary>Unit, row and days, as columns for the database.</summary>
    private sealed class PlacesTable
    {
        private readonly List<(string Unit, string Row, DateOnly Begins, DateOnly Ends)> places = [];

        public void Add(string unit, string row, DateOnly begins, DateOnly ends) =>
            places.Add((unit, row, begins, ends));

        public NpgsqlParameter[] Parameters =>
            [
                P(places.Select(p => p.Unit).ToArray()),
                P(places.Select(p => p.Row).ToArray()),
                P(places.Select(p => p.Begins).ToArray()),
                P(places.Select(p => p.Ends).ToArray()),
            ];
    }
}
