using System.Text.Json;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;

namespace Mediation.Deadlines.Service;

internal static class Streams
{
    public static readonly Aggregate<Clock, IClockCommand, IClockEvent> Clock = new(
        "clock",
        Domain.Clock.Initial,
        Domain.Clock.Evolve,
        ClockDecider.Decide
    );

    public static readonly Aggregate<CaseFile, ICaseFileCommand, ICaseFileEvent> Case = new(
        "case_file",
        CaseFile.Initial,
        CaseFile.Evolve,
        CaseFileDecider.Decide
    );

    public static readonly Aggregate<Supervision, ISupervisionCommand, ISupervisionEvent> Supervision = new(
        "supervision",
        Domain.Supervision.Initial,
        Domain.Supervision.Evolve,
        SupervisionDecider.Decide
    );

    public static readonly Aggregate<StaffMember, IStaffMemberCommand, IStaffMemberEvent> Staff = new(
        "staff_member",
        StaffMember.Initial,
        StaffMember.Evolve,
        StaffMemberDecider.Decide
    );

    public static readonly Aggregate<Announcements, ICalendarCommand, ICalendarEvent> Calendar = new(
        "calendar",
        Domain.Announcements.Initial,
        Domain.Announcements.Evolve,
        AnnouncementDecider.Decide
    );

    public static readonly Aggregate<Amendments, IRuleCommand, IRuleEvent> Rule = new(
        "rule",
        Amendments.Initial,
        Amendments.Evolve,
        AmendmentDecider.Decide
    );

    /// <summary>The one stream of announced years.</summary>
    public static readonly Guid Announcements = NameBasedId.From(Guid.Empty, "calendar");

    /// <summary>Changes of a rule of the book.</summary>
    public static Guid RuleOf(string id) => NameBasedId.From(Guid.Empty, $"rule {id}");

    /// <summary>The clock of a rule for a subject: one, however often and by whichever message its trigger is told.</summary>
    public static Guid ClockOf(Rule rule, ClockSubject subject) =>
        NameBasedId.From(subject.Of, rule.Per == RunsPer.Party ? $"{rule.Id} {subject.PartyId}" : rule.Id);

    /// <summary>An instalment of an agreed item, as the agreement numbers it.</summary>
    public static Guid InstalmentOf(Guid workerClaim, Guid item, int number) =>
        NameBasedId.From(workerClaim, $"{item} {number}");

    /// <summary>What a stream was loaded to, from events read in bulk.</summary>
    public static Loaded<TState> Fold<TState, TCommand, TEvent>(
        this Aggregate<TState, TCommand, TEvent> aggregate,
        Guid stream,
        IReadOnlyList<StoredEvent> history
    )
        where TState : class
        where TCommand : class
        where TEvent : class =>
        new(
            stream,
            history.Aggregate(aggregate.Initial, (state, stored) => aggregate.Evolve(state, (TEvent)stored.Data)),
            history.Count > 0 ? history[^1].Version : 0,
            history,
            Whole: true
        );
}

/// <summary>Words of the domain and of the published language are the same words in two assemblies.</summary>
internal static class Words
{
    public static TTo As<TTo>(this Enum word)
        where TTo : struct, Enum => Enum.Parse<TTo>(word.ToString());

    /// <summary>As it stands in rows and JSON.</summary>
    public static string Code(this Enum word) => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());
}
