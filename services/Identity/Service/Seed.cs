using System.Globalization;
using Mediation.EventStore;
using Mediation.Identity.Domain;

namespace Mediation.Identity.Service;

/// <summary>The federation 1 + 17 + 343 with official codes, and what of its history the published lists show
/// (<c>org-units.csv</c>). Told to the deciders like any other fact; what is so already is passed over.</summary>
internal sealed class Seed(EventJournal journal, OrgUnits units)
{
    /// <summary>Stands for "older than the lists": they name no first day.</summary>
    public static readonly DateOnly Always = new(1900, 1, 1);

    // Small enough that no transaction holds up the readers of the log.
    private const int StreamsPerCommit = 50;

    /// <returns>How many units were new.</returns>
    public async Task<int> Run(CancellationToken ct)
    {
        var known = await units.All(ct);
        var facts = Read().GroupBy(f => f.Code, StringComparer.Ordinal).ToList();
        var levels = Read().Where(f => f.Level is not null).ToDictionary(f => f.Code, f => f.Level!.Value);
        var fresh = facts.Where(g => !known.ContainsKey(g.Key)).ToList();
        foreach (var chunk in fresh.Chunk(StreamsPerCommit))
        {
            var changes = new Changes(new Metadata(Guid.CreateVersion7(), "Seed"));
            foreach (var unit in chunk)
            {
                var loaded = await journal.Load(Aggregates.OrgUnit, OrgUnits.StreamOf(unit.Key), ct: ct);
                var (state, events) = (loaded.State, new List<IOrgUnitEvent>());
                foreach (var fact in unit)
                foreach (var e in OrgUnitDecider.Decide(state, Command(fact, levels)))
                {
                    events.Add(e);
                    state = OrgUnit.Evolve(state, e);
                }
                changes.Append(Aggregates.OrgUnit.Name, loaded, events);
            }
            await journal.Commit(changes, ct);
        }
        return fresh.Count;
    }

    private static IOrgUnitCommand Command(Fact fact, Dictionary<string, UnitLevel> levels) =>
        fact.Kind switch
        {
            "open" => new OpenUnit(
                fact.Code,
                fact.Parent,
                fact.Parent is null ? null : new ParentFact(levels[fact.Parent], Open: true),
                fact.Name!,
                fact.Level!.Value,
                fact.Order,
                fact.From
            ),
            "rename" => new RenameUnit(fact.Name!, fact.From),
            "close" => new CloseUnit(0, fact.From),
            _ => throw new InvalidDataException($"org-units.csv: unknown fact '{fact.Kind}'"),
        };

    private static IEnumerable<Fact> Read()
    {
        using var stream = typeof(Seed).Assembly.GetManifestResourceStream("Mediation.Identity.Service.org-units.csv")!;
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            yield return new(
                DateOnly.ParseExact(cells[0], "yyyy-MM-dd", CultureInfo.InvariantCulture),
                cells[1],
                cells[2],
                cells[3] is { Length: > 0 } parent ? parent : null,
                cells[4] is { Length: > 0 } level ? Enum.Parse<UnitLevel>(level, ignoreCase: true) : null,
                cells[5] is { Length: > 0 } order ? int.Parse(order, CultureInfo.InvariantCulture) : 0,
                cells[6] is { Length: > 0 } name ? name : null
            );
        }
    }

    private sealed record Fact(
        DateOnly From,
        string Kind,
        string Code,
        string? Parent,
        UnitLevel? Level,
        int Order,
        string? Name
    );
}
