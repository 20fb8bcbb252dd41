namespace Mediation.EventStore.Tests;

/// <summary>The smallest aggregate with a rule: a counter that may not go below zero.</summary>
public interface ICounterEvent;

public sealed record CounterRaised(int By) : ICounterEvent;

public sealed record CounterLowered(int By) : ICounterEvent;

public interface ICounterCommand;

public sealed record Raise(int By) : ICounterCommand;

public sealed record Lower(int By) : ICounterCommand;

public sealed record Counter(int Value)
{
    public static readonly Aggregate<Counter, ICounterCommand, ICounterEvent> Aggregate = new(
        "counter",
        new Counter(0),
        (state, e) =>
            e switch
            {
                CounterRaised raised => state with { Value = state.Value + raised.By },
                CounterLowered lowered => state with { Value = state.Value - lowered.By },
                _ => throw new InvalidOperationException(e.GetType().Name),
            },
        (state, command) =>
            command switch
            {
                Raise raise => [new CounterRaised(raise.By)],
                Lower lower when lower.By <= state.Value => [new CounterLowered(lower.By)],
                Lower => throw new InvalidOperationException("below zero"),
                _ => throw new InvalidOperationException(command.GetType().Name),
            }
    );
}

public sealed record CounterRow(int Value, int Changes, DateTimeOffset LastChange);

public sealed class CounterView : StreamView<CounterRow>
{
    public override string Table => "counters";

    public override string StreamType => "counter";

    public override (string Columns, string Indexes) Ddl =>
        (
            "value int generated always as ((row ->> 'value')::int) stored",
            "create index {table}_value on {table} (value)"
        );

    protected override CounterRow Fold(CounterRow? row, StoredEvent stored)
    {
        var by = stored.Data switch
        {
            CounterRaised raised => raised.By,
            CounterLowered lowered => -lowered.By,
            _ => throw new InvalidOperationException(stored.Name),
        };
        return new((row?.Value ?? 0) + by, (row?.Changes ?? 0) + 1, stored.RecordedAt);
    }
}
