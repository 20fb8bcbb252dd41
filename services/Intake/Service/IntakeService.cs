using System.Reflection;
using Mediation.Content;
using Mediation.Contracts;
using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Intake;
using Mediation.Hosting;

namespace Mediation.Intake.Service;

/// <summary>What the service is made of.</summary>
internal static class IntakeService
{
    public static ServiceHost<Message> Describe(ServiceHost<Message> host)
    {
        host.Services.AddSingleton<PartyRegister>();
        host.Services.AddScoped<PartyAccessLog>();
        host.Services.AddScoped<PartyHits>();
        host.Services.AddScoped<RequestDesk>();
        host.Services.AddScoped<Registering>();
        host.Services.AddSingleton(s => CarrierSettings.Of(s.GetRequiredService<IConfiguration>()));
        host.Services.AddHttpClient<SmsGateway>(http => http.Timeout = SmsGateway.Timeout);
        host.Services.AddSingleton<MailServer>();
        host.Services.AddSingleton<NoticeText>();
        host.Services.AddHostedService<NoticeSender>();
        return host.Member()
            .Texts("Mediation.Intake.Service.Texts", typeof(IntakeService).Assembly)
            .Events(types => types.AddFamily<IRequestEvent>().AddFamily<INoticeEvent>())
            .Aggregate(Aggregates.Request)
            .Aggregate(Aggregates.Notice)
            .View<RequestsView>()
            .View<NoticesView>()
            .Publishes<Publishing>(typeof(RequestMessage))
            .Access()
            .Consumes("disputes", c => c.Family<DisputeMessage>().On<ResponsibilityChanged, KeepAssignment>())
            .CaseClocksKept<KeepClockAndNotices>(clocks => clocks.On<NoticeDue, OpenNoticeOnDue>())
            .Migration("content", ContentStore.MigrationSql)
            .Migration("intake", Sql())
            .Routes(routes =>
            {
                RegisterSlice.Map(routes);
                AmendSlice.Map(routes);
                TriageSlice.Map(routes);
                AdviseSlice.Map(routes);
                ApplySlice.Map(routes);
                ConsentSlice.Map(routes);
                AcceptSlice.Map(routes);
                NotAcceptSlice.Map(routes);
                ReferOutSlice.Map(routes);
                WithdrawSlice.Map(routes);
                LinkDuplicateSlice.Map(routes);
                EscalateSlice.Map(routes);
                List.Map(routes);
                Details.Map(routes);
                WorklistSlice.Map(routes);
                EntryTimesSlice.Map(routes);
                Drafts.Map(routes);
                Search.Map(routes);
                Labels.Map(routes);
                Cards.Map(routes);
                Correct.Map(routes);
                Disclose.Map(routes);
                Numbering.Map(routes);
                NoticeDesk.Map(routes);
                Offices.Map(routes);
            });
    }

    private static string Sql()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Mediation.Intake.Schema.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
