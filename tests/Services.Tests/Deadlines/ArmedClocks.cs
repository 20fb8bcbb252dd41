using Mediation.Deadlines.Domain;
using Mediation.Deadlines.Service;
using Mediation.EventStore;
using Mediation.Kit;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>Clocks in numbers, armed without a message for each.</summary>
internal static class ArmedClocks
{
    private const int AtOnce = 500;

    /// <param name="services">Of a process that does not run, so that nobody reads along; null: the host's.</param>
    /// <param name="law">What the process that arms them counts by; null: what holds.</param>
    public static async Task<IReadOnlyList<Guid>> Arm(
        this DeadlinesHost host,
        string rule,
        DateOnly from,
        int count = 1,
        string unit = MemberHost.EastStreet,
        Law? law = null,
        Guid? root = null,
        IServiceProvider? services = null
    )
    {
        law ??= (await host.Law()).Law;
        var journal = (services ?? host.Provider).GetRequiredService<EventJournal>();
        var ids = new List<Guid>();
        foreach (var some in Enumerable.Range(0, count).Chunk(AtOnce))
        {
            var changes = new Changes(new Metadata(Guid.CreateVersion7(), "test"));
            foreach (var _ in some)
            {
                var subject = new ClockSubject(root ?? Guid.CreateVersion7(), Guid.CreateVersion7(), null);
                var id = Streams.ClockOf(law.Book.On(rule, from), subject);
                var arm = new ArmClock(id, rule, subject, unit, null, Guid.CreateVersion7(), from, null, from, law);
                changes.Append(
                    Streams.Clock.Name,
                    Streams.Clock.Fold(id, []),
                    ClockDecider.Decide(Mediation.Deadlines.Domain.Clock.Initial, arm)
                );
                ids.Add(id);
            }
            await journal.Commit(changes);
        }
        return ids;
    }

    public static Task<CurrentLaw> Law(this DeadlinesHost host) =>
        host.Provider.GetRequiredService<Laws>().Current(CancellationToken.None);

    /// <summary>A clock as it stands, with the names of its events.</summary>
    public static async Task<(Clock.Begun Clock, IReadOnlyList<string> Events)> Clock(this DeadlinesHost host, Guid id)
    {
        var loaded = await host.Provider.GetRequiredService<EventJournal>().Load(Streams.Clock, id);
        return ((Clock.Begun)loaded.State, [.. loaded.History.Select(e => e.Name)]);
    }

    /// <summary>Waits until this service has seen the version of the calendar in its log.</summary>
    public static Task Seen(this DeadlinesHost host, int version) =>
        Eventually.True(
            async () => await host.Count($"select count(*) from calendar_passes where version = {version}") == 1,
            $"version {version} of the calendar is seen"
        );

    public static Recomputing Recomputing(this DeadlinesHost host) =>
        ActivatorUtilities.CreateInstance<Recomputing>(host.Provider);
}
