using System.Collections.Frozen;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>A change of the calendar as it was recorded.</summary>
internal sealed record Announced(ICalendarEvent Change, DateTimeOffset At, Guid? Account);

/// <summary>A rule as it stands with the product and what was changed of it since.</summary>
/// <param name="Version">Version of the stream of its changes; 0 where there are none.</param>
internal sealed record AmendedRule(IReadOnlyList<Rule> Standard, Amendments Amendments, long Version);

/// <summary>What periods are counted by today: the statute book, the calendar, and the lengths that units set.</summary>
/// <param name="Standard">The calendar that stands with the product.</param>
/// <param name="Announcements">What was announced since.</param>
/// <param name="Announced">The same one by one, the oldest first.</param>
/// <param name="Rules">Every rule by its id.</param>
/// <param name="Marker">Number of all changes, by which a newer law is known.</param>
internal sealed record CurrentLaw(
    Law Law,
    Connections Connections,
    LegalCalendar Standard,
    Announcements Announcements,
    IReadOnlyList<Announced> Announced,
    IReadOnlyDictionary<string, AmendedRule> Rules,
    long Marker
)
{
    /// <summary>A unit's own length of a rule on a day; null where the rule's own holds.</summary>
    public int? LengthOf(string rule, string unit, DateOnly day) => Rules[rule].Amendments.LengthOf(unit, day);

    /// <summary>The calendar that stands with the product is newer than the last announcement, or there is none.</summary>
    public bool IsOfProduct => Announced is not [.., var last] || last.Change.Standard < Standard.Version;
}

/// <summary>Keeps the law that is in force in memory. Each use asks whether another process changed it since: a clock is
/// never counted on what this process happened to know.</summary>
internal sealed class Laws(EventJournal journal, NpgsqlDataSource source)
{
    private static readonly Law Standard = StandardLaw.Read();
    private static readonly Connections Connections = StandardLaw.Connections();

    private static readonly FrozenDictionary<Guid, string> RuleOf = Standard.Book.Ids.ToFrozenDictionary(
        Streams.RuleOf,
        id => id
    );

    private static readonly Guid[] Changing = [Streams.Announcements, .. RuleOf.Keys];

    private volatile CurrentLaw? current;

    public async Task<CurrentLaw> Current(CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            "select coalesce(sum(version), 0)::bigint from mt_streams where id = any($1)"
        );
        command.Parameters.Add(Sql.P(Changing));
        var marker = (long)(await command.ExecuteScalarAsync(ct))!;
        return current is { } known && known.Marker == marker ? known : current = await Read(ct);
    }

    private async Task<CurrentLaw> Read(CancellationToken ct)
    {
        var events = (await journal.Read(Changing, ct)).ToLookup(e => e.Stream);
        var calendar = Streams.Calendar.Fold(Streams.Announcements, [.. events[Streams.Announcements]]);
        var rules = RuleOf.ToFrozenDictionary(
            r => r.Value,
            r =>
            {
                var loaded = Streams.Rule.Fold(r.Key, [.. events[r.Key]]);
                return new AmendedRule(Standard.Book.Versions(r.Value), loaded.State, loaded.Version);
            },
            StringComparer.Ordinal
        );
        return new(
            new(
                new(rules.Values.SelectMany(r => r.Amendments.Over(r.Standard))),
                calendar.State.Over(Standard.Calendar)
            ),
            Connections,
            Standard.Calendar,
            calendar.State,
            [
                .. calendar.History.Select(e => new Announced(
                    (ICalendarEvent)e.Data,
                    e.RecordedAt,
                    e.Metadata.Account is { } account ? Guid.Parse(account) : null
                )),
            ],
            rules,
            calendar.Version + rules.Values.Sum(r => r.Version)
        );
    }
}
