using Mediation.Contracts;
using Mediation.Hosting;
using Mediation.Outcomes.Service;

return await Outcomes.Register(new ServiceHost<Message>("outcomes", args)).Run();
