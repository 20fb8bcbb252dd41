using System.Globalization;
using System.Security.Cryptography;
using Mediation.Content;
using Mediation.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Hosting;

/// <summary>Reads If-Match and Idempotency-Key. A command that was carried out under a key is answered from what was
/// stored, for 24 hours; and because the key is also the cause of the events, a repetition after a crash between the
/// commit and the storing records nothing twice. A key that comes again with another body is refused: the person would
/// take the first answer for the answer to what she sends now.</summary>
internal static class RequestContext
{
    private const int LargestStored = 64 * 1024;

    public static void UseRequestContext(this IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                var acting = context.RequestServices.GetRequiredService<Acting>();
                acting.Account = context.User.FindFirst("sub")?.Value;
                if (context.Request.Headers.IfMatch is [{ Length: > 0 } match])
                    acting.ExpectedVersion = long.TryParse(
                        match.Trim().Trim('"'),
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out var version
                    )
                        ? version
                        : throw new Problem(StatusCodes.Status400BadRequest, "malformed_version");
                if (
                    HttpMethods.IsGet(context.Request.Method)
                    || context.Request.Headers["Idempotency-Key"] is not [{ Length: > 0 } key]
                )
                {
                    await next();
                    return;
                }
                if (key.Length > 200)
                    throw new Problem(StatusCodes.Status400BadRequest, "malformed_request");
                // The key belongs to the account and the address: nobody can fetch another's answer with a guessed key.
                acting.Cause = NameBasedId.From(
                    Guid.Empty,
                    $"{acting.Account}\n{context.Request.Method}\n{context.Request.Path}\n{key}"
                );
                await Once(context, acting.Cause, next);
            }
        );

    private static async Task Once(HttpContext context, Guid cause, Func<Task> next)
    {
        var source = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var ct = context.RequestAborted;
        var asked = await HashOfBody(context, ct);
        await using (
            var find = source.CreateCommand(
                "select status, etag, media_type, body, request from idempotency where cause = $1 and at > $2"
            )
        )
        {
            find.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = cause });
            find.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now - Housekeeping.AnswersKept });
            await using var reader = await find.ExecuteReaderAsync(ct);
            if (await reader.ReadAsync(ct))
            {
                if (
                    asked is not null
                    && !await reader.IsDBNullAsync(4, ct)
                    && !CryptographicOperations.FixedTimeEquals((byte[])reader.GetValue(4), asked)
                )
                    throw new Problem(StatusCodes.Status422UnprocessableEntity, "key_reused");
                context.Response.StatusCode = reader.GetInt32(0);
                if (!reader.IsDBNull(1))
                    context.Response.Headers.ETag = reader.GetString(1);
                if (!reader.IsDBNull(2))
                    context.Response.ContentType = reader.GetString(2);
                context.Response.Headers["Idempotent-Replay"] = "true";
                await context.Response.Body.WriteAsync((byte[])reader.GetValue(3), ct);
                return;
            }
        }
        var body = context.Response.Body;
        using var copy = new MemoryStream();
        context.Response.Body = copy;
        try
        {
            await next();
        }
        finally
        {
            context.Response.Body = body;
        }
        // Only answers with a version are kept: those are the answers of commands, ids and numbers. An answer that
        // reveals a person's data or hands out a token has none, and must not lie in a table.
        if (
            context.Response is { StatusCode: >= 200 and < 300, Headers.ETag.Count: > 0 }
            && copy.Length <= LargestStored
        )
        {
            await using var keep = source.CreateCommand(
                "insert into idempotency (cause, status, etag, media_type, body, at, request) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing"
            );
            keep.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = cause });
            keep.Parameters.Add(new NpgsqlParameter<int> { TypedValue = context.Response.StatusCode });
            keep.Parameters.Add(
                new NpgsqlParameter
                {
                    Value = (object?)context.Response.Headers.ETag.FirstOrDefault() ?? DBNull.Value,
                    NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text,
                }
            );
            keep.Parameters.Add(
                new NpgsqlParameter
                {
                    Value = (object?)context.Response.ContentType ?? DBNull.Value,
                    NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text,
                }
            );
            keep.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = copy.ToArray() });
            keep.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now });
            keep.Parameters.Add(
                new NpgsqlParameter
                {
                    Value = (object?)asked ?? DBNull.Value,
                    NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea,
                }
            );
            await keep.ExecuteNonQueryAsync(CancellationToken.None);
        }
        copy.Position = 0;
        await copy.CopyToAsync(body, ct);
    }

    // Read into memory: the framework's own buffering would write a large body to the temporary folder in clear. Files
    // are not compared; the boundary between their parts is another one each time.
    private static async Task<byte[]?> HashOfBody(HttpContext context, CancellationToken ct)
    {
        if (!context.Request.HasJsonContentType())
            return null;
        var body = new MemoryStream();
        context.Response.RegisterForDispose(body);
        await context.Request.Body.CopyToAsync(body, ct);
        body.Position = 0;
        context.Request.Body = body;
        var key = context.RequestServices.GetRequiredService<KeyRing>().Derive("idempotent-bodies");
        return HMACSHA256.HashData(key, body.GetBuffer().AsSpan(0, (int)body.Length));
    }
}
