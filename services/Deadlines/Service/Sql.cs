using Npgsql;

namespace Mediation.Deadlines.Service;

internal static class Sql
{
    public static async Task<IReadOnlyList<T>> Rows<T>(
        this NpgsqlDataSource source,
        string sql,
        Func<NpgsqlDataReader, T> row,
        CancellationToken ct,
        params NpgsqlParameter[] parameters
    )
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        return await command.Rows(row, ct);
    }

    public static async Task<IReadOnlyList<T>> Rows<T>(
        this NpgsqlCommand command,
        Func<NpgsqlDataReader, T> row,
        CancellationToken ct
    )
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            rows.Add(row(reader));
        return rows;
    }

    public static NpgsqlParameter P<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    public static NpgsqlParameter Maybe(string? value) => Maybe(value, NpgsqlTypes.NpgsqlDbType.Text);

    public static NpgsqlParameter Maybe(DateOnly? value) => Maybe(value, NpgsqlTypes.NpgsqlDbType.Date);

    public static NpgsqlParameter Maybe(Guid? value) => Maybe(value, NpgsqlTypes.NpgsqlDbType.Uuid);

    private static NpgsqlParameter Maybe(object? value, NpgsqlTypes.NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    /// <summary>The embedded script of the service's own tables.</summary>
    public static string Schema()
    {
        using var stream = typeof(Sql).Assembly.GetManifestResourceStream("Mediation.Deadlines.Service.Schema.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
