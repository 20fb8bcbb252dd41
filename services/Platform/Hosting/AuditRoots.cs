using System.Globalization;
using Mediation.EventStore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.Hosting;

/// <summary>The last link of the audit chain at the end of a legal day was noted.</summary>
/// <param name="Hash">Lower-case hexadecimal.</param>
public sealed record DayRootNoted(string Service, DateOnly Day, long Position, string Hash);

internal sealed record NoteDayRoot(string Service, DateOnly Day, long Position, string Hash);

internal sealed record DayRoots(DateOnly? Last)
{
    public static readonly Aggregate<DayRoots, NoteDayRoot, DayRootNoted> Aggregate = new(
        "audit_roots",
        new DayRoots((DateOnly?)null),
        (_, noted) => new DayRoots(noted.Day),
        (state, note) =>
            state.Last >= note.Day ? [] : [new DayRootNoted(note.Service, note.Day, note.Position, note.Hash)]
    );

    /// <summary>The one stream of a service's roots.</summary>
    public static Guid StreamOf(string service) => NameBasedId.From(Guid.Empty, service + ":audit-roots");
}

/// <summary>Notes each past legal day's root once, however many processes ask, and also after an outage of days: it
/// asks what is missing and never what time it is. The root is written to a file outside the database as well, and every
/// minute the newest link, so that nobody can cut off the end of the chain with the events it holds.</summary>
internal sealed class DailyRoot(
    string service,
    EventJournal journal,
    AuditChain chain,
    NpgsqlDataSource source,
    AuditRootFile file,
    TimeProvider clock,
    ILogger<DailyRoot> logger
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var tick = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await NoteMissing(stoppingToken);
                await NoteHead(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or AppendConflict or IOException)
            {
                logger.LogWarning("The daily root waits: {Error}", e.GetType().Name);
            }
        } while (await Next(tick, stoppingToken));
    }

    private static async Task<bool> Next(PeriodicTimer tick, CancellationToken ct)
    {
        try
        {
            return await tick.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Notes every day that has ended and is sealed to its end.</summary>
    internal async Task NoteMissing(CancellationToken ct)
    {
        var stream = DayRoots.StreamOf(service);
        var last = (await journal.Load(DayRoots.Aggregate, stream, ct: ct)).State.Last;
        var day = last?.AddDays(1) ?? await FirstDay(ct);
        for (var today = LegalDay.Today(clock); day < today; day = day.Value.AddDays(1))
        {
            if (await LinkAtEndOf(day.Value, ct) is not { } link)
                break;
            await journal.Execute(
                DayRoots.Aggregate,
                stream,
                new NoteDayRoot(service, day.Value, link.Position, Convert.ToHexStringLower(link.Hash)),
                new Metadata(
                    NameBasedId.From(stream, day.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
                    nameof(DailyRoot),
                    EffectiveOn: day
                ),
                ct: ct
            );
        }
        file.Keep((await journal.Read(stream, ct: ct)).Select(e => (DayRootNoted)e.Data));
    }

    /// <summary>Notes the newest link in the file, if the one noted before still stands; else that note stays, for
    /// verify to find.</summary>
    internal async Task NoteHead(CancellationToken ct)
    {
        var noted = file.Head;
        if (noted is { } last && !await chain.Holds(last.Position, last.Hash, ct))
            logger.LogCritical("The audit chain no longer holds the link {Position} that was noted", last.Position);
        else if (await chain.Head(ct) is { } head && head.Position != noted?.Position)
            file.KeepHead(head.Position, head.Hash);
    }

    private async Task<DateOnly?> FirstDay(CancellationToken ct)
    {
        await using var command = source.CreateCommand("select timestamp from mt_events order by seq_id limit 1");
        return await command.ExecuteScalarAsync(ct) is DateTime first
            ? LegalDay.Of(new DateTimeOffset(first, TimeSpan.Zero))
            : null;
    }

    // Null while an event of the day is not sealed yet: a root before its end would leave the rest of the day outside.
    private async Task<(long Position, byte[] Hash)?> LinkAtEndOf(DateOnly day, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            """
            select c.position, c.hash from audit_chain c join mt_events e on e.seq_id = c.position
            where e.timestamp < $1 and not exists (
                select 1 from mt_events u where u.timestamp < $1 and u.seq_id > (select max(position) from audit_chain))
            order by c.position desc limit 1
            """
        );
        command.Parameters.Add(
            new NpgsqlParameter<DateTime> { TypedValue = LegalDay.Begin(day.AddDays(1)).UtcDateTime }
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), (byte[])reader.GetValue(1)) : null;
    }
}

/// <summary>The file of a service's roots: a line per day with position and hash. Whoever is given a copy of it can
/// prove later that the log of that day is still the same.</summary>
internal sealed class AuditRootFile(string path)
{
    /// <summary>Adds the days that the file does not hold yet; never changes a line.</summary>
    public void Keep(IEnumerable<DayRootNoted> roots)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Two processes of a service may share the file; who finds it open leaves the lines to the other.
        using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var reader = new StreamReader(stream);
        var held = reader.ReadToEnd().Split('\n').Select(l => l.Split(' ')[0]).ToHashSet();
        using var writer = new StreamWriter(stream);
        foreach (var root in roots)
        {
            var day = root.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            if (held.Add(day))
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{day} {root.Position} {root.Hash}\n"));
        }
    }

    /// <summary>The newest link noted.</summary>
    public (long Position, byte[] Hash)? Head => Lines(HeadPath).Select(l => ((long, byte[])?)l).FirstOrDefault();

    /// <summary>Notes the newest link in the place of the one before.</summary>
    public void KeepHead(long position, byte[] hash)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Put in place whole: a crash must not leave half a line.
        var fresh = $"{HeadPath}.{Environment.ProcessId}";
        File.WriteAllText(
            fresh,
            string.Create(CultureInfo.InvariantCulture, $"head {position} {Convert.ToHexStringLower(hash)}\n")
        );
        File.Move(fresh, HeadPath, overwrite: true);
    }

    /// <summary>Position → hash of every day's root and of the newest link noted.</summary>
    public IReadOnlyDictionary<long, byte[]> Noted() =>
        Lines(path).Concat(Lines(HeadPath)).DistinctBy(l => l.Position).ToDictionary(l => l.Position, l => l.Hash);

    private string HeadPath => path + ".head";

    private static IEnumerable<(long Position, byte[] Hash)> Lines(string file) =>
        File.Exists(file)
            ? File.ReadAllLines(file)
                .Select(l => l.Split(' '))
                .Where(l => l.Length == 3)
                .Select(l => (long.Parse(l[1], CultureInfo.InvariantCulture), Convert.FromHexString(l[2])))
            : [];
}

/// <summary>Publishes a service's own roots beside what its map makes of the other events.</summary>
internal sealed class PublishWithRoots<TMessage>(IPublish<TMessage> map, Func<DayRootNoted, Origin, TMessage> tell)
    : IPublish<TMessage>
    where TMessage : class
{
    public Task Prepare(IReadOnlyList<StoredEvent> page, CancellationToken ct) => map.Prepare(page, ct);

    public TMessage? Map(StoredEvent stored, Origin origin) =>
        stored.Data is DayRootNoted root ? tell(root, origin) : map.Map(stored, origin);
}

internal static class HeardRoots
{
    /// <summary>Keeps another service's root. The first one heard of a day stands: a second, different one would be the
    /// rewriting that roots are kept to find.</summary>
    public static void Keep(Changes changes, DayRootNoted root) =>
        changes.Also(
            """
            insert into audit_roots (service, day, position, hash) values ($1, $2, $3, $4) on conflict do nothing
            """,
            new NpgsqlParameter<string> { TypedValue = root.Service },
            new NpgsqlParameter<DateOnly> { TypedValue = root.Day },
            new NpgsqlParameter<long> { TypedValue = root.Position },
            new NpgsqlParameter<byte[]>
            {
                TypedValue = Convert.FromHexString(root.Hash),
                NpgsqlDbType = NpgsqlDbType.Bytea,
            }
        );
}
