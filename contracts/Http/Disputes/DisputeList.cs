namespace Mediation.Contracts.Http.Disputes;

/// <summary>Where a mediation case stands (facts 3.2). With several workers the case is decided when each of them is:
/// agreed when one of them has an agreement in force, otherwise settled on the spot, failed, withdrawn in this order.</summary>
public enum DisputeState
{
    Accepted,
    Assigned,
    InSession,
    Agreed,
    SettledOnSpot,
    Failed,
    Withdrawn,
    Closed,
}

/// <summary>Columns by which `GET /disputes` sorts; equal rows follow by id.</summary>
public enum DisputeSort
{
    AcceptedOn,
    CaseNumber,
    State,
    ClaimedFen,
    AgreedFen,
    NextSession,
    LastChange,
    NextDue,
}

/// <summary>Query of `GET /disputes` (one page) and `GET /disputes.xlsx` (every row of the filter; 422 <c>too_many_rows</c> over 20,000).
/// A mediator sees the disputes she has; other readers the units their role covers.</summary>
/// <param name="Unit">Code of a unit; with <paramref name="Below"/> its subtree too (the default).</param>
/// <param name="Unassigned">Only disputes without a mediator.</param>
/// <param name="Text">Part of a case number. Names are searched at Intake, then `POST /cases/by-parties`.</param>
/// <param name="Page">From 1.</param>
/// <param name="Size">1 to 100, 20 when left out.</param>
public sealed record DisputeQuery(
    string? Unit = null,
    bool? Below = null,
    DisputeState? State = null,
    Guid? Mediator = null,
    bool? Unassigned = null,
    Channel? Channel = null,
    DateOnly? AcceptedFrom = null,
    DateOnly? AcceptedTo = null,
    string? Text = null,
    int? Page = null,
    int? Size = null,
    DisputeSort? Sort = null,
    bool? Descending = null
);

/// <summary>One row of the list. Names are resolved by the Portal from the party ids.</summary>
/// <param name="Workers">Parties of the first three workers; <paramref name="WorkerCount"/> says how many there are.</param>
/// <param name="PaidFen">Countersigned money that reached the workers, as Outcomes last told.</param>
/// <param name="EffectiveOn">Day the last agreement of the case took effect.</param>
/// <param name="NextDue">Nearest legal day of our duties and a party's rights (下一期限); null where none runs.</param>
public sealed record DisputeRow(
    Guid Id,
    string CaseNumber,
    string Unit,
    Channel Channel,
    DisputeState State,
    DateOnly ReceivedOn,
    DateOnly AcceptedOn,
    Guid? Mediator,
    IReadOnlyList<Guid> Workers,
    int WorkerCount,
    IReadOnlyList<Guid> Employers,
    long ClaimedFen,
    long AgreedFen,
    long PaidFen,
    DateTimeOffset? NextSession,
    DateOnly? EffectiveOn,
    DateOnly? ClosedOn,
    DateTimeOffset LastChange,
    long Version,
    DateOnly? NextDue = null
);

/// <summary>`POST /cases/by-parties`: the cases of these parties (at most 200) that the reader may see.</summary>
public sealed record CasesByParties(IReadOnlyList<Guid> PartyIds);

/// <param name="PartyIds">Which of the parties asked for take part in the case.</param>
public sealed record CaseOfParties(
    Guid Id,
    string CaseNumber,
    string Unit,
    DisputeState State,
    DateOnly AcceptedOn,
    string Path,
    IReadOnlyList<Guid> PartyIds
);
