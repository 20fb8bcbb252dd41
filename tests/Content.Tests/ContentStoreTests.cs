using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Mediation.Content.Tests;

public sealed class ContentStoreTests(ContentFixture content) : IClassFixture<ContentFixture>
{
    private const int Chunk = ContentStore.ChunkSize;
    private const int Limit = 20 * 1024 * 1024;

    [Theory]
    [InlineData(16)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData((40 * Chunk) + 17)]
    [InlineData(Limit)]
    public async Task What_was_put_is_read_back(int size)
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var bytes = ContentFixture.Png(size);
        var stored = await content.Put(owner, id, bytes, "/tmp/工资 条.png");
        stored.ShouldBe(new(id, Convert.ToHexStringLower(SHA256.HashData(bytes)), size, MediaTypes.Png));
        var read = await content.Store.OpenAsync(owner, id, ContentFixture.Access);
        read.Facts.ShouldBe(stored);
        read.FileName.ShouldBe("工资 条.png");
        (await read.ReadAllAsync()).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        (await content.Store.FindAsync(owner, id)).ShouldBe(stored);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk + 1)]
    public async Task Text_files_of_any_size_are_read_back(int size)
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var bytes = Encoding.UTF8.GetBytes(new string('a', size));
        var rules = ContentRules.Files with { MinimumBytes = 0 };
        (await content.Put(owner, id, bytes, rules: rules)).MediaType.ShouldBe(MediaTypes.Text);
        var read = await content.Store.OpenAsync(owner, id, ContentFixture.Access);
        (await read.ReadAllAsync()).ShouldBe(bytes);
        read.FileName.ShouldBeNull();
    }

    [Fact]
    public async Task One_byte_over_the_limit_is_refused_and_no_more_is_read()
    {
        var sent = new TrickleStream(ContentFixture.Png(Limit + 50_000));
        var refused = await Should.ThrowAsync<ContentException>(() =>
            content.Store.PutAsync(
                Guid.CreateVersion7(),
                Guid.CreateVersion7(),
                sent,
                null,
                ContentRules.Files,
                ContentFixture.Actor
            )
        );
        (refused.Code, refused.Status).ShouldBe((ContentErrors.TooLarge, 413));
        refused.Arguments.ShouldBe([(long)Limit]);
        sent.Given.ShouldBe(Limit + 1);
    }

    [Fact]
    public async Task An_empty_file_proves_nothing_and_is_refused() =>
        (
            await Should.ThrowAsync<ContentException>(() =>
                content.Put(Guid.CreateVersion7(), Guid.CreateVersion7(), [])
            )
        ).Code.ShouldBe(ContentErrors.Empty);

    [Fact]
    public async Task Typed_text_stands_exactly_if_the_commit_does()
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var words = "公司拖欠工资三个月，共 12,000 元。𠮷野家";
        var text = await content.Store.SealTextAsync(owner, id, words, ContentFixture.Actor);
        await using (var connection = await content.Source.OpenConnectionAsync())
        await using (await connection.BeginTransactionAsync())
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var statement in text.Insert())
                batch.BatchCommands.Add(statement);
            await batch.ExecuteNonQueryAsync();
        }
        await NotFound(() => content.Store.GetTextAsync(owner, id, ContentFixture.Access));
        await content.Commit(text.Insert());
        (await content.Store.GetTextAsync(owner, id, ContentFixture.Access)).ShouldBe(words);
        (await content.Store.OpenAsync(owner, id, ContentFixture.Access)).Facts.ShouldBe(text.Facts);
    }

    [Fact]
    public async Task The_hash_of_typed_text_does_not_answer_a_guess()
    {
        var owner = Guid.CreateVersion7();
        var first = await content.Store.SealTextAsync(owner, Guid.CreateVersion7(), "是", ContentFixture.Actor);
        var second = await content.Store.SealTextAsync(owner, Guid.CreateVersion7(), "是", ContentFixture.Actor);
        first.Facts.Sha256.ShouldNotBe(second.Facts.Sha256);
        first.Facts.Sha256.ShouldNotBe(Convert.ToHexStringLower(SHA256.HashData("是"u8)));
    }

    [Fact]
    public async Task Several_texts_come_at_once_and_those_of_others_do_not()
    {
        var (owner, stranger) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var ids = Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7()).ToArray();
        for (var i = 0; i < ids.Length; i++)
        {
            var of = i == 3 ? stranger : owner;
            var words = new string((char)('甲' + i), i * Chunk / 5);
            await content.Commit((await content.Store.SealTextAsync(of, ids[i], words, ContentFixture.Actor)).Insert());
        }
        var texts = await content.Store.GetTextsAsync(owner, [.. ids, Guid.NewGuid()], ContentFixture.Access);
        texts.Keys.ShouldBe(ids[..3], ignoreOrder: true);
        for (var i = 0; i < 3; i++)
            texts[ids[i]].ShouldBe(new string((char)('甲' + i), i * Chunk / 5));
        (await content.Scalar<long>("select count(*) from content_access where owner_id = $1", owner)).ShouldBe(3);
        (await content.Scalar<long>("select count(*) from content_access where owner_id = $1", stranger)).ShouldBe(0);
    }

    [Fact]
    public async Task Every_reading_is_logged_with_who_what_for_and_when()
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await content.Put(owner, id, ContentFixture.Png(100));
        await content.Store.OpenAsync(owner, id, new(ContentFixture.Actor, "countersign_payment"));
        await NotFound(() => content.Store.OpenAsync(Guid.NewGuid(), id, ContentFixture.Access));
        await using var command = content.Source.CreateCommand(
            "select owner_id, actor, purpose, at from content_access where content_id = $1"
        );
        command.Parameters.Add(new() { Value = id });
        await using var log = await command.ExecuteReaderAsync();
        (await log.ReadAsync()).ShouldBeTrue();
        (log.GetGuid(0), log.GetGuid(1), log.GetString(2)).ShouldBe(
            (owner, ContentFixture.Actor, "countersign_payment")
        );
        log.GetDateTime(3).ShouldBe(content.Time.Now.UtcDateTime);
        (await log.ReadAsync()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("看看王五的材料")]
    [InlineData("Reading")]
    [InlineData("")]
    public async Task A_purpose_is_a_code_and_never_a_sentence(string purpose)
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await content.Put(owner, id, ContentFixture.Png(100));
        await Should.ThrowAsync<ArgumentException>(() =>
            content.Store.OpenAsync(owner, id, new(ContentFixture.Actor, purpose))
        );
        await Should.ThrowAsync<ArgumentException>(() =>
            content.Store.EraseAsync(owner, ContentFixture.Actor, purpose)
        );
    }

    [Fact]
    public async Task The_same_upload_twice_is_one_and_another_under_its_id_is_refused()
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var bytes = ContentFixture.Png(2 * Chunk);
        var first = await content.Put(owner, id, bytes);
        (await content.Put(owner, id, bytes)).ShouldBe(first);
        foreach (
            var (otherOwner, other) in ((Guid, byte[])[])
                [(owner, ContentFixture.Png(2 * Chunk)), (Guid.NewGuid(), bytes)]
        )
            (await Should.ThrowAsync<ContentException>(() => content.Put(otherOwner, id, other))).Code.ShouldBe(
                ContentErrors.IdTaken
            );
        (await (await content.Store.OpenAsync(owner, id, ContentFixture.Access)).ReadAllAsync())
            .AsSpan()
            .SequenceEqual(bytes)
            .ShouldBeTrue();
    }

    [Fact]
    public async Task Concurrent_puts_of_a_new_owner_share_one_key_and_all_stand()
    {
        var owner = Guid.CreateVersion7();
        var (same, sameBytes) = (Guid.CreateVersion7(), ContentFixture.Png(Chunk));
        var puts = Enumerable
            .Range(0, 12)
            .Select(i => (Id: Guid.CreateVersion7(), Bytes: ContentFixture.Png(1000 * (i + 1))))
            .ToList();
        await Task.WhenAll(
            puts.Select(p => content.Put(owner, p.Id, p.Bytes))
                .Concat(Enumerable.Range(0, 4).Select(_ => content.Put(owner, same, sameBytes)))
        );
        (await content.Scalar<long>("select count(*) from content_keys where owner_id = $1", owner)).ShouldBe(1);
        foreach (var (id, bytes) in puts.Append((same, sameBytes)))
            (await (await content.Store.OpenAsync(owner, id, ContentFixture.Access)).ReadAllAsync())
                .AsSpan()
                .SequenceEqual(bytes)
                .ShouldBeTrue();
    }

    [Fact]
    public async Task The_largest_file_is_written_within_two_seconds()
    {
        var file = await content.Store.SealAsync(
            Guid.CreateVersion7(),
            Guid.CreateVersion7(),
            new MemoryStream(ContentFixture.Png(Limit)),
            null,
            ContentRules.Files,
            ContentFixture.Actor
        );
        var watch = Stopwatch.StartNew();
        await content.Commit(file.Insert());
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        (await Should.ThrowAsync<PostgresException>(() => content.Commit(file.Insert()))).SqlState.ShouldBe("23505");
    }

    [Fact]
    public async Task An_erased_owner_cannot_be_read_nor_added_to()
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await content.Put(owner, id, ContentFixture.Png(3 * Chunk));
        var late = await content.Store.SealTextAsync(owner, Guid.CreateVersion7(), "晚到", ContentFixture.Actor);
        await content.Store.EraseAsync(owner, ContentFixture.Actor, "retention_ended");
        foreach (
            var attempt in (Func<Task>[])
                [
                    () => content.Store.OpenAsync(owner, id, ContentFixture.Access),
                    () => content.Put(owner, Guid.CreateVersion7(), ContentFixture.Png(50)),
                    () => content.Store.SealTextAsync(owner, Guid.CreateVersion7(), "再来", ContentFixture.Actor),
                ]
        )
        {
            var erased = await Should.ThrowAsync<ContentException>(attempt);
            (erased.Code, erased.Status).ShouldBe((ContentErrors.Erased, 410));
            erased.Arguments.ShouldBe([content.Time.Now]);
        }
        // Sealed before the erasure, committed after it.
        (await Should.ThrowAsync<PostgresException>(() => content.Commit(late.Insert()))).SqlState.ShouldBe("23502");
        (await content.Scalar<Guid>("select erased_by from content_keys where owner_id = $1", owner)).ShouldBe(
            ContentFixture.Actor
        );
        (await content.Scalar<string>("select erased_for from content_keys where owner_id = $1", owner)).ShouldBe(
            "retention_ended"
        );
        content.Time.Now += TimeSpan.FromSeconds(1);
        await content.Store.EraseAsync(owner, Guid.NewGuid(), "second_time");
        (await content.Scalar<string>("select erased_for from content_keys where owner_id = $1", owner)).ShouldBe(
            "retention_ended"
        );
        await content.Store.SweepAsync();
        (await content.Scalar<long>("select count(*) from content_chunks where content_id = $1", id)).ShouldBe(0);
        (
            await Should.ThrowAsync<ContentException>(() => content.Store.OpenAsync(owner, id, ContentFixture.Access))
        ).Code.ShouldBe(ContentErrors.Erased);
    }

    [Fact]
    public async Task An_erasure_waits_for_a_put_under_way()
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var text = await content.Store.SealTextAsync(owner, id, "进行中", ContentFixture.Actor);
        await using var connection = await content.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in text.Insert())
            batch.BatchCommands.Add(statement);
        await batch.ExecuteNonQueryAsync();
        var erasure = content.Store.EraseAsync(owner, ContentFixture.Actor, "retention_ended");
        await Kit.Eventually.True(
            async () =>
                await content.Scalar<long>(
                    "select count(*) from pg_stat_activity where usename = current_user and wait_event_type = 'Lock'"
                ) > 0,
            "the erasure waits"
        );
        erasure.IsCompleted.ShouldBeFalse();
        await transaction.CommitAsync();
        await erasure;
        (
            await Should.ThrowAsync<ContentException>(() =>
                content.Store.GetTextAsync(owner, id, ContentFixture.Access)
            )
        ).Code.ShouldBe(ContentErrors.Erased);
    }

    [Fact]
    public async Task An_upload_nothing_mentions_is_swept_after_a_day_and_one_that_is_kept_stays()
    {
        var owner = Guid.CreateVersion7();
        var (kept, forgotten, fresh) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await content.Put(owner, kept, ContentFixture.Png(Chunk + 1));
        await content.Put(owner, forgotten, ContentFixture.Png(Chunk + 1));
        await content.Commit(content.Store.Keep(owner, kept));
        await content.Commit(content.Store.Keep(owner, kept));
        content.Time.Now += ContentStore.KeepWithin - TimeSpan.FromMinutes(1);
        await content.Put(owner, fresh, ContentFixture.Png(100));
        await content.Store.SweepAsync();
        await content.Store.FindAsync(owner, forgotten);
        content.Time.Now += TimeSpan.FromMinutes(2);
        await content.Store.SweepAsync();
        await NotFound(() => content.Store.FindAsync(owner, forgotten));
        (await content.Scalar<long>("select count(*) from content_chunks where content_id = $1", forgotten)).ShouldBe(
            0
        );
        await content.Store.FindAsync(owner, kept);
        await content.Store.FindAsync(owner, fresh);
        (
            await Should.ThrowAsync<PostgresException>(() => content.Commit(content.Store.Keep(owner, forgotten)))
        ).SqlState.ShouldBe("23503");
    }

    [Fact]
    public async Task A_forged_id_of_another_owner_is_not_found_and_cannot_be_kept()
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await content.Put(owner, id, ContentFixture.Png(100));
        var stranger = Guid.CreateVersion7();
        await content.Put(stranger, Guid.CreateVersion7(), ContentFixture.Png(100));
        await NotFound(() => content.Store.FindAsync(stranger, id));
        await NotFound(() => content.Store.OpenAsync(stranger, id, ContentFixture.Access));
        (
            await Should.ThrowAsync<PostgresException>(() => content.Commit(content.Store.Keep(stranger, id)))
        ).SqlState.ShouldBe("23503");
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() =>
            content.Store.PutAsync(
                owner,
                id,
                new TrickleStream(ContentFixture.Png(1000)),
                null,
                ContentRules.Files,
                ContentFixture.Actor,
                cancelled.Token
            )
        );
        await NotFound(() => content.Store.FindAsync(owner, id));
    }

    [Fact]
    public async Task No_table_holds_anything_in_clear()
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        const string marker = "标记工人甲 KLMNOPQ 110105199001011234";
        await content.Put(owner, Guid.CreateVersion7(), Encoding.UTF8.GetBytes(marker), $"{marker}.txt");
        await content.Commit((await content.Store.SealTextAsync(owner, id, marker, ContentFixture.Actor)).Insert());
        await content.Store.GetTextAsync(owner, id, ContentFixture.Access);
        (await Find(marker)).ShouldBeEmpty();
        // The search itself must be able to find: bytes in clear are planted, and text in clear.
        await content.Database.Plant(
            $"create table leak_bytes as select convert_to('x{marker}', 'UTF8') as data; create table leak_text as select 'x{marker}' as words"
        );
        (await Find(marker)).ShouldBe(["leak_bytes", "leak_text"], ignoreOrder: true);
        await content.Database.Plant("drop table leak_bytes; drop table leak_text");
    }

    private async Task<List<string>> Find(string marker)
    {
        // bytea is dumped as \x and hexadecimal.
        string[] forms =
        [
            .. new[] { marker, "标记工人甲", "KLMNOPQ", "110105199001011234" }.SelectMany(m =>
                new[] { m, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(m)) }
            ),
        ];
        return
        [
            .. (await content.Database.Dump())
                .Where(t => forms.Any(f => t.Value.Contains(f, StringComparison.Ordinal)))
                .Select(t => t.Key),
        ];
    }

    private static async Task NotFound(Func<Task> read)
    {
        var missing = await Should.ThrowAsync<ContentException>(read);
        (missing.Code, missing.Status).ShouldBe((ContentErrors.NotFound, 404));
    }
}
