using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace Mediation.Content;

/// <summary>Free text and files of one service: encrypted in chunks under a key per owner (a case), read with a log,
/// erased by destroying the key.
/// <para>Uploads come first: <see cref="PutAsync"/> stores one, the command that mentions it looks it up with
/// <see cref="FindAsync"/> and puts <see cref="Keep(Guid, Guid)"/> into the transaction of its events, and
/// <see cref="SweepAsync"/> removes after a day what nothing kept. Typed text, and papers a command issues, are sealed
/// before and written by <see cref="SealedContent.Insert"/> in that same transaction. Either way nothing is read from
/// the network while a transaction is open.</para></summary>
public sealed partial class ContentStore(NpgsqlDataSource database, KeyRing keys, TimeProvider time)
{
    /// <summary>Bytes of plaintext in one row.</summary>
    public const int ChunkSize = 128 * 1024;

    /// <summary>How long an upload waits for the command that keeps it.</summary>
    public static readonly TimeSpan KeepWithin = TimeSpan.FromHours(24);

    private readonly byte[] wrapping = keys.Derive(KeyRing.ContentWrapping);

    /// <summary>The tables, for the service's migrate step; forward only and re-runnable.</summary>
    public static string MigrationSql { get; } = EmbeddedMigration();

    /// <summary>Stores an upload in one short transaction of its own. The same bytes again under the same id are the same
    /// upload.</summary>
    /// <param name="ownerId">Whose key encrypts it: the case. Made on first use.</param>
    /// <param name="contentId">Made at the edge, so that a repeated request finds it.</param>
    /// <param name="bytes">Read to its end before the transaction opens.</param>
    /// <param name="fileName">As the person named it, or null; kept encrypted, without paths and invisible characters.</param>
    /// <exception cref="ContentException">Too large, empty, of another type, disguised, id taken, owner erased.</exception>
    public async Task<StoredContent> PutAsync(
        Guid ownerId,
        Guid contentId,
        Stream bytes,
        string? fileName,
        ContentRules rules,
        Guid actor,
        CancellationToken cancellation = default
    )
    {
        var content = await SealAsync(ownerId, contentId, bytes, fileName, rules, actor, cancellation);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            // Without an explicit transaction the statements of a batch are one transaction.
            await using var batch = new NpgsqlBatch(connection);
            foreach (var statement in content.Statements())
                batch.BatchCommands.Add(statement);
            await batch.ExecuteNonQueryAsync(cancellation);
            return content.Facts;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            var standing = await RowAsync(contentId, cancellation);
            return standing is not null && content.SameAs(standing)
                ? standing.Facts
                : throw new ContentException(ContentErrors.IdTaken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.NotNullViolation)
        {
            await KeyAsync(ownerId, make: false, cancellation);
            throw;
        }
    }

    /// <summary>Reads a stream to its end, checks and encrypts it. Writes nothing but the owner's key when it has none.</summary>
    /// <inheritdoc cref="PutAsync"/>
    public async Task<SealedContent> SealAsync(
        Guid ownerId,
        Guid contentId,
        Stream bytes,
        string? fileName,
        ContentRules rules,
        Guid actor,
        CancellationToken cancellation = default
    )
    {
        var (chunks, size) = await ChunkStream.ReadAsync(bytes, rules.MaximumBytes, cancellation);
        if (size < rules.MinimumBytes)
            throw new ContentException(ContentErrors.Empty);
        await using var plaintext = new ChunkStream(chunks, size);
        var mediaType = MediaTypes.Detect(plaintext);
        if (!rules.AllowedTypes.Contains(mediaType))
            throw new ContentException(ContentErrors.TypeNotAllowed, mediaType);
        var name = CleanName(fileName);
        MediaTypes.MustFit(name, mediaType);
        return await SealAsync(ownerId, contentId, chunks, size, mediaType, new(name, []), actor, cancellation);
    }

    /// <summary>Encrypts what a person typed.</summary>
    /// <inheritdoc cref="PutAsync"/>
    public async Task<SealedContent> SealTextAsync(
        Guid ownerId,
        Guid contentId,
        string text,
        Guid actor,
        CancellationToken cancellation = default
    )
    {
        var encoded = Encoding.UTF8.GetBytes(text);
        using var bytes = new MemoryStream(encoded, writable: false);
        var (chunks, size) = await ChunkStream.ReadAsync(bytes, ContentRules.TypedText.MaximumBytes, cancellation);
        var header = new ContentHeader(null, RandomNumberGenerator.GetBytes(16));
        return await SealAsync(ownerId, contentId, chunks, size, MediaTypes.Text, header, actor, cancellation);
    }

    /// <summary>What the store knows about content: an event takes size, type and hash from here, never from the request.</summary>
    /// <exception cref="ContentException"><see cref="ContentErrors.NotFound"/>: unknown, swept, or of another owner.</exception>
    public async Task<StoredContent> FindAsync(
        Guid ownerId,
        Guid contentId,
        CancellationToken cancellation = default
    ) => (await RowAsync(ownerId, contentId, cancellation)).Facts;

    /// <summary>The statement that marks an upload as mentioned by an event, for the transaction that appends the event.
    /// It fails (foreign key) for content that is unknown, swept, or of another owner.</summary>
    public NpgsqlBatchCommand Keep(Guid ownerId, Guid contentId) => Keep(ownerId, contentId, Now());

    internal static NpgsqlBatchCommand Keep(Guid ownerId, Guid contentId, DateTime at) =>
        new(
            "insert into content_kept (content_id, owner_id, kept_at) values ($1, $2, $3) on conflict (content_id) do nothing"
        )
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = contentId },
                new NpgsqlParameter<Guid> { TypedValue = ownerId },
                new NpgsqlParameter<DateTime> { TypedValue = at },
            },
        };

    /// <summary>Logs the access and opens content for reading.</summary>
    /// <exception cref="ContentException">Not found for this owner, erased, tampered.</exception>
    public async Task<ReadableContent> OpenAsync(
        Guid ownerId,
        Guid contentId,
        ContentAccess access,
        CancellationToken cancellation = default
    )
    {
        var row = await RowAsync(ownerId, contentId, cancellation);
        var content = new ReadableContent(database, await KeyAsync(ownerId, make: false, cancellation), row);
        await LogAsync(ownerId, [contentId], access, cancellation);
        return content;
    }

    /// <summary>Texts of one owner by id, each access logged. What was not found is not in the answer.</summary>
    /// <exception cref="ContentException">Erased, tampered.</exception>
    public async Task<IReadOnlyDictionary<Guid, string>> GetTextsAsync(
        Guid ownerId,
        IReadOnlyCollection<Guid> contentIds,
        ContentAccess access,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var found = await connection.QueryAsync<ContentRow>(
            new(
                $"""
                select {ContentRow.Columns} from content
                where content_id = any(@ids) and owner_id = @ownerId and media_type = @type
                """,
                new
                {
                    ids = contentIds.ToArray(),
                    ownerId,
                    type = MediaTypes.Text,
                },
                cancellationToken: cancellation
            )
        );
        var rows = found.ToDictionary(r => r.ContentId);
        if (rows.Count == 0)
            return new Dictionary<Guid, string>();
        var key = await KeyAsync(ownerId, make: false, cancellation);
        await LogAsync(ownerId, [.. rows.Keys], access, cancellation);
        var chunks = await connection.QueryAsync<(Guid ContentId, int Number, byte[] Data)>(
            new(
                "select content_id, number, data from content_chunks where content_id = any(@ids)",
                new { ids = rows.Keys.ToArray() },
                cancellationToken: cancellation
            )
        );
        var data = chunks.ToDictionary(c => (c.ContentId, c.Number), c => c.Data);
        return rows.ToDictionary(r => r.Key, r => Text(r.Value));

        string Text(ContentRow row)
        {
            row.Open(key);
            using var text = new MemoryStream();
            for (var number = 0; number < row.Chunks; number++)
                text.Write(
                    data.TryGetValue((row.ContentId, number), out var chunk)
                        ? Envelope.Open(key, ContentRow.ChunkPlace(row.ContentId, number), chunk)
                        : throw new ContentException(ContentErrors.Tampered)
                );
            return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        }
    }

    /// <inheritdoc cref="OpenAsync"/>
    public async Task<string> GetTextAsync(
        Guid ownerId,
        Guid contentId,
        ContentAccess access,
        CancellationToken cancellation = default
    ) =>
        (await GetTextsAsync(ownerId, [contentId], access, cancellation)).TryGetValue(contentId, out var text)
            ? text
            : throw new ContentException(ContentErrors.NotFound);

    /// <summary>The statement that destroys an owner's key: everything of this owner is unreadable from then on, and nothing
    /// can be added. Who, when and why stand in <c>content_keys</c>. <see cref="SweepAsync"/> removes the ciphertext.
    /// Whether the owner may be erased (no clock, no audit open) is the caller's decision. Erasing again, or an owner
    /// without content, changes nothing.</summary>
    /// <param name="reason">A code in snake_case of at most 64 characters.</param>
    public NpgsqlBatchCommand Erase(Guid ownerId, Guid actor, string reason) =>
        new(
            """
            update content_keys set wrapped_key = null, erased_at = $2, erased_by = $3, erased_for = $4
            where owner_id = $1 and erased_at is null
            """
        )
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = ownerId },
                new NpgsqlParameter<DateTime> { TypedValue = Now() },
                new NpgsqlParameter<Guid> { TypedValue = actor },
                new NpgsqlParameter<string> { TypedValue = MustBeCode(reason) },
            },
        };

    /// <summary><see cref="Erase"/> in a transaction of its own.</summary>
    public async Task EraseAsync(Guid ownerId, Guid actor, string reason, CancellationToken cancellation = default)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Erase(ownerId, actor, reason));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Removes uploads that nothing kept within a day, and the ciphertext of erased owners, a little per
    /// transaction. For a recurring job; two at once do no harm.</summary>
    /// <returns>How many rows it removed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation = default)
    {
        const string notKept = """
            delete from content where content_id in (
                select content_id from content c
                where created_at < @before and not exists (select from content_kept k where k.content_id = c.content_id)
                order by created_at limit 10 for update skip locked)
            """;
        const string erased = """
            delete from content_chunks where (content_id, number) in (
                select k.content_id, k.number
                from content_keys o join content c using (owner_id) join content_chunks k using (content_id)
                where o.erased_at is not null limit 200 for update of k skip locked)
            """;
        var removed = 0;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        foreach (var statement in (string[])[notKept, erased])
        {
            int rows;
            do
            {
                rows = await connection.ExecuteAsync(
                    new(statement, new { before = Now() - KeepWithin }, cancellationToken: cancellation)
                );
                removed += rows;
            } while (rows > 0);
        }
        return removed;
    }

    private async Task<SealedContent> SealAsync(
        Guid ownerId,
        Guid contentId,
        List<byte[]> chunks,
        long size,
        string mediaType,
        ContentHeader header,
        Guid actor,
        CancellationToken cancellation
    )
    {
        var key = await KeyAsync(ownerId, make: true, cancellation);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header.Salt);
        for (var number = 0; number < chunks.Count; number++)
        {
            hash.AppendData(chunks[number].AsSpan(Envelope.Overhead));
            Envelope.SealInPlace(key, ContentRow.ChunkPlace(contentId, number), chunks[number]);
        }
        var row = new ContentRow(contentId, ownerId, hash.GetHashAndReset(), size, mediaType, [], Now(), actor);
        return new(key, row.Sealed(key, header), chunks);
    }

    /// <summary>The owner's data key.</summary>
    /// <exception cref="ContentException"><see cref="ContentErrors.Erased"/>, or <see cref="ContentErrors.NotFound"/> where it
    /// is not to be made.</exception>
    private async Task<byte[]> KeyAsync(Guid ownerId, bool make, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var row = await FindKeyAsync();
        if (row.WrappedKey is null && row.ErasedAt is null && make)
        {
            var createdAt = Now();
            var wrapped = Envelope.Seal(wrapping, KeyPlace(createdAt), RandomNumberGenerator.GetBytes(32));
            await connection.ExecuteAsync(
                new(
                    """
                    insert into content_keys (owner_id, wrapped_key, created_at) values (@ownerId, @wrapped, @createdAt)
                    on conflict (owner_id) do nothing
                    """,
                    new
                    {
                        ownerId,
                        wrapped,
                        createdAt,
                    },
                    cancellationToken: cancellation
                )
            );
            row = await FindKeyAsync();
        }
        if (row.ErasedAt is { } erasedAt)
            throw new ContentException(ContentErrors.Erased, new DateTimeOffset(erasedAt));
        return row.WrappedKey is null
            ? throw new ContentException(ContentErrors.NotFound)
            : Envelope.Open(wrapping, KeyPlace(row.CreatedAt), row.WrappedKey);

        Task<(byte[]? WrappedKey, DateTime CreatedAt, DateTime? ErasedAt)> FindKeyAsync() =>
            connection.QuerySingleOrDefaultAsync<(byte[]?, DateTime, DateTime?)>(
                new(
                    "select wrapped_key, created_at, erased_at from content_keys where owner_id = @ownerId",
                    new { ownerId },
                    cancellationToken: cancellation
                )
            );

        byte[] KeyPlace(DateTime createdAt) =>
            Envelope.Associated("key", ownerId, createdAt.ToString("O", CultureInfo.InvariantCulture));
    }

    private async Task<ContentRow> RowAsync(Guid ownerId, Guid contentId, CancellationToken cancellation) =>
        await RowAsync(contentId, cancellation) is { } row && row.OwnerId == ownerId
            ? row
            : throw new ContentException(ContentErrors.NotFound);

    private async Task<ContentRow?> RowAsync(Guid contentId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QuerySingleOrDefaultAsync<ContentRow>(
            new(
                $"select {ContentRow.Columns} from content where content_id = @contentId",
                new { contentId },
                cancellationToken: cancellation
            )
        );
    }

    private async Task LogAsync(Guid ownerId, Guid[] contentIds, ContentAccess access, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            new(
                """
                insert into content_access (content_id, owner_id, actor, purpose, at)
                select id, @ownerId, @actor, @purpose, @at from unnest(@contentIds) id
                """,
                new
                {
                    contentIds,
                    ownerId,
                    actor = access.Actor,
                    purpose = MustBeCode(access.Purpose),
                    at = Now(),
                },
                cancellationToken: cancellation
            )
        );
    }

    // Microseconds, as the database keeps them: the instant is bound into the ciphertext and must come back the same.
    private DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    // Browsers of old send a whole path; an override of writing direction shows "gpj.exe" as "exe.jpg".
    private static string? CleanName(string? fileName)
    {
        if (fileName is null)
            return null;
        var last = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        var name = string.Concat(
                last.Where(c =>
                    char.GetUnicodeCategory(c)
                        is not (
                            UnicodeCategory.Control
                            or UnicodeCategory.Format
                            or UnicodeCategory.LineSeparator
                            or UnicodeCategory.ParagraphSeparator
                        )
                )
            )
            .Trim();
        if (name.Length <= 200)
            return name.Length == 0 ? null : name;
        var extension = Path.GetExtension(name);
        return extension.Length > 10 ? name[..200] : name[..(200 - extension.Length)] + extension;
    }

    private static string MustBeCode(string code) =>
        Code().IsMatch(code)
            ? code
            : throw new ArgumentException("A purpose or reason is a snake_case code of at most 64 characters.");

    [GeneratedRegex("^[a-z][a-z0-9_]{0,63}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    private static string EmbeddedMigration()
    {
        using var script = typeof(ContentStore).Assembly.GetManifestResourceStream(
            "Mediation.Content.ContentStore.sql"
        )!;
        using var reader = new StreamReader(script);
        return reader.ReadToEnd();
    }
}
