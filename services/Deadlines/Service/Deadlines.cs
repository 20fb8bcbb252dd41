using Mediation.Content;
using Mediation.Contracts;
using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Identity;
using Mediation.Contracts.Intake;
using Mediation.Contracts.Outcomes;
using Mediation.Deadlines.Domain;
using Mediation.Hosting;

namespace Mediation.Deadlines.Service;

/// <summary>What this service is made of.</summary>
internal static class Deadlines
{
    public static ServiceHost<Message> Register(ServiceHost<Message> host)
    {
        host.Services.AddSingleton<Laws>()
            .AddScoped<Clockwork>()
            .AddScoped<Rights>()
            .AddScoped<ClockViews>()
            .AddScoped<ShowClocks>()
            .AddScoped<MoveClock>()
            .AddScoped<Overview>()
            .AddScoped<ClockTable>()
            .AddScoped<Supervisions>()
            .AddScoped<MyLetters>()
            .AddScoped<Feed>()
            .AddScoped<WorklistQuery>()
            .AddSingleton<Sweep>()
            .AddSingleton<Recomputing>()
            .AddScoped<LawRights>()
            .AddScoped<Suppositions>()
            .AddScoped<ShowRules>()
            .AddScoped<ChangeRule>()
            .AddScoped<ShowCalendar>()
            .AddScoped<ChangeCalendar>()
            .AddScoped<Simulate>()
            .AddSingleton<SupervisionSweep>()
            .AddSingleton<Letters>();
        return host.Member()
            .Texts("Mediation.Deadlines.Service.Texts", typeof(Deadlines).Assembly)
            .Events(types =>
                types
                    .AddFamily<IClockEvent>()
                    .AddFamily<ISupervisionEvent>()
                    .AddFamily<ICaseFileEvent>()
                    .AddFamily<IStaffMemberEvent>()
                    .AddFamily<ICalendarEvent>()
                    .AddFamily<IRuleEvent>()
            )
            .Migration("content", ContentStore.MigrationSql)
            .Migration("schedule", Schedule.Sql())
            .Migration("deadlines", Sql.Schema())
            .Aggregate(Streams.Calendar)
            .Aggregate(Streams.Rule)
            .View<ClockList>()
            .View<CaseList>()
            .View<SupervisionList>()
            .View<StaffList>()
            .Access()
            .Consumes(
                "requests",
                c =>
                    c.Family<RequestMessage>()
                        .On<MediationApplied, NoteApplied>()
                        .On<ClaimsAmended, NoteApplied>()
                        .On<RequestAccepted, NoteDecided>()
                        .On<RequestNotAccepted, NoteDecided>()
                        .On<RequestAdvised, NoteDecided>()
                        .On<RequestReferredOut, NoteDecided>()
                        .On<RequestWithdrawn, NoteDecided>()
                        .On<RequestDuplicateLinked, NoteDecided>()
            )
            .Consumes(
                "disputes",
                c =>
                    c.Family<DisputeMessage>()
                        .Family<WorkerClaimMessage>()
                        .On<DisputeOpened, NoteDispute>()
                        .On<ResponsibilityChanged, NoteDispute>()
                        .On<WorkerJoined, NoteJoined>()
                        .On<AgreementEffective, NoteClaim>()
                        .On<SettledOnSpot, NoteClaim>()
                        .On<WorkerClaimFailed, NoteClaim>()
                        .On<WorkerClaimWithdrawn, NoteClaim>()
            )
            .Consumes("money", c => c.Family<RecoveryMessage>().On<RecoveryStanding, NotePaid>())
            .Consumes(
                "staff",
                c =>
                    c.Family<GrantMessage>()
                        .On<GrantsChanged, NoteStaff>()
                        .On<AbsenceRecorded, NoteStaff>()
                        .On<AbsenceCancelled, NoteStaff>()
            )
            .Publishes<Publishing>(typeof(ClockMessage), typeof(SupervisionMessage))
            .Subscription<ClockCounts>()
            .Subscription<FollowUp>()
            .Subscription<CalendarChanges>()
            .Routes(ShowRules.Map)
            .Routes(ChangeRule.Map)
            .Routes(LawFiles.Map)
            .Routes(ShowCalendar.Map)
            .Routes(ChangeCalendar.Map)
            .Routes(ReadCalendarFile.Map)
            .Routes(Simulate.Map)
            .Routes(ShowClocks.Map)
            .Routes(MoveClock.Map)
            .Routes(Overview.Map)
            .Routes(ShowSweeps.Map)
            .Routes(ClockTable.Map)
            .Routes(Supervisions.Map)
            .Routes(MyLetters.Map)
            .Routes(Feed.Map)
            .Routes(WorklistQuery.Map);
    }
}
