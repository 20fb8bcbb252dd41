using Mediation.Contracts;
using Mediation.Hosting;
using Mediation.Intake.Service;

return await IntakeService.Describe(new ServiceHost<Message>("intake", args)).Run();

/// <summary>Named, so that tests can start the service in their own process.</summary>
public partial class Program;
