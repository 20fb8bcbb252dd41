using Mediation.Content;
using Mediation.Contracts;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Identity;
using Mediation.Contracts.Intake;
using Mediation.Contracts.Outcomes;
using Mediation.Disputes.Domain;
using Mediation.Hosting;

namespace Mediation.Disputes.Service;

/// <summary>What the service is made of.</summary>
internal static class DisputesHost
{
    public static ServiceHost<Message> Create(string[] args)
    {
        var host = new ServiceHost<Message>("disputes", args);
        host.Services.AddHttpContextAccessor()
            .AddScoped<CaseAccess>()
            .AddScoped<Caseworker>()
            .AddScoped<Desk>()
            .AddScoped<DisputeActions>()
            .AddScoped<DisputePage>();
        host.Services.AddHttpClient<PartyRegister>(c => PartyRegister.Configure(c, host.Configuration));
        return host.Access()
            .Member()
            .Texts("Mediation.Disputes.Service.Texts", typeof(Desk).Assembly)
            .Events(types => types.AddFamily<IDisputeEvent>().AddFamily<IWorkerClaimEvent>())
            .Aggregate(Streams.Disputes)
            .Aggregate(Streams.WorkerClaims)
            .View<DisputeList>()
            .View<WorkerClaims>()
            .Publishes<Publishing>(typeof(DisputeMessage), typeof(WorkerClaimMessage))
            .Consumes("requests", c => c.Family<RequestMessage>().On<RequestAccepted, OpenOnAcceptance>())
            .Consumes("recovery", c => c.Family<RecoveryMessage>().On<RecoveryStanding, NoteStanding>())
            .Consumes("staff", c => c.Family<GrantMessage>().On<GrantsChanged, KeepMediators>())
            .CaseClocksKept<KeepClock>()
            .Migration("content", ContentStore.MigrationSql)
            .Migration("disputes", Routes.Schema)
            .Routes(Routes.Map);
    }
}
