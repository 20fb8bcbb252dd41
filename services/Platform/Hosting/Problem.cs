using System.Globalization;
using System.Resources;
using System.Text.Json;
using Mediation.Content;
using Mediation.EventStore;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client.Exceptions;

namespace Mediation.Hosting;

/// <summary>A coded answer other than success. The text comes from the resources in the caller's language.</summary>
/// <param name="errors">Field name → code, for input that cannot be understood (400).</param>
public sealed class Problem(
    int status,
    string code,
    IReadOnlyList<object>? arguments = null,
    IReadOnlyDictionary<string, string>? errors = null
) : Exception(code)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public IReadOnlyList<object> Arguments { get; } = arguments ?? [];

    public IReadOnlyDictionary<string, string>? Errors { get; } = errors;

    public static Problem NotFound(string code = "not_found") => new(StatusCodes.Status404NotFound, code);

    public static Problem Forbidden(string code = "forbidden") => new(StatusCodes.Status403Forbidden, code);

    /// <summary>A sheet would hold more rows than it may: whoever takes it for the whole must be told, not given less.</summary>
    public static Problem TooManyRows(int most) =>
        new(StatusCodes.Status422UnprocessableEntity, "too_many_rows", [most]);

    /// <summary>Input of one field that cannot be accepted.</summary>
    public static Problem Invalid(string field, string code) =>
        new(
            StatusCodes.Status400BadRequest,
            "invalid_input",
            errors: new Dictionary<string, string> { [field] = code }
        );
}

/// <summary>Texts of codes, the service's own before those of the platform.</summary>
public sealed class ProblemTexts(IEnumerable<ResourceManager> resources)
{
    /// <summary>The text of a code in the current language with its arguments filled in; the code itself where no text
    /// exists, which a test forbids.</summary>
    public string Of(string code, IReadOnlyList<object>? arguments = null)
    {
        foreach (var resource in resources)
            if (resource.GetString(code, CultureInfo.CurrentUICulture) is { } text)
                return arguments is { Count: > 0 }
                    ? string.Format(CultureInfo.CurrentCulture, text, [.. arguments])
                    : text;
        return code;
    }
}

/// <summary>What a domain's refusal says; the domain's exception is not known here.</summary>
public sealed record Refusal(string Code, IReadOnlyList<object> Arguments);

/// <summary>What a database that is away or was just restarted answers.</summary>
internal static class DatabaseTrouble
{
    /// <summary>The same again may succeed a moment later.</summary>
    public static bool Passes(Exception error) =>
        error is NpgsqlException { IsTransient: true } or TimeoutException
        // Driver and server are out of step: a statement failed in the middle of being prepared, and its next use on the
        // same connection ends so. The driver has dropped that connection.
        || (error.GetType() == typeof(Exception) && error.Source == nameof(Npgsql));
}

/// <summary>Turns every exception into ProblemDetails, once, for all services.</summary>
internal sealed class ProblemHandler(
    ProblemTexts texts,
    Func<Exception, Refusal?> refusal,
    Acting acting,
    ILogger<ProblemHandler> logger
)
{
    public async Task Write(HttpContext context)
    {
        var failure = context.Features.Get<IExceptionHandlerFeature>();
        var problem = failure is null ? null : Of(failure.Error);
        if (problem is null)
        {
            // Where it happened and never the message: it may repeat what was typed.
            logger.LogError(
                "Unexpected {Error} at {Route}\n{Where}",
                Kinds(failure?.Error),
                failure?.Endpoint?.DisplayName,
                failure?.Error.StackTrace
            );
            logger.LogDebug(failure?.Error, "Unexpected error");
            problem = new(StatusCodes.Status500InternalServerError, "internal_error");
        }
        await Write(context, problem);
    }

    public async Task Write(HttpContext context, Problem problem)
    {
        var details = new ProblemDetails
        {
            Status = problem.Status,
            Title = texts.Of("status_" + problem.Status.ToString(CultureInfo.InvariantCulture)),
            Detail = texts.Of(problem.Code, problem.Arguments),
            Type = "about:blank",
        };
        details.Extensions["code"] = problem.Code;
        details.Extensions["arguments"] = problem.Arguments;
        details.Extensions["traceId"] =
            System.Diagnostics.Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
        if (problem.Errors is { } errors)
            details.Extensions["errors"] = errors.ToDictionary(
                e => e.Key,
                e => new FieldError(e.Value, texts.Of(e.Value)),
                StringComparer.Ordinal
            );
        context.Response.StatusCode = problem.Status;
        await context.Response.WriteAsJsonAsync(
            details,
            EventTypes.Json,
            "application/problem+json",
            context.RequestAborted
        );
    }

    private Problem? Of(Exception error) =>
        error switch
        {
            Problem problem => problem,
            AppendConflict { Reason: AppendConflict.Kind.Version } => acting.ExpectedVersion is null
                ? new(StatusCodes.Status409Conflict, "changed_meanwhile")
                : new(StatusCodes.Status412PreconditionFailed, "changed_meanwhile"),
            AppendConflict { Reason: AppendConflict.Kind.StreamExists } => new(
                StatusCodes.Status409Conflict,
                "exists_already"
            ),
            AppendConflict { Reason: AppendConflict.Kind.Archived } => new(StatusCodes.Status409Conflict, "archived"),
            AppendConflict => new(StatusCodes.Status409Conflict, "already_recorded"),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(
                StatusCodes.Status413PayloadTooLarge,
                "too_large"
            ),
            BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => new(
                StatusCodes.Status415UnsupportedMediaType,
                "status_415"
            ),
            BadHttpRequestException { InnerException: JsonException json } => StrictJson.Problem(json),
            BadHttpRequestException bad => new(bad.StatusCode, "malformed_request"),
            InvalidDataException => new(StatusCodes.Status400BadRequest, "malformed_request"),
            ContentException content => new(content.Status, content.Code, content.Arguments),
            JsonException json => StrictJson.Problem(json),
            OverflowException => new(StatusCodes.Status400BadRequest, "amount_out_of_range"),
            _ when DatabaseTrouble.Passes(error) => new(
                StatusCodes.Status503ServiceUnavailable,
                "database_unavailable"
            ),
            BrokerUnreachableException => new(StatusCodes.Status503ServiceUnavailable, "broker_unavailable"),
            PostgresException
            {
                SqlState: PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire
            } => new(StatusCodes.Status400BadRequest, "malformed_request"),
            _ => refusal(error) is { } refused
                ? new(StatusCodes.Status422UnprocessableEntity, refused.Code, refused.Arguments)
                : null,
        };

    // Types of an exception and of what caused it.
    private static string Kinds(Exception? error) =>
        error is null ? "" : error.GetType().FullName + (error.InnerException is { } cause ? " < " + Kinds(cause) : "");

    private sealed record FieldError(string Code, string Detail);
}
