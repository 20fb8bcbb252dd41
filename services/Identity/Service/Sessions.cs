using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Mediation.Content;
using Mediation.EventStore;
using Npgsql;

namespace Mediation.Identity.Service;

/// <param name="Reused">An old token came a second time: two parties hold the session, which is now over.</param>
internal sealed record Refreshed(Guid Account, string Stamp, string Token, DateTimeOffset ExpiresAt, bool Reused);

/// <summary>Refresh tokens: each works once and gives the next. A token is a keyed hash over session, salt and counter;
/// only the counter moves. So a browser whose two tabs refresh at the same moment gets the same next token twice,
/// instead of being taken for a thief.</summary>
internal sealed class Sessions(NpgsqlDataSource source, KeyRing ring, TimeProvider clock)
{
    /// <summary>A session ends when nothing was refreshed for so long, and in any case at the end of a working day.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(4);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>For so long the token before the current one is answered with the current one.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    private const int IdBytes = 16;
    private const int CounterBytes = 8;
    private const int MacBytes = 32;
    private readonly byte[] key = ring.Derive("refresh-tokens");

    public async Task<(string Token, DateTimeOffset ExpiresAt)> Begin(Guid account, string stamp, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (id, salt) = (Guid.CreateVersion7(now), RandomNumberGenerator.GetBytes(16));
        var expires = now + Idle;
        await using var command = source.CreateCommand(
            """
            insert into sessions (id, account, stamp, salt, counter, rotated_at, expires_at, ends_at)
            values ($1, $2, $3, $4, 1, $5, $6, $7)
            """
        );
        command.Parameters.Add(Id(id));
        command.Parameters.Add(Id(account));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stamp });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = salt });
        command.Parameters.Add(Instant(now));
        command.Parameters.Add(Instant(expires));
        command.Parameters.Add(Instant(now + Longest));
        await command.ExecuteNonQueryAsync(ct);
        return (Token(id, 1, salt), expires);
    }

    /// <returns>Null where the token is none of ours, or its session is over.</returns>
    public async Task<Refreshed?> Refresh(string token, CancellationToken ct)
    {
        if (Parse(token) is not { } asked)
            return null;
        var now = clock.GetUtcNow();
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var find = new NpgsqlCommand(
            "select account, stamp, salt, counter, rotated_at, expires_at, ends_at from sessions where id = $1 for update",
            connection
        );
        find.Parameters.Add(Id(asked.Session));
        Guid account;
        string stamp;
        byte[] salt;
        long counter;
        DateTimeOffset rotated;
        DateTimeOffset expires;
        DateTimeOffset ends;
        await using (var reader = await find.ExecuteReaderAsync(ct))
        {
            if (!await reader.ReadAsync(ct))
                return null;
            (account, stamp, salt, counter) = (
                reader.GetGuid(0),
                reader.GetString(1),
                reader.GetFieldValue<byte[]>(2),
                reader.GetInt64(3)
            );
            (rotated, expires, ends) = (
                reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetFieldValue<DateTimeOffset>(5),
                reader.GetFieldValue<DateTimeOffset>(6)
            );
        }
        if (!CryptographicOperations.FixedTimeEquals(asked.Mac, Mac(asked.Session, asked.Counter, salt)))
            return null;
        if (expires <= now || ends <= now)
            return null;
        if (asked.Counter == counter - 1 && now - rotated <= Leeway)
            return new(account, stamp, Token(asked.Session, counter, salt), expires, Reused: false);
        if (asked.Counter != counter)
        {
            await Execute(connection, "delete from sessions where id = $1", ct, Id(asked.Session));
            await transaction.CommitAsync(ct);
            return new(account, stamp, "", expires, Reused: true);
        }
        expires = now + Idle < ends ? now + Idle : ends;
        await Execute(
            connection,
            "update sessions set counter = counter + 1, rotated_at = $2, expires_at = $3 where id = $1",
            ct,
            Id(asked.Session),
            Instant(now),
            Instant(expires)
        );
        await transaction.CommitAsync(ct);
        return new(account, stamp, Token(asked.Session, counter + 1, salt), expires, Reused: false);
    }

    /// <summary>Ends one session. The token must be the current one or its predecessor, but no error tells whether.</summary>
    public async Task End(string token, CancellationToken ct)
    {
        if (Parse(token) is not { } asked)
            return;
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var find = new NpgsqlCommand("select salt from sessions where id = $1", connection);
        find.Parameters.Add(Id(asked.Session));
        if (
            await find.ExecuteScalarAsync(ct) is byte[] salt
            && CryptographicOperations.FixedTimeEquals(asked.Mac, Mac(asked.Session, asked.Counter, salt))
        )
            await Execute(connection, "delete from sessions where id = $1", ct, Id(asked.Session));
    }

    /// <summary>Ends all sessions of an account in the transaction that records why.</summary>
    public static void EndAll(Changes changes, Guid account) =>
        changes.Also("delete from sessions where account = $1", Id(account));

    /// <summary>Forgets sessions that are over.</summary>
    public async Task Forget(CancellationToken ct)
    {
        await using var command = source.CreateCommand("delete from sessions where least(expires_at, ends_at) < $1");
        command.Parameters.Add(Instant(clock.GetUtcNow()));
        await command.ExecuteNonQueryAsync(ct);
    }

    private string Token(Guid session, long counter, byte[] salt)
    {
        Span<byte> bytes = stackalloc byte[IdBytes + CounterBytes + MacBytes];
        session.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes[IdBytes..], counter);
        Mac(session, counter, salt).CopyTo(bytes[(IdBytes + CounterBytes)..]);
        return Base64Url.EncodeToString(bytes);
    }

    private byte[] Mac(Guid session, long counter, byte[] salt)
    {
        Span<byte> input = stackalloc byte[IdBytes + CounterBytes + 16];
        session.TryWriteBytes(input, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(input[IdBytes..], counter);
        salt.CopyTo(input[(IdBytes + CounterBytes)..]);
        return HMACSHA256.HashData(key, input);
    }

    private static (Guid Session, long Counter, byte[] Mac)? Parse(string token)
    {
        Span<byte> bytes = stackalloc byte[IdBytes + CounterBytes + MacBytes];
        if (
            token.Length > 100
            || !Base64Url.IsValid(token)
            || !Base64Url.TryDecodeFromChars(token, bytes, out var written)
            || written != bytes.Length
        )
            return null;
        return (
            new Guid(bytes[..IdBytes], bigEndian: true),
            BinaryPrimitives.ReadInt64BigEndian(bytes[IdBytes..]),
            bytes[(IdBytes + CounterBytes)..].ToArray()
        );
    }

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

    private static NpgsqlParameter<Guid> Id(Guid value) => new() { TypedValue = value };

    private static NpgsqlParameter<DateTimeOffset> Instant(DateTimeOffset value) => new() { TypedValue = value };
}
