using Mediation.Contracts.Intake;

namespace Mediation.Contracts.Http.Intake;

/// <summary>Where a notice to a party stands.</summary>
public enum NoticeState
{
    /// <summary>The service sends it by itself.</summary>
    Waiting,

    /// <summary>Sent; the receipt is not there yet.</summary>
    Sent,

    /// <summary>Somebody has to speak with her (电话告知).</summary>
    ToPhone,

    /// <summary>To be printed and posted (待打印).</summary>
    ToPrint,
    Settled,
}

/// <summary>Why somebody has to speak with her.</summary>
public enum CallReason
{
    NoChannel,
    SendingFailed,
    NotDelivered,
    NoReceipt,
}

public enum CallMeans
{
    Telephone,
    InPerson,
    Messenger,
}

/// <summary><c>GET /notices?state=&amp;unit=&amp;page=&amp;size=</c> → <c>Page&lt;NoticeRow&gt;</c>, the nearest day first;
/// <c>unit</c> covers its subtree. <c>GET /requests/{id}/notices</c> gives those of a case, newest first, to whoever may
/// read its request.</summary>
/// <param name="CaseNumber">Null while the request is not accepted.</param>
/// <param name="RequestId">The request of the case; null where Intake does not have it.</param>
/// <param name="Rule">Id of the rule of the right, such as ARB_LIMIT.</param>
/// <param name="Due">Last day on which she can act.</param>
/// <param name="Means">How it was tried last.</param>
public sealed record NoticeRow(
    Guid Id,
    NoticeState State,
    Guid DisputeId,
    Guid? RequestId,
    string? CaseNumber,
    Guid PartyId,
    string Unit,
    string Rule,
    DateOnly Due,
    NoticeMeans? Means,
    NoticeOutcome? Outcome,
    DateOnly OpenedOn,
    DateOnly? SettledOn
);

/// <summary><c>GET /notices/{id}</c> with ETag.</summary>
/// <param name="Text">What is said or written: the action and the day, never employer or amount. In Chinese.</param>
public sealed record NoticeDetails(
    NoticeRow Notice,
    long Version,
    string Text,
    CallReason? CallReason,
    IReadOnlyList<NoticeStep> Steps,
    IReadOnlyList<ActionState> Actions
);

/// <summary>One line of what was tried.</summary>
/// <param name="Step">Stored name of the event, for example <c>call_made</c>.</param>
/// <param name="Reached">Of a call: she was spoken to.</param>
public sealed record NoticeStep(
    string Step,
    DateTimeOffset At,
    Guid? By,
    NoticeMeans? Means = null,
    CallMeans? CallMeans = null,
    bool? Reached = null
);

/// <summary><c>POST /notices/{id}/called</c> with If-Match. Three calls in vain make it a letter.</summary>
/// <param name="CalledAt">When; not ahead, not before the day the notice was asked for.</param>
public sealed record NoticeCalled(CallMeans Means, bool Reached, DateTimeOffset CalledAt);

/// <summary><c>POST /notices/{id}/printed</c> with If-Match: printed and posted. The letter is
/// <c>GET /notices/{id}/letter</c> (DOCX; the reading of name and address is logged).</summary>
public sealed record NoticePosted(DateOnly PostedOn);

/// <summary><c>POST /notices/receipts</c> by the SMS gateway, with the shared key in <c>X-Gateway-Key</c>: 204; 401 without
/// it; 404 while the message is not known, to be told again.</summary>
/// <param name="Id">Id the gateway gave the message.</param>
public sealed record NoticeReceipt(string Id, bool Delivered);

/// <summary><c>GET /notices/offices</c> → list; <c>POST /notices/offices</c> by an administrator: the telephone number that
/// notices of a unit name. A unit without one names that of the unit above, at last the hotline 12351.</summary>
/// <param name="Phone">5 to 20 digits and hyphens.</param>
public sealed record OfficePhone(string Unit, string Phone);
