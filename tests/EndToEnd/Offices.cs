using Mediation.Contracts.Http.Identity;
using Mediation.Contracts.Identity;
using Mediation.Demonstration;

namespace Mediation.EndToEnd.Tests;

/// <summary>Staff of districts in which no other test counts: totals and worklists are theirs alone.</summary>
public static class Offices
{
    public static Services Services(this City city) => new(s => city.Address(s.ToString()));

    /// <summary>New staff in a unit, made by the city's administrator; each takes a password of her own.</summary>
    public static async Task<Office> Make(Services services, string unit)
    {
        var administrator = await services.SignIn("guanli.shi", City.Password);
        async Task<Staff> Hire(Role role)
        {
            var (account, name) = (Guid.CreateVersion7(), $"{role}.{unit}".ToLowerInvariant());
            var created = await administrator.Post<AccountCreated>(
                Service.Identity,
                "/accounts",
                new CreateAccount(account, name, "示例" + role, null, null, unit)
            );
            await administrator.Do(
                Service.Identity,
                $"/accounts/{account}/grants",
                new GrantRole(Guid.CreateVersion7(), role, unit, new(2024, 1, 1), null)
            );
            var staff = await services.SignIn(name, created.TemporaryPassword);
            await staff.TakePassword(City.Password);
            return staff;
        }
        return new(
            unit,
            await Hire(Role.IntakeOfficer),
            await Hire(Role.CentreHead),
            await Hire(Role.Mediator),
            await Hire(Role.Verifier)
        );
    }
}
