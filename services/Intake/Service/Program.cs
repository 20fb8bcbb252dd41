using Mediation.Contracts;
using Mediation.Hosting;
using Mediation.Intake.Service;

return await IntakeService.Describe(new ServiceHost<Message>("intake", args)).Run();
