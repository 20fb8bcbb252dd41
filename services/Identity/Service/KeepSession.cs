using FluentValidation;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

/// <summary>A session goes on, ends, or all of them end.</summary>
internal static class KeepSession
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/refresh", Refresh).Validate<Http.Refresh>().AllowAnonymous();
        routes
            .MapPost(
                "/sign-out",
                async (Http.SignOut body, Sessions sessions, CancellationToken ct) =>
                {
                    await sessions.End(body.RefreshToken, ct);
                    return Results.NoContent();
                }
            )
            .Validate<Http.SignOut>()
            .AllowAnonymous();
        routes
            .MapPost(
                "/sign-out-everywhere",
                async (Caller caller, EndSessions end, CancellationToken ct) =>
                {
                    await end.Of(caller.AccountId, TokenRevocation.SignedOutEverywhere, ct);
                    return Results.NoContent();
                }
            )
            .RequireSignIn(evenLimited: true);
    }

    private static async Task<IResult> Refresh(
        Http.Refresh body,
        Sessions sessions,
        UserManager<Account> users,
        Grants grants,
        Tokens tokens,
        EndSessions end,
        CancellationToken ct
    )
    {
        var refreshed = await sessions.Refresh(body.RefreshToken, ct) ?? throw Refused();
        if (refreshed.Reused)
        {
            await end.OnlyTokens(refreshed.Account, TokenRevocation.RefreshTokenReused, ct);
            throw Refused();
        }
        if (
            await users.FindByIdAsync(refreshed.Account.ToString()) is not { } account
            || !string.Equals(account.SecurityStamp, refreshed.Stamp, StringComparison.Ordinal)
            || await grants.Find(refreshed.Account, ct) is not { Row.Locked: false } held
        )
            throw Refused();
        return Results.Ok(await tokens.Issue(account, held, refreshed.Token, refreshed.ExpiresAt, ct));
    }

    private static Problem Refused() => new(StatusCodes.Status401Unauthorized, "refresh_refused");

    internal sealed class RefreshValidator : AbstractValidator<Http.Refresh>
    {
        public RefreshValidator() => RuleFor(x => x.RefreshToken).RefreshToken();
    }

    internal sealed class SignOutValidator : AbstractValidator<Http.SignOut>
    {
        public SignOutValidator() => RuleFor(x => x.RefreshToken).RefreshToken();
    }

    private static void RefreshToken<T>(this IRuleBuilderInitial<T, string> rule) =>
        rule.Cascade(CascadeMode.Stop)
            .NotEmpty()
            .WithErrorCode("required")
            .MaximumLength(200)
            .WithErrorCode("too_long");
}

/// <summary>Voids tokens: the event tells the other services, and the sessions end in the same transaction.</summary>
internal sealed class EndSessions(IMediator mediator, Acting acting)
{
    /// <returns>Version of the grants from which on tokens count.</returns>
    public Task<Appended> Of(Guid account, TokenRevocation reason, CancellationToken ct) =>
        Send(account, reason, changes => Sessions.EndAll(changes, account), ct);

    /// <summary>Voids the access tokens; sessions refresh and go on.</summary>
    public Task OnlyTokens(Guid account, TokenRevocation reason, CancellationToken ct) =>
        Send(account, reason, also: null, ct);

    private Task<Appended> Send(Guid account, TokenRevocation reason, Action<Changes>? also, CancellationToken ct)
    {
        // If-Match of the request is about the page's object, not about this stream.
        acting.ExpectedVersion = null;
        return mediator.Send(new Execute<RevokeTokens>(account, new RevokeTokens(reason), Also: also), ct);
    }
}

/// <summary>Sessions that are over are only in the way.</summary>
internal sealed class ForgetSessions(Sessions sessions, TimeProvider clock, ILogger<ForgetSessions> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                try
                {
                    await sessions.Forget(stoppingToken);
                }
                catch (Npgsql.NpgsqlException e)
                {
                    logger.LogWarning("Old sessions stay for now: {Error}", e.GetType().Name);
                }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }
}
