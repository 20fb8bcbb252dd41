using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.EventStore;

/// <summary>Seals the log: each link hashes all stored columns of an event and the link before it, in settled order.
/// Who alters, deletes or inserts a row afterwards breaks the chain at that place.</summary>
public sealed class AuditChain(EventJournal journal) : Subscription
{
    private readonly List<(long Position, byte[] Hash)> links = [];

    public override string Name => "AuditChain:All";

    public override int PageSize => 1000;

    internal override bool ReadsData => false;

    public override async Task Deliver(IReadOnlyList<StoredEvent> page, CancellationToken ct)
    {
        await using var connection = await journal.Source.OpenConnectionAsync(ct);
        // Asked each time: a link remembered here would be wrong after a page whose commit failed.
        var previous = await LastLink(connection, ct);
        var seal = new EventSeal(journal.IntegrityKey);
        links.Clear();
        await foreach (var row in Rows(connection, page[0].Position - 1, page[^1].Position, ct))
        {
            previous = Link(previous, row, seal);
            links.Add((row.Position, previous));
        }
    }

    public override void Write(IReadOnlyList<StoredEvent> page, NpgsqlBatch batch)
    {
        var wanted = page.Select(e => e.Position).ToHashSet();
        if (links.Count != wanted.Count || !links.TrueForAll(l => wanted.Contains(l.Position)))
            throw new InvalidOperationException("The page to seal is not what stands in the log.");
        var command = new NpgsqlBatchCommand("insert into audit_chain (position, hash) select * from unnest($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. links.Select(l => l.Position)] });
        command.Parameters.Add(
            new NpgsqlParameter<byte[][]>
            {
                TypedValue = [.. links.Select(l => l.Hash)],
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea,
            }
        );
        batch.BatchCommands.Add(command);
    }

    /// <summary>Whether a link noted earlier still stands.</summary>
    internal async Task<bool> Holds(long position, byte[] hash, CancellationToken ct)
    {
        await using var command = journal.Source.CreateCommand(
            "select exists (select 1 from audit_chain where position = $1 and hash = $2)"
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash, NpgsqlDbType = NpgsqlDbType.Bytea });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The newest link, for a witness outside the database; null while nothing is sealed.</summary>
    internal async Task<(long Position, byte[] Hash)?> Head(CancellationToken ct)
    {
        await using var command = journal.Source.CreateCommand(
            "select position, hash from audit_chain order by position desc limit 1"
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), (byte[])reader.GetValue(1)) : null;
    }

    private static async Task<byte[]> LastLink(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select hash from audit_chain order by position desc limit 1",
            connection
        );
        return (byte[]?)await command.ExecuteScalarAsync(ct) ?? [];
    }

    /// <summary>What is wrong with a row, and where.</summary>
    /// <param name="Finding">altered, deleted, inserted, link (the chain's own row was changed), root (the chain does not
    /// hold a root that was noted elsewhere), gap (a stream misses an event that was not sealed yet) or missed (the process
    /// that appended it found it gone or changed before it was sealed).</param>
    public sealed record Fault(string Finding, long Position, Guid? Stream);

    /// <summary>Result of a verification: how many events are sealed, how many not yet, and every fault.</summary>
    public sealed record Verdict(long Sealed, long Unsealed, byte[] LastLink, IReadOnlyList<Fault> Faults);

    /// <summary>Recomputes the whole chain and holds it against the log, against the seal each event carries, against
    /// the streams' own versions, and against roots noted elsewhere (position → hash).</summary>
    public async Task<Verdict> Verify(IReadOnlyDictionary<long, byte[]>? roots = null, CancellationToken ct = default)
    {
        var faults = new List<Fault>();
        var seal = new EventSeal(journal.IntegrityKey);
        await using var chain = await journal.Source.OpenConnectionAsync(ct);
        await using var events = await journal.Source.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("select position, hash from audit_chain order by position", chain);
        await using var link = await command.ExecuteReaderAsync(ct);
        var (sealedCount, unsealed, previous) = (0L, 0L, Array.Empty<byte>());
        var linked = await link.ReadAsync(ct);
        var expected = roots?.ToDictionary() ?? [];
        void Follow(long position, byte[] hash)
        {
            if (expected.Remove(position, out var root) && !root.AsSpan().SequenceEqual(hash))
                faults.Add(new("root", position, null));
            previous = hash;
            sealedCount++;
        }

        await foreach (var row in Rows(events, 0, long.MaxValue, ct))
        {
            while (linked && link.GetInt64(0) < row.Position)
            {
                faults.Add(new("deleted", link.GetInt64(0), null));
                Follow(link.GetInt64(0), (byte[])link.GetValue(1));
                linked = await link.ReadAsync(ct);
            }
            if (linked && link.GetInt64(0) == row.Position)
            {
                var stands = (byte[])link.GetValue(1);
                // The event's own seal is checked also where the link fits: a row altered before the chain reached it was
                // linked as it stood.
                if (!SealHolds(row, seal))
                    faults.Add(new("altered", row.Position, row.Stream));
                else if (!Link(previous, row, seal).AsSpan().SequenceEqual(stands))
                    faults.Add(new("link", row.Position, row.Stream));
                Follow(row.Position, stands);
                linked = await link.ReadAsync(ct);
            }
            else if (linked)
                faults.Add(new("inserted", row.Position, row.Stream));
            else
            {
                unsealed++;
                if (!SealHolds(row, seal))
                    faults.Add(new("altered", row.Position, row.Stream));
            }
        }
        for (; linked; linked = await link.ReadAsync(ct))
        {
            faults.Add(new("deleted", link.GetInt64(0), null));
            Follow(link.GetInt64(0), (byte[])link.GetValue(1));
        }
        faults.AddRange(expected.Keys.Select(position => new Fault("root", position, null)));
        await link.DisposeAsync();
        faults.AddRange(
            await Found(
                "gap",
                """
                select coalesce(e.highest, 0), s.id from mt_streams s
                left join (select stream_id, count(*) as n, max(version) as top, max(seq_id) as highest
                           from mt_events group by stream_id) e on e.stream_id = s.id
                where coalesce(e.n, 0) <> s.version or coalesce(e.top, 0) <> s.version
                """,
                chain,
                ct
            )
        );
        faults.AddRange(
            await Found("missed", "select position, stream_id from audit_findings order by position", chain, ct)
        );
        return new(sealedCount, unsealed, previous, faults);
    }

    private static async Task<List<Fault>> Found(
        string finding,
        string sql,
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        var faults = new List<Fault>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            faults.Add(new(finding, reader.GetInt64(0), reader.GetGuid(1)));
        return faults;
    }

    private static async IAsyncEnumerable<Row> Rows(
        NpgsqlConnection connection,
        long after,
        long upTo,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            """
            select seq_id, id, stream_id, version, data::text, encode(bdata, 'hex'), type,
                   case when timestamp between '0001-01-01' and '9999-12-31' then timestamp else '0001-01-01' end,
                   tenant_id, mt_dotnet_type, correlation_id, causation_id, headers::text, user_name, is_archived
            from mt_events where seq_id > $1 and seq_id <= $2 order by seq_id
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = upTo });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return Row.From(reader);
    }

    private static byte[] Link(byte[] previous, Row row, EventSeal seal)
    {
        var bytes = row.Bytes(seal, CanonicalJson.Of(row.Headers ?? "null"));
        Span<byte> position = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(position, row.Position);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(position);
        hash.AppendData(bytes);
        return hash.GetHashAndReset();
    }

    /// <summary>Whether the seal in the headers was made with the service's key over this very row.</summary>
    private static bool SealHolds(Row row, EventSeal seal)
    {
        if (row.Headers is null || CanonicalJson.Parse(row.Headers) is not JsonObject headers)
            return false;
        if (!headers.Remove(EventSeal.Header, out var stated) || stated?.GetValueKind() is not JsonValueKind.String)
            return false;
        return seal.Holds(
            stated.GetValue<string>(),
            row.Bytes(seal, CanonicalJson.Of(headers.ToJsonString(EventTypes.Json)))
        );
    }

    private sealed record Row(
        long Position,
        Guid Id,
        Guid Stream,
        long Version,
        string Data,
        string? Binary,
        string Name,
        DateTimeOffset RecordedAt,
        string? Tenant,
        string? DotnetType,
        string? Correlation,
        string? Causation,
        string? Headers,
        string? Account,
        bool? Archived
    )
    {
        public static Row From(NpgsqlDataReader reader)
        {
            string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
            return new(
                reader.GetInt64(0),
                reader.GetGuid(1),
                reader.IsDBNull(2) ? Guid.Empty : reader.GetGuid(2),
                reader.GetInt64(3),
                reader.GetString(4),
                Text(5),
                reader.GetString(6),
                new DateTimeOffset(reader.GetDateTime(7), TimeSpan.Zero),
                Text(8),
                Text(9),
                Text(10),
                Text(11),
                Text(12),
                Text(13),
                reader.IsDBNull(14) ? null : reader.GetBoolean(14)
            );
        }

        public ReadOnlySpan<byte> Bytes(EventSeal seal, byte[] headers) =>
            seal.Bytes(
                Id,
                Stream,
                Version,
                Name,
                RecordedAt,
                DotnetType,
                Correlation,
                Causation,
                Account,
                headers,
                CanonicalJson.Of(Data),
                Tenant,
                Binary,
                Archived
            );
    }
}
