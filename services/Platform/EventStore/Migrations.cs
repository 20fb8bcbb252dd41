using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Mediation.EventStore;

/// <summary>Brings a service's schema to what its code needs, as the schema's owner and one process at a time. Scripts
/// are forward-only and re-runnable; the service's own role has no right to change tables and can only add to the log.</summary>
public sealed class Migrations(NpgsqlDataSource owner, string schema, string serviceRole)
{
    private const int RebuildPage = 5000;

    // Rows held in memory while a view is built: more than the cases that are open at a time.
    private const int RowsInMemory = 20_000;
    private const int RowsPerTransaction = 1000;

    /// <summary>Runs the store's own script and then the given ones (name, SQL); a script whose text has not changed
    /// since it last ran is passed over.</summary>
    public async Task Run(IEnumerable<(string Name, string Sql)> scripts, CancellationToken ct = default)
    {
        await using var connection = await owner.OpenConnectionAsync(ct);
        await Locked(
            connection,
            async () =>
            {
                await Execute(
                    connection,
                    """
                    create table if not exists migrations (
                        name text not null primary key, sha256 text not null, at timestamptz not null default now())
                    """,
                    ct
                );
                foreach (var (name, sql) in scripts.Prepend(("event-store", OwnScript())))
                    await RunOnce(connection, name, sql, ct);
                await Grant(connection, ct);
            },
            ct
        );
    }

    /// <summary>Makes the tables of views that are missing and rebuilds those whose format changed.</summary>
    public async Task RunViews(EventJournal journal, IEnumerable<IStreamView> views, CancellationToken ct = default)
    {
        foreach (var view in views)
        {
            await using var connection = await owner.OpenConnectionAsync(ct);
            await using var find = new NpgsqlCommand("select format from view_formats where name = $1", connection);
            find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = view.Table });
            if (await find.ExecuteScalarAsync(ct) is not int format || format != view.Format)
                await Rebuild(journal, view, ct);
        }
    }

    /// <summary>Builds a view's rows anew beside the live table, page by page, and then, under a short lock, applies
    /// what was appended meanwhile and puts the new table in the place of the old.</summary>
    /// <returns>How many events were folded and how long the lock was held.</returns>
    public async Task<(long Events, TimeSpan Locked)> Rebuild(
        EventJournal journal,
        IStreamView view,
        CancellationToken ct = default
    )
    {
        await using var connection = await owner.OpenConnectionAsync(ct);
        await using var reading = await owner.OpenConnectionAsync(ct);
        var beside = view.Table + "_rebuild";
        var events = 0L;
        var held = TimeSpan.Zero;
        await Locked(
            connection,
            async () =>
            {
                await Execute(
                    connection,
                    $"""
                    drop table if exists {beside};
                    create table {beside} (stream_id uuid not null primary key, version bigint not null, row jsonb null
                        {(view.Ddl.Columns.Length > 0 ? "," + view.Ddl.Columns : "")});
                    """,
                    ct
                );
                (events, var mark) = await Fold(connection, reading, journal, view, beside, 0, ct);
                await Execute(
                    connection,
                    view.Ddl.Indexes.Replace("{table}", beside, StringComparison.Ordinal) + "; analyze " + beside,
                    ct
                );
                var (late, _) = await Fold(connection, reading, journal, view, beside, mark, ct);
                var (tail, time) = await Flip(connection, journal, view, beside, ct);
                events += late + tail;
                held = time;
            },
            ct
        );
        return (events, held);
    }

    private async Task<(long Events, TimeSpan Held)> Flip(
        NpgsqlConnection connection,
        EventJournal journal,
        IStreamView view,
        string beside,
        CancellationToken ct
    )
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Execute(
            connection,
            $"""
            create table if not exists {view.Table} (stream_id uuid not null primary key, version bigint not null, row jsonb null);
            lock table {view.Table} in share row exclusive mode
            """,
            ct
        );
        // Appends write their view row last and wait for this lock now. What is committed is visible here; what waits
        // writes its whole row afterwards, into the new table. Rows that fell behind are folded from their streams.
        await using var behind = new NpgsqlCommand(
            $"""
            select s.id from mt_streams s left join {beside} v on v.stream_id = s.id
            where s.type = $1 and (v.version is null or v.version < s.version)
            """,
            connection
        );
        behind.Parameters.Add(new NpgsqlParameter<string> { TypedValue = view.StreamType });
        var streams = new List<Guid>();
        await using (var reader = await behind.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                streams.Add(reader.GetGuid(0));
        var rows = new Dictionary<Guid, (long Version, object? Row)>();
        var folded = 0L;
        foreach (var stream in streams)
        {
            object? row = null;
            var version = 0L;
            foreach (var stored in await journal.Read(connection, stream, 0, null, null, ct))
            {
                (row, version) = (view.FoldOn(row, stored), stored.Version);
                folded++;
            }
            rows[stream] = (version, row);
        }
        await Upsert(connection, view, beside, rows, ct);
        await Execute(
            connection,
            // In this transaction: an append that finds the new table without its rights fails.
            $"""
            grant select, insert, update, delete on {beside} to {serviceRole};
            drop table {view.Table};
            alter table {beside} rename to {view.Table};
            alter index {beside}_pkey rename to {view.Table}_pkey;
            """,
            ct
        );
        await RenameIndexes(connection, view, beside, ct);
        await using var format = new NpgsqlCommand(
            "insert into view_formats (name, format) values ($1, $2) on conflict (name) do update set format = excluded.format",
            connection
        );
        format.Parameters.Add(new NpgsqlParameter<string> { TypedValue = view.Table });
        format.Parameters.Add(new NpgsqlParameter<int> { TypedValue = view.Format });
        await format.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return (folded, watch.Elapsed);
    }

    // Indexes are named after their table by the view; the next rebuild needs those names free again.
    private static async Task RenameIndexes(
        NpgsqlConnection connection,
        IStreamView view,
        string beside,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            """
            select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
            where i.indrelid = ($1 || '.' || $2)::regclass and c.relname like '%' || $3 || '%'
            """,
            connection
        );
        var schema = (string)(await new NpgsqlCommand("select current_schema()", connection).ExecuteScalarAsync(ct))!;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = view.Table });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = beside });
        var names = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                names.Add(reader.GetString(0));
        foreach (var name in names)
            await Execute(
                connection,
                $"alter index \"{name}\" rename to \"{name.Replace(beside, view.Table, StringComparison.Ordinal)}\"",
                ct
            );
    }

    // While a page is folded the next one is read. A stream's events lie near one another in the log, so most rows are
    // finished before they are written.
    private static async Task<(long Events, long Mark)> Fold(
        NpgsqlConnection connection,
        NpgsqlConnection reading,
        EventJournal journal,
        IStreamView view,
        string table,
        long mark,
        CancellationToken ct
    )
    {
        var events = 0L;
        var rows = new Dictionary<Guid, (long Version, object? Row)>();
        var next = Task.Run(() => Page(reading, journal, view, mark, ct), ct);
        try
        {
            while (await next is { Count: > 0 } page)
            {
                var from = mark = page[^1].Position;
                next = Task.Run(() => Page(reading, journal, view, from, ct), ct);
                events += page.Count;
                var begun = page.Where(e => e.Version > 1 && !rows.ContainsKey(e.Stream)).Select(e => e.Stream);
                foreach (var (stream, row) in await Stored(connection, view, table, [.. begun.Distinct()], ct))
                    rows[stream] = row;
                foreach (var stored in page)
                {
                    rows.TryGetValue(stored.Stream, out var row);
                    // An append that became visible late is left to the tail, which folds whole streams.
                    if (stored.Version == row.Version + 1)
                        rows[stored.Stream] = (stored.Version, view.FoldOn(row.Row, stored));
                }
                if (rows.Count <= RowsInMemory)
                    continue;
                await Upsert(connection, view, table, rows, ct);
                rows.Clear();
            }
        }
        finally
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Upsert(connection, view, table, rows, ct);
        return (events, mark);
    }

    private static async Task<List<StoredEvent>> Page(
        NpgsqlConnection connection,
        EventJournal journal,
        IStreamView view,
        long mark,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            EventRow.Select + " where e.seq_id > $1 and s.type = $2 order by e.seq_id limit $3",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = mark });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = view.StreamType });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = RebuildPage });
        var events = new List<StoredEvent>(RebuildPage);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            events.Add(EventRow.Read(reader, journal.Types));
        return events;
    }

    private static async Task<Dictionary<Guid, (long Version, object? Row)>> Stored(
        NpgsqlConnection connection,
        IStreamView view,
        string table,
        Guid[] streams,
        CancellationToken ct
    )
    {
        var rows = new Dictionary<Guid, (long, object?)>();
        if (streams.Length == 0)
            return rows;
        await using var command = new NpgsqlCommand(
            $"select stream_id, version, row::text from {table} where stream_id = any($1)",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = streams });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            rows[reader.GetGuid(0)] = (
                reader.GetInt64(1),
                reader.IsDBNull(2) ? null : view.ReadRow(reader.GetString(2))
            );
        return rows;
    }

    private static async Task Upsert(
        NpgsqlConnection connection,
        IStreamView view,
        string table,
        Dictionary<Guid, (long Version, object? Row)> rows,
        CancellationToken ct
    )
    {
        foreach (var some in rows.Chunk(RowsPerTransaction))
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(
                ViewRow.Upsert(
                    table,
                    [.. some.Select(r => new ViewRow(r.Key, r.Value.Version, view.Write(r.Value.Row)))]
                )
            );
            await batch.ExecuteNonQueryAsync(ct);
        }
    }

    private async Task Locked(NpgsqlConnection connection, Func<Task> work, CancellationToken ct)
    {
        var key = NameBasedId.LockKey("migrations:" + schema);
        await Execute(connection, $"select pg_advisory_lock({key})", ct);
        try
        {
            await work();
        }
        finally
        {
            await Execute(connection, $"select pg_advisory_unlock({key})", CancellationToken.None);
        }
    }

    private static async Task RunOnce(NpgsqlConnection connection, string name, string sql, CancellationToken ct)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
        await using var find = new NpgsqlCommand("select sha256 from migrations where name = $1", connection);
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        if ((string?)await find.ExecuteScalarAsync(ct) == hash)
            return;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Execute(connection, sql, ct);
        await using var note = new NpgsqlCommand(
            """
            insert into migrations (name, sha256) values ($1, $2)
            on conflict (name) do update set sha256 = excluded.sha256, at = now()
            """,
            connection
        );
        note.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        note.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hash });
        await note.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    // The service may add to the log and archive a stream; it can neither alter nor delete what is recorded.
    private Task Grant(NpgsqlConnection connection, CancellationToken ct) =>
        Execute(
            connection,
            $"""
            grant usage on schema {schema} to {serviceRole};
            grant select, insert, update, delete on all tables in schema {schema} to {serviceRole};
            grant usage, select on all sequences in schema {schema} to {serviceRole};
            revoke update, delete on mt_events, audit_chain, audit_findings, migrations from {serviceRole};
            revoke delete on mt_streams from {serviceRole};
            revoke insert on migrations from {serviceRole};
            """,
            ct
        );

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static string OwnScript()
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var stream = assembly.GetManifestResourceStream("Mediation.EventStore.Schema.sql")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
