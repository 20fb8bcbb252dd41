using Mediation.Deadlines.Domain;
using Mediation.Deadlines.Service;
using Mediation.EventStore;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>Many clocks at once, decided and appended as messages would have it, without the messages.</summary>
public static class PlantedClocks
{
    private const int Batch = 1_000;

    /// <param name="units">Units that keep them in turn.</param>
    /// <param name="from">Legal day of the trigger of each, by its number.</param>
    /// <returns>Ids of the clocks.</returns>
    public static async Task<IReadOnlyList<Guid>> Arm(
        IServiceProvider services,
        string rule,
        int count,
        IReadOnlyList<string> units,
        Func<int, DateOnly> from,
        CancellationToken ct = default
    )
    {
        var journal = services.GetRequiredService<EventJournal>();
        var law = (await services.GetRequiredService<Laws>().Current(ct)).Law;
        var ids = new List<Guid>(count);
        for (var begin = 0; begin < count; begin += Batch)
        {
            var changes = new Changes(new Metadata(Guid.CreateVersion7(), nameof(PlantedClocks)));
            for (var i = begin; i < Math.Min(begin + Batch, count); i++)
            {
                var subject = new ClockSubject(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
                var day = from(i);
                var clock = Streams.ClockOf(law.Book.On(rule, day), subject);
                changes.Append(
                    Streams.Clock.Name,
                    Streams.Clock.Fold(clock, []),
                    ClockDecider.Decide(
                        Clock.Initial,
                        new ArmClock(
                            clock,
                            rule,
                            subject,
                            units[i % units.Count],
                            null,
                            Guid.CreateVersion7(),
                            day,
                            null,
                            day,
                            law
                        )
                    )
                );
                ids.Add(clock);
            }
            await journal.Commit(changes, ct);
        }
        return ids;
    }
}
