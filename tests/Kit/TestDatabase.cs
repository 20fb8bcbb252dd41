using Npgsql;

namespace Mediation.Kit;

/// <summary>A schema of its own in the run's PostgreSQL, with an owner and a service role that has no right to change
/// tables, as in production. Dropped at the end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string admin;

    private TestDatabase(string admin, string schema, string owner, string service) =>
        (this.admin, Schema, OwnerConnection, ServiceConnection) = (admin, schema, owner, service);

    public string Schema { get; }

    /// <summary>Connection string of the role that migrates.</summary>
    public string OwnerConnection { get; }

    /// <summary>Connection string of the role under which the service runs.</summary>
    public string ServiceConnection { get; }

    public static async Task<TestDatabase> Create(string name)
    {
        var cluster = Setting("MEDIATION_TEST_DATABASE_ADMIN");
        var schema = $"{name}_{Guid.NewGuid().ToString("N")[..10]}";
        await Run(
            cluster,
            $"""
            create role {schema}_owner login noinherit password 'test';
            create role {schema} login noinherit password 'test';
            create schema {schema} authorization {schema}_owner;
            grant usage on schema {schema} to {schema};
            alter default privileges for role {schema}_owner in schema {schema}
                grant select, insert, update, delete on tables to {schema};
            alter role {schema}_owner set search_path = {schema}, public;
            alter role {schema} set search_path = {schema}, public;
            """
        );
        return new(cluster, schema, As(cluster, schema + "_owner", schema), As(cluster, schema, schema));
    }

    /// <summary>Runs SQL as the cluster's administrator inside the schema, to plant what the roles may not do.</summary>
    public Task Plant(string sql) => Run(admin, $"set search_path = {Schema}; {sql}");

    /// <summary>Every table of the schema as text, row by row, for searches of what must not be there.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Dump()
    {
        await using var connection = new NpgsqlConnection(admin);
        await connection.OpenAsync();
        var tables = new List<string>();
        await using (
            var list = new NpgsqlCommand(
                "select table_name from information_schema.tables where table_schema = $1",
                connection
            )
        )
        {
            list.Parameters.Add(new() { Value = Schema });
            await using var reader = await list.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                tables.Add(reader.GetString(0));
        }
        var dump = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            await using var read = new NpgsqlCommand(
                $"select coalesce(string_agg(t::text, E'\\n'), '') from {Schema}.\"{table}\" t",
                connection
            );
            dump[table] = (string)(await read.ExecuteScalarAsync())!;
        }
        return dump;
    }

    /// <summary>Reads rows as the cluster's administrator.</summary>
    public async Task<IReadOnlyList<object[]>> Rows(string sql)
    {
        await using var connection = new NpgsqlConnection(admin);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"set search_path = {Schema}, public; {sql}", connection);
        var rows = new List<object[]>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Run(
            admin,
            $"""
            select pg_terminate_backend(pid) from pg_stat_activity where usename in ('{Schema}', '{Schema}_owner');
            drop schema if exists {Schema} cascade;
            drop role if exists {Schema};
            drop role if exists {Schema}_owner;
            """
        );
    }

    internal static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set: run the tests by `make test`.");

    private static string As(string admin, string role, string schema) =>
        new NpgsqlConnectionStringBuilder(admin)
        {
            Username = role,
            Password = "test",
            SearchPath = schema + ",public",
            MaxPoolSize = 40,
        }.ConnectionString;

    private static async Task Run(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync();
    }
}
