using Mediation.Deadlines.Service;

// Before any setting is read: the command needs neither database nor broker.
if (args is ["clock", .. var asked])
    return ClockCommand.Run(asked);
Console.Error.WriteLine(ClockCommand.Usage);
return 2;
