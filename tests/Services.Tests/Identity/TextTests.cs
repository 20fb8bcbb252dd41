using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text.RegularExpressions;
using Mediation.Hosting;
using Mediation.Identity.Service;
using Mediation.Kit;

namespace Mediation.Services.Tests.Identity;

/// <summary>Every code the service can answer has a text in both languages.</summary>
public sealed partial class TextTests
{
    private static readonly ResourceManager[] Resources =
    [
        new("Mediation.Identity.Service.Texts", typeof(IdentityHost).Assembly),
        new("Mediation.Hosting.Texts", typeof(Problem).Assembly),
    ];

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public void Every_code_has_a_text(string language)
    {
        var codes = Codes();
        codes.Count.ShouldBeGreaterThan(50);
        var culture = CultureInfo.GetCultureInfo(language);
        codes.Where(c => Resources.All(r => string.IsNullOrEmpty(r.GetString(c, culture)))).ShouldBeEmpty();
        if (language == "en")
            codes
                .Where(c => Resources.Select(r => r.GetString(c, culture)).First(t => t is not null)!.Any(IsChinese))
                .ShouldBeEmpty();
    }

    private static HashSet<string> Codes()
    {
        var refusals = new[]
        {
            typeof(Mediation.Identity.Domain.OrgUnitRefusals),
            typeof(Mediation.Identity.Domain.GrantRefusals),
        }
            .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(f => (string)f.GetRawConstantValue()!);
        var written = Directory
            .EnumerateFiles(DecisionTable.RepositoryFile("services/Identity/Service"), "*.cs")
            .Concat(
                Directory.EnumerateFiles(
                    DecisionTable.RepositoryFile("services/Platform/Hosting/Authentication"),
                    "*.cs"
                )
            )
            .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(m => m.Groups["code"].Value));
        return [.. refusals, .. written];
    }

    private static bool IsChinese(char c) => c is >= '\u4e00' and <= '\u9fff';

    // Where a code is written: thrown as a problem, named by a validator, given as the reason of an action.
    [GeneratedRegex(
        """(?:WithErrorCode\(|Problem\((?:\d+|StatusCodes\.\w+), |NotFound\(|Forbidden\(|Invalid\("\w+", |Refused\(|Allowed: false, |Fail\(new\(this, )"(?<code>[a-z_]+)"\)?""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Code();
}
