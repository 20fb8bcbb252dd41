using System.Globalization;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Deadlines.Domain;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>A clock with its case, as the list of clocks reads it.</summary>
internal sealed record ListedClock(ClockRow Clock, long Version, CaseRow? Case);

/// <summary>Clocks as pages show them.</summary>
internal sealed class ClockViews(ClockList clocks, CaseList cases, Laws laws, NpgsqlDataSource source)
{
    /// <summary>Columns and tables of <see cref="Read"/>.</summary>
    public string Select =>
        $"select c.row::text, c.version, f.row::text from {clocks.Table} c left join {cases.Table} f on f.stream_id = c.case_id";

    public ListedClock Read(NpgsqlDataReader reader) =>
        new(
            clocks.Parse(reader.GetString(0)),
            reader.GetInt64(1),
            reader.IsDBNull(2) ? null : cases.Parse(reader.GetString(2))
        );

    public async Task<IReadOnlyList<ListedClock>> OfCase(Guid caseId, CancellationToken ct) =>
        await source.Rows(
            Select + " where c.case_id = $1 and c.row is not null order by c.open desc, c.due, c.rule, c.stream_id",
            Read,
            ct,
            Sql.P(caseId)
        );

    public async Task<IReadOnlyDictionary<Guid, ListedClock>> ByIds(
        IReadOnlyCollection<Guid> ids,
        CancellationToken ct
    ) =>
        (
            await source.Rows(
                Select + " where c.stream_id = any($1) and c.row is not null",
                Read,
                ct,
                Sql.P(ids.ToArray())
            )
        ).ToDictionary(c => c.Clock.ClockId);

    public async Task<ClockView> Of(ListedClock listed, DateOnly today, CancellationToken ct) =>
        Of(listed, today, await laws.Current(ct));

    public static ClockView Of(ListedClock listed, DateOnly today, CurrentLaw law)
    {
        var (row, file) = (listed.Clock, listed.Case);
        var rule = law.Law.Book.Version(row.Rule, row.RuleVersion);
        var left = row is { IsOpen: true, Due: { } last } ? last : (DateOnly?)null;
        return new(
            row.ClockId,
            row.Subject.Root,
            file?.RequestId,
            file?.CaseNumber,
            row.Unit,
            file?.Responsible,
            row.Rule,
            rule.Zh,
            rule.En,
            row.Type.As<Contracts.Deadlines.RuleType>(),
            row.Subject.Of,
            row.Subject.PartyId,
            row.Standing,
            row.From,
            row.EnteredOn,
            row.Due,
            row.Computed.Provisional && row.IsOpen,
            row.IsOpen ? row.Computed.Watch : null,
            left?.DayNumber - today.DayNumber,
            left is { } day ? law.Law.Calendar.WorkingDaysBetween(today, day) : null,
            row.EndedOn,
            row.FoundOn,
            row.ExtendedBy,
            rule.Verified,
            listed.Version
        );
    }

    public static RuleText Text(Rule rule) =>
        new(
            rule.Id,
            rule.Zh,
            rule.En,
            rule.Type.As<Contracts.Deadlines.RuleType>(),
            rule.Bound,
            Explanation.Article(rule),
            rule.Missed.Zh,
            rule.Missed.En,
            rule.ValidFrom,
            rule.Verified
        );

    /// <summary>A date with what was done with each day, in the language of the request.</summary>
    public static Counted Counted(Rule rule, DateOnly from, DueDate due, int calendar) =>
        new(
            from,
            due.DayZero,
            due.Date,
            due.Unit.Code(),
            due.Provisional,
            calendar,
            Explanation.Article(rule),
            [
                .. due.Steps.Select(s => new CountedDay(
                    s.Kind.Code(),
                    s.Day,
                    s.Count,
                    Explanation.Sentence(s, CultureInfo.CurrentUICulture),
                    s.Announced
                )),
            ]
        );
}
