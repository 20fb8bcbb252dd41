using Mediation.Deadlines.Domain;
using static Mediation.Deadlines.Specs.Facts;

namespace Mediation.Deadlines.Specs;

/// <summary>What is due is asked of a table: a clock must stand there under the very day on which time does something to
/// it, or it sleeps over its end, or is asked for nothing.</summary>
public sealed class WakingSpecs
{
    private const int LongestWatched = 400;

    [Fact]
    public void Time_does_something_to_a_clock_from_the_day_on_under_which_it_stands_and_on_no_day_before()
    {
        var watched = 0;
        foreach (var rule in Book.On(new(2026, 1, 1)))
        foreach (var from in new DateOnly[] { new(2026, 1, 30), new(2026, 4, 27), new(2026, 7, 8) })
        {
            var law = new Law(Book, Calendar);
            var subject = new ClockSubject(Guid.NewGuid(), Guid.NewGuid(), null);
            var unit = rule.OnlyFor.IsEmpty ? "110105" : rule.OnlyFor[0];
            var arm = new ArmClock(Guid.NewGuid(), rule.Id, subject, unit, null, Guid.NewGuid(), from, null, from, law);
            var state = ClockDecider.Decide(Clock.Initial, arm).Aggregate(Clock.Initial, Clock.Evolve);
            if (((Clock.Begun)state).Computed.Due > from.AddDays(LongestWatched))
                continue;
            watched++;
            for (var day = from; state is Clock.Running clock; day = day.AddDays(1))
            {
                var wakes = ClockDecider.WakesOn(rule.Type, clock.Known.From, clock.Computed, clock.WarnedOn);
                var events = ClockDecider.Decide(clock, new PassTo(day));
                (events.Count > 0).ShouldBe(day >= wakes, $"{rule.Id} from {from} on {day}");
                state = events.Aggregate<IClockEvent, Clock>(clock, Clock.Evolve);
            }
        }
        watched.ShouldBeGreaterThan(150);
    }
}
