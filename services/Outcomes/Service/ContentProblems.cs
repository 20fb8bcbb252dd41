using Mediation.Content;
using Mediation.Hosting;

namespace Mediation.Outcomes.Service;

/// <summary>Turns what the content store cannot take or give into an answer with its status and text.</summary>
internal static class ContentProblems
{
    public static RouteHandlerBuilder TellContentProblems(this RouteHandlerBuilder route) =>
        route.AddEndpointFilter(
            async (context, next) =>
            {
                try
                {
                    return await next(context);
                }
                catch (ContentException e)
                {
                    throw new Problem(Status(e.Code), e.Code, e.Arguments);
                }
            }
        );

    private static int Status(string code) =>
        code switch
        {
            ContentErrors.TooLarge => StatusCodes.Status413PayloadTooLarge,
            ContentErrors.Empty => StatusCodes.Status400BadRequest,
            ContentErrors.TypeNotAllowed
            or ContentErrors.TypeDisguised
            or ContentErrors.MacrosRefused
            or ContentErrors.ArchiveRefused => StatusCodes.Status415UnsupportedMediaType,
            ContentErrors.IdTaken => StatusCodes.Status409Conflict,
            ContentErrors.NotFound => StatusCodes.Status404NotFound,
            ContentErrors.Erased => StatusCodes.Status410Gone,
            ContentErrors.SheetTooLong => StatusCodes.Status422UnprocessableEntity,
            _ => StatusCodes.Status500InternalServerError,
        };
}
