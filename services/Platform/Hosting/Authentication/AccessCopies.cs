using Mediation.EventStore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.Hosting.Authentication;

/// <summary>Where a service finds its copy of the tree and of revocations. The owner of both reads its own tables.</summary>
/// <param name="Marker">One number that changes whenever the tree does.</param>
/// <param name="Units">Columns code, version, from_day, name, parent, closes.</param>
/// <param name="Revocations">Columns account, version, of the last ten minutes or more.</param>
public sealed record AccessQueries(string Marker, string Units, string Revocations)
{
    public static AccessQueries Copies { get; } =
        new(
            "select count(*) from org_unit_facts",
            "select code, version, from_day, name, parent, closes from org_unit_facts",
            "select account, version from token_revocations where at > now() - interval '10 minutes'"
        );
}

/// <summary>The organisation tree and the void tokens as this process knows them: read from the service's own schema
/// within a third of a second after something was recorded there, by this process or by another one of the same service
/// that received the message, and every second anyway.</summary>
public sealed class AccessCopies(
    NpgsqlDataSource source,
    EventJournal journal,
    AccessQueries queries,
    TimeProvider clock,
    ILogger<AccessCopies> logger
) : BackgroundService
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(700);

    private volatile UnitTree tree = UnitTree.Empty;
    private volatile IReadOnlyDictionary<Guid, long> revoked = new Dictionary<Guid, long>();
    private long marker = -1;

    public UnitTree Tree => tree;

    /// <summary>Tokens made from an earlier version of the account's grants are void.</summary>
    public long RevokedBefore(Guid account) => revoked.GetValueOrDefault(account);

    /// <summary>Keeps a fact of the tree together with the note that the message was applied.</summary>
    public static void Keep(Changes changes, UnitFact fact) =>
        changes.Also(
            """
            insert into org_unit_facts (code, version, from_day, name, parent, closes)
            values ($1, $2, $3, $4, $5, $6) on conflict do nothing
            """,
            new NpgsqlParameter<string> { TypedValue = fact.Code },
            new NpgsqlParameter<long> { TypedValue = fact.Version },
            new NpgsqlParameter<DateOnly> { TypedValue = fact.From },
            Text(fact.Name),
            Text(fact.Parent),
            new NpgsqlParameter<bool> { TypedValue = fact.Closes }
        );

    /// <summary>Voids the tokens of an account that were made before a version of its grants.</summary>
    public static void Revoke(Changes changes, Guid account, long version) =>
        changes.Also(
            """
            insert into token_revocations as r (account, version) values ($1, $2)
            on conflict (account) do update set version = greatest(r.version, excluded.version), at = now()
            """,
            new NpgsqlParameter<Guid> { TypedValue = account },
            new NpgsqlParameter<long> { TypedValue = version }
        );

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first request: a service that knows no revocation yet would accept every void token.
        await Refresh(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        var news = journal.NextNews;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await Task.Delay(AtMostEvery, clock, stoppingToken);
                if (journal.Hears)
                    await journal.News(news, Quiet, stoppingToken);
                news = journal.NextNews;
                try
                {
                    await Refresh(stoppingToken);
                    failing = false;
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException)
                {
                    if (!failing)
                        logger.LogWarning("Tree and revocations cannot be read: {Error}", e.GetType().Name);
                    failing = true;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    /// <summary>Reads what changed. Called by the poll; a service that has just written may call it itself.</summary>
    public async Task Refresh(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var voids = new Dictionary<Guid, long>();
        var found = 0L;
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(new(queries.Revocations));
            batch.BatchCommands.Add(new(queries.Marker));
            await using var reader = await batch.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                voids[reader.GetGuid(0)] = reader.GetInt64(1);
            await reader.NextResultAsync(ct);
            await reader.ReadAsync(ct);
            found = Convert.ToInt64(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture);
        }
        revoked = voids;
        if (found == marker)
            return;
        var facts = new List<UnitFact>();
        await using (var command = new NpgsqlCommand(queries.Units, connection))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                facts.Add(
                    new(
                        reader.GetString(0),
                        reader.GetInt64(1),
                        reader.GetFieldValue<DateOnly>(2),
                        reader.IsDBNull(3) ? null : reader.GetString(3),
                        reader.IsDBNull(4) ? null : reader.GetString(4),
                        reader.GetBoolean(5)
                    )
                );
        tree = new(facts);
        marker = found;
    }

    private static NpgsqlParameter Text(string? value) =>
        new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
