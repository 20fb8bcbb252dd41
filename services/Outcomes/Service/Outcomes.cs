using Mediation.Content;
using Mediation.Contracts;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Outcomes;
using Mediation.Hosting;

namespace Mediation.Outcomes.Service;

/// <summary>What this service is made of.</summary>
internal static class Outcomes
{
    public static ServiceHost<Message> Register(ServiceHost<Message> host)
    {
        host.Services.AddScoped<Rights>()
            .AddScoped<Bookkeeper>()
            .AddScoped<GetLines>()
            .AddScoped<PaymentEntry>()
            .AddScoped<ReviewPayment>()
            .AddScoped<Reduce>()
            .AddScoped<GetPayment>()
            .AddScoped<PaymentList>()
            .AddScoped<TotalsQuery>()
            .AddScoped<WorklistQuery>()
            .AddScoped<ByPartiesQuery>()
            .AddSingleton<RebuildLedger>();
        return host.Member()
            .Texts("Mediation.Outcomes.Service.Texts", typeof(Outcomes).Assembly)
            .Events(types => types.AddFamily<IRecoveryLineEvent>().AddFamily<ICaseFileEvent>())
            .Migration("content", ContentStore.MigrationSql)
            .Migration("ledger", Sql.Schema())
            .View<CaseList>()
            .Access()
            .Consumes(
                "disputes",
                c =>
                    c.Family<DisputeMessage>()
                        .Family<WorkerClaimMessage>()
                        .On<DisputeOpened, NoteCase>()
                        .On<ResponsibilityChanged, NoteCase>()
                        .On<DisputeClosed, NoteCase>()
                        .On<DisputeWithdrawn, EndCase>()
                        .On<MediationFailed, EndCase>()
                        .On<WorkerJoined, OpenLines>()
                        .On<AgreementEffective, TakeEffect>()
                        .On<SettledOnSpot, TakeEffect>()
                        .On<WorkerClaimWithdrawn, EndClaim>()
                        .On<WorkerClaimFailed, EndClaim>()
            )
            .Publishes<Publishing>(typeof(RecoveryMessage))
            .Command(
                "rebuild-ledger",
                async (services, _, ct) =>
                {
                    var lines = await services.GetRequiredService<RebuildLedger>().Run(ct);
                    Console.WriteLine($"{lines} lines");
                    return 0;
                }
            )
            .Routes(GetLines.Map)
            .Routes(PaymentEntry.Map)
            .Routes(ReviewPayment.Map)
            .Routes(Reduce.Map)
            .Routes(GetPayment.Map)
            .Routes(PaymentList.Map)
            .Routes(TotalsQuery.Map)
            .Routes(WorklistQuery.Map)
            .Routes(ByPartiesQuery.Map);
    }
}
