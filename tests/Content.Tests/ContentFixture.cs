using System.Security.Cryptography;
using Mediation.Kit;
using Npgsql;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Mediation.Content.Tests;

/// <summary>A migrated schema of its own, used under the role of a service.</summary>
public sealed class ContentFixture : IAsyncLifetime
{
    public static readonly Guid Actor = Guid.CreateVersion7();
    public static readonly ContentAccess Access = new(Actor, "test_reading");

    public TestDatabase Database { get; private set; } = null!;

    public NpgsqlDataSource Source { get; private set; } = null!;

    public KeyRing Keys { get; } = NewKeys();

    public SettableTime Time { get; } = new();

    public ContentStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.Create("content");
        await using var owner = NpgsqlDataSource.Create(Database.OwnerConnection);
        // Twice: the script is re-runnable.
        foreach (var script in (string[])[ContentStore.MigrationSql, ContentStore.MigrationSql])
        {
            await using var migrate = owner.CreateCommand(script);
            await migrate.ExecuteNonQueryAsync();
        }
        await using var grant = owner.CreateCommand(
            $"grant select, insert, update, delete on all tables in schema {Database.Schema} to {Database.Schema}"
        );
        await grant.ExecuteNonQueryAsync();
        Source = NpgsqlDataSource.Create(Database.ServiceConnection);
        Store = new(Source, Keys, Time);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Database.DisposeAsync();
    }

    public static KeyRing NewKeys()
    {
        var path = WriteKey(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        try
        {
            return new(MasterKey.FromFile(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static string WriteKey(string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    /// <summary>Bytes that are recognised as PNG and otherwise incompressible.</summary>
    public static byte[] Png(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(Math.Max(length, 16));
        byte[] head = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, .. "IHDR"u8];
        head.CopyTo(bytes, 0);
        return bytes;
    }

    public Task<StoredContent> Put(
        Guid owner,
        Guid id,
        byte[] bytes,
        string? name = null,
        ContentRules? rules = null
    ) => Store.PutAsync(owner, id, new TrickleStream(bytes), name, rules ?? ContentRules.Files, Actor);

    /// <summary>Runs statements of the store in one transaction, as the commit of events does.</summary>
    public async Task Commit(params IEnumerable<NpgsqlBatchCommand> statements)
    {
        await using var batch = Source.CreateBatch();
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        await batch.ExecuteNonQueryAsync();
    }

    public async Task<T> Scalar<T>(string sql, params IEnumerable<object> values)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }
}

/// <summary>A clock that stands where it is put.</summary>
public sealed class SettableTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 5, 6, 7, 891, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>Gives its bytes in uneven pieces, as a network does.</summary>
internal sealed class TrickleStream(byte[] bytes) : Stream
{
    private int position;

    public long Given => position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var piece = Math.Min(Math.Min(count, 1 + (position * 7 % 60_000)), bytes.Length - position);
        Array.Copy(bytes, position, buffer, offset, piece);
        position += piece;
        return piece;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
