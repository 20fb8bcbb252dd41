using Mediation.Contracts;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Identity;
using Mediation.Contracts.Intake;
using Mediation.Contracts.Outcomes;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Mediation.Hosting;

namespace Mediation.Deadlines.Service;

/// <summary>What a message is about, on its legal days.</summary>
internal static class Told
{
    /// <summary>A fact of the message. One message tells a fact once, so that a repetition is known by its id.</summary>
    public static ToldFact Fact(this Message message, string name, DateOnly on) =>
        new(name, NameBasedId.From(message.Source.EventId, name), on, message.EnteredOn());

    public static DateOnly EnteredOn(this Message message) => LegalDay.Of(message.Source.RecordedAt);

    /// <summary>The id under which a case stands from its request on: that of the dispute it may become.</summary>
    public static Guid CaseOf(Guid request) => NameBasedId.From(request, "dispute");

    public static CaseWorker Worker(Guid claim, Guid party, bool newForm, IEnumerable<ClaimItem> items) =>
        new(claim, party, newForm, [.. items.Select(i => new CaseItem(i.ItemId, IsRemuneration(i.Type)))]);

    /// <summary>What limits how long a worker may still go to arbitration: the day of the infringement per item, the end of
    /// the employment for what is owed as pay (劳动争议调解仲裁法 27).</summary>
    public static IEnumerable<(ToldFact, Concerned)> Limitation(
        this Message message,
        Concerned whole,
        CaseWorker worker,
        IReadOnlyList<ClaimItem> items,
        DateOnly? employmentEndedOn,
        bool corrects
    )
    {
        foreach (var item in items)
            if (item.InfringedOn is { } infringed)
                yield return (
                    message.Fact("rightInfringed", infringed) with
                    {
                        Corrects = corrects,
                    },
                    whole with
                    {
                        Whole = false,
                        Workers = [worker with { Items = [.. worker.Items.Where(i => i.ItemId == item.ItemId)] }],
                    }
                );
        if (employmentEndedOn is { } ended)
            yield return (
                message.Fact("employmentEnded", ended) with
                {
                    Corrects = corrects,
                },
                whole with
                {
                    Whole = false,
                    Workers = [worker],
                }
            );
    }

    private static bool IsRemuneration(ClaimItemType type) =>
        type is ClaimItemType.Wages or ClaimItemType.Overtime or ClaimItemType.CommissionOrBonus;
}

/// <summary>Mediation is applied for: the organisation's days to decide begin, and so do the parties' until they may go to
/// arbitration; the limitation is interrupted.</summary>
internal sealed class NoteApplied(EventJournal journal, Clockwork clocks)
    : IHandle<MediationApplied>,
        IHandle<ClaimsAmended>
{
    public Task Handle(MediationApplied message, Changes changes, CancellationToken ct) =>
        Note(
            message,
            new(message.DisputeId, message.RequestId, message.Unit, null),
            message.ReceivedOn,
            message.Workers,
            corrects: false,
            changes,
            ct
        );

    public Task Handle(ClaimsAmended message, Changes changes, CancellationToken ct) =>
        Note(
            message,
            new(message.DisputeId, message.RequestId, message.Unit, null),
            null,
            message.Workers,
            corrects: true,
            changes,
            ct
        );

    private async Task Note(
        Message message,
        NoteCase note,
        DateOnly? receivedOn,
        IReadOnlyList<ApplyingWorker> applying,
        bool corrects,
        Changes changes,
        CancellationToken ct
    )
    {
        var workers = applying
            .Select(w => (Told: w, Worker: Told.Worker(w.WorkerClaimId, w.PartyId, w.NewEmploymentForm, w.Items)))
            .ToList();
        var loaded = await journal.Load(Streams.Case, note.CaseId, ct: ct);
        IEnumerable<ICaseFileCommand> commands = [note, .. workers.Select(w => new NoteWorker(w.Worker))];
        if (receivedOn is { } received)
            commands = commands.Append(new NoteApplication(received));
        var file = changes.Note(loaded, commands);
        var to = new Concerned(note.CaseId, file.Unit!, Whole: true, [.. workers.Select(w => w.Worker)]);
        var facts = workers
            .SelectMany(w => message.Limitation(to, w.Worker, w.Told.Items, w.Told.EmploymentEndedOn, corrects))
            .ToList();
        // Told by the case and its day, so that items named later are interrupted by the same application.
        if (file.AppliedOn is { } applied)
            facts.Add(
                (
                    new(
                        "mediationApplied",
                        NameBasedId.From(note.CaseId, $"mediationApplied {applied:yyyy-MM-dd}"),
                        applied,
                        message.EnteredOn()
                    ),
                    to
                )
            );
        await clocks.Tell(facts, changes, ct);
    }
}

/// <summary>The request was decided on, or ended otherwise.</summary>
internal sealed class NoteDecided(EventJournal journal, Clockwork clocks)
    : IHandle<RequestAccepted>,
        IHandle<RequestNotAccepted>,
        IHandle<RequestAdvised>,
        IHandle<RequestReferredOut>,
        IHandle<RequestWithdrawn>,
        IHandle<RequestDuplicateLinked>
{
    public async Task Handle(RequestAccepted message, Changes changes, CancellationToken ct)
    {
        var loaded = await journal.Load(Streams.Case, message.DisputeId, ct: ct);
        var file = changes.Note(
            loaded,
            [new NoteCase(message.DisputeId, message.RequestId, message.Unit, message.CaseNumber)]
        );
        // Each worker's own clocks begin when her claim tells of it.
        await clocks.Tell(
            [(message.Fact("accepted", message.AcceptedOn), new(message.DisputeId, file.Unit!, Whole: true, []))],
            changes,
            ct
        );
    }

    public Task Handle(RequestNotAccepted message, Changes changes, CancellationToken ct) =>
        End(message, message.RequestId, "notAccepted", message.DecidedOn, changes, ct);

    public Task Handle(RequestAdvised message, Changes changes, CancellationToken ct) =>
        End(message, message.RequestId, "advised", message.AdvisedOn, changes, ct);

    public Task Handle(RequestReferredOut message, Changes changes, CancellationToken ct) =>
        End(message, message.RequestId, "referredOut", message.ReferredOn, changes, ct);

    public Task Handle(RequestWithdrawn message, Changes changes, CancellationToken ct) =>
        End(message, message.RequestId, "withdrawn", message.WithdrawnOn, changes, ct);

    public Task Handle(RequestDuplicateLinked message, Changes changes, CancellationToken ct) =>
        End(message, message.RequestId, "duplicateLinked", message.LinkedOn, changes, ct);

    private async Task End(
        Message message,
        Guid request,
        string fact,
        DateOnly? on,
        Changes changes,
        CancellationToken ct
    )
    {
        var id = Told.CaseOf(request);
        var file = (await journal.Load(Streams.Case, id, ct: ct)).State;
        // Nothing was applied for, so nothing runs: the messages of a request come in the order of its events.
        if (file.Unit is not { } unit)
            return;
        await clocks.Tell(
            [(message.Fact(fact, on ?? message.EnteredOn()), new(id, unit, Whole: true, file.Workers))],
            changes,
            ct
        );
    }
}

/// <summary>Takes down the case and who answers for it.</summary>
internal sealed class NoteDispute(EventJournal journal) : IHandle<DisputeOpened>, IHandle<ResponsibilityChanged>
{
    public async Task Handle(DisputeOpened message, Changes changes, CancellationToken ct) =>
        changes.Note(
            await journal.Load(Streams.Case, message.DisputeId, ct: ct),
            [new NoteCase(message.DisputeId, message.RequestId, message.Unit, message.CaseNumber)]
        );

    public async Task Handle(ResponsibilityChanged message, Changes changes, CancellationToken ct) =>
        changes.Note(
            await journal.Load(Streams.Case, message.DisputeId, ct: ct),
            [new NoteResponsibility(message.ResponsibleAccount)]
        );
}

/// <summary>A worker is a party of an accepted case: mediation runs for her.</summary>
internal sealed class NoteJoined(EventJournal journal, Clockwork clocks) : IHandle<WorkerJoined>
{
    public async Task Handle(WorkerJoined message, Changes changes, CancellationToken ct)
    {
        var worker = Told.Worker(
            message.WorkerClaimId,
            message.PartyId,
            message.Profile.NewEmploymentForm,
            message.Items
        );
        var loaded = await journal.Load(Streams.Case, message.DisputeId, ct: ct);
        var file = changes.Note(
            loaded,
            [new NoteCase(message.DisputeId, null, message.Unit, message.CaseNumber), new NoteWorker(worker)]
        );
        var to = new Concerned(message.DisputeId, file.Unit!, Whole: false, [worker]);
        await clocks.Tell(
            [
                .. message.Limitation(to, worker, message.Items, message.EmploymentEndedOn, corrects: false),
                (message.Fact("accepted", message.AcceptedOn), to),
            ],
            changes,
            ct
        );
    }
}

/// <summary>What becomes of one worker's claim. She joined before, by the order of her own stream.</summary>
internal sealed class NoteClaim(EventJournal journal, Clockwork clocks)
    : IHandle<AgreementEffective>,
        IHandle<SettledOnSpot>,
        IHandle<WorkerClaimFailed>,
        IHandle<WorkerClaimWithdrawn>
{
    public async Task Handle(AgreementEffective message, Changes changes, CancellationToken ct)
    {
        var to = await Concerned(message.DisputeId, message.WorkerClaimId, ct);
        await clocks.Tell(
            [
                (message.Fact("agreementEffective", message.EffectiveOn), to),
                .. from item in message.Items
                from instalment in item.Instalments
                select (
                    message.Fact("instalmentAgreed", instalment.DueOn),
                    to with
                    {
                        Workers = [],
                        Instalment = new(
                            message.DisputeId,
                            Streams.InstalmentOf(message.WorkerClaimId, item.ItemId, instalment.Number),
                            to.Workers[0].PartyId
                        ),
                    }
                ),
            ],
            changes,
            ct
        );
    }

    public Task Handle(SettledOnSpot message, Changes changes, CancellationToken ct) =>
        End(message, message.DisputeId, message.WorkerClaimId, "settledOnSpot", message.SettledOn, changes, ct);

    public Task Handle(WorkerClaimFailed message, Changes changes, CancellationToken ct) =>
        End(message, message.DisputeId, message.WorkerClaimId, "mediationFailed", message.FailedOn, changes, ct);

    public Task Handle(WorkerClaimWithdrawn message, Changes changes, CancellationToken ct) =>
        End(message, message.DisputeId, message.WorkerClaimId, "withdrawn", message.WithdrawnOn, changes, ct);

    private async Task End(
        Message message,
        Guid dispute,
        Guid claim,
        string fact,
        DateOnly on,
        Changes changes,
        CancellationToken ct
    ) => await clocks.Tell([(message.Fact(fact, on), await Concerned(dispute, claim, ct))], changes, ct);

    private async Task<Concerned> Concerned(Guid dispute, Guid claim, CancellationToken ct)
    {
        var file = (await journal.Load(Streams.Case, dispute, ct: ct)).State;
        return new(
            dispute,
            file.Unit!,
            Whole: false,
            [file.Worker(claim) ?? throw new InvalidOperationException($"Worker claim {claim} has not joined.")]
        );
    }
}

/// <summary>What was paid of an instalment ends the wait for it; a payment that falls away begins it again.</summary>
internal sealed class NotePaid(Clockwork clocks) : IHandle<RecoveryStanding>
{
    public Task Handle(RecoveryStanding message, Changes changes, CancellationToken ct) =>
        clocks.Settle(
            (message.Instalments ?? []).Select(i =>
                (
                    message.Fact("instalmentPaid", i.PaidOn ?? message.EnteredOn()),
                    i.PaidOn,
                    new Concerned(
                        message.DisputeId,
                        "",
                        Whole: false,
                        [],
                        new(
                            message.DisputeId,
                            Streams.InstalmentOf(message.WorkerClaimId, message.ItemId, i.Number),
                            null
                        )
                    )
                )
            ),
            changes,
            ct
        );
}

/// <summary>Takes down who heads which unit and who stands in for whom.</summary>
internal sealed class NoteStaff(EventJournal journal)
    : IHandle<GrantsChanged>,
        IHandle<AbsenceRecorded>,
        IHandle<AbsenceCancelled>
{
    public Task Handle(GrantsChanged message, Changes changes, CancellationToken ct) =>
        Note(
            message.AccountId,
            new NoteDuties([.. message.Grants.Select(g => new Duty(g.Role.Code(), g.Unit, g.From, g.To))]),
            changes,
            ct
        );

    public Task Handle(AbsenceRecorded message, Changes changes, CancellationToken ct) =>
        Note(
            message.AccountId,
            new NoteAbsence(new(message.AbsenceId, message.SubstituteAccountId, message.From, message.To)),
            changes,
            ct
        );

    public Task Handle(AbsenceCancelled message, Changes changes, CancellationToken ct) =>
        Note(message.AccountId, new NoteReturn(message.AbsenceId), changes, ct);

    private Task<IReadOnlyList<IStaffMemberEvent>> Note(
        Guid account,
        IStaffMemberCommand command,
        Changes changes,
        CancellationToken ct
    ) => journal.Decide(Streams.Staff, account, command, changes, ct);
}

internal static class CaseFileChanges
{
    /// <summary>Adds what was told of a case to the changes.</summary>
    /// <returns>The case file after it.</returns>
    public static CaseFile Note(this Changes changes, Loaded<CaseFile> loaded, IEnumerable<ICaseFileCommand> commands)
    {
        var (state, happened) = (loaded.State, new List<ICaseFileEvent>());
        foreach (var command in commands)
        foreach (var e in CaseFileDecider.Decide(state, command))
        {
            happened.Add(e);
            state = CaseFile.Evolve(state, e);
        }
        changes.Append(Streams.Case.Name, loaded, happened);
        return state;
    }
}
