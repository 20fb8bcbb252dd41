using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.EventStore;

/// <summary>A read model with one row per stream, written in the transaction of the append.</summary>
public interface IStreamView
{
    /// <summary>Table of the rows.</summary>
    string Table { get; }

    /// <summary>Stream type whose streams have a row.</summary>
    string StreamType { get; }

    /// <summary>Number of the row's shape; another one than the database holds has the view rebuilt by migrate.</summary>
    int Format { get; }

    /// <summary>Columns generated from the row for filters and sorting, and statements that index them, where
    /// <c>{table}</c> stands for the table's name.</summary>
    (string Columns, string Indexes) Ddl { get; }

    internal ViewRow Fold(Guid stream, IEnumerable<StoredEvent> history);

    internal Task<ViewRow> FoldOn(
        NpgsqlConnection connection,
        Guid stream,
        EventJournal journal,
        IReadOnlyList<StoredEvent> added,
        CancellationToken ct
    );

    internal object ReadRow(string row);

    internal object? FoldOn(object? row, StoredEvent stored);

    internal string? Write(object? row);
}

/// <summary>A read model with one row per stream: a record, the columns generated from it, and a fold. The row is
/// stored as JSON and is always a function of the stream's events alone, so it can be dropped and rebuilt. Its times
/// come from events only.</summary>
public abstract class StreamView<TRow> : IStreamView
    where TRow : class
{
    public abstract string Table { get; }

    public abstract string StreamType { get; }

    public virtual int Format => 1;

    public abstract (string Columns, string Indexes) Ddl { get; }

    /// <summary>The row after one more event; null means no row (yet, or any more).</summary>
    protected abstract TRow? Fold(TRow? row, StoredEvent stored);

    /// <summary>Reads a row as stored.</summary>
    public TRow Parse(string json) => JsonSerializer.Deserialize<TRow>(json, EventTypes.Json)!;

    /// <summary>The row as a stream's events make it: for a page that shows the row beside the state it loaded, which the
    /// stored row may be ahead of.</summary>
    public TRow? Of(IEnumerable<StoredEvent> history) => history.Aggregate((TRow?)null, Fold);

    ViewRow IStreamView.Fold(Guid stream, IEnumerable<StoredEvent> history)
    {
        TRow? row = null;
        var version = 0L;
        foreach (var stored in history)
            (row, version) = (Fold(row, stored), stored.Version);
        return new(stream, version, Json(row));
    }

    async Task<ViewRow> IStreamView.FoldOn(
        NpgsqlConnection connection,
        Guid stream,
        EventJournal journal,
        IReadOnlyList<StoredEvent> added,
        CancellationToken ct
    )
    {
        // The state came from a snapshot, so the row is folded on from where it stands; if it does not stand right
        // before the added events it is folded from the beginning.
        await using var command = new NpgsqlCommand(
            $"select version, row::text from {Table} where stream_id = $1",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream });
        var (version, row) = (0L, (TRow?)null);
        await using (var reader = await command.ExecuteReaderAsync(ct))
            if (await reader.ReadAsync(ct))
                (version, row) = (reader.GetInt64(0), reader.IsDBNull(1) ? null : Parse(reader.GetString(1)));
        if (version != added[0].Version - 1)
            row = (await journal.Read(connection, stream, 0, added[0].Version - 1, null, ct)).Aggregate(
                (TRow?)null,
                Fold
            );
        return new(stream, added[^1].Version, Json(added.Aggregate(row, Fold)));
    }

    object IStreamView.ReadRow(string row) => Parse(row);

    object? IStreamView.FoldOn(object? row, StoredEvent stored) => Fold((TRow?)row, stored);

    string? IStreamView.Write(object? row) => Json((TRow?)row);

    private static string? Json(TRow? row) => row is null ? null : JsonSerializer.Serialize(row, EventTypes.Json);
}

/// <summary>A view's row as it is to be written; no row as JSON null.</summary>
internal readonly record struct ViewRow(Guid Stream, long Version, string? Row)
{
    /// <summary>Writes rows where they are newer than what stands there.</summary>
    public static NpgsqlBatchCommand Upsert(string table, IReadOnlyCollection<ViewRow> rows)
    {
        var command = new NpgsqlBatchCommand(
            $"""
            insert into {table} as v (stream_id, version, row) select * from unnest($1, $2, $3)
            on conflict (stream_id) do update set version = excluded.version, row = excluded.row
            where v.version < excluded.version
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. rows.Select(r => r.Stream)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(r => r.Version)] });
        command.Parameters.Add(
            new NpgsqlParameter<string?[]>
            {
                TypedValue = [.. rows.Select(r => r.Row)],
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
            }
        );
        return command;
    }
}
