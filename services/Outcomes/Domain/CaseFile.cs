namespace Mediation.Outcomes;

public interface ICaseFileEvent;

/// <summary>A mediation case was opened: it counts as accepted by the unit from this day.</summary>
public sealed record CaseOpened(
    Guid DisputeId,
    Guid RequestId,
    string CaseNumber,
    string Unit,
    string Channel,
    DateOnly AcceptedOn,
    IReadOnlyList<Guid> Employers
) : ICaseFileEvent;

/// <summary>A worker of the case, with the coded profile that statistics need and the lines of her items.</summary>
public sealed record CaseWorkerNoted(
    Guid DisputeId,
    Guid WorkerClaimId,
    Guid PartyId,
    Guid PersonId,
    string CaseNumber,
    string Unit,
    DateOnly AcceptedOn,
    IReadOnlyList<LineEmployer> Employers,
    WorkerProfile Profile,
    IReadOnlyList<Guid> Lines
) : ICaseFileEvent;

/// <summary>Coded facts about a worker; no identity.</summary>
public sealed record WorkerProfile(
    string? Industry,
    string? Ownership,
    bool NewEmploymentForm,
    bool MigrantWorker,
    bool UnionMember,
    string Sex,
    int? AgeBand
);

/// <summary>A line for an item that was first named in the agreement.</summary>
public sealed record CaseLineAdded(Guid WorkerClaimId, Guid Line) : ICaseFileEvent;

public sealed record CaseResponsibilityNoted(string Unit, Guid? Account) : ICaseFileEvent;

public sealed record CaseWithdrawn(DateOnly On) : ICaseFileEvent;

public sealed record CaseMediationFailed(string ReasonCode, DateOnly On) : ICaseFileEvent;

public sealed record CaseClosed(string OutcomeCode, DateOnly On) : ICaseFileEvent;

public sealed record CaseWorker(
    Guid WorkerClaimId,
    Guid PartyId,
    Guid PersonId,
    IReadOnlyList<LineEmployer> Employers,
    IReadOnlyList<Guid> Lines
);

/// <summary>What Outcomes was told about a dispute. The messages of a dispute and of its workers come in any order, so
/// a worker may be known before the case.</summary>
public abstract record CaseFile
{
    public sealed record NotArrived : CaseFile;

    /// <param name="Opened">The case itself was announced, not only a worker of it.</param>
    public sealed record Arrived(
        Guid DisputeId,
        bool Opened,
        string CaseNumber,
        string Unit,
        DateOnly AcceptedOn,
        Guid? Responsible,
        IReadOnlyList<CaseWorker> Workers,
        DateOnly? WithdrawnOn,
        DateOnly? FailedOn,
        DateOnly? ClosedOn
    ) : CaseFile
    {
        public CaseWorker? Worker(Guid workerClaimId) => Workers.FirstOrDefault(w => w.WorkerClaimId == workerClaimId);
    }

    public static readonly CaseFile Initial = new NotArrived();

    /// <exception cref="InvalidOperationException">The event cannot follow on this state: the log is damaged.</exception>
    public static CaseFile Evolve(CaseFile state, ICaseFileEvent e) =>
        (state, e) switch
        {
            (NotArrived, CaseOpened o) => new Arrived(
                o.DisputeId,
                true,
                o.CaseNumber,
                o.Unit,
                o.AcceptedOn,
                null,
                [],
                null,
                null,
                null
            ),
            (Arrived a, CaseOpened) => a with { Opened = true },
            (NotArrived, CaseWorkerNoted w) => new Arrived(
                w.DisputeId,
                false,
                w.CaseNumber,
                w.Unit,
                w.AcceptedOn,
                null,
                [Worker(w)],
                null,
                null,
                null
            ),
            (Arrived a, CaseWorkerNoted w) => a with { Workers = [.. a.Workers, Worker(w)] },
            (Arrived a, CaseLineAdded l) => a with
            {
                Workers =
                [
                    .. a.Workers.Select(w =>
                        w.WorkerClaimId == l.WorkerClaimId ? w with { Lines = [.. w.Lines, l.Line] } : w
                    ),
                ],
            },
            (Arrived a, CaseResponsibilityNoted r) => a with { Unit = r.Unit, Responsible = r.Account },
            (Arrived a, CaseWithdrawn w) => a with { WithdrawnOn = w.On },
            (Arrived a, CaseMediationFailed f) => a with { FailedOn = f.On },
            (Arrived a, CaseClosed c) => a with { ClosedOn = c.On },
            _ => throw new InvalidOperationException($"{e.GetType().Name} cannot follow on {state.GetType().Name}."),
        };

    private static CaseWorker Worker(CaseWorkerNoted w) =>
        new(w.WorkerClaimId, w.PartyId, w.PersonId, w.Employers, w.Lines);
}
