using FsCheck.Fluent;
using Mediation.Deadlines.Domain;
using static Mediation.Deadlines.Specs.Facts;

namespace Mediation.Deadlines.Specs;

/// <summary>What holds for every clock, whatever is told of it in whatever order.</summary>
public sealed class ClockProperties
{
    private static readonly DateOnly Far = new(2060, 1, 4);

    private static void ForEveryStory(Func<Story, bool> holds) =>
        FsCheck.Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2000),
            Prop.ForAll(Gen.Choose(0, 1 << 24).ListOf(24).Select(n => new Story([.. n])).ToArbitrary(), holds)
        );

    [Fact]
    public void The_order_in_which_facts_are_told_leaves_no_trace_in_where_a_clock_stands() =>
        ForEveryStory(s => Standing(s.Told(s.Order)) == Standing(s.Told(s.OtherOrder)));

    [Fact]
    public void Every_fact_told_twice_is_told_once() =>
        ForEveryStory(s => Standing(s.Told([.. s.Order, .. s.Order])) == Standing(s.Told(s.Order)));

    [Fact]
    public void A_clock_that_was_watched_every_month_stands_where_one_stands_that_slept() =>
        ForEveryStory(s => Standing(s.Told(s.ByEntry, watched: true)) == Standing(s.Told(s.ByEntry)));

    [Fact]
    public void The_events_replay_to_the_same_state() =>
        ForEveryStory(s =>
        {
            var (state, events) = s.Told(s.Order);
            return Standing((events.Aggregate(Clock.Initial, Clock.Evolve), events)) == Standing((state, events));
        });

    [Fact]
    public void No_end_that_was_found_is_ever_deleted() =>
        ForEveryStory(s =>
        {
            // Each end is followed by nothing, or by what answers it or opens the clock again.
            var events = s.Told(s.Order).Events;
            var ends = events.Count(e => e is ClockBreached or ClockLapsed or ClockOverdue);
            var reopened = events.Count(e => e is ClockReopened);
            return s.Told(s.Order).State is Clock.Passed ? ends >= 1 : ends <= reopened;
        });

    /// <summary>The stories are no stories when they all end alike.</summary>
    [Fact]
    public void The_stories_end_in_every_way()
    {
        var ends = new HashSet<string>(StringComparer.Ordinal);
        var kinds = new HashSet<Type>();
        ForEveryStory(s =>
        {
            var told = s.Told(s.Order);
            ends.Add(Standing(told).Split(' ')[0]);
            kinds.UnionWith(told.Events.Select(e => e.GetType()));
            return true;
        });
        ends.ShouldBe(["timely", "late", "over"], ignoreOrder: true);
        kinds.ShouldContain(typeof(ClockReopened));
        kinds.ShouldContain(typeof(ClockRestarted));
        kinds.ShouldContain(typeof(EndRebutted));
        kinds.ShouldContain(typeof(EndConfirmed));
        kinds.ShouldContain(typeof(AnswerTakenBack));
    }

    private static string Standing((Clock State, List<IClockEvent> Events) told) =>
        told.State switch
        {
            Clock.Stopped s => $"timely {s.Computed.Due:O} {s.Known.End!.Id}",
            Clock.Passed { Answer: EndAnswer.Rebutted } p => $"timely {p.Computed.Due:O} {p.Known.End!.Id}",
            Clock.Passed { Answer: EndAnswer.Confirmed } p => $"late {p.Computed.Due:O} {p.Known.End!.Id}",
            Clock.Passed p => $"over {p.Computed.Due:O}",
            _ => throw new InvalidOperationException(told.State.ToString()),
        };

    /// <summary>A trigger and up to seven facts, told in two orders.</summary>
    private sealed class Story
    {
        private readonly Rule rule;
        private readonly List<(DateOnly EnteredOn, IClockCommand Command)> facts = [];

        public Story(IReadOnlyList<int> numbers)
        {
            rule = numbers[0] % 3 == 0 ? Book.On("ARB_ACCEPT", Start) : Limitation;
            facts.Add((Start, Arm(rule)));
            // Days close together, so that facts meet ends and each other.
            var span = rule == Limitation ? 1200 : 30;
            for (var i = 0; i < 1 + (numbers[1] % 7); i++)
            {
                var on = Start.AddDays((numbers[2 + i] % span) - (span / 20));
                var entered = on.AddDays(numbers[10 + i] % 90);
                facts.Add(
                    (
                        entered,
                        (numbers[2 + i] / 4096 % 8) switch
                        {
                            0 or 1 or 2 => new RestartClock(ClockId, Id(100 + i), on, entered, InForce),
                            3 or 4 => new StopClock(ClockId, Id(100 + i), StopCause.Done, on, entered, InForce),
                            5 => new StopClock(ClockId, Id(100 + i), StopCause.Void, on, entered, InForce),
                            _ => new TakeStopBack(ClockId, Id(100 + i), on, entered, InForce),
                        }
                    )
                );
            }
            Order = [.. Enumerable.Range(0, facts.Count).OrderBy(i => numbers[17] * (i + 3L) % 1009)];
            OtherOrder = [.. Enumerable.Range(0, facts.Count).OrderBy(i => numbers[18] * (i + 5L) % 997)];
            ByEntry = [.. Enumerable.Range(0, facts.Count).OrderBy(i => facts[i].EnteredOn)];
        }

        public IReadOnlyList<int> Order { get; }

        public IReadOnlyList<int> OtherOrder { get; }

        public IReadOnlyList<int> ByEntry { get; }

        public (Clock State, List<IClockEvent> Events) Told(IReadOnlyList<int> order, bool watched = false)
        {
            var (state, events, today) = (Clock.Initial, new List<IClockEvent>(), Start);
            foreach (var i in order)
            {
                for (; watched && today < facts[i].EnteredOn; today = today.AddDays(30))
                    Do(new PassTo(today));
                Do(facts[i].Command);
            }
            Do(new PassTo(Far));
            return (state, events);

            void Do(IClockCommand command)
            {
                foreach (var e in ClockDecider.Decide(state, command))
                {
                    state = Clock.Evolve(state, e);
                    events.Add(e);
                }
            }
        }
    }
}
