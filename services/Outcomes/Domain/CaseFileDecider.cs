namespace Mediation.Outcomes;

public interface ICaseFileCommand;

public sealed record NoteOpened(CaseOpened Facts) : ICaseFileCommand;

public sealed record NoteWorker(CaseWorkerNoted Facts) : ICaseFileCommand;

public sealed record NoteLine(Guid WorkerClaimId, Guid Line) : ICaseFileCommand;

public sealed record NoteResponsibility(string Unit, Guid? Account) : ICaseFileCommand;

public sealed record NoteWithdrawn(DateOnly On) : ICaseFileCommand;

public sealed record NoteMediationFailed(string ReasonCode, DateOnly On) : ICaseFileCommand;

public sealed record NoteClosed(string OutcomeCode, DateOnly On) : ICaseFileCommand;

public static class CaseFileRefusals
{
    /// <summary>A message about a case or a worker nobody announced: its predecessor is missing.</summary>
    public const string CaseUnknown = "case_unknown";

    public const string WorkerUnknown = "worker_unknown";
}

/// <summary>Decides on what Disputes told; a message told twice changes nothing.</summary>
public static class CaseFileDecider
{
    /// <exception cref="Refused">With one of <see cref="CaseFileRefusals"/>.</exception>
    public static IReadOnlyList<ICaseFileEvent> Decide(CaseFile state, ICaseFileCommand command) =>
        (state, command) switch
        {
            (CaseFile.NotArrived, NoteOpened c) => [c.Facts],
            (CaseFile.Arrived a, NoteOpened c) => a.Opened ? [] : [c.Facts],
            (CaseFile.NotArrived, NoteWorker c) => [c.Facts],
            (CaseFile.Arrived a, NoteWorker c) => a.Worker(c.Facts.WorkerClaimId) is null ? [c.Facts] : [],
            (CaseFile.NotArrived, _) => throw new Refused(CaseFileRefusals.CaseUnknown),
            (CaseFile.Arrived a, NoteLine c) => a.Worker(c.WorkerClaimId) is not { } worker
                ? throw new Refused(CaseFileRefusals.WorkerUnknown)
            : worker.Lines.Contains(c.Line) ? []
            : [new CaseLineAdded(c.WorkerClaimId, c.Line)],
            (CaseFile.Arrived a, NoteResponsibility c) => a.Unit == c.Unit && a.Responsible == c.Account
                ? []
                : [new CaseResponsibilityNoted(c.Unit, c.Account)],
            (CaseFile.Arrived a, NoteWithdrawn c) => a.WithdrawnOn == c.On ? [] : [new CaseWithdrawn(c.On)],
            (CaseFile.Arrived a, NoteMediationFailed c) => a.FailedOn == c.On
                ? []
                : [new CaseMediationFailed(c.ReasonCode, c.On)],
            (CaseFile.Arrived a, NoteClosed c) => a.ClosedOn == c.On ? [] : [new CaseClosed(c.OutcomeCode, c.On)],
            _ => throw new InvalidOperationException($"{command.GetType().Name} is not a command of a case file."),
        };
}
