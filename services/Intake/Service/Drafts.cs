using Dapper;
using Mediation.Content;
using Mediation.Contracts.Http.Intake;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>暂存: what was typed is kept, encrypted, for the account that typed it. An accident never loses it.</summary>
internal static class Drafts
{
    private const int LongestForm = 65_536;
    private const int MostDrafts = 20;
    private const int DaysKept = 30;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPut(
                "/drafts/{id:guid}",
                async (
                    Guid id,
                    SaveDraft body,
                    Caller caller,
                    NpgsqlDataSource source,
                    FieldCipher cipher,
                    TimeProvider clock,
                    CancellationToken ct
                ) =>
                {
                    if (body.Form.Length is 0 or > LongestForm)
                        throw Problem.Invalid("form", body.Form.Length == 0 ? "required" : "too_long");
                    var now = clock.GetUtcNow();
                    if (body.OpenedAt > now.AddMinutes(1) || body.OpenedAt < now.AddDays(-DaysKept))
                        throw Problem.Invalid("openedAt", "date_impossible");
                    await using var connection = await source.OpenConnectionAsync(ct);
                    await connection.ExecuteAsync(
                        "delete from drafts where account = @account and saved_at < @old",
                        new { account = caller.AccountId, old = now.AddDays(-DaysKept).UtcDateTime }
                    );
                    var saved = await connection.ExecuteAsync(
                        """
                        insert into drafts as d (draft_id, account, channel, opened_at, saved_at, sealed)
                        select @id, @account, @channel, @opened, @now, @sealed
                        where exists (select 1 from drafts where draft_id = @id)
                           or (select count(*) from drafts where account = @account) < @most
                        on conflict (draft_id) do update
                        set channel = excluded.channel, saved_at = excluded.saved_at, sealed = excluded.sealed
                        where d.account = excluded.account
                        """,
                        new
                        {
                            id,
                            account = caller.AccountId,
                            channel = body.Channel is { } c ? PartyData.Camel(c.As<Channel>().ToString()) : null,
                            opened = body.OpenedAt.UtcDateTime,
                            now = now.UtcDateTime,
                            @sealed = cipher.Encrypt(body.Form, Place(id)),
                            most = MostDrafts,
                        }
                    );
                    return saved == 1
                        ? Results.NoContent()
                        : throw new Problem(StatusCodes.Status409Conflict, "too_many_drafts", [MostDrafts]);
                }
            )
            .RequireRole(Rights.Register);
        routes
            .MapGet(
                "/drafts",
                async (Caller caller, NpgsqlDataSource source, CancellationToken ct) =>
                {
                    await using var connection = await source.OpenConnectionAsync(ct);
                    var rows = await connection.QueryAsync<Row>(
                        new(
                            Select + " where account = @account order by saved_at desc",
                            new { account = caller.AccountId },
                            cancellationToken: ct
                        )
                    );
                    return rows.Select(r => new DraftLine(r.Id, Channel(r), Utc(r.OpenedAt), Utc(r.SavedAt))).ToList();
                }
            )
            .RequireRole(Rights.Register);
        routes
            .MapGet(
                "/drafts/{id:guid}",
                async (Guid id, Caller caller, NpgsqlDataSource source, FieldCipher cipher, CancellationToken ct) =>
                {
                    await using var connection = await source.OpenConnectionAsync(ct);
                    var row =
                        await connection.QuerySingleOrDefaultAsync<Row>(
                            new(
                                Select + " where draft_id = @id and account = @account",
                                new { id, account = caller.AccountId },
                                cancellationToken: ct
                            )
                        ) ?? throw Problem.NotFound();
                    return new Draft(
                        id,
                        Channel(row),
                        Utc(row.OpenedAt),
                        Utc(row.SavedAt),
                        cipher.Decrypt(row.Sealed, Place(id))
                    );
                }
            )
            .RequireRole(Rights.Register);
        routes
            .MapDelete(
                "/drafts/{id:guid}",
                async (Guid id, Caller caller, NpgsqlDataSource source, CancellationToken ct) =>
                {
                    await using var connection = await source.OpenConnectionAsync(ct);
                    await connection.ExecuteAsync(
                        "delete from drafts where draft_id = @id and account = @account",
                        new { id, account = caller.AccountId }
                    );
                    return Results.NoContent();
                }
            )
            .RequireRole(Rights.Register);
    }

    /// <summary>The statement that removes a draft with the registration made of it.</summary>
    public static NpgsqlBatchCommand Remove(Guid id, Guid account) =>
        new("delete from drafts where draft_id = $1 and account = $2")
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = id },
                new NpgsqlParameter<Guid> { TypedValue = account },
            },
        };

    private const string Select = """
        select draft_id as "Id", channel as "ChannelName", opened_at as "OpenedAt", saved_at as "SavedAt", sealed as "Sealed"
        from drafts
        """;

    private static FieldPlace Place(Guid id) => new("drafts", "sealed", id);

    private static DateTimeOffset Utc(DateTime at) => new(at, TimeSpan.Zero);

    private static Contracts.Channel? Channel(Row row) =>
        Enum.TryParse<Contracts.Channel>(row.ChannelName, true, out var channel) ? channel : null;

    private sealed record Row(Guid Id, string? ChannelName, DateTime OpenedAt, DateTime SavedAt, byte[] Sealed);
}
