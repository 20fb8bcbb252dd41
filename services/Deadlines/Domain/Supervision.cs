namespace Mediation.Deadlines.Domain;

public interface ISupervisionEvent;

/// <summary>A duty of a unit was breached: the unit above asks it for a reply (督办).</summary>
/// <param name="Due">Last day of the period that was breached.</param>
/// <param name="Unit">The unit that did not do what was due.</param>
/// <param name="By">The unit above it, which supervises; the unit itself where none is above.</param>
/// <param name="ReplyBy">Last day for the reply.</param>
public sealed record SupervisionOpened(
    Guid SupervisionId,
    Guid ClockId,
    string Rule,
    ClockSubject Subject,
    DateOnly Due,
    string Unit,
    string By,
    DateOnly OpenedOn,
    DateOnly ReplyBy
) : ISupervisionEvent;

/// <summary>The unit says why, and what it does about it (回复).</summary>
/// <param name="Content">Content id of the text; it is no part of the event.</param>
public sealed record ReplyGiven(Guid Content, Guid Account, DateOnly On) : ISupervisionEvent;

/// <summary>The reply does not suffice; another one is due.</summary>
/// <param name="Content">Content id of what is missing.</param>
public sealed record ReplySentBack(Guid Content, Guid Account, DateOnly On, DateOnly ReplyBy) : ISupervisionEvent;

/// <summary>No reply came: the unit above the one that supervises takes over, the city after the district.</summary>
public sealed record SupervisionEscalated(string From, string To, DateOnly On, DateOnly ReplyBy) : ISupervisionEvent;

/// <summary>No reply came, and nobody is above: asked once more (催办).</summary>
public sealed record ReplyUrged(DateOnly On, DateOnly ReplyBy) : ISupervisionEvent;

/// <summary>What had been due is done, or is due no more.</summary>
public sealed record DutyDone(DateOnly On) : ISupervisionEvent;

/// <summary>What had been done was taken back: the duty is open again.</summary>
public sealed record DutyOpenAgain(DateOnly On) : ISupervisionEvent;

/// <summary>Done with (销号).</summary>
/// <param name="Account">Null when the clock itself showed that there was no breach.</param>
public sealed record SupervisionCleared(ClearingGround Ground, Guid? Account, DateOnly On) : ISupervisionEvent;

public enum ClearingGround
{
    /// <summary>The reply was accepted, and what had been due is done.</summary>
    Remedied,

    /// <summary>The reply was accepted; what had been due cannot or need not be done any more.</summary>
    Excused,

    /// <summary>A fact entered late shows that the duty had been done in time.</summary>
    Rebutted,

    /// <summary>The last day turned out to lie later: the clock runs again.</summary>
    Reopened,
}

/// <summary>One breach followed up, until it is cleared.</summary>
public abstract record Supervision
{
    private Supervision() { }

    public sealed record Unknown : Supervision;

    /// <param name="By">The unit that supervises now.</param>
    /// <param name="Done">What had been due is done.</param>
    public abstract record Known(SupervisionOpened Opened, string By, bool Done) : Supervision;

    /// <summary>A reply is due.</summary>
    public sealed record Open(SupervisionOpened Opened, string By, bool Done, DateOnly ReplyBy)
        : Known(Opened, By, Done);

    /// <summary>A reply is there and is looked at.</summary>
    public sealed record Answered(SupervisionOpened Opened, string By, bool Done, ReplyGiven Reply)
        : Known(Opened, By, Done);

    public sealed record Cleared(SupervisionOpened Opened, string By, bool Done, ClearingGround Ground)
        : Known(Opened, By, Done);

    public static Supervision Initial { get; } = new Unknown();

    public static Supervision Evolve(Supervision state, ISupervisionEvent e) =>
        (state, e) switch
        {
            (Unknown, SupervisionOpened o) => new Open(o, o.By, false, o.ReplyBy),
            (Open or Answered, ReplyGiven r) => new Answered(Of(state).Opened, Of(state).By, Of(state).Done, r),
            (Answered a, ReplySentBack b) => new Open(a.Opened, a.By, a.Done, b.ReplyBy),
            (Open o, SupervisionEscalated x) => o with { By = x.To, ReplyBy = x.ReplyBy },
            (Open o, ReplyUrged u) => o with { ReplyBy = u.ReplyBy },
            (Known k, DutyDone) => k with { Done = true },
            (Known k, DutyOpenAgain) => k with { Done = false },
            (Open or Answered, SupervisionCleared c) => new Cleared(
                Of(state).Opened,
                Of(state).By,
                Of(state).Done,
                c.Ground
            ),
            _ => throw new InvalidOperationException(
                $"{e.GetType().Name} does not follow on a Supervision that is {state.GetType().Name}."
            ),
        };

    private static Known Of(Supervision state) => (Known)state;
}
