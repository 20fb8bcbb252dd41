using Mediation.Portal.Pages.Admin;
using Mediation.Portal.Pages.Cases;
using Mediation.Portal.Pages.Clocks;
using Mediation.Portal.Pages.Deadlines;
using Mediation.Portal.Pages.Notices;
using Mediation.Portal.Pages.Operations;
using Mediation.Portal.Pages.Overview;
using Mediation.Portal.Pages.Register;
using Mediation.Portal.Pages.Reminders;
using Mediation.Portal.Pages.Requests;
using Mediation.Portal.Pages.SignIn;
using Mediation.Portal.Pages.Simulation;
using Mediation.Portal.Pages.Statutes;
using Mediation.Portal.Pages.Supervisions;
using Mediation.Portal.Pages.Verify;
using Mediation.Portal.Pages.Workbench;

if (args is ["migrate"])
{
    await KeyRing.Migrate(new ConfigurationBuilder().AddEnvironmentVariables().Build());
    return;
}
var builder = WebApplication.CreateBuilder(
    new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
);
builder.AddPortal();
var app = builder.Build();
app.UsePortal();
SignInPages.Map(app);
WorkbenchPages.Map(app);
RegisterPages.Map(app);
RequestPages.Map(app);
NoticePages.Map(app);
CasePages.Map(app);
AdminPages.Map(app);
VerifyPages.Map(app);
OverviewPages.Map(app);
ClockPages.Map(app);
DeadlinePages.Map(app);
SupervisionPages.Map(app);
RulePages.Map(app);
CalendarPages.Map(app);
SimulationPages.Map(app);
ReminderPages.Map(app);
OperationsPages.Map(app);
if (args is ["routes"])
{
    foreach (var route in Hosting.Routes(app))
        Console.WriteLine(route);
    return;
}
await app.RunAsync();

/// <summary>The web of the product: pages made on the server from what the services answer.</summary>
public partial class Program;
