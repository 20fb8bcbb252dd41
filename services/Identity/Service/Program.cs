using Mediation.Identity.Service;

return await IdentityHost.Create(args).Run();
