using Mediation.Contracts.Disputes;
using Mediation.EventStore;
using Mediation.Hosting;

namespace Mediation.Outcomes.Service;

/// <summary>Notes a case in this service's own log. The messages of a case and of its workers come in any order.</summary>
internal sealed class NoteCase(EventJournal journal)
    : IHandle<DisputeOpened>,
        IHandle<ResponsibilityChanged>,
        IHandle<DisputeClosed>
{
    public Task Handle(DisputeOpened message, Changes changes, CancellationToken ct) =>
        Note(
            message.DisputeId,
            new NoteOpened(
                new(
                    message.DisputeId,
                    message.RequestId,
                    message.CaseNumber,
                    message.Unit,
                    message.Channel.Code(),
                    message.AcceptedOn,
                    message.Employers
                )
            ),
            changes,
            ct
        );

    public Task Handle(ResponsibilityChanged message, Changes changes, CancellationToken ct) =>
        Note(message.DisputeId, new NoteResponsibility(message.Unit, message.ResponsibleAccount), changes, ct);

    public Task Handle(DisputeClosed message, Changes changes, CancellationToken ct) =>
        Note(message.DisputeId, new NoteClosed(message.OutcomeCode, message.ClosedOn), changes, ct);

    private Task<IReadOnlyList<ICaseFileEvent>> Note(
        Guid dispute,
        ICaseFileCommand command,
        Changes changes,
        CancellationToken ct
    ) => journal.Decide(Streams.Case, dispute, command, changes, ct);
}

/// <summary>The end of a whole dispute ends its lines. A worker who is told of later finds the end in the case file:
/// both write to it, so neither misses the other.</summary>
internal sealed class EndCase(EventJournal journal, Bookkeeper books)
    : IHandle<DisputeWithdrawn>,
        IHandle<MediationFailed>
{
    public Task Handle(DisputeWithdrawn message, Changes changes, CancellationToken ct) =>
        End(message.DisputeId, new NoteWithdrawn(message.WithdrawnOn), new Withdraw(message.WithdrawnOn), changes, ct);

    public Task Handle(MediationFailed message, Changes changes, CancellationToken ct) =>
        End(
            message.DisputeId,
            new NoteMediationFailed(message.ReasonCode, message.FailedOn),
            new NoteFailure(message.FailedOn),
            changes,
            ct
        );

    private async Task End(
        Guid dispute,
        ICaseFileCommand note,
        IRecoveryLineCommand end,
        Changes changes,
        CancellationToken ct
    )
    {
        var file = await journal.Load(Streams.Case, dispute, ct: ct);
        changes.Append(Streams.Case.Name, file, Streams.Case.Decide(file.State, note));
        if (file.State is CaseFile.Arrived arrived)
            foreach (var line in arrived.Workers.SelectMany(w => w.Lines))
                await books.Decide(line, [end], changes, ct);
    }
}

/// <summary>A worker's items become lines.</summary>
internal sealed class OpenLines(EventJournal journal, Bookkeeper books) : IHandle<WorkerJoined>
{
    public async Task Handle(WorkerJoined message, Changes changes, CancellationToken ct)
    {
        var employers = message.Employers.Select(e => new LineEmployer(e.PartyId, e.GroupId)).ToList();
        var file = await journal.Load(Streams.Case, message.DisputeId, ct: ct);
        changes.Append(
            Streams.Case.Name,
            file,
            Streams.Case.Decide(
                file.State,
                new NoteWorker(
                    new(
                        message.DisputeId,
                        message.WorkerClaimId,
                        message.PartyId,
                        message.PersonId,
                        message.CaseNumber,
                        message.Unit,
                        message.AcceptedOn,
                        employers,
                        new(
                            message.Profile.Industry,
                            message.Profile.Ownership,
                            message.Profile.NewEmploymentForm,
                            message.Profile.MigrantWorker,
                            message.Profile.UnionMember,
                            message.Profile.Sex.Code(),
                            message.Profile.AgeBand
                        ),
                        [.. message.Items.Select(i => Streams.LineOf(message.WorkerClaimId, i.ItemId))]
                    )
                )
            )
        );
        foreach (var item in message.Items)
        {
            var line = Streams.LineOf(message.WorkerClaimId, item.ItemId);
            var commands = new List<IRecoveryLineCommand>
            {
                new OpenLine(
                    new(
                        line,
                        message.WorkerClaimId,
                        message.DisputeId,
                        item.ItemId,
                        message.PartyId,
                        message.PersonId,
                        employers,
                        item.Type.As<ItemType>(),
                        item.PeriodFrom,
                        item.PeriodTo,
                        item.ClaimedFen is { } fen ? new Money(fen) : null,
                        message.CaseNumber,
                        message.Unit,
                        message.AcceptedOn
                    )
                ),
            };
            if (file.State is CaseFile.Arrived { FailedOn: { } failed })
                commands.Add(new NoteFailure(failed));
            if (file.State is CaseFile.Arrived { WithdrawnOn: { } withdrawn })
                commands.Add(new Withdraw(withdrawn));
            await books.Decide(line, commands, changes, ct);
        }
    }
}

/// <summary>What is agreed is put in force, line by line; an item named first in the agreement gets its line here.</summary>
internal sealed class TakeEffect(EventJournal journal, Bookkeeper books)
    : IHandle<AgreementEffective>,
        IHandle<SettledOnSpot>
{
    public async Task Handle(AgreementEffective message, Changes changes, CancellationToken ct)
    {
        var added = await Added(message.DisputeId, message.WorkerClaimId, message.Items, changes, ct);
        foreach (var item in message.Items)
            await books.Decide(
                Streams.LineOf(message.WorkerClaimId, item.ItemId),
                [
                    .. added.Where(a => a.Facts.ItemId == item.ItemId),
                    new PutInForce(
                        message.AgreementId,
                        message.EffectiveOn,
                        new(item.AgreedFen),
                        [.. item.Instalments.Select(i => new Instalment(i.Number, new(i.AmountFen), i.DueOn))],
                        item.ToFund
                    ),
                ],
                changes,
                ct
            );
    }

    public async Task Handle(SettledOnSpot message, Changes changes, CancellationToken ct)
    {
        var added = await Added(message.DisputeId, message.WorkerClaimId, message.Items, changes, ct);
        // One slip, one payment, whatever number of items it pays; its id follows from the message.
        var payment = NameBasedId.From(message.Source.EventId, "payment");
        var holder = await books.HolderOf(message.PaymentProof.Sha256, ct);
        var paid = message.Items.Where(i => i.AgreedFen > 0).ToList();
        foreach (var item in paid)
            await books.Decide(
                Streams.LineOf(message.WorkerClaimId, item.ItemId),
                [
                    .. added.Where(a => a.Facts.ItemId == item.ItemId),
                    new SettleOnSpot(
                        NameBasedId.From(message.Source.EventId, "instrument"),
                        message.SettledOn,
                        new(item.AgreedFen),
                        item.ToFund,
                        payment,
                        new(
                            message.PaymentProof.ContentId,
                            message.PaymentProof.Sha256,
                            message.PaymentProof.Size,
                            message.PaymentProof.MediaType,
                            EvidenceHome.Disputes
                        ),
                        holder,
                        new(message.RecordedByAccount, message.RecordedByPerson)
                    ),
                ],
                changes,
                ct
            );
        if (holder is null && paid.Count > 0)
            Bookkeeper.Hold(changes, message.PaymentProof.Sha256, payment, message.DisputeId);
    }

    private async Task<IReadOnlyList<OpenLine>> Added(
        Guid dispute,
        Guid workerClaim,
        IReadOnlyList<AgreedItem> items,
        Changes changes,
        CancellationToken ct
    )
    {
        var added = items.Where(i => i.AddedType is not null).ToList();
        if (added.Count == 0)
            return [];
        var file = await journal.Load(Streams.Case, dispute, ct: ct);
        var noted = new List<ICaseFileEvent>();
        foreach (var item in added)
            noted.AddRange(
                Streams.Case.Decide(file.State, new NoteLine(workerClaim, Streams.LineOf(workerClaim, item.ItemId)))
            );
        changes.Append(Streams.Case.Name, file, noted);
        var arrived = (CaseFile.Arrived)file.State;
        var worker = arrived.Worker(workerClaim)!;
        return
        [
            .. added.Select(i => new OpenLine(
                new(
                    Streams.LineOf(workerClaim, i.ItemId),
                    workerClaim,
                    dispute,
                    i.ItemId,
                    worker.PartyId,
                    worker.PersonId,
                    worker.Employers,
                    i.AddedType!.Value.As<ItemType>(),
                    null,
                    null,
                    null,
                    arrived.CaseNumber,
                    arrived.Unit,
                    arrived.AcceptedOn
                )
            )),
        ];
    }
}

/// <summary>A worker withdrew or mediation failed for her alone; the others of the dispute go on.</summary>
internal sealed class EndClaim(EventJournal journal, Bookkeeper books)
    : IHandle<WorkerClaimWithdrawn>,
        IHandle<WorkerClaimFailed>
{
    public Task Handle(WorkerClaimWithdrawn message, Changes changes, CancellationToken ct) =>
        End(message.DisputeId, message.WorkerClaimId, new Withdraw(message.WithdrawnOn), changes, ct);

    public Task Handle(WorkerClaimFailed message, Changes changes, CancellationToken ct) =>
        End(message.DisputeId, message.WorkerClaimId, new NoteFailure(message.FailedOn), changes, ct);

    private async Task End(
        Guid dispute,
        Guid workerClaim,
        IRecoveryLineCommand end,
        Changes changes,
        CancellationToken ct
    )
    {
        var file = await journal.Load(Streams.Case, dispute, ct: ct);
        // The worker joined before by the order of her own stream, so her lines are known.
        foreach (var line in (file.State as CaseFile.Arrived)?.Worker(workerClaim)?.Lines ?? [])
            await books.Decide(line, [end], changes, ct);
    }
}
