using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

public interface ICaseFileEvent;

/// <summary>The case itself became known, or more of it.</summary>
/// <param name="RequestId">The request it came from; null as long as only a worker of it was told of.</param>
/// <param name="CaseNumber">Null before acceptance.</param>
public sealed record CaseNoted(Guid CaseId, Guid? RequestId, string Unit, string? CaseNumber) : ICaseFileEvent;

/// <summary>Mediation was applied for on a legal day.</summary>
public sealed record ApplicationNoted(DateOnly On) : ICaseFileEvent;

/// <summary>A worker with her items; told again it replaces what was known of her.</summary>
public sealed record CaseWorkerNoted(CaseWorker Worker) : ICaseFileEvent;

/// <summary>Who answers for the case; null: the unit's head does.</summary>
public sealed record ResponsibilityNoted(Guid? Account) : ICaseFileEvent;

/// <param name="NewEmploymentForm">新就业形态: extensions have a lower cap in Beijing.</param>
public sealed record CaseWorker(
    Guid WorkerClaimId,
    Guid PartyId,
    bool NewEmploymentForm,
    ImmutableArray<CaseItem> Items
)
{
    public bool SameAs(CaseWorker other) =>
        this with { Items = [] } == other with { Items = [] } && Items.SequenceEqual(other.Items);
}

/// <param name="Remuneration">劳动报酬: its limitation runs from the end of the employment only (劳动争议调解仲裁法 27).</param>
public sealed record CaseItem(Guid ItemId, bool Remuneration);

/// <summary>What Deadlines was told about a case; messages of a request, a dispute and its workers come in any order.</summary>
public sealed record CaseFile(
    Guid CaseId,
    Guid? RequestId,
    string? Unit,
    string? CaseNumber,
    Guid? Responsible,
    DateOnly? AppliedOn,
    ImmutableArray<CaseWorker> Workers
)
{
    public static CaseFile Initial { get; } = new(Guid.Empty, null, null, null, null, null, []);

    public CaseWorker? Worker(Guid workerClaim) => Workers.FirstOrDefault(w => w.WorkerClaimId == workerClaim);

    public static CaseFile Evolve(CaseFile state, ICaseFileEvent e) =>
        e switch
        {
            CaseNoted n => state with
            {
                CaseId = n.CaseId,
                RequestId = n.RequestId,
                Unit = n.Unit,
                CaseNumber = n.CaseNumber,
            },
            ApplicationNoted a => state with { AppliedOn = a.On },
            CaseWorkerNoted w => state with
            {
                Workers = [.. state.Workers.Where(x => x.WorkerClaimId != w.Worker.WorkerClaimId), w.Worker],
            },
            ResponsibilityNoted r => state with { Responsible = r.Account },
            _ => throw new InvalidOperationException($"{e.GetType().Name} is not an event of a case file."),
        };
}

public interface ICaseFileCommand;

/// <param name="RequestId">Null where the message does not name it.</param>
/// <param name="CaseNumber">Null before acceptance; a unit told together with a number outweighs one told without.</param>
public sealed record NoteCase(Guid CaseId, Guid? RequestId, string Unit, string? CaseNumber) : ICaseFileCommand;

public sealed record NoteApplication(DateOnly On) : ICaseFileCommand;

public sealed record NoteWorker(CaseWorker Worker) : ICaseFileCommand;

public sealed record NoteResponsibility(Guid? Account) : ICaseFileCommand;

/// <summary>Takes down what the other services told. Nothing is refused; what is known already changes nothing.</summary>
public static class CaseFileDecider
{
    public static IReadOnlyList<ICaseFileEvent> Decide(CaseFile state, ICaseFileCommand command) =>
        command switch
        {
            NoteCase c => Note(state, c),
            NoteApplication c => state.AppliedOn == c.On ? [] : [new ApplicationNoted(c.On)],
            NoteWorker c => state.Worker(c.Worker.WorkerClaimId)?.SameAs(c.Worker) == true
                ? []
                : [new CaseWorkerNoted(c.Worker)],
            NoteResponsibility c => state.Responsible == c.Account ? [] : [new ResponsibilityNoted(c.Account)],
            _ => throw new InvalidOperationException($"{command.GetType().Name} is not a command of a case file."),
        };

    private static IReadOnlyList<ICaseFileEvent> Note(CaseFile state, NoteCase c)
    {
        var noted = new CaseNoted(
            c.CaseId,
            c.RequestId ?? state.RequestId,
            state.Unit is { } unit && c.CaseNumber is null && state.CaseNumber is not null ? unit : c.Unit,
            c.CaseNumber ?? state.CaseNumber
        );
        return
            state.CaseId == noted.CaseId
            && state.RequestId == noted.RequestId
            && state.Unit == noted.Unit
            && state.CaseNumber == noted.CaseNumber
            ? []
            : [noted];
    }
}
