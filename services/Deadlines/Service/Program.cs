using Mediation.Contracts;
using Mediation.Deadlines.Service;
using Mediation.Hosting;

// Before any setting is read: the command needs neither database nor broker.
if (args is ["clock", .. var asked])
    return ClockCommand.Run(asked);
var host = new ServiceHost<Message>("deadlines", args);

// The commands of the executable need no clock of their own.
if (args is [] or [['-', ..], ..])
    Schedule.Add(host.Builder);
return await Deadlines.Register(host).Run();
