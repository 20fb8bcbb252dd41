using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;

namespace Mediation.Content;

/// <summary>What may be said about content outside its store, in events too.</summary>
/// <param name="Sha256">Lower-case hexadecimal. Of a file: of its bytes, so that a copy can be proven the same. Of typed
/// text: of a random salt and the text, because a short text could be guessed from its plain hash, also after
/// erasure.</param>
/// <param name="Size">Bytes.</param>
/// <param name="MediaType">As found in the bytes.</param>
public sealed record StoredContent(Guid ContentId, string Sha256, long Size, string MediaType);

/// <summary>Who reads and what for; logged before the first byte is given.</summary>
/// <param name="Actor">Account or, for a worker with a tracking code, party.</param>
/// <param name="Purpose">A code in snake_case of at most 64 characters, never a sentence.</param>
public sealed record ContentAccess(Guid Actor, string Purpose);

/// <summary>What a caller takes.</summary>
/// <param name="MaximumBytes">Inclusive.</param>
/// <param name="AllowedTypes">Of <see cref="MediaTypes"/>.</param>
/// <param name="MinimumBytes">1: an empty file proves nothing.</param>
public sealed record ContentRules(long MaximumBytes, IReadOnlySet<string> AllowedTypes, long MinimumBytes = 1)
{
    /// <summary>Evidence, slips, signed and received papers: every known type up to 20 MiB, not empty.</summary>
    public static ContentRules Files { get; } =
        new(
            20 * 1024 * 1024,
            new HashSet<string>(StringComparer.Ordinal)
            {
                MediaTypes.Pdf,
                MediaTypes.Png,
                MediaTypes.Jpeg,
                MediaTypes.Docx,
                MediaTypes.Xlsx,
                MediaTypes.Text,
            }
        );

    /// <summary>What a person typed: text of at most 256 KiB, may be empty.</summary>
    public static ContentRules TypedText { get; } =
        new(256 * 1024, new HashSet<string>(StringComparer.Ordinal) { MediaTypes.Text }, MinimumBytes: 0);
}

/// <summary>Content encrypted in memory and not yet written; see <see cref="ContentStore"/>.</summary>
public sealed class SealedContent
{
    private readonly byte[] key;
    private readonly ContentRow row;
    private readonly IReadOnlyList<byte[]> chunks;

    // At most 4 MB in one statement: neither one huge parameter nor 160 statements for a file of 20 MB.
    private const int ChunksPerStatement = 32;

    internal SealedContent(byte[] key, ContentRow row, IReadOnlyList<byte[]> chunks) =>
        (this.key, this.row, this.chunks) = (key, row, chunks);

    public StoredContent Facts => row.Facts;

    /// <summary>The statements that write it, to be executed in the transaction that appends the events which mention it,
    /// so that it stands exactly if they do. They fail when the owner was erased meanwhile (not-null violation) or
    /// the id is taken (unique violation).</summary>
    public IReadOnlyList<NpgsqlBatchCommand> Insert() =>
        [.. Statements(), ContentStore.Keep(row.OwnerId, row.ContentId, row.CreatedAt)];

    /// <summary>Without the mark that an event mentions it.</summary>
    internal IEnumerable<NpgsqlBatchCommand> Statements()
    {
        // The lock on the key row makes an erasure wait for this transaction, or this statement fail after it.
        yield return new(
            """
            insert into content (content_id, owner_id, sha256, size, media_type, header, created_at, created_by)
            values ($1, (select owner_id from content_keys where owner_id = $2 and wrapped_key is not null for share),
                $3, $4, $5, $6, $7, $8)
            """
        )
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = row.ContentId },
                new NpgsqlParameter<Guid> { TypedValue = row.OwnerId },
                new NpgsqlParameter<byte[]> { TypedValue = row.Sha256 },
                new NpgsqlParameter<long> { TypedValue = row.Size },
                new NpgsqlParameter<string> { TypedValue = row.MediaType },
                new NpgsqlParameter<byte[]> { TypedValue = row.Header },
                new NpgsqlParameter<DateTime> { TypedValue = row.CreatedAt },
                new NpgsqlParameter<Guid> { TypedValue = row.CreatedBy },
            },
        };
        foreach (var part in chunks.Select((data, number) => (data, number)).Chunk(ChunksPerStatement))
            yield return new("insert into content_chunks (content_id, number, data) select $1, * from unnest($2, $3)")
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = row.ContentId },
                    new NpgsqlParameter<int[]> { TypedValue = [.. part.Select(p => p.number)] },
                    new NpgsqlParameter<byte[][]> { TypedValue = [.. part.Select(p => p.data)] },
                },
            };
    }

    /// <summary>Whether these are the bytes that already stand under the same id.</summary>
    internal bool SameAs(ContentRow other)
    {
        if (other.OwnerId != row.OwnerId || other.Size != row.Size || other.MediaType != row.MediaType)
            return false;
        var salt = other.Open(key).Salt;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        for (var number = 0; number < chunks.Count; number++)
            hash.AppendData(Envelope.Open(key, ContentRow.ChunkPlace(row.ContentId, number), chunks[number]));
        return hash.GetHashAndReset().AsSpan().SequenceEqual(other.Sha256);
    }
}

/// <summary>The encrypted part of a content row.</summary>
/// <param name="Name">File name as the person gave it, cleaned; null for typed text.</param>
/// <param name="Salt">In front of typed text when it is hashed; empty for files.</param>
internal sealed record ContentHeader(string? Name, byte[] Salt);

/// <summary>One row of <c>content</c>. Every column is bound into the encrypted header, so that none can be changed, and no
/// row given to another owner, unnoticed.</summary>
internal sealed record ContentRow(
    Guid ContentId,
    Guid OwnerId,
    byte[] Sha256,
    long Size,
    string MediaType,
    byte[] Header,
    DateTime CreatedAt,
    Guid CreatedBy
)
{
    public const string Columns = """
        content_id as "ContentId", owner_id as "OwnerId", sha256 as "Sha256", size as "Size",
        media_type as "MediaType", header as "Header", created_at as "CreatedAt", created_by as "CreatedBy"
        """;

    public StoredContent Facts => new(ContentId, Convert.ToHexStringLower(Sha256), Size, MediaType);

    public int Chunks => (int)((Size + ContentStore.ChunkSize - 1) / ContentStore.ChunkSize);

    public ContentRow Sealed(byte[] key, ContentHeader header) =>
        this with
        {
            Header = Envelope.Seal(key, Place(), JsonSerializer.SerializeToUtf8Bytes(header)),
        };

    /// <exception cref="ContentException"><see cref="ContentErrors.Tampered"/>.</exception>
    public ContentHeader Open(byte[] key) =>
        JsonSerializer.Deserialize<ContentHeader>(Envelope.Open(key, Place(), Header))!;

    /// <summary>The number of chunks needs no mark of the last one: it follows from the size, which the header holds.</summary>
    public static byte[] ChunkPlace(Guid contentId, int number) =>
        Envelope.Associated("chunk", contentId, (long)number);

    private byte[] Place() =>
        Envelope.Associated(
            "content",
            ContentId,
            OwnerId,
            Sha256,
            Size,
            MediaType,
            CreatedAt.ToString("O", CultureInfo.InvariantCulture),
            CreatedBy
        );
}

/// <summary>Content opened for reading; the access is logged already.</summary>
public sealed class ReadableContent
{
    private const int ChunksPerQuery = 8;

    private readonly NpgsqlDataSource database;
    private readonly byte[] key;
    private readonly ContentRow row;

    internal ReadableContent(NpgsqlDataSource database, byte[] key, ContentRow row)
    {
        (this.database, this.key, this.row) = (database, key, row);
        FileName = row.Open(key).Name;
    }

    public StoredContent Facts => row.Facts;

    /// <summary>As the person named it, or null. Personal data like the content itself.</summary>
    public string? FileName { get; }

    /// <summary>Decrypts piece by piece; each piece is checked before any of its bytes is written. No connection is held
    /// while the receiver is slow.</summary>
    /// <exception cref="ContentException"><see cref="ContentErrors.Tampered"/>, after the sound pieces before it.</exception>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellation = default)
    {
        for (var from = 0; from < row.Chunks; from += ChunksPerQuery)
        {
            var chunks = await ReadAsync(from, Math.Min(ChunksPerQuery, row.Chunks - from), cancellation);
            for (var number = 0; number < chunks.Count; number++)
                await destination.WriteAsync(
                    Envelope.Open(key, ContentRow.ChunkPlace(row.ContentId, from + number), chunks[number]),
                    cancellation
                );
        }
    }

    public async Task<byte[]> ReadAllAsync(CancellationToken cancellation = default)
    {
        using var bytes = new MemoryStream((int)row.Size);
        await CopyToAsync(bytes, cancellation);
        return bytes.ToArray();
    }

    private async Task<List<byte[]>> ReadAsync(int from, int count, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select data from content_chunks where content_id = $1 and number >= $2 and number < $3 order by number"
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = row.ContentId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = from + count });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var chunks = new List<byte[]>(count);
        while (await reader.ReadAsync(cancellation))
            chunks.Add(reader.GetFieldValue<byte[]>(0));
        return chunks.Count == count ? chunks : throw new ContentException(ContentErrors.Tampered);
    }
}
