using Mediation.Contracts.Http;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using MediatR;
using Npgsql;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>What was registered is completed or corrected (待补录).</summary>
internal static class AmendSlice
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/requests/{id:guid}/amend",
                async Task<IResult> (
                    Guid id,
                    Http.AmendRequest body,
                    RequestDesk desk,
                    Registering registering,
                    Caller caller,
                    IMediator mediator,
                    PartyHits hits,
                    ProblemTexts texts,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    var (row, _) = await desk.Open(id, ct);
                    caller.ActIn(row.Unit, Rights.Register);
                    var amendment = await registering.Amend(row, body, ct);
                    if (amendment.Command is not { } command)
                        return await Candidates.Answer(amendment.Known, hits, texts, ct);
                    try
                    {
                        var done = await mediator.Send(
                            new Execute<AmendRequest>(id, command, null, amendment.Record),
                            ct
                        );
                        return Answer.Done(response, done.Version, new Done(id, done.Version));
                    }
                    catch (PostgresException e) when (e.SqlState == "RG001")
                    {
                        throw new Problem(StatusCodes.Status409Conflict, "changed_meanwhile");
                    }
                }
            )
            .RequireRole(Rights.Register);
}
