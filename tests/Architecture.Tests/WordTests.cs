using System.Reflection;
using Mediation.Contracts;

namespace Mediation.Architecture.Tests;

/// <summary>A word of a domain and of the published language is the same word in two assemblies and is carried over by
/// its name. A name that only one of them has would fail on the day somebody uses it.</summary>
public sealed class WordTests
{
    private static readonly IReadOnlyList<Assembly> Services = Code.Assemblies("Mediation.*.Service");
    private static readonly IReadOnlyList<Assembly> Domains = Code.Assemblies("Mediation.*.Domain");

    /// <summary>Carried over in part on purpose: what stands here is handled before.</summary>
    private static readonly HashSet<string> Handled =
    [
        // A worker's signature is another command than those that count for all.
        "SignatoryKind.Worker → CommonSignatory",
    ];

    [Fact]
    public void Every_word_that_a_service_carries_over_is_known_where_it_goes()
    {
        var carried = Services.SelectMany(s => s.GetTypes()).SelectMany(Carried).Distinct().ToList();
        carried.Count.ShouldBeGreaterThan(60);
        carried.SelectMany(c => Lost(c.From, c.To)).ShouldBe(Handled, ignoreOrder: true);
    }

    [Fact]
    public void Words_of_the_same_name_have_the_same_members()
    {
        var published = typeof(Message).Assembly.GetTypes().Where(t => t.IsEnum).ToLookup(t => t.Name);
        var pairs = Domains
            .SelectMany(d => d.GetTypes())
            .Where(t => t.IsEnum)
            .SelectMany(t => published[t.Name].Where(p => IsFor(p, t)).Select(p => (Domain: t, Published: p)))
            .ToList();
        pairs.Count.ShouldBeGreaterThan(30);
        pairs.SelectMany(p => Lost(p.Domain, p.Published).Concat(Lost(p.Published, p.Domain))).ShouldBeEmpty();
    }

    [Fact]
    public void A_planted_word_is_found()
    {
        Carried(typeof(Planted))
            .ShouldBe([(typeof(Many), typeof(Few)), (typeof(Few), typeof(Many))], ignoreOrder: true);
        Lost(typeof(Many), typeof(Few)).ShouldBe(["Many.Two → Few"]);
        Lost(typeof(Few), typeof(Many)).ShouldBeEmpty();
    }

    // The published language of the service itself, and what all services share.
    private static bool IsFor(Type published, Type domain)
    {
        var service = domain.Assembly.GetName().Name!.Split('.')[1];
        return published.Namespace is "Mediation.Contracts" or "Mediation.Contracts.Intake"
            || published.Namespace == $"Mediation.Contracts.{service}"
            || published.Namespace == $"Mediation.Contracts.Http.{service}";
    }

    private static IEnumerable<string> Lost(Type from, Type to) =>
        Enum.GetNames(from).Except(Enum.GetNames(to)).Select(name => $"{from.Name}.{name} → {to.Name}");

    /// <summary>Conversions by name: <c>word.As&lt;T&gt;()</c> and <c>Enum.Parse&lt;T&gt;(word.ToString())</c>. In the
    /// instructions the word's type stands right before the call.</summary>
    private static IEnumerable<(Type From, Type To)> Carried(Type type)
    {
        foreach (var method in Code.Methods(type))
        {
            var members = Code.MembersMentionedBy(method).ToList();
            for (var i = 1; i < members.Count; i++)
            {
                if (members[i] is not MethodInfo { IsGenericMethod: true } call)
                    continue;
                var to = call.GetGenericArguments()[0];
                var from = (call.Name, members[i - 1]) switch
                {
                    ("As", Type word) => word,
                    ("Parse", MethodInfo { Name: "ToString" }) when i > 1 => members[i - 2] as Type,
                    _ => null,
                };
                if (from is { IsEnum: true } && to.IsEnum)
                    yield return (from, to);
            }
        }
    }

    private enum Many
    {
        One,
        Two,
    }

    private enum Few
    {
        One,
    }

    private static class Planted
    {
        public static Few First(Many word) => As<Few>(word);

        public static Many Second(Few word) => Enum.Parse<Many>(word.ToString());

        private static TTo As<TTo>(Enum word)
            where TTo : struct, Enum => Enum.Parse<TTo>(word.ToString());
    }
}
