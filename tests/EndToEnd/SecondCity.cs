using Mediation.Contracts.Http.Identity;
using Mediation.Contracts.Identity;
using Mediation.Demonstration;

namespace Mediation.EndToEnd.Tests;

/// <summary>A city in which nobody else counts: totals and worklists are those of the tests that share it.</summary>
public sealed class SecondCity : IAsyncLifetime
{
    public City City { get; } = new();

    public Services Services { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await City.InitializeAsync();
        Services = new(s => City.Address(s.ToString()));
    }

    public async ValueTask DisposeAsync()
    {
        Services.Dispose();
        await City.DisposeAsync();
    }

    /// <summary>New staff in a unit, made by the city's administrator; each takes a password of her own.</summary>
    public async Task<Office> Office(string unit)
    {
        var administrator = await Services.SignIn("guanli.shi", City.Password);
        async Task<Staff> Make(Role role)
        {
            var (account, name) = (Guid.CreateVersion7(), $"{role}.{unit}".ToLowerInvariant());
            var created = await administrator.Post<AccountCreated>(
                Service.Identity,
                "/accounts",
                new CreateAccount(account, name, "员工" + role, null, null, unit)
            );
            await administrator.Do(
                Service.Identity,
                $"/accounts/{account}/grants",
                new GrantRole(Guid.CreateVersion7(), role, unit, new(2024, 1, 1), null)
            );
            var staff = await Services.SignIn(name, created.TemporaryPassword);
            await staff.TakePassword(City.Password);
            return staff;
        }
        return new(
            unit,
            await Make(Role.IntakeOfficer),
            await Make(Role.CentreHead),
            await Make(Role.Mediator),
            await Make(Role.Verifier)
        );
    }
}

[CollectionDefinition("second city")]
public sealed class SecondCityCollection : ICollectionFixture<SecondCity>;
