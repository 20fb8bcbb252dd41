using Mediation.Contracts.Http.Deadlines;
using Mediation.Deadlines.Domain;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>推演: what would be, if. Nothing is changed by any of it.</summary>
internal sealed class Simulate(
    Laws laws,
    Rights rights,
    Suppositions suppositions,
    ClockViews views,
    ClockList clocks,
    StaffList staff,
    NpgsqlDataSource source
)
{
    private const string Supposed = "推演";
    private const int MostDays = 366;
    private const int MostSuspensions = 20;
    private const int MostAccounts = 50;
    private const int LongestSpan = 731;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/simulate/date", (SimulateDate body, Simulate ask, CancellationToken ct) => ask.Date(body, ct))
            .RequireSignIn();
        routes
            .MapPost("/simulate/days", (SimulateDays body, Simulate ask, CancellationToken ct) => ask.Days(body, ct))
            .RequireRole(Rights.OverviewReaders);
        routes
            .MapPost(
                "/simulate/absence",
                (SimulateAbsence body, Simulate ask, CancellationToken ct) => ask.Absence(body, ct)
            )
            .RequireRole(Rights.OverviewReaders);
    }

    private async Task<Counted> Date(SimulateDate body, CancellationToken ct)
    {
        var law = await laws.Current(ct);
        Check(law.Rules.ContainsKey(body.Rule), "rule", "unknown_word");
        Check(InCalendar(body.From), "from", "day_out_of_range");
        Check(body.ExtendBy is >= 0 and <= AmendmentDecider.Longest, "extendBy", "number_out_of_range");
        Check(body.Suspensions.Count <= MostSuspensions, "suspensions", "too_many_entries");
        foreach (var (i, suspended) in body.Suspensions.Index())
        {
            Check(suspended.From <= suspended.To, $"suspensions[{i}].to", "days_backwards");
            Check(InCalendar(suspended.From) && InCalendar(suspended.To), $"suspensions[{i}]", "day_out_of_range");
        }
        var rule = law.Law.Book.On(body.Rule, body.From);
        if (body.Unit is { } unit && !rule.HoldsIn(unit))
            throw new Refused(StatuteRefusals.NotInUnit, rule.Id, unit);
        var facts = new PeriodFacts(
            body.From,
            body.Service?.As<Domain.ServiceMode>(),
            body.ExtendBy,
            [.. body.Suspensions.Select(s => new Suspension(s.From, s.To))]
        );
        var length = rule.Parameter && body.Unit is { } of ? law.LengthOf(rule.Id, of, body.From) : null;
        return ClockViews.Counted(
            rule,
            body.From,
            StatuteBook.Due(rule, facts, law.Law.Calendar, explain: true, length: length),
            law.Law.Calendar.Version
        );
    }

    private async Task<CalendarEffect> Days(SimulateDays body, CancellationToken ct)
    {
        var units = Units(body.Unit);
        DateOnly[] days = [.. body.DaysOff, .. body.WorkedDays];
        Check(days.Length > 0, "daysOff", "days_required");
        Check(days.Length <= MostDays, "daysOff", "too_many_entries");
        Check(body.DaysOff.All(InCalendar), "daysOff", "day_out_of_range");
        Check(body.WorkedDays.All(InCalendar), "workedDays", "day_out_of_range");
        Check(!body.DaysOff.Intersect(body.WorkedDays).Any(), "workedDays", "day_off_and_worked");
        var law = await laws.Current(ct);
        return await suppositions.Effect(
            law,
            law.Law.Calendar.Supposing(Supposed, body.DaysOff.Distinct(), body.WorkedDays.Distinct()),
            units,
            (days.Min(), days.Max()),
            ct
        );
    }

    private async Task<AbsenceEffect> Absence(SimulateAbsence body, CancellationToken ct)
    {
        var units = Units(body.Unit);
        Check(body.Accounts.Count is >= 1 and <= MostAccounts, "accounts", "too_many_entries");
        Check(InCalendar(body.From) && InCalendar(body.To), "from", "day_out_of_range");
        Check(body.From <= body.To, "to", "days_backwards");
        Check(body.To.DayNumber - body.From.DayNumber <= LongestSpan, "to", "span_too_long");
        var away = body.Accounts.ToHashSet();
        var responsibility = await Responsibility.Load(source, staff, rights.Tree, rights.Today, ct);
        var ending = await source.Rows(
            $"""
            select c.stream_id, c.unit, c.due, f.responsible
            from {clocks.Table} c left join cases f on f.stream_id = c.case_id
            where c.open and c.unit = any($1) and c.due between $2 and $3 and c.type in ('duty', 'right')
            order by c.due, c.stream_id
            """,
            r =>
                (
                    Clock: r.GetGuid(0),
                    Unit: r.GetString(1),
                    Due: r.GetFieldValue<DateOnly>(2),
                    Responsible: r.IsDBNull(3) ? (Guid?)null : r.GetGuid(3)
                ),
            ct,
            Sql.P(units),
            Sql.P(body.From),
            Sql.P(body.To)
        );
        var found = new List<(Guid Clock, Guid Absent, Guid? Instead)>();
        var answers = new Dictionary<(string Unit, DateOnly Due, Guid? Responsible), (Guid, Guid?)?>();
        foreach (var clock in ending)
        {
            var key = (clock.Unit, clock.Due, clock.Responsible);
            if (!answers.TryGetValue(key, out var answer))
                answers[key] = answer = Instead(responsibility, clock.Unit, clock.Due, clock.Responsible, away);
            if (answer is var (absent, instead))
                found.Add((clock.Clock, absent, instead));
        }
        var law = await laws.Current(ct);
        var listed = found.Take(Suppositions.MostListed).ToList();
        var rows = await views.ByIds([.. listed.Select(f => f.Clock)], ct);
        return new(
            [
                .. from f in listed
                where rows.ContainsKey(f.Clock)
                select new ClockOfAbsent(ClockViews.Of(rows[f.Clock], rights.Today, law), f.Absent, f.Instead),
            ],
            found.Count
        );
    }

    /// <summary>Who is away of those who would answer on the day, and who answers instead; null where somebody is there.
    /// Whoever has named a substitute is represented by her, unless she is supposed to be away too.</summary>
    private static (Guid Absent, Guid? Instead)? Instead(
        Responsibility responsibility,
        string unit,
        DateOnly day,
        Guid? responsible,
        HashSet<Guid> away
    )
    {
        Guid? Head() => responsibility.Heads(unit, day, away) is [var head, ..] ? head : null;
        if (responsible is { } account)
        {
            var present = responsibility.Present(account, day);
            if (away.Contains(present))
                return (present, Head());
            return away.Contains(account) ? (account, present) : null;
        }
        var heads = responsibility.Heads(unit, day, new HashSet<Guid>());
        return heads.Count > 0 && heads.All(away.Contains) ? (heads[0], Head()) : null;
    }

    private string[] Units(string unit)
    {
        if (!rights.Caller.MayActIn(unit, Rights.OverviewReaders))
            throw Problem.Forbidden("outside_your_units");
        return [.. rights.Within(unit).Intersect(rights.OverviewUnits)];
    }

    private static bool InCalendar(DateOnly day) => day >= LegalCalendar.Range.From && day <= LegalCalendar.Range.To;

    private static void Check(bool holds, string field, string code)
    {
        if (!holds)
            throw Problem.Invalid(field, code);
    }
}
