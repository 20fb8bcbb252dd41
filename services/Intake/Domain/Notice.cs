namespace Mediation.Intake;

/// <summary>Events of the Notice stream. Ids, codes and days only; whom they mean stands in the register.</summary>
public interface INoticeEvent;

/// <summary>How a party is told.</summary>
public enum NoticeMeans
{
    Sms,
    Email,
    Letter,
    Call,
}

public enum NoticeOutcome
{
    Told,
    Sent,
    NotReached,
    Void,
}

/// <summary>Why somebody has to speak with her.</summary>
public enum CallReason
{
    /// <summary>She did not agree to messages, or has neither mobile number nor address.</summary>
    NoChannel,

    /// <summary>The gateway or mail server did not take the message, again and again.</summary>
    SendingFailed,

    /// <summary>The gateway said that the message did not arrive.</summary>
    NotDelivered,

    /// <summary>A day went by without a receipt.</summary>
    NoReceipt,
}

public enum CallMeans
{
    Telephone,
    InPerson,
    Messenger,
}

/// <summary>What everybody who hears of a notice needs.</summary>
/// <param name="DisputeId">The case, also while its request is not accepted yet.</param>
public sealed record NoticeKey(Guid NoticeId, Guid ClockId, Guid DisputeId, Guid PartyId, string Unit);

/// <param name="Due">Last day on which the party can act.</param>
public sealed record NoticeOpened(NoticeKey Notice, string Template, string Rule, DateOnly Due, DateOnly OpenedOn)
    : INoticeEvent;

/// <summary>Gateway or mail server took the message.</summary>
public sealed record NoticeSent(NoticeMeans Means, DateOnly On) : INoticeEvent;

public sealed record CallAsked(CallReason Reason, DateOnly On) : INoticeEvent;

public sealed record LetterAsked(DateOnly On) : INoticeEvent;

public sealed record CallMade(CallMeans Means, bool Reached, DateTimeOffset At) : INoticeEvent;

public sealed record NoticeClosed(NoticeKey Notice, NoticeMeans? Means, NoticeOutcome Outcome, DateOnly On)
    : INoticeEvent;

/// <summary>A notice to a party that a right of hers ends, from the day it is asked for until she was told.</summary>
public abstract record Notice
{
    public sealed record None : Notice;

    /// <summary>Open: she was not told yet.</summary>
    /// <param name="Tries">Calls in vain so far.</param>
    public abstract record Open(NoticeKey Key, DateOnly OpenedOn, NoticeMeans? Means, int Tries) : Notice;

    /// <summary>Waits for the sender.</summary>
    public sealed record Waiting(NoticeKey Key, DateOnly OpenedOn, NoticeMeans? Means, int Tries)
        : Open(Key, OpenedOn, Means, Tries);

    /// <summary>Sent; the receipt is not there yet.</summary>
    public sealed record Sent(NoticeKey Key, DateOnly OpenedOn, NoticeMeans? Means, int Tries)
        : Open(Key, OpenedOn, Means, Tries);

    public sealed record ToPhone(NoticeKey Key, DateOnly OpenedOn, NoticeMeans? Means, int Tries)
        : Open(Key, OpenedOn, Means, Tries);

    public sealed record ToPrint(NoticeKey Key, DateOnly OpenedOn, NoticeMeans? Means, int Tries)
        : Open(Key, OpenedOn, Means, Tries);

    public sealed record Settled(NoticeOutcome Outcome) : Notice;

    public static Notice Evolve(Notice state, INoticeEvent e) =>
        (state, e) switch
        {
            (None, NoticeOpened o) => new Waiting(o.Notice, o.OpenedOn, null, 0),
            (Waiting s, NoticeSent m) => new Sent(s.Key, s.OpenedOn, m.Means, s.Tries),
            (Open s, CallAsked) => new ToPhone(s.Key, s.OpenedOn, s.Means, s.Tries),
            (Open s, LetterAsked) => new ToPrint(s.Key, s.OpenedOn, s.Means, s.Tries),
            (ToPhone s, CallMade c) => s with { Means = NoticeMeans.Call, Tries = s.Tries + (c.Reached ? 0 : 1) },
            (ToPrint s, CallMade c) => s with { Means = NoticeMeans.Call, Tries = s.Tries + (c.Reached ? 0 : 1) },
            (Open, NoticeClosed c) => new Settled(c.Outcome),
            _ => throw new InvalidOperationException(
                $"{e.GetType().Name} cannot have happened in state {state.GetType().Name}."
            ),
        };
}
