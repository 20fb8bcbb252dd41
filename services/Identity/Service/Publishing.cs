using Mediation.Contracts;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Identity.Domain;
using Contract = Mediation.Contracts.Identity;

namespace Mediation.Identity.Service;

/// <summary>What the other services may know. The stream of grants has the account's id.</summary>
internal sealed class Publishing : IPublish<Message>
{
    public Message? Map(StoredEvent stored, Origin origin)
    {
        var source = origin.Source();
        return stored.Data switch
        {
            UnitOpened e => new Contract.OrgUnitOpened(
                source,
                e.Code,
                e.ParentCode,
                e.Name,
                Enum.Parse<Contract.UnitLevel>(e.Level.ToString()),
                e.Order,
                e.From
            ),
            UnitRenamed e => new Contract.OrgUnitRenamed(source, e.Code, e.Name, e.From),
            UnitMoved e => new Contract.OrgUnitMoved(source, e.Code, e.ParentCode, e.From),
            UnitClosed e => new Contract.OrgUnitClosed(source, e.Code, e.From),
            RoleGranted e => Changed(source, e.PersonId, e.Held),
            RoleRevoked e => Changed(source, e.PersonId, e.Held),
            AbsenceRecorded e => new Contract.AbsenceRecorded(
                source,
                origin.Stream,
                e.AbsenceId,
                e.SubstituteAccountId,
                e.From,
                e.To
            ),
            AbsenceCancelled e => new Contract.AbsenceCancelled(source, origin.Stream, e.AbsenceId),
            TokensRevoked or AccountLocked => new Contract.AccountRevoked(source, origin.Stream, origin.RecordedAt),
            AccountEnrolled or AccountUnlocked => null,
            _ => throw new InvalidOperationException($"Nobody decided whether {stored.Name} is published."),
        };
    }

    private static Contract.GrantsChanged Changed(SourceEvent source, Guid person, IReadOnlyList<HeldRole> held) =>
        new(
            source,
            source.Stream,
            person,
            [.. held.Select(r => new Contract.RoleGrant(Staff.RoleOf(r.Role), r.Unit, r.From, r.To))],
            source.RecordedAt
        );
}
