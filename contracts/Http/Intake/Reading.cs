using Mediation.Contracts.Intake;

namespace Mediation.Contracts.Http.Intake;

/// <summary>States of a request, as they stand in <c>state</c> of rows and details.</summary>
public enum RequestState
{
    Registered,
    DuplicateLinked,
    Triaged,
    Advised,
    MediationApplied,
    Accepted,
    NotAccepted,
    ReferredOut,
    Withdrawn,
}

/// <summary><c>GET /requests?state=&amp;channel=&amp;unit=&amp;from=&amp;to=&amp;collective=&amp;escalated=&amp;incomplete=&amp;number=&amp;item=&amp;sort=&amp;page=&amp;size=</c>
/// → <c>Page&lt;RequestRow&gt;</c>. Sort: receivedOn, -receivedOn (default), caseNumber, state, claimed, nextDue and each with minus.
/// <c>unit</c> covers its subtree. <c>GET /requests.xlsx</c> with the same query gives the sheet of what is filtered
/// (422 <c>too_many_rows</c> over 10,000 rows).</summary>
/// <param name="NextDue">Nearest legal day of our duties and a party's rights (下一期限); null where none runs.</param>
public sealed record RequestRow(
    Guid Id,
    RequestState State,
    Channel Channel,
    string Unit,
    DateOnly ReceivedOn,
    string? CaseNumber,
    Guid? DisputeId,
    IReadOnlyList<Guid> Applicants,
    IReadOnlyList<Guid> Respondents,
    IReadOnlyList<ClaimItemType> Items,
    long ClaimedFen,
    bool Collective,
    bool Escalated,
    int Missing,
    DateOnly? LimitationOn,
    DateTimeOffset ChangedAt,
    DateOnly? NextDue = null
);

/// <summary><c>POST /cases/by-parties</c>: rows of requests in which any of the parties takes part, newest first.</summary>
public sealed record ByParties(IReadOnlyList<Guid> PartyIds, int Take = 50);

/// <summary><c>GET /requests/{id}</c> with ETag: everything a page shows. Names come from <c>POST /parties/labels</c>,
/// texts from <c>GET /requests/{id}/texts/{contentId}</c>.</summary>
/// <param name="ClockCase">Case under which the clocks of the request run: the dispute it is, or would be.</param>
public sealed record RequestDetails(
    Guid Id,
    long Version,
    RequestState State,
    string Unit,
    Channel Channel,
    DateOnly ReceivedOn,
    bool Oral,
    RequestProxy? Proxy,
    IReadOnlyList<RequestApplicant> Applicants,
    IReadOnlyList<RequestRespondent> Respondents,
    long ClaimedFen,
    IReadOnlyList<RequestText> Texts,
    IReadOnlyList<string> Missing,
    DateOnly? CompleteBy,
    RequestTriage? Triage,
    DateOnly? AppliedOn,
    IReadOnlyList<RequestConsent> Consents,
    bool Collective,
    EscalationReason? Escalated,
    Guid? OriginalId,
    string? CaseNumber,
    Guid? DisputeId,
    RequestOutcome? Outcome,
    IReadOnlyList<RequestStep> Steps,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<ActionState> Actions,
    Guid ClockCase
);

public sealed record RequestProxy(Guid PartyId, ProxyTitle Title, bool PaperSeen);

public sealed record RequestApplicant(
    Guid PartyId,
    WorkerProfile Profile,
    IReadOnlyList<ClaimItem> Items,
    DateOnly? EmploymentEndedOn = null
);

public sealed record RequestRespondent(Guid PartyId, RespondentCapacity Capacity);

/// <summary>A text of the request: facts, advice, notice or note on a consent.</summary>
public sealed record RequestText(string Kind, ContentReference Content, DateTimeOffset At);

/// <summary><c>GET /requests/{id}/texts/{contentId}</c>; the reading is logged.</summary>
public sealed record TextOf(Guid ContentId, string Text);

/// <param name="DaysLeft">Days from today (Asia/Shanghai) to <see cref="LimitationOn"/>; negative when past.</param>
/// <param name="CourtCauseVersion">Year of the court's list the code is from.</param>
public sealed record RequestTriage(
    bool InScope,
    OutOfScopeReason? OutOfScope,
    LegalRelation Relation,
    OverAgeMatter? OverAgeMatter,
    StatutoryHead Head,
    StatisticsCategory Statistics,
    string? CourtCause,
    string? CourtCauseVersion,
    DateOnly? LimitationOn,
    int? DaysLeft,
    string? PerformanceDistrict,
    string? SeatDistrict,
    IReadOnlyList<PendingProcedure> Pending,
    int GroupSize,
    RiskLevel Risk,
    bool? AidEligible
);

/// <param name="Given">Null: asked or to be asked, not answered. Silence is no consent.</param>
public sealed record RequestConsent(Guid PartyId, bool Respondent, bool? Given, ConsentManner? Manner, DateOnly? On);

/// <summary>How the request ended before or without acceptance.</summary>
public sealed record RequestOutcome(
    string ReasonCode,
    ReferralRoute? Route,
    string? TargetUnit,
    DateOnly? ActBy,
    DateOnly On
);

/// <summary>One line of the timeline.</summary>
/// <param name="Step">Stored name of the event, for example <c>request_triaged</c>; its text is a resource of the Portal.</param>
public sealed record RequestStep(string Step, DateTimeOffset At, Guid? By, long Version);

/// <summary><c>GET /statistics/entry-times?from=&amp;to=&amp;unit=</c>: seconds from opening the form to saving it, per channel.
/// Forms left open for more than an hour are counted apart, because nobody typed for an hour.</summary>
public sealed record EntryTimes(
    DateOnly From,
    DateOnly To,
    IReadOnlyList<ChannelEntryTime> Channels,
    double? TargetSeconds
);

public sealed record ChannelEntryTime(Channel Channel, int Count, double P50Seconds, double P90Seconds, int LeftOpen);

/// <summary><c>GET /code-lists?on=</c>: the court's causes valid on a day. The two other lists are the enumerations
/// <see cref="StatutoryHead"/> and <see cref="StatisticsCategory"/>.</summary>
public sealed record CodeLists(string CourtCauseVersion, IReadOnlyList<CodeName> CourtCauses);

/// <param name="Name">Statutory name; stays Chinese in every language.</param>
public sealed record CodeName(string Code, string Name);
