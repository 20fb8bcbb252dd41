using Mediation.Contracts.Identity;
using Mediation.Contracts.Intake;
using Mediation.Contracts.Outcomes;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Npgsql;

namespace Mediation.Disputes.Service;

/// <summary>An accepted request becomes a dispute with a claim of each worker; the message brings all ids, so a second
/// delivery finds them taken and changes nothing.</summary>
internal sealed class OpenOnAcceptance(Caseworker caseworker) : IHandle<RequestAccepted>
{
    public Task Handle(RequestAccepted message, Changes changes, CancellationToken ct)
    {
        var employers = message.Employers.Select(e => new Respondent(e.PartyId, e.GroupId, Roles(e.Capacity))).ToList();
        var opened = new DisputeOpened(
            message.DisputeId,
            message.RequestId,
            message.CaseNumber,
            message.Unit,
            Roles(message.Channel),
            Roles(message.Relation),
            Roles(message.Head),
            message.ReceivedOn,
            message.AcceptedOn,
            employers,
            [.. message.Workers.Select(w => new MemberOpened(w.WorkerClaimId, w.PartyId))]
        );
        var joined = message.Workers.Select(w => new WorkerJoined(
            w.WorkerClaimId,
            message.DisputeId,
            message.CaseNumber,
            message.Unit,
            opened.Channel,
            message.AcceptedOn,
            w.PartyId,
            w.PersonId,
            employers,
            new(
                w.Profile.Industry,
                w.Profile.Ownership,
                w.Profile.NewEmploymentForm,
                w.Profile.MigrantWorker,
                w.Profile.UnionMember,
                Roles(w.Profile.Sex),
                w.Profile.AgeBand
            ),
            [
                .. w.Items.Select(i => new Domain.ClaimItem(
                    i.ItemId,
                    i.Type.As<ItemType>(),
                    i.PeriodFrom,
                    i.PeriodTo,
                    i.ClaimedFen is { } fen ? new Money(fen) : null,
                    i.InfringedOn
                )),
            ],
            w.EmploymentEndedOn
        ));
        return caseworker.Decide(message.DisputeId, new OpenDispute(opened, [.. joined]), changes, ct);
    }

    private static string Roles(Enum word) => word.ToString();
}

/// <summary>What Outcomes knows of the money is noted on the worker's claim; only closing asks for it.</summary>
internal sealed class NoteStanding(
    EventJournal journal,
    Aggregate<WorkerClaim, IWorkerClaimCommand, IWorkerClaimEvent> claims
) : IHandle<RecoveryStanding>
{
    public Task Handle(RecoveryStanding message, Changes changes, CancellationToken ct) =>
        journal.Decide(
            claims,
            message.WorkerClaimId,
            new NoteRecovery(message.ItemId, new(message.CountersignedFen), new(message.AwaitingFen)),
            changes,
            ct
        );
}

/// <summary>Keeps who may be appointed as mediator and where.</summary>
internal sealed class KeepMediators : IHandle<GrantsChanged>
{
    public Task Handle(GrantsChanged message, Changes changes, CancellationToken ct)
    {
        changes.Also(
            """
            insert into mediators as m (account, version, units) values ($1, $2, $3)
            on conflict (account) do update set version = excluded.version, units = excluded.units
            where m.version < excluded.version
            """,
            new NpgsqlParameter<Guid> { TypedValue = message.AccountId },
            new NpgsqlParameter<long> { TypedValue = message.Source.Version },
            new NpgsqlParameter<string[]>
            {
                TypedValue = [.. message.Grants.Where(g => g.Role is Role.Mediator).Select(g => g.Unit)],
            }
        );
        return Task.CompletedTask;
    }
}
