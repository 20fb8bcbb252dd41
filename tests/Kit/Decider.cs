using System.Reflection;
using System.Text.Json;
using Xunit;

namespace Mediation.Kit;

/// <summary>Specifications of one aggregate: <c>Given(events).When(command).Then(events)</c>. Whole events are
/// compared, nothing is mocked, and every outcome is recorded for the aggregate's decision table.</summary>
public abstract class DeciderSpecs<TState, TCommand, TEvent>(
    TState initial,
    Func<TState, TEvent, TState> evolve,
    Func<TState, TCommand, IReadOnlyList<TEvent>> decide,
    Func<Exception, string?> refusalCode
)
    where TState : class
    where TCommand : class
    where TEvent : class
{
    protected Given_ Given(params IEnumerable<TEvent> history) => new(this, history.Aggregate(initial, evolve));

    /// <summary>Replays a history, for assertions about the state itself.</summary>
    protected TState Replay(params IEnumerable<TEvent> history) => history.Aggregate(initial, evolve);

    public sealed class Given_(DeciderSpecs<TState, TCommand, TEvent> specs, TState state)
    {
        public When_ When(TCommand command) => new(specs, state, command);
    }

    public sealed class When_(DeciderSpecs<TState, TCommand, TEvent> specs, TState state, TCommand command)
    {
        public void Then(params IReadOnlyList<TEvent> expected)
        {
            var (actual, refusal) = Run();
            if (refusal is not null)
                Assert.Fail($"{command.GetType().Name} in {state.GetType().Name} was refused with '{refusal}'.");
            Assert.Equal(Text(expected), Text(actual));
            Record(actual.Count == 0 ? "nothing (already so)" : string.Join(" + ", actual.Select(Name)));
        }

        /// <summary>The command is already fulfilled: no event, no refusal.</summary>
        public void ThenNothing() => Then([]);

        public void Refused(string code)
        {
            var (actual, refusal) = Run();
            if (refusal is null)
                Assert.Fail(
                    $"{command.GetType().Name} in {state.GetType().Name} was not refused; it gave "
                        + $"[{string.Join(", ", actual.Select(Name))}] where '{code}' was expected."
                );
            Assert.Equal(code, refusal);
            Record($"refused: `{code}`");
        }

        private (IReadOnlyList<TEvent> Events, string? Refusal) Run()
        {
            try
            {
                return (specs.Decide(state, command), null);
            }
            catch (Exception e) when (specs.Refusal(e) is not null)
            {
                return ([], specs.Refusal(e));
            }
        }

        private void Record(string outcome) =>
            DecisionTable.Record(new(typeof(TState).Name, state.GetType().Name, command.GetType().Name, outcome));
    }

    private IReadOnlyList<TEvent> Decide(TState state, TCommand command) => decide(state, command);

    private string? Refusal(Exception e) => refusalCode(e);

    private static string Name(TEvent e) => e.GetType().Name;

    // Records with list members compare those by reference; as JSON the content is compared.
    private static string Text(IEnumerable<TEvent> events) =>
        string.Join(
            Environment.NewLine,
            events.Select(e => $"{e.GetType().Name} {JsonSerializer.Serialize(e, e.GetType())}")
        );
}

public sealed record DecisionRow(string Stream, string State, string Command, string Outcome);

/// <summary>Collects what the specifications of an assembly showed, by running each of them once more, and holds
/// the result against the table printed in the service's README.</summary>
public static class DecisionTable
{
    private static readonly AsyncLocal<List<DecisionRow>?> Recorder = new();

    internal static void Record(DecisionRow row) => Recorder.Value?.Add(row);

    /// <summary>Runs all facts of all specifications of <typeparamref name="TState"/> found in the assembly.</summary>
    public static IReadOnlyList<DecisionRow> Collect<TState>(Assembly specs)
    {
        var rows = new List<DecisionRow>();
        Recorder.Value = rows;
        try
        {
            foreach (var type in specs.GetTypes().Where(t => !t.IsAbstract && IsSpecsOf(t, typeof(TState))))
            foreach (var fact in type.GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is not null))
            {
                if (fact.GetParameters().Length > 0)
                    continue;
                fact.Invoke(Activator.CreateInstance(type), null);
            }
        }
        finally
        {
            Recorder.Value = null;
        }
        return rows;
    }

    /// <summary>States, commands and refusal codes for which no specification shows what happens, and pairs of
    /// state and command nobody specified. Refusal codes are the string constants of <paramref name="refusals"/>.</summary>
    public static IReadOnlyList<string> Gaps<TState, TCommand>(IReadOnlyList<DecisionRow> rows, Type refusals)
    {
        var states = Concrete(typeof(TState)).ToList();
        var commands = Concrete(typeof(TCommand)).ToList();
        var codes = refusals
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => f.IsLiteral)
            .Select(f => (string)f.GetRawConstantValue()!)
            .ToList();
        if (states.Count == 0 || commands.Count == 0 || codes.Count == 0)
            return [$"{typeof(TState).Name}: no states, commands or refusals found, so nothing was compared"];
        var seen = rows.Select(r => (r.State, r.Command)).ToHashSet();
        return
        [
            .. from s in states from c in commands where !seen.Contains((s, c)) select $"no spec: {s} × {c}",
            .. codes
                .Where(c => !rows.Any(r => r.Outcome.Contains($"`{c}`", StringComparison.Ordinal)))
                .Select(c => $"no spec shows refusal '{c}'"),
        ];
    }

    /// <summary>The table as Markdown: one line per command and outcome, with the states that lead to it.</summary>
    public static string Markdown(IReadOnlyList<DecisionRow> rows)
    {
        var lines = rows.Distinct()
            .GroupBy(r => (r.Command, r.Outcome))
            .OrderBy(g => g.Key.Command, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Outcome, StringComparer.Ordinal)
            .Select(g =>
                $"| {g.Key.Command} | {string.Join(", ", g.Select(r => r.State).Order(StringComparer.Ordinal))} | {g.Key.Outcome} |"
            );
        return string.Join('\n', (string[])["| command | in state | outcome |", "|---|---|---|", .. lines]);
    }

    /// <summary>Fails when the README's table differs from the specifications; with UPDATE_TABLES=1 rewrites it.</summary>
    public static void MustStandIn(string readme, string stream, string table)
    {
        var (begin, end) = ($"<!-- decisions of {stream}: begin -->", $"<!-- decisions of {stream}: end -->");
        var path = RepositoryFile(readme);
        var text = File.ReadAllText(path);
        var (from, to) = (text.IndexOf(begin, StringComparison.Ordinal), text.IndexOf(end, StringComparison.Ordinal));
        if (from < 0 || to < from)
            Assert.Fail($"{readme} has no place for the decisions of {stream}: {begin} … {end}");
        var stands = text[(from + begin.Length)..to].Trim();
        if (stands == table)
            return;
        if (Environment.GetEnvironmentVariable("UPDATE_TABLES") == "1")
            File.WriteAllText(path, $"{text[..(from + begin.Length)]}\n{table}\n{text[to..]}");
        else
            Assert.Fail($"The decisions of {stream} in {readme} are stale. `make tables` prints them anew.");
    }

    /// <summary>Absolute path of a file of the checkout, found upwards from the test's own folder.</summary>
    public static string RepositoryFile(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Mediation.sln")))
                return Path.Combine(folder.FullName, relative);
        throw new DirectoryNotFoundException("Mediation.sln was not found above " + AppContext.BaseDirectory);
    }

    private static bool IsSpecsOf(Type type, Type state)
    {
        for (var b = type.BaseType; b is not null; b = b.BaseType)
            if (b.IsGenericType && b.GetGenericTypeDefinition() == typeof(DeciderSpecs<,,>))
                return b.GetGenericArguments()[0] == state;
        return false;
    }

    private static IEnumerable<string> Concrete(Type family) =>
        family
            .Assembly.GetTypes()
            .Where(t => !t.IsAbstract && t != family && family.IsAssignableFrom(t))
            .Select(t => t.Name);
}
