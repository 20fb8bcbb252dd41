using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mediation.Contracts;
using Mediation.Contracts.Disputes;
using Mediation.Deadlines.Domain;
using Mediation.Kit;

namespace Mediation.Architecture.Tests;

/// <summary>The published language, messages and HTTP: its JSON is reviewed, and inside a service only Publishing and Consumers speak it.</summary>
public sealed class ContractTests
{
    private static readonly IReadOnlyList<Assembly> Services = Code.Assemblies("Mediation.*.Service");

    [Fact]
    public void The_json_of_every_message_is_the_reviewed_one()
    {
        var messages = typeof(Message).Assembly.GetTypes().Where(IsMessage).ToList();
        messages.Count.ShouldBeGreaterThan(20);
        messages.ShouldAllBe(m => m.IsSealed || m.IsAbstract);
        Snapshots.MustStandIn(
            "tests/Architecture.Tests/Snapshots/contracts.txt",
            Snapshots.Of(messages.Where(m => !m.IsAbstract).Select(m => (m.FullName!, m)))
        );
    }

    /// <summary>A clock that waits for a message nobody sends would never begin or never end.</summary>
    [Fact]
    public void Every_message_said_to_tell_a_fact_of_the_statute_book_is_published()
    {
        using var stream = typeof(StatuteBook).Assembly.GetManifestResourceStream("connections.json")!;
        using var reader = new StreamReader(stream);
        var told = StatuteBook.ParseConnections(reader.ReadToEnd()).Messages.SelectMany(m => m.Value).ToList();
        told.Count.ShouldBeGreaterThan(10);
        told.Where(name =>
                typeof(Message).Assembly.GetType($"Mediation.Contracts.{name}") is not { } t || !IsMessage(t)
            )
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_json_of_every_request_and_answer_is_the_reviewed_one()
    {
        var types = typeof(Message)
            .Assembly.GetExportedTypes()
            .Where(t =>
                t is { IsAbstract: false, IsGenericTypeDefinition: false } && !t.IsAssignableTo(typeof(Message))
            )
            .ToLookup(t => t.IsEnum);
        types[false].Count().ShouldBeGreaterThan(100);
        types[true].Count().ShouldBeGreaterThan(50);
        Snapshots.MustStandIn(
            "tests/Architecture.Tests/Snapshots/http.txt",
            Snapshots.Of(types[false].Select(t => (t.FullName!, t)))
        );
        Snapshots.MustStandIn(
            "tests/Architecture.Tests/Snapshots/words.txt",
            string.Concat(
                types[true]
                    .OrderBy(t => t.FullName, StringComparer.Ordinal)
                    .Select(t =>
                        $"{t.FullName} {string.Join(' ', Enum.GetNames(t).Select(JsonNamingPolicy.CamelCase.ConvertName))}\n"
                    )
            )
        );
    }

    [Fact]
    public void Only_publishing_and_consumers_mention_messages()
    {
        Services.Count.ShouldBeGreaterThanOrEqualTo(2);
        foreach (var service in Services)
        {
            var sources = Sources(service);
            var speakers = service.GetTypes().Where(Speaks).Select(Code.Outermost).Distinct().ToList();
            // A service that speaks to nobody would not need the rule.
            speakers.ShouldNotBeEmpty();
            speakers.Where(t => !MaySpeak(t, sources)).Select(t => t.FullName).ShouldBeEmpty(service.GetName().Name);
        }
    }

    [Theory]
    [InlineData(typeof(PlantedField))]
    [InlineData(typeof(PlantedLambda))]
    [InlineData(typeof(PlantedPattern))]
    [InlineData(typeof(PlantedGeneric))]
    public void A_planted_mention_is_found(Type planted)
    {
        planted.GetNestedTypes(BindingFlags.NonPublic).Append(planted).ShouldContain(t => Speaks(t));
        var sources = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Slice.cs"] = $"internal sealed class {planted.Name} {{ }}",
            ["Publishing.cs"] = "internal sealed class Publishing { }",
        };
        MaySpeak(planted, sources).ShouldBeFalse();
        sources["Consumers.cs"] = sources["Slice.cs"];
        sources.Remove("Slice.cs");
        MaySpeak(planted, sources).ShouldBeTrue();
    }

    [Fact]
    public void A_type_that_does_not_speak_is_not_accused() => Speaks(typeof(PlantedSilent)).ShouldBeFalse();

    private static bool IsMessage(Type type) => type != typeof(Message) && type.IsAssignableTo(typeof(Message));

    private static bool Speaks(Type type) => Code.TypesMentionedBy(type).Any(IsMessage);

    // The composition names the families a service publishes and consumes. AccessMessages is the consumer that services
    // share as source.
    private static bool MaySpeak(Type type, Dictionary<string, string> sources) =>
        type.Name == "Program"
        || sources
            .Where(s =>
                Regex.IsMatch(
                    s.Value,
                    $@"\b(class|record|struct|interface)\s+{Regex.Escape(type.Name.Split('`')[0])}\b",
                    RegexOptions.None,
                    TimeSpan.FromSeconds(5)
                )
            )
            .Select(s => s.Key)
            .ToList()
            is { Count: > 0 } files
            && files.TrueForAll(f =>
                Path.GetFileName(f) is "Publishing.cs" or "Consumers.cs" or "AccessMessages.cs"
                || sources[f].Contains("ServiceHost<Message>", StringComparison.Ordinal)
            );

    private static Dictionary<string, string> Sources(Assembly service)
    {
        var name = service.GetName().Name!.Split('.')[1];
        return ((string[])[$"services/{name}/Service", "services/ServiceWords"])
            .Select(DecisionTable.RepositoryFile)
            .Where(Directory.Exists)
            .SelectMany(f => Directory.GetFiles(f, "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .ToDictionary(f => f, File.ReadAllText, StringComparer.Ordinal);
    }

    private sealed class PlantedField
    {
        public DisputeClosed? Last { get; set; }
    }

    private static class PlantedLambda
    {
        public static IEnumerable<string> Of(IEnumerable<object> all) =>
            all.Select(o => ((DisputeClosed)o).OutcomeCode);
    }

    private static class PlantedPattern
    {
        public static bool Is(object o) => o is DisputeWithdrawn;
    }

    private static class PlantedGeneric
    {
        public static List<MediationFailed> Of() => [];
    }

    private static class PlantedSilent
    {
        public static Channel Of() => Channel.WalkIn;
    }
}
