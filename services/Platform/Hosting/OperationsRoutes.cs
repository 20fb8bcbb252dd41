using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mediation.Hosting;

public static class OperationsRoutes
{
    /// <summary>What an operator sees and may repair: <c>GET /operations</c>, the messages in an error queue, their
    /// replay, and letting a stopped subscription pass over an event.</summary>
    /// <param name="roles">Who may look and repair.</param>
    public static ServiceHost<TMessage> Operable<TMessage, TRole>(this ServiceHost<TMessage> host, params TRole[] roles)
        where TMessage : class
        where TRole : struct, Enum =>
        host.Routes(routes =>
        {
            var group = routes.MapGroup("/operations").RequireRole(roles);
            group.MapGet("", (Operations operations, CancellationToken ct) => operations.Status(ct));
            group.MapGet(
                "/errors/{queue}",
                (string queue, Operations operations, CancellationToken ct) => operations.Failed(queue, ct)
            );
            group.MapPost(
                "/errors/{queue}/replay",
                async (string queue, Operations operations, CancellationToken ct) =>
                    new Replayed(await operations.Replay(queue, ct))
            );
            group.MapPost(
                "/subscriptions/{name}/skip/{position}",
                async (string name, long position, Operations operations, Caller caller, CancellationToken ct) =>
                {
                    await operations.Skip(name, position, caller.AccountId.ToString(), ct);
                    return TypedResults.NoContent();
                }
            );
        });
}

/// <param name="Messages">How many were sent back to their queue.</param>
public sealed record Replayed(int Messages);
