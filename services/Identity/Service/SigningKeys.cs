using System.Security.Cryptography;
using Mediation.Content;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Identity.Service;

/// <summary>The key pairs of access tokens. A new one is shown to the services ten minutes before it signs, and an old
/// one for as long as a token of it may live, so that a change of keys refuses nobody.</summary>
internal sealed class SigningKeys(
    NpgsqlDataSource source,
    FieldCipher cipher,
    TimeProvider clock,
    ILogger<SigningKeys> logger
) : BackgroundService, IAccessTokenKeys
{
    public static readonly TimeSpan SignsFor = TimeSpan.FromDays(30);
    public static readonly TimeSpan ShownBefore = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShownAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Check = TimeSpan.FromMinutes(1);

    private volatile IReadOnlyList<Pair> pairs = [];

    /// <summary>Keys a service must know now.</summary>
    public IReadOnlyList<PublicKey> Public => [.. pairs.Select(p => p.Public)];

    /// <summary>Signs with the newest key whose time has come.</summary>
    public string Sign(AccessToken token, DateTimeOffset now, TimeSpan life) =>
        pairs.Last(p => p.SignsFrom <= now).Signer.Sign(token, now, life);

    public async ValueTask<PublicKey?> Find(string keyId, CancellationToken ct)
    {
        var known = pairs.FirstOrDefault(p => p.Public.Id == keyId);
        if (known is not null || !Guid.TryParseExact(keyId, "N", out _))
            return known?.Public;
        // Another instance may have made it.
        await Load(ct);
        return pairs.FirstOrDefault(p => p.Public.Id == keyId)?.Public;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Renew(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Check, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Renew(stoppingToken);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException)
                {
                    logger.LogWarning("Signing keys cannot be looked after: {Error}", e.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    /// <summary>Makes a key where none will sign soon, forgets those no token can still have, and reads the rest.</summary>
    internal async Task Renew(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using (var connection = await source.OpenConnectionAsync(ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await Execute(
                connection,
                "select pg_advisory_xact_lock(hashtextextended(current_schema() || ':signing-keys', 0))",
                ct
            );
            await Execute(
                connection,
                """
                delete from signing_keys k where exists (
                    select 1 from signing_keys n where n.signs_from > k.signs_from and n.signs_from < $1)
                """,
                ct,
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now - ShownAfter }
            );
            await using var newest = new NpgsqlCommand("select max(signs_from) from signing_keys", connection);
            var last = await newest.ExecuteScalarAsync(ct) as DateTime?;
            if (last is null)
                await Add(connection, now, ct);
            else if (new DateTimeOffset(last.Value) + SignsFor <= now)
                await Add(connection, now + ShownBefore, ct);
            await transaction.CommitAsync(ct);
        }
        await Load(ct);
    }

    private async Task Add(NpgsqlConnection connection, DateTimeOffset signsFrom, CancellationToken ct)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        var id = Guid.CreateVersion7(signsFrom);
        await Execute(
            connection,
            "insert into signing_keys (id, x, y, private, row_id, signs_from) values ($1, $2, $3, $4, $5, $6)",
            ct,
            new NpgsqlParameter<string> { TypedValue = id.ToString("N") },
            new NpgsqlParameter<byte[]> { TypedValue = q.X! },
            new NpgsqlParameter<byte[]> { TypedValue = q.Y! },
            new NpgsqlParameter<byte[]>
            {
                TypedValue = cipher.Encrypt(Convert.ToBase64String(key.ExportPkcs8PrivateKey()), Place(id)),
            },
            new NpgsqlParameter<Guid> { TypedValue = id },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = signsFrom }
        );
        logger.LogInformation("New signing key {Key}, signs from {From}", id.ToString("N"), signsFrom);
    }

    private async Task Load(CancellationToken ct)
    {
        var known = pairs.ToDictionary(p => p.Public.Id, StringComparer.Ordinal);
        var loaded = new List<Pair>();
        await using var command = source.CreateCommand(
            "select id, x, y, private, row_id, signs_from from signing_keys order by signs_from, id"
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetString(0);
            if (known.TryGetValue(id, out var pair))
            {
                loaded.Add(pair with { SignsFrom = reader.GetFieldValue<DateTimeOffset>(5) });
                continue;
            }
            var key = ECDsa.Create();
            var pkcs8 = cipher.Decrypt(reader.GetFieldValue<byte[]>(3), Place(reader.GetGuid(4)));
            key.ImportPkcs8PrivateKey(Convert.FromBase64String(pkcs8), out _);
            loaded.Add(
                new(
                    new(id, reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2)),
                    new(key, id),
                    reader.GetFieldValue<DateTimeOffset>(5)
                )
            );
        }
        pairs = loaded;
    }

    private static FieldPlace Place(Guid id) => new("signing_keys", "private", id);

    private static async Task Execute(
        NpgsqlConnection connection,
        string sql,
        CancellationToken ct,
        params NpgsqlParameter[] parameters
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(ct);
    }

    private sealed record Pair(PublicKey Public, AccessTokenSigner Signer, DateTimeOffset SignsFrom);
}
