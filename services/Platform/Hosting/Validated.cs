using System.Globalization;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Hosting;

public static class Validated
{
    /// <summary>Checks the request body with its registered validator before the handler runs; error codes are the
    /// validator's (<c>WithErrorCode</c>), fields are named as in the JSON.</summary>
    public static RouteHandlerBuilder Validate<TRequest>(this RouteHandlerBuilder route)
        where TRequest : class =>
        route.AddEndpointFilter(
            async (context, next) =>
            {
                var request =
                    context.Arguments.OfType<TRequest>().FirstOrDefault()
                    ?? throw new Problem(StatusCodes.Status400BadRequest, "malformed_request");
                var validator = context.HttpContext.RequestServices.GetRequiredService<IValidator<TRequest>>();
                var result = await validator.ValidateAsync(request, context.HttpContext.RequestAborted);
                if (!result.IsValid)
                    throw new Problem(
                        StatusCodes.Status400BadRequest,
                        "invalid_input",
                        errors: result
                            .Errors.DistinctBy(e => e.PropertyName)
                            .ToDictionary(e => CamelCase(e.PropertyName), e => e.ErrorCode, StringComparer.Ordinal)
                    );
                return await next(context);
            }
        );

    private static string CamelCase(string path) =>
        string.Join(
            '.',
            path.Split('.').Select(p => p.Length == 0 ? p : p[..1].ToLower(CultureInfo.InvariantCulture) + p[1..])
        );
}
