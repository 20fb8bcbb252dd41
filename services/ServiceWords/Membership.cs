using Mediation.Contracts;
using Mediation.Contracts.Audit;
using Mediation.Contracts.Identity;
using Mediation.Hosting;

namespace Mediation;

/// <summary>What every service does alike as a member of the federation of services: it says where its messages come
/// from, how its domain refuses, tells the others the root of its audit chain, and lets operators look at it.</summary>
internal static class Membership
{
    public static ServiceHost<Message> Member(this ServiceHost<Message> host) =>
        host.Origins(m => m.Source.Origin())
            .Refusals(e => e is Refused refused ? new(refused.Code, refused.Arguments) : null)
            .AuditRoots<AuditRootMessage>(
                (root, origin) => new AuditRootNoted(origin.Source(), root.Service, root.Day, root.Position, root.Hash),
                message =>
                    message is AuditRootNoted noted
                        ? new(noted.Service, noted.Day, noted.Position, noted.Hash)
                        : throw new InvalidOperationException(message.GetType().Name)
            )
            .Operable(Role.Administrator, Role.Supervisor);

    /// <summary>Where a message comes from, as the platform orders by it.</summary>
    public static Origin Origin(this SourceEvent s) =>
        new(s.EventId, s.Stream, s.Version, s.PreviousVersion, s.RecordedAt, s.EffectiveOn);

    /// <summary>The same as a contract carries it.</summary>
    public static SourceEvent Source(this Origin o) =>
        new(o.EventId, o.Stream, o.Version, o.PreviousVersion, o.RecordedAt, o.EffectiveOn);
}
