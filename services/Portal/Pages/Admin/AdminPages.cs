using Mediation.Contracts.Http.Identity;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;

namespace Mediation.Portal.Pages.Admin;

public sealed record AccountListModel(ListQuery Query, Page<AccountListItem>? Page, Problem? Problem);

public sealed record NewAccountModel(Submission? State);

/// <param name="Password">A temporary password just made; shown this once.</param>
public sealed record AccountModel(
    AccountView Account,
    IReadOnlyList<StaffMember> Colleagues,
    Submission? State,
    string? Password
);

public sealed record UnitTreeModel(UnitTreeView? Tree, Problem? Problem, DateOnly AsOf, string? Open);

/// <param name="Phone">The office's number in notices; null where it names that of the unit above.</param>
public sealed record UnitModel(UnitView Unit, IReadOnlyList<CaseNumbering> Numbering, string? Phone, Submission? State);

/// <summary>管理: accounts with their grants and absences, and the dated organisation tree.</summary>
public static class AdminPages
{
    private static readonly string[] Known = ["search", "unit", "role", "state", "sort", "page", "size"];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/admin", () => Results.Redirect("/admin/accounts"));
        app.MapGet("/admin/accounts", Accounts);
        app.MapPost("/admin/accounts", SearchAccounts);
        app.MapGet("/admin/accounts/new", NewAccount);
        app.MapPost("/admin/accounts/new", CreateAccount);
        app.MapGet("/admin/accounts/{id:guid}", (Guid id, Services s) => Account(id, s, null, null));
        app.MapPost("/admin/accounts/{id:guid}", AccountCommand);
        app.MapGet("/admin/units", Units);
        app.MapGet("/admin/units/{code}", (string code, Services s) => Unit(code, s, null));
        app.MapPost("/admin/units/{code}", UnitCommand);
    }

    /// <summary>What the handlers of this area work with.</summary>
    public sealed class Services(
        IdentityClient identity,
        IntakeClient intake,
        UnitNames units,
        TimeProvider time,
        Reader me
    )
    {
        public IdentityClient Identity => identity;
        public IntakeClient Intake => intake;
        public UnitNames Units => units;
        public TimeProvider Time => time;
        public Reader Me => me;
    }

    private static Task<IResult> Accounts(HttpContext context, Services s) =>
        // A name or phone is searched by form: it must not stand in an address.
        List(s, ListQuery.Of(context.Request, Known).With("search", null));

    private static async Task<IResult> SearchAccounts(HttpContext context, Services s)
    {
        var form = await Submission.Read(context);
        var query = ListQuery.Of(context.Request);
        foreach (var name in Known)
            query = query.With(name, form.Optional(name));
        return await List(s, query);
    }

    private static async Task<IResult> List(Services s, ListQuery query)
    {
        var answer = s.Identity.Accounts(query.ToString());
        await Task.WhenAll(answer, s.Units.Load(s.Identity));
        var (page, problem, _) = await answer;
        return problem is { Forbidden: true }
            ? View.Problem(problem)
            : View.Of<AccountList>(new AccountListModel(query, page, problem));
    }

    private static async Task<IResult> NewAccount(Services s)
    {
        await s.Units.Load(s.Identity);
        return View.Of<NewAccountPage>(new NewAccountModel(null));
    }

    private static async Task<IResult> CreateAccount(HttpContext context, Services s)
    {
        var form = await Submission.Read(context);
        var request = new CreateAccount(
            form.NewId,
            form.Required("accountName"),
            form.Required("displayName"),
            form.Optional("phone"),
            form.Optional("email"),
            form.Required("unit"),
            form.Id("personId")
        );
        if (form.Valid)
        {
            var answer = await s.Identity.CreateAccount(request, form.Head);
            if (answer.Value is { } created)
                return await Account(created.AccountId, s, null, created.TemporaryPassword);
            form.Failed(answer.Problem!);
        }
        await s.Units.Load(s.Identity);
        return View.Of<NewAccountPage>(new NewAccountModel(form), form.Problem?.Status ?? 422);
    }

    private static async Task<IResult> Account(Guid id, Services s, Submission? state, string? password)
    {
        var answer = await s.Identity.Account(id);
        if (answer.Problem is { } problem)
            return View.Problem(problem, state);
        var staff = s.Identity.Staff($"?unit={Uri.EscapeDataString(answer.Value!.Unit)}");
        await Task.WhenAll(staff, s.Units.Load(s.Identity));
        return View.Of<AccountPage>(
            new AccountModel(
                answer.Value,
                [.. ((await staff).Value ?? []).Where(c => c.AccountId != id)],
                state,
                password
            ),
            state is null ? 200 : state.Problem?.Status ?? 422
        );
    }

    private static async Task<IResult> AccountCommand(Guid id, HttpContext context, Services s)
    {
        var form = await Submission.Read(context);
        var name = form.Name.Split('-')[0];
        Func<Task<Answer<Done>>>? send = null;
        switch (name)
        {
            case "grantRole":
                var grant = new GrantRole(
                    form.NewId,
                    form.RequiredChoice<Role>("role"),
                    form.Required("unit"),
                    form.RequiredDay("from"),
                    form.Day("to")
                );
                send = () => s.Identity.Grant(id, grant, form.Head);
                break;
            case "revokeRole":
                var grantId = form.RequiredId("grant");
                send = () => s.Identity.RevokeGrant(id, grantId, form.Head);
                break;
            case "recordAbsence":
                var absence = new RecordAbsence(
                    form.NewId,
                    form.RequiredId("substitute"),
                    form.RequiredDay("from"),
                    form.RequiredDay("to")
                );
                send = () => s.Identity.RecordAbsence(id, absence, form.Head);
                break;
            case "cancelAbsence":
                var absenceId = form.RequiredId("absence");
                send = () => s.Identity.CancelAbsence(id, absenceId, form.Head);
                break;
            case "lock":
                var reason = new LockAccount(form.RequiredChoice<LockReason>("reason"));
                send = () => s.Identity.Lock(id, reason, form.Head);
                break;
            case "unlock":
                send = () => s.Identity.Unlock(id, form.Head);
                break;
            case "editProfile":
                var profile = new EditProfile(
                    form.Required("displayName"),
                    form.Optional("phone"),
                    form.Optional("email"),
                    form.Required("unit")
                );
                return await form.Send(
                    () => s.Identity.EditProfile(id, profile, form.Head),
                    _ => View.Go(context, $"/admin/accounts/{id}", "account.editProfile"),
                    again => Account(id, s, again, null)
                );
            case "resetPassword":
                var reset = await s.Identity.ResetPassword(id, form.Head);
                return reset.Value is { } made
                    ? await Account(id, s, null, made.TemporaryPassword)
                    : await Account(id, s, form.Failed(reset.Problem!), null);
        }
        return send is null
            ? View.Of<Shared.ErrorPage>(400, 400)
            : await form.Send(
                send,
                _ => View.Go(context, $"/admin/accounts/{id}", $"account.{name}"),
                again => Account(id, s, again, null)
            );
    }

    private static async Task<IResult> Units(Services s, string? asOf, string? open)
    {
        var day = Written.ParseDay(asOf) ?? Written.Today(s.Time);
        var answer = await s.Identity.Units(day);
        return View.Of<UnitTreePage>(new UnitTreeModel(answer.Value, answer.Problem, day, open));
    }

    private static async Task<IResult> Unit(string code, Services s, Submission? state)
    {
        var answer = await s.Identity.Unit(code);
        if (answer.Problem is { } problem)
            return View.Problem(problem, state);
        var numbering = s.Intake.Numbering();
        var phones = s.Intake.OfficePhones();
        await Task.WhenAll(numbering, phones, s.Units.Load(s.Identity));
        return View.Of<UnitPage>(
            new UnitModel(
                answer.Value!,
                (await numbering).Value ?? [],
                (await phones).Value?.FirstOrDefault(p => p.Unit == code)?.Phone,
                state
            ),
            state is null ? 200 : state.Problem?.Status ?? 422
        );
    }

    private static async Task<IResult> UnitCommand(string code, HttpContext context, Services s)
    {
        var form = await Submission.Read(context);
        Func<Task<Answer<Done>>>? send = null;
        switch (form.Name)
        {
            case "rename":
                var rename = new RenameUnit(form.Required("name"), form.RequiredDay("from"));
                send = () => s.Identity.RenameUnit(code, rename, form.Head);
                break;
            case "move":
                var move = new MoveUnit(form.Required("parent"), form.RequiredDay("from"));
                send = () => s.Identity.MoveUnit(code, move, form.Head);
                break;
            case "close":
                var close = new CloseUnit(form.RequiredDay("from"));
                send = () => s.Identity.CloseUnit(code, close, form.Head);
                break;
            case "open":
                var open = new OpenUnit(
                    form.Required("code"),
                    code,
                    form.Required("name"),
                    form.RequiredChoice<UnitLevel>("level"),
                    form.Number("order") ?? 1,
                    form.RequiredDay("from")
                );
                send = () => s.Identity.OpenUnit(open, new Head(form.Key));
                break;
            case "numbering":
                var numbering = new CaseNumbering(code, form.Required("prefix"));
                return await form.Send(
                    () => s.Intake.SetNumbering(numbering, new Head(form.Key)),
                    _ => View.Go(context, $"/admin/units/{code}", "unit.numbering"),
                    again => Unit(code, s, again)
                );
            case "phone":
                var phone = new OfficePhone(code, form.Required("phone"));
                return await form.Send(
                    () => s.Intake.SetOfficePhone(phone, new Head(form.Key)),
                    _ => View.Go(context, $"/admin/units/{code}", "unit.phone"),
                    again => Unit(code, s, again)
                );
        }
        return send is null
            ? View.Of<Shared.ErrorPage>(400, 400)
            : await form.Send(
                send,
                _ => View.Go(context, $"/admin/units/{code}", $"unit.{form.Name}"),
                again => Unit(code, s, again)
            );
    }
}
