using Mediation.Contracts.Http;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using Microsoft.AspNetCore.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

internal static class ShowAccount
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/accounts/{id:guid}", Account).RequireRole(Role.Administrator);
        routes.MapGet("/me/absences", MyAbsences).RequireSignIn();
    }

    /// <summary>The account, if the caller looks after its unit. Otherwise it does not exist for her.</summary>
    public static async Task<Account> Find(Guid id, Caller caller, UserManager<Account> users)
    {
        var account = await users.FindByIdAsync(id.ToString());
        if (account is null || !caller.MayActIn(account.Unit, Role.Administrator))
            throw Problem.NotFound("account_unknown");
        caller.ActIn(account.Unit, Role.Administrator);
        return account;
    }

    private static async Task<Http.AccountView> Account(
        Guid id,
        Caller caller,
        UserManager<Account> users,
        EventJournal journal,
        Grants grants,
        Staff staff,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var account = await Find(id, caller, users);
        var held = await grants.Find(id, ct) ?? throw Problem.NotFound("account_unknown");
        var grant = (await journal.Load(Aggregates.Grant, id, held.Version, ct: ct)).State;
        Answer.Version(response, held.Version);
        return new(
            account.Id,
            held.Row.PersonId,
            held.Version,
            account.UserName!,
            account.DisplayName,
            account.PhoneNumber,
            account.Email,
            account.Unit,
            staff.UnitName(account.Unit),
            Staff.State(held.Row.Locked, account.LockoutEnd, clock.GetUtcNow()),
            account.LockoutEnd > clock.GetUtcNow() ? account.LockoutEnd : null,
            account.LastSignInAt,
            account.MustChangePassword,
            account.TotpConfirmed,
            [.. held.Row.Roles.Select(staff.View)],
            await Absences(held, staff, ct),
            [.. Actions(grant, account, caller, staff.Today)]
        );
    }

    private static async Task<Http.MyAbsences> MyAbsences(
        Caller caller,
        Grants grants,
        Staff staff,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var held = await grants.Find(caller.AccountId, ct) ?? throw Problem.NotFound("account_unknown");
        Answer.Version(response, held.Version);
        return new(held.Account, held.Version, await Absences(held, staff, ct));
    }

    private static async Task<IReadOnlyList<Http.AbsenceView>> Absences(
        HeldGrants held,
        Staff staff,
        CancellationToken ct
    )
    {
        var names = await staff.Names(held.Row.Absences.Select(a => a.SubstituteAccountId), ct);
        return
        [
            .. held
                .Row.Absences.OrderByDescending(a => a.From)
                .Select(a => new Http.AbsenceView(
                    a.AbsenceId,
                    a.SubstituteAccountId,
                    names.GetValueOrDefault(a.SubstituteAccountId, ""),
                    a.From,
                    a.To,
                    a.Cancelled
                )),
        ];
    }

    // The decider is asked with a command that fits the state: what it would say no to is not offered.
    private static IEnumerable<ActionState> Actions(Grant grant, Account account, Caller caller, DateOnly today)
    {
        var someone = new SubstituteFact(Guid.Empty, Guid.Empty, Active: true, Away: false);
        var held = grant as Grant.Enrolled;
        var absence = held?.Absences.Find(a => !a.Cancelled && a.To >= today);
        yield return Probe(
            "grantRole",
            new GrantRole(Guid.Empty, Role.ReportReviewer, "", UnitOpen: true, today, null, caller.AccountId)
        );
        yield return Probe("revokeRole", new RevokeRole(held?.Roles is [var role, ..] ? role.GrantId : Guid.Empty));
        yield return Probe(
            "recordAbsence",
            new RecordAbsence(Guid.Empty, someone, DateOnly.MaxValue, DateOnly.MaxValue, today)
        );
        yield return Probe("cancelAbsence", new CancelAbsence(absence?.AbsenceId ?? Guid.Empty, today));
        yield return Probe("lock", new LockAccount(LockReason.Left, caller.AccountId));
        yield return grant is Grant.Locked || account.LockoutEnd is not null
            ? new("unlock", Allowed: true, null, [])
            : new("unlock", Allowed: false, "not_locked", []);
        yield return caller.AccountId == account.Id
            ? new("resetPassword", Allowed: false, "own_password", [])
            : new("resetPassword", Allowed: true, null, []);
        yield return new("editProfile", Allowed: true, null, []);

        ActionState Probe(string action, IGrantCommand command)
        {
            try
            {
                return GrantDecider.Decide(grant, command) is []
                    ? new(action, Allowed: false, "already_so", [])
                    : new(action, Allowed: true, null, []);
            }
            catch (Refused no)
            {
                return new(action, Allowed: false, no.Code, [.. no.Arguments.Select(a => a.ToString() ?? "")]);
            }
        }
    }
}
