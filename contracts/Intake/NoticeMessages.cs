namespace Mediation.Contracts.Intake;

/// <summary>A notice that Deadlines asked for came to its end: the party was told, could not be told, or did not have to
/// be told any more. It belongs to the messages of Intake, so that who listens to those hears it without a queue more.</summary>
/// <param name="NoticeId">One per clock, party and last day.</param>
/// <param name="Means">How she was told last; null where nothing was tried.</param>
/// <param name="On">Legal day of the outcome.</param>
public sealed record NoticeSettled(
    SourceEvent Source,
    Guid NoticeId,
    Guid ClockId,
    Guid DisputeId,
    Guid PartyId,
    string Unit,
    NoticeMeans? Means,
    NoticeOutcome Outcome,
    DateOnly On
) : RequestMessage(Source);

/// <summary>How a party is told.</summary>
public enum NoticeMeans
{
    /// <summary>Short message; counts with the receipt of the gateway.</summary>
    Sms,
    Email,

    /// <summary>Printed and posted.</summary>
    Letter,

    /// <summary>Somebody spoke with her: on the telephone, face to face, or by messenger.</summary>
    Call,
}

public enum NoticeOutcome
{
    /// <summary>It arrived, or somebody spoke with her.</summary>
    Told,

    /// <summary>Handed to post or mail server; nothing says whether it arrived.</summary>
    Sent,

    /// <summary>The day passed before she could be told.</summary>
    NotReached,

    /// <summary>The right no longer ended on that day; nobody is told any more.</summary>
    Void,
}
