using Mediation.Contracts;
using Mediation.Contracts.Identity;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;

namespace Mediation;

/// <summary>What the messages of Identity mean for access. The platform knows no contracts and the contracts know no
/// platform, so this is compiled into each service as source.</summary>
internal static class AccessMessages
{
    /// <summary>Callers by access token; roles within the service's own copy of the tree; revoked tokens refused.</summary>
    public static ServiceHost<Message> Access(this ServiceHost<Message> host) =>
        host.Access<Message, OrgUnitMessage, GrantMessage>(Unit, Revocation);

    private static UnitFact? Unit(Message message) =>
        message switch
        {
            OrgUnitOpened m => new(m.Code, m.Source.Version, m.From, m.Name, m.ParentCode, Closes: false),
            OrgUnitRenamed m => new(m.Code, m.Source.Version, m.From, m.Name, Parent: null, Closes: false),
            OrgUnitMoved m => new(m.Code, m.Source.Version, m.From, Name: null, m.ParentCode, Closes: false),
            OrgUnitClosed m => new(m.Code, m.Source.Version, m.From, Name: null, Parent: null, Closes: true),
            _ => null,
        };

    // A new absence voids nothing: the substitute's next token brings it. Its end must not wait for that.
    private static (Guid Account, long Version)? Revocation(Message message) =>
        message switch
        {
            GrantsChanged m => (m.AccountId, m.Source.Version),
            AccountRevoked m => (m.AccountId, m.Source.Version),
            AbsenceCancelled m => (m.AccountId, m.Source.Version),
            _ => null,
        };
}
