using Mediation.Contracts.Http.Intake;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;

namespace Mediation.Intake.Service;

/// <summary>Whom ids stand for, so that pages of all services can show it without holding it.</summary>
internal static class Labels
{
    private const int MostIds = 200;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/parties/labels",
                async (LabelParties body, PartyRegister register, PartyAccessLog access, CancellationToken ct) =>
                {
                    if (body.Ids.Count > MostIds)
                        throw Problem.Invalid("ids", "too_many");
                    if (!Enum.IsDefined(body.Purpose))
                        throw Problem.Invalid("purpose", "code_unknown");
                    var ids = body.Ids.Distinct().ToList();
                    var readable = await access.Readable(ids, Rights.Label, ct);
                    await access.Record("label", body.Purpose, [.. readable], [PartyField.Name], ct);
                    var parties = await register.Find([.. readable], ct);
                    var opened = await register.Open([.. parties.Values], [PartyField.Name], ct);
                    return new PartyLabels(
                        [
                            .. ids.Where(parties.ContainsKey)
                                .Select(id => new PartyLabel(
                                    id,
                                    parties[id].Kind,
                                    PartyRegister.Label(parties[id], opened[id]),
                                    parties[id].Demonstration
                                )),
                        ],
                        ids.Count - parties.Count
                    );
                }
            )
            .RequireRole(Rights.Label);
}
