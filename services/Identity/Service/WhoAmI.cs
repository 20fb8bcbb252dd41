using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

internal static class WhoAmI
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/me", Handle).RequireSignIn(evenLimited: true);

    private static async Task<Http.WhoAmI> Handle(
        Caller caller,
        UserManager<Account> users,
        Grants grants,
        Tokens tokens,
        Staff staff,
        CancellationToken ct
    )
    {
        var account = await users.FindByIdAsync(caller.AccountId.ToString()) ?? throw Problem.NotFound();
        var held = await grants.Find(account.Id, ct) ?? throw Problem.NotFound();
        var absent = await tokens.StandsInFor(account.Id, staff.Today, ct);
        var names = await staff.Names(absent.Select(a => a.Account), ct);
        return new(
            account.Id,
            held.Row.PersonId,
            account.UserName!,
            account.DisplayName,
            account.Unit,
            staff.UnitName(account.Unit),
            [.. held.Row.Roles.Select(staff.View)],
            [
                .. absent.Select(a =>
                {
                    var absence = a.Row.AbsenceOn(staff.Today)!;
                    return new Http.StandInView(
                        a.Account,
                        names.GetValueOrDefault(a.Account, ""),
                        absence.From,
                        absence.To,
                        [.. Tokens.HandedOn(a, staff.Today).Select(staff.View)]
                    );
                }),
            ],
            account.MustChangePassword,
            account.TotpConfirmed,
            tokens.NeedsTotp(held, staff.Today)
        );
    }
}
