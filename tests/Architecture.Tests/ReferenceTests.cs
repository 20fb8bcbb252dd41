using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mediation.Kit;

namespace Mediation.Architecture.Tests;

/// <summary>Domain → nothing · Service → own Domain, Contracts, Platform · Platform → packages · Contracts → nothing ·
/// Portal and demonstration → Contracts · never service → service.</summary>
public sealed class ReferenceTests
{
    /// <param name="Path">From the root of the checkout, with forward slashes.</param>
    internal sealed record Project(string Path, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages);

    [Fact]
    public void Projects_reference_only_what_they_may()
    {
        var projects = Projects();
        // A graph that was not found breaks no rule.
        projects.Count(p => Kind(p) == "Domain").ShouldBeGreaterThanOrEqualTo(4);
        projects.Count(p => Kind(p) == "Service").ShouldBeGreaterThanOrEqualTo(2);
        projects.Count(p => Kind(p) == "Platform").ShouldBe(3);
        projects.ShouldContain(p => Kind(p) == "Portal");
        projects.ShouldContain(p => Kind(p) == "Contracts");
        projects.ShouldContain(p => Kind(p) == "Demonstration");
        projects.SelectMany(Faults).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("services/A/Domain/A.Domain.csproj", "contracts/Mediation.Contracts.csproj", null)]
    [InlineData("services/A/Domain/A.Domain.csproj", "services/Platform/EventStore/X.csproj", null)]
    [InlineData("services/A/Domain/A.Domain.csproj", null, "Dapper")]
    [InlineData("services/A/Domain/A.Domain.csproj", null, "Microsoft.AspNetCore.App")]
    [InlineData("services/A/Service/A.csproj", "services/B/Domain/B.Domain.csproj", null)]
    [InlineData("services/A/Service/A.csproj", "services/B/Service/B.csproj", null)]
    [InlineData("services/A/Service/A.csproj", "services/Portal/Portal.csproj", null)]
    [InlineData("services/A/Service/A.csproj", "tests/Kit/Kit.csproj", null)]
    [InlineData("services/Platform/Hosting/H.csproj", "contracts/Mediation.Contracts.csproj", null)]
    [InlineData("services/Platform/Hosting/H.csproj", "services/A/Domain/A.Domain.csproj", null)]
    [InlineData("services/Portal/Portal.csproj", "services/Platform/Hosting/H.csproj", null)]
    [InlineData("services/Portal/Portal.csproj", "services/A/Service/A.csproj", null)]
    [InlineData("infra/demonstration/D.csproj", "services/A/Service/A.csproj", null)]
    [InlineData("contracts/Mediation.Contracts.csproj", "services/Platform/EventStore/X.csproj", null)]
    [InlineData("contracts/Mediation.Contracts.csproj", null, "MassTransit")]
    [InlineData("services/A/Other/A.Other.csproj", null, null)]
    public void A_planted_reference_is_found(string project, string? reference, string? package) =>
        Faults(new(project, reference is null ? [] : [reference], package is null ? [] : [package])).ShouldNotBeEmpty();

    [Fact]
    public void What_is_allowed_is_not_found() =>
        (
            (Project[])
                [
                    new(
                        "services/A/Service/A.csproj",
                        [
                            "services/A/Domain/A.Domain.csproj",
                            "contracts/Mediation.Contracts.csproj",
                            "services/Platform/Hosting/H.csproj",
                        ],
                        ["Quartz"]
                    ),
                    new("services/A/Domain/A.Domain.csproj", [], []),
                    new("services/Platform/Hosting/H.csproj", ["services/Platform/Content/C.csproj"], ["MassTransit"]),
                ]
        )
            .SelectMany(Faults)
            .ShouldBeEmpty();

    [Fact]
    public void The_platform_knows_no_noun_of_the_domain()
    {
        var files = Directory
            .GetFiles(DecisionTable.RepositoryFile("services/Platform"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .ToList();
        files.Count.ShouldBeGreaterThan(30);
        files.Where(f => Nouns(File.ReadAllText(f))).Select(Path.GetFileName).ShouldBeEmpty();
        Nouns("public sealed record DisputeOpened(Guid Id);").ShouldBeTrue();
    }

    private static bool Nouns(string code) =>
        Regex.IsMatch(
            // A comment may give an example.
            Regex.Replace(code, "//.*$", "", RegexOptions.Multiline, TimeSpan.FromSeconds(5)),
            @"\bI?(?:Dispute|WorkerClaim|RecoveryLine|Employer|Lawyer|Arbitration)",
            RegexOptions.None,
            TimeSpan.FromSeconds(5)
        );

    internal static IEnumerable<string> Faults(Project project)
    {
        var own = string.Join('/', project.Path.Split('/')[..2]);
        Func<string, bool>? allowed = Kind(project) switch
        {
            "Contracts" or "Domain" => _ => false,
            "Service" => r =>
                r.StartsWith(own + "/Domain/", StringComparison.Ordinal) || IsContracts(r) || IsPlatform(r),
            "Platform" => IsPlatform,
            "Portal" or "Demonstration" => IsContracts,
            _ => null,
        };
        if (allowed is null)
        {
            yield return $"{project.Path} has no place in the tree";
            yield break;
        }
        foreach (var reference in project.Projects.Where(r => !allowed(r)))
            yield return $"{project.Path} → {reference}";
        if (Kind(project) is "Contracts" or "Domain")
            foreach (var package in project.Packages)
                yield return $"{project.Path} → package {package}";
    }

    private static string Kind(Project project) =>
        project.Path.Split('/') switch
        {
            ["contracts", _] => "Contracts",
            ["services", "Platform", _, _] => "Platform",
            ["services", "Portal", _] => "Portal",
            ["services", _, "Domain", _] => "Domain",
            ["services", _, "Service", _] => "Service",
            ["infra", "demonstration", _] => "Demonstration",
            _ => "?",
        };

    private static bool IsContracts(string path) => path.StartsWith("contracts/", StringComparison.Ordinal);

    private static bool IsPlatform(string path) => path.StartsWith("services/Platform/", StringComparison.Ordinal);

    private static List<Project> Projects()
    {
        var root = DecisionTable.RepositoryFile("");
        return
        [
            .. ((string[])["services", "contracts", "infra"])
                .SelectMany(f => Directory.GetFiles(Path.Combine(root, f), "*.csproj", SearchOption.AllDirectories))
                .Where(f => !f.Contains("/node_modules/", StringComparison.Ordinal))
                .Select(f =>
                {
                    var xml = XDocument.Load(f);
                    string Relative(string path) => Path.GetRelativePath(root, path).Replace('\\', '/');
                    return new Project(
                        Relative(f),
                        [
                            .. xml.Descendants("ProjectReference")
                                .Select(r =>
                                    Relative(
                                        Path.GetFullPath(
                                            r.Attribute("Include")!.Value.Replace('\\', '/'),
                                            Path.GetDirectoryName(f)!
                                        )
                                    )
                                ),
                        ],
                        [
                            .. xml.Descendants("PackageReference")
                                .Concat(xml.Descendants("FrameworkReference"))
                                .Select(r => r.Attribute("Include")!.Value),
                        ]
                    );
                }),
        ];
    }
}
