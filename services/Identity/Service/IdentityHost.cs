using Mediation.Contracts;
using Mediation.Contracts.Identity;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;

namespace Mediation.Identity.Service;

/// <summary>What the service is made of.</summary>
internal static class IdentityHost
{
    public static ServiceHost<Message> Create(string[] args)
    {
        var host = new ServiceHost<Message>("identity", args);
        host.Services.AddAccounts()
            .AddSingleton<SigningKeys>()
            .AddSingleton<IAccessTokenKeys>(p => p.GetRequiredService<SigningKeys>())
            .AddHostedService(p => p.GetRequiredService<SigningKeys>())
            .AddHostedService<ForgetSessions>()
            .AddSingleton<Sessions>()
            .AddSingleton<SecondFactor>()
            .AddSingleton<SignInCrowd>()
            .AddSingleton<Failures>()
            .AddSingleton<Grants>()
            .AddSingleton<OrgUnits>()
            .AddSingleton<Staff>()
            .AddSingleton<Seed>()
            .AddScoped<Tokens>()
            .AddScoped<SignInDesk>()
            .AddScoped<EndSessions>()
            .AddScoped<AccountMaker>()
            .AddScoped<Demo>();
        return host.Member()
            .Texts("Mediation.Identity.Service.Texts", typeof(IdentityHost).Assembly)
            .Events(types => types.AddFamily<IOrgUnitEvent>().AddFamily<IGrantEvent>())
            .Aggregate(Aggregates.OrgUnit)
            .Aggregate(Aggregates.Grant)
            .View<OrgUnitView>()
            .View<GrantView>()
            .Publishes<Publishing>(typeof(OrgUnitMessage), typeof(GrantMessage))
            .Access(new AccessQueries(OrgUnits.Marker, OrgUnits.Facts, Grants.Revocations))
            .Migration("accounts", Accounts.Script())
            .Migration("identity", Sql())
            .Routes(Map)
            .Command("seed", (services, _, ct) => InScope<Seed>(services, async s => await s.Run(ct) >= 0 ? 0 : 1))
            .Command("demo", (services, _, ct) => InScope<Demo>(services, d => d.Run(Console.Out, ct)))
            .Command(
                "create-administrator",
                (services, arguments, ct) =>
                    InScope<Demo>(services, d => d.CreateAdministrator(arguments, Console.Out, ct))
            );
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        SignIn.Map(routes);
        KeepSession.Map(routes);
        ChangePassword.Map(routes);
        EnrolSecondFactor.Map(routes);
        WhoAmI.Map(routes);
        ListAccounts.Map(routes);
        ShowAccount.Map(routes);
        CreateAccount.Map(routes);
        ChangeAccount.Map(routes);
        GiveRole.Map(routes);
        StayAway.Map(routes);
        FindStaff.Map(routes);
        ShowUnits.Map(routes);
        ChangeUnits.Map(routes);
        ShowKeys.Map(routes);
        ShowWorklist.Map(routes);
    }

    private static async Task<int> InScope<TService>(IServiceProvider services, Func<TService, Task<int>> work)
        where TService : notnull
    {
        await using var scope = services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }

    private static string Sql()
    {
        using var stream = typeof(IdentityHost).Assembly.GetManifestResourceStream(
            "Mediation.Identity.Service.Schema.sql"
        )!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
