namespace Mediation.Contracts.Deadlines;

/// <summary>Messages of the Clock stream: one statutory period running for one subject.</summary>
public abstract record ClockMessage(SourceEvent Source) : Message(Source);

/// <summary>Where a clock stands after each change. Worklists of other services take their next day from it.</summary>
/// <param name="DisputeId">The case on whose page it stands; a request that is not accepted yet stands under the id its
/// dispute would have.</param>
/// <param name="Of">What it runs for: the case itself, a worker's claim, a claim item, an instalment.</param>
/// <param name="PartyId">The party bound or entitled; null where it runs for the case as a whole.</param>
/// <param name="Rule">Id of the rule in the statute book, such as MED_RUN.</param>
/// <param name="Unit">Organisation that keeps the period or watches it.</param>
/// <param name="Due">Last day; null while the period is suspended and after it ended.</param>
/// <param name="Provisional">The day rests on a year whose holiday notice is not known (暂定).</param>
public sealed record ClockChanged(
    SourceEvent Source,
    Guid ClockId,
    Guid DisputeId,
    Guid Of,
    Guid? PartyId,
    string Rule,
    RuleType Type,
    string Unit,
    ClockStanding Standing,
    DateOnly? Due,
    bool Provisional
) : ClockMessage(Source);

/// <summary>A party is to be told that a right of hers ends. The service that keeps the register finds the address and
/// sends it, or has somebody phone her.</summary>
/// <param name="PartyId">Who is told: the worker.</param>
/// <param name="Template">Which text; <c>right_ending</c>.</param>
/// <param name="Due">Last day on which she can act.</param>
public sealed record NoticeDue(
    SourceEvent Source,
    Guid ClockId,
    Guid DisputeId,
    Guid PartyId,
    string Unit,
    string Template,
    string Rule,
    DateOnly Due
) : ClockMessage(Source);

/// <summary>Whose period it is, and with that what its end means (facts 3.10).</summary>
public enum RuleType
{
    /// <summary>Our own; only these are breached.</summary>
    Duty,

    /// <summary>A court's or commission's: watched.</summary>
    External,

    /// <summary>A party's: she is warned, and an end unused is a right lapsed.</summary>
    Right,

    /// <summary>Its end opens a step.</summary>
    Gate,
}

/// <summary>Where a clock stands.</summary>
public enum ClockStanding
{
    Running,
    Suspended,

    /// <summary>Done in time.</summary>
    Met,

    /// <summary>Ended because nothing is left to do.</summary>
    Cancelled,

    /// <summary>A duty of ours was not met by its last day, and nothing is known since.</summary>
    Breached,

    /// <summary>A right ended unused.</summary>
    Lapsed,

    /// <summary>A court or a commission is over its time.</summary>
    Overdue,

    /// <summary>The step that waited for the day is open.</summary>
    Opened,

    /// <summary>The end was found, and a fact entered later shows that it had been met in time.</summary>
    Rebutted,

    /// <summary>The end was found, and a fact entered later shows that it was done too late.</summary>
    DoneLate,
}

/// <summary>Messages of the Supervision stream: a breach followed up by the unit above (督办).</summary>
public abstract record SupervisionMessage(SourceEvent Source) : Message(Source);

/// <summary>Where a supervision stands after each change.</summary>
/// <param name="Unit">The unit that did not do what was due.</param>
/// <param name="By">The unit that supervises now.</param>
/// <param name="ReplyBy">Last day for the reply; null where none is due.</param>
public sealed record SupervisionChanged(
    SourceEvent Source,
    Guid SupervisionId,
    Guid ClockId,
    Guid DisputeId,
    string Rule,
    string Unit,
    string By,
    SupervisionState State,
    DateOnly? ReplyBy
) : SupervisionMessage(Source);

public enum SupervisionState
{
    /// <summary>A reply is due.</summary>
    Open,

    /// <summary>A reply is there and is looked at.</summary>
    Answered,
    Cleared,
}
