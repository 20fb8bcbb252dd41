using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Http.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Mediation.Portal.Pages.SignIn;

/// <param name="Kept">A sealed form that goes on after sign-in, or empty.</param>
/// <param name="State">The failed attempt.</param>
/// <param name="Expired">She was signed in until a moment ago.</param>
public sealed record SignInModel(string Back, string? Kept, Submission? State, bool Expired = false);

public sealed record PasswordModel(Submission? State, bool Forced);

public sealed record TotpModel(TotpEnrolment? Enrolment, Submission? State, Problem? Problem);

/// <param name="Feed">Her calendar feed, or null when Deadlines does not answer.</param>
/// <param name="FeedAddress">Address of the feed just made; it is shown this once.</param>
public sealed record ProfileModel(
    WhoAmI? Me,
    MyAbsences? Absences,
    IReadOnlyList<StaffMember> Colleagues,
    FeedState? Feed,
    Problem? Problem,
    Submission? State,
    string? FeedAddress = null
);

/// <param name="Problem">Why the form was not taken; null where only the page had grown old.</param>
public sealed record SendAgainModel(KeptForms.Kept Form, Problem? Problem = null);

/// <summary>Sign-in, change of password, second factor, one's own account.</summary>
public static class SignInPages
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(
                "/sign-in",
                (HttpContext context, string? back) =>
                    context.User.Identity?.IsAuthenticated == true
                        ? Results.Redirect(Security.LocalPath(back))
                        : View.Of<SignInPage>(new SignInModel(Security.LocalPath(back), null, null))
            )
            .AllowAnonymous();
        app.MapPost("/sign-in", SignIn).AllowAnonymous();
        app.MapPost("/resume", Resumed).DisableAntiforgery();
        app.MapPost("/sign-out", SignOut);
        app.MapPost("/sign-out-everywhere", SignOutEverywhere);
        app.MapGet("/password", (Reader me) => View.Of<PasswordPage>(new PasswordModel(null, me.MustChangePassword)));
        app.MapPost("/password", ChangePassword);
        app.MapGet("/totp", (IdentityClient identity) => Totp(identity, null));
        app.MapPost("/totp", VerifyTotp);
        app.MapGet(
            "/profile",
            (IdentityClient identity, DeadlinesClient deadlines, Reader me) => Profile(identity, deadlines, me, null)
        );
        app.MapPost("/profile", ChangeProfile);
    }

    private static async Task<IResult> SignIn(HttpContext context, IdentityClient identity, KeptForms keptForms)
    {
        var form = await Submission.Read(context);
        var back = Security.LocalPath(form.First("back"));
        var request = new Mediation.Contracts.Http.Identity.SignIn(
            form.Required("account"),
            form.Required("password"),
            form.Optional("code")
        );
        return await form.Send(() => Begin(), Finish, Again);

        async Task<Answer<Session.Renewed>> Begin()
        {
            var tokens = await identity.SignIn(request);
            if (tokens.Value is not { } signedIn)
                return new(null, tokens.Problem);
            var me = await identity.MeWith(signedIn.AccessToken);
            if (me.Value is not { } who)
                return new(null, me.Problem);
            var renewed = new Session.Renewed(signedIn, who);
            await Session.Begin(context, renewed);
            return new(renewed, null);
        }

        IResult Finish(Answer<Session.Renewed> answer)
        {
            var signedIn = answer.Value!.Tokens;
            if (signedIn.MustChangePassword)
                return View.Go(context, "/password");
            if (signedIn.MustEnrolTotp)
                return View.Go(context, "/totp");
            if (keptForms.Open(form.First(KeptForms.Field)) is not { } kept)
                return View.Go(context, back);
            // The page with the kept form needs a token of the new session, so it is made by the next request.
            return View.Of<Resume>(form.First(KeptForms.Field));
        }

        Task<IResult> Again(Submission failed) =>
            Task.FromResult(
                View.Of<SignInPage>(
                    new SignInModel(back, failed.Optional(KeptForms.Field), failed),
                    failed.Problem?.Status is 401 or 429 or 503 ? failed.Problem.Status : 400
                )
            );
    }

    private static async Task<IResult> Resumed(HttpContext context, KeptForms keptForms)
    {
        var form = await Submission.Read(context);
        return Security.ComesFromHere(context.Request) && keptForms.Open(form.First(KeptForms.Field)) is { } kept
            ? View.Of<SendAgain>(new SendAgainModel(kept))
            : View.Go(context, "/");
    }

    private static async Task<IResult> SignOut(HttpContext context, IdentityClient identity)
    {
        if (await Session.RefreshToken(context) is { } refresh)
            await identity.SignOut(new SignOut(refresh));
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return View.Go(context, "/sign-in", "signedOut");
    }

    private static async Task<IResult> SignOutEverywhere(HttpContext context, IdentityClient identity, Reader me)
    {
        var answer = await identity.SignOutEverywhere();
        if (answer.Problem is { } problem)
            return View.Problem(problem);
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return View.Go(context, "/sign-in", "signedOutEverywhere");
    }

    private static async Task<IResult> ChangePassword(HttpContext context, IdentityClient identity, Reader me)
    {
        var form = await Submission.Read(context);
        var request = new ChangePassword(form.Required("current"), form.Required("new"));
        if (!string.Equals(request.New, form.First("repeat"), StringComparison.Ordinal))
            form.Wrong("repeat", "password.repeatDiffers");
        var forced = me.MustChangePassword;
        return await form.Send(
            () => Continue(context, identity, identity.ChangePassword(request)),
            done =>
                View.Go(
                    context,
                    done.Value!.Tokens.MustEnrolTotp ? "/totp"
                        : forced ? "/"
                        : "/profile",
                    "passwordChanged"
                ),
            again => Task.FromResult(View.Of<PasswordPage>(new PasswordModel(again, forced), 422))
        );
    }

    private static async Task<IResult> Totp(IdentityClient identity, Submission? state)
    {
        var answer = await identity.EnrolTotp();
        return View.Of<TotpPage>(
            new TotpModel(answer.Value, state, answer.Problem),
            state?.Problem?.Status ?? answer.Problem?.Status ?? 200
        );
    }

    private static async Task<IResult> VerifyTotp(HttpContext context, IdentityClient identity)
    {
        var form = await Submission.Read(context);
        var request = new VerifyTotp(form.Required("code"));
        return await form.Send(
            () => Continue(context, identity, identity.VerifyTotp(request)),
            _ => View.Go(context, "/", "totpEnrolled"),
            again =>
                Task.FromResult(
                    View.Of<TotpPage>(
                        new TotpModel(new TotpEnrolment(form.First("secret"), form.First("uri")), again, null),
                        422
                    )
                )
        );
    }

    // Identity answered with new tokens: the session goes on with them.
    private static async Task<Answer<Session.Renewed>> Continue(
        HttpContext context,
        IdentityClient identity,
        Task<Answer<SignedIn>> answer
    )
    {
        var tokens = await answer;
        if (tokens.Value is not { } signedIn)
            return new(null, tokens.Problem);
        var me = await identity.MeWith(signedIn.AccessToken);
        if (me.Value is not { } who)
            return new(null, me.Problem);
        var renewed = new Session.Renewed(signedIn, who);
        await Session.Begin(context, renewed);
        return new(renewed, null);
    }

    private static async Task<IResult> Profile(
        IdentityClient identity,
        DeadlinesClient deadlines,
        Reader me,
        Submission? state,
        string? feedAddress = null
    )
    {
        var feed = deadlines.Feed();
        var who = identity.Me();
        var absences = identity.MyAbsences();
        var staff = identity.Staff($"?unit={Uri.EscapeDataString(me.HomeUnit)}");
        await Task.WhenAll(who, absences, staff, feed);
        var answer = await who;
        if (state is not null && answer.Problem is { } problem)
            return View.Problem(problem, state);
        return View.Of<ProfilePage>(
            new ProfileModel(
                answer.Value,
                (await absences).Value,
                [.. ((await staff).Value ?? []).Where(s => s.AccountId != me.AccountId)],
                (await feed).Value,
                answer.Problem,
                state,
                feedAddress
            ),
            state is null ? 200 : state.Problem?.Status ?? 422
        );
    }

    private static async Task<IResult> ChangeProfile(
        HttpContext context,
        IdentityClient identity,
        DeadlinesClient deadlines,
        Reader me
    )
    {
        var form = await Submission.Read(context);
        if (form.Name is "feed")
        {
            var (made, problem, _) = await deadlines.MakeFeed(form.Head);
            return made is null
                ? await Profile(identity, deadlines, me, form.Failed(problem!))
                : await Profile(
                    identity,
                    deadlines,
                    me,
                    null,
                    $"{context.Request.Scheme}://{context.Request.Host}/feeds/{made.Token}.ics"
                );
        }
        if (form.Name is "revokeFeed")
            return await form.Send(
                () => deadlines.RevokeFeed(form.Head),
                _ => View.Go(context, "/profile", "feedRevoked"),
                again => Profile(identity, deadlines, me, again)
            );
        var absence = form.Name is "absence"
            ? new RecordAbsence(
                form.NewId,
                form.RequiredId("substitute"),
                form.RequiredDay("from"),
                form.RequiredDay("to")
            )
            : null;
        var cancelled = absence is null ? form.RequiredId("absence") : default;
        Task<Answer<Done>> Send() =>
            absence is not null
                ? identity.RecordAbsence(me.AccountId, absence, form.Head)
                : identity.CancelAbsence(me.AccountId, cancelled, form.Head);
        return await form.Send(
            Send,
            _ => View.Go(context, "/profile", form.Name is "absence" ? "absenceRecorded" : "absenceCancelled"),
            again => Profile(identity, deadlines, me, again)
        );
    }
}
