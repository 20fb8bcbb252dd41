using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

internal static class ShowKeys
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/keys",
                (SigningKeys keys) =>
                    new Http.KeySet([
                        .. keys.Public.Select(k => new Http.Key(
                            "EC",
                            "P-256",
                            k.Coordinates.X,
                            k.Coordinates.Y,
                            k.Id,
                            "sig",
                            "ES256"
                        )),
                    ])
            )
            .AllowAnonymous();
}
