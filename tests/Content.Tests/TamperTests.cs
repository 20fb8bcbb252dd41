namespace Mediation.Content.Tests;

/// <summary>Whoever can write to the database cannot change what is read without being noticed.</summary>
public sealed class TamperTests(ContentFixture content) : IClassFixture<ContentFixture>
{
    private const int Size = (2 * ContentStore.ChunkSize) + 500;

    [Theory]
    [InlineData("content", "sha256", "set_byte(sha256, 0, get_byte(sha256, 0) # 1)")]
    [InlineData("content", "size", "size - 1")]
    [InlineData("content", "size", "size - 131072")]
    [InlineData("content", "size", "size + 131072")]
    [InlineData("content", "media_type", "'application/pdf'")]
    [InlineData("content", "header", "set_byte(header, 40, get_byte(header, 40) # 1)")]
    [InlineData("content", "header", "set_byte(header, 0, 2)")]
    [InlineData("content", "header", "substring(header for 20)")]
    [InlineData("content", "created_at", "created_at + interval '1 microsecond'")]
    [InlineData("content", "created_by", "gen_random_uuid()")]
    [InlineData("content_keys", "wrapped_key", "set_byte(wrapped_key, 30, get_byte(wrapped_key, 30) # 1)")]
    [InlineData("content_keys", "created_at", "created_at - interval '1 day'")]
    [InlineData("content_chunks", "data", "set_byte(data, 29, get_byte(data, 29) # 1)")]
    [InlineData("content_chunks", "data", "set_byte(data, 5, get_byte(data, 5) # 1)")]
    [InlineData("content_chunks", "data", "substring(data for 400)")]
    [InlineData("content_chunks", "number", "number + 10")]
    public async Task A_changed_column_is_noticed(string table, string column, string value)
    {
        var (owner, id) = await Put();
        var where = table == "content_keys" ? $"owner_id = '{owner}'" : $"content_id = '{id}'";
        await content.Database.Plant($"update {table} set {column} = {value} where {where}");
        await Noticed(owner, id);
    }

    [Fact]
    public async Task Chunks_put_in_another_order_are_noticed()
    {
        var (owner, id) = await Put();
        await content.Database.Plant(
            $"update content_chunks set number = 10 - number where content_id = '{id}' and number < 2; "
                + $"update content_chunks set number = 10 - number - 9 where content_id = '{id}' and number >= 9"
        );
        (
            await content.Scalar<long>("select count(*) from content_chunks where content_id = $1 and number < 3", id)
        ).ShouldBe(3);
        await Noticed(owner, id);
    }

    [Fact]
    public async Task A_removed_chunk_is_noticed()
    {
        var (owner, id) = await Put();
        await content.Database.Plant($"delete from content_chunks where content_id = '{id}' and number = 2");
        await Noticed(owner, id);
    }

    [Fact]
    public async Task A_chunk_of_another_content_of_the_same_owner_is_noticed()
    {
        var (owner, id) = await Put();
        var other = Guid.CreateVersion7();
        await content.Put(owner, other, ContentFixture.Png(Size));
        await content.Database.Plant(
            $"update content_chunks a set data = b.data from content_chunks b where a.content_id = '{id}' and b.content_id = '{other}' and a.number = 1 and b.number = 1"
        );
        await Noticed(owner, id);
    }

    [Fact]
    public async Task Content_given_to_another_owner_does_not_open()
    {
        var (owner, id) = await Put();
        var (thief, _) = await Put();
        await content.Database.Plant($"update content set owner_id = '{thief}' where content_id = '{id}'");
        await Noticed(thief, id);
        // Nor with the rightful owner's key copied to the thief's row.
        await content.Database.Plant(
            $"update content_keys t set wrapped_key = o.wrapped_key, created_at = o.created_at from content_keys o where t.owner_id = '{thief}' and o.owner_id = '{owner}'"
        );
        await Noticed(thief, id);
    }

    [Fact]
    public async Task Another_master_key_opens_nothing()
    {
        var (owner, id) = await Put();
        var stranger = new ContentStore(content.Source, ContentFixture.NewKeys(), content.Time);
        (
            await Should.ThrowAsync<ContentException>(() => stranger.OpenAsync(owner, id, ContentFixture.Access))
        ).Code.ShouldBe(ContentErrors.Tampered);
        await (await content.Store.OpenAsync(owner, id, ContentFixture.Access)).ReadAllAsync();
    }

    private async Task<(Guid Owner, Guid Id)> Put()
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await content.Put(owner, id, ContentFixture.Png(Size), "原名.png");
        await (await content.Store.OpenAsync(owner, id, ContentFixture.Access)).ReadAllAsync();
        return (owner, id);
    }

    private async Task Noticed(Guid owner, Guid id)
    {
        var noticed = await Should.ThrowAsync<ContentException>(async () =>
            await (await content.Store.OpenAsync(owner, id, ContentFixture.Access)).ReadAllAsync()
        );
        (noticed.Code, noticed.Status).ShouldBe((ContentErrors.Tampered, 500));
    }
}
