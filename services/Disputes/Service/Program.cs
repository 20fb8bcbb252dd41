using Mediation.Disputes.Service;

return await DisputesHost.Create(args).Run();
