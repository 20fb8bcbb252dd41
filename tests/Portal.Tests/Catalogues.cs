using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mediation.Contracts;
using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Identity;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Contracts.Identity;
using Mediation.Contracts.Intake;
using Mediation.Portal.Shell;

namespace Mediation.Portal.Tests;

/// <summary>Every word of every page is there in both languages.</summary>
public sealed partial class Catalogues
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "../.."));
    private static readonly string Portal = Path.Combine(Root, "services/Portal");

    private static readonly Dictionary<string, Dictionary<string, string>> Chinese = Load("*.resx", ".en.resx", false);
    private static readonly Dictionary<string, Dictionary<string, string>> English = Load("*.en.resx", null, true);
    private static readonly HashSet<string> Keys = [.. Chinese.Values.SelectMany(c => c.Keys)];

    [Fact]
    public void Each_catalogue_has_the_same_keys_in_both_languages()
    {
        Chinese.Count.ShouldBeGreaterThan(5);
        English.Keys.Order().ShouldBe(Chinese.Keys.Order());
        foreach (var (name, texts) in Chinese)
            English[name].Keys.Order().ShouldBe(texts.Keys.Order(), name);
    }

    [Fact]
    public void No_text_is_empty_and_both_languages_use_the_same_arguments()
    {
        foreach (var (name, texts) in Chinese)
        foreach (var (key, text) in texts)
        {
            text.ShouldNotBeNullOrWhiteSpace($"{name} {key}");
            English[name][key].ShouldNotBeNullOrWhiteSpace($"{name} {key} (en)");
            // A sentence may leave an argument out in one language; it may not invent one.
            Arguments(English[name][key]).Except(Arguments(text)).ShouldBeEmpty($"{name} {key}");
        }
    }

    [Fact]
    public void A_key_stands_in_one_catalogue_only() =>
        Chinese
            .SelectMany(c => c.Value.Keys.Select(k => (k, c.Key)))
            .GroupBy(k => k.k, StringComparer.Ordinal)
            .Where(g => g.Count() > 1)
            .Select(g => g.Key)
            .ShouldBeEmpty();

    [Fact]
    public void Every_key_that_a_source_file_names_has_a_text()
    {
        var named = Sources().SelectMany(NamedKeys).ToHashSet(StringComparer.Ordinal);
        named.Count.ShouldBeGreaterThan(300);
        named.Except(Keys).Order().ShouldBeEmpty();
    }

    [Fact]
    public void Every_sentence_shown_after_a_command_has_a_text()
    {
        var named = Sources()
            .SelectMany(s => Notice().Matches(s).Select(m => "notice." + m.Groups["key"].Value))
            .ToHashSet(StringComparer.Ordinal);
        named.Count.ShouldBeGreaterThan(8);
        named.Except(Keys).Order().ShouldBeEmpty();
    }

    public static TheoryData<string, Type> Families() =>
        new()
        {
            { "role", typeof(Role) },
            { "channel", typeof(Channel) },
            { "item", typeof(ClaimItemType) },
            { "relation", typeof(LegalRelation) },
            { "head", typeof(StatutoryHead) },
            { "capacity", typeof(RespondentCapacity) },
            { "sex", typeof(Sex) },
            { "idType", typeof(IdType) },
            { "differentPerson", typeof(DifferentPersonReason) },
            { "proxyTitle", typeof(ProxyTitle) },
            { "requestState", typeof(RequestState) },
            { "outOfScope", typeof(OutOfScopeReason) },
            { "overAgeMatter", typeof(OverAgeMatter) },
            { "statistics", typeof(StatisticsCategory) },
            { "pending", typeof(PendingProcedure) },
            { "risk", typeof(RiskLevel) },
            { "initiative", typeof(MediationInitiative) },
            { "applicationForm", typeof(ApplicationForm) },
            { "manner", typeof(ConsentManner) },
            { "nonAcceptance", typeof(NonAcceptanceReason) },
            { "route", typeof(ReferralRoute) },
            { "requestWithdrawal", typeof(Contracts.Http.Intake.WithdrawalReason) },
            { "escalation", typeof(EscalationReason) },
            { "partyField", typeof(PartyField) },
            { "purpose", typeof(AccessPurpose) },
            { "noticeState", typeof(NoticeState) },
            { "noticeMeans", typeof(NoticeMeans) },
            { "noticeOutcome", typeof(NoticeOutcome) },
            { "callReason", typeof(CallReason) },
            { "callMeans", typeof(CallMeans) },
            { "correction", typeof(CorrectionReason) },
            { "disputeState", typeof(DisputeState) },
            { "claimState", typeof(WorkerClaimState) },
            { "mediatorChange", typeof(MediatorChangeReason) },
            { "recusalSource", typeof(RecusalSource) },
            { "recusalGround", typeof(RecusalGround) },
            { "sessionMode", typeof(SessionMode) },
            { "sessionStatus", typeof(SessionStatus) },
            { "sessionCancel", typeof(SessionCancelReason) },
            { "attendee", typeof(AttendeeCapacity) },
            { "offerSide", typeof(OfferSide) },
            { "offerStatus", typeof(OfferStatus) },
            { "offerAnswer", typeof(OfferAnswer) },
            { "agreementStatus", typeof(AgreementStatus) },
            { "paymentManner", typeof(PaymentManner) },
            { "tax", typeof(TaxBasis) },
            { "payee", typeof(Payee) },
            { "defaultClause", typeof(DefaultClause) },
            { "waiver", typeof(Waiver) },
            { "signatory", typeof(SignatoryKind) },
            { "signatureMode", typeof(SignatureMode) },
            { "failure", typeof(FailureReason) },
            { "disputeWithdrawal", typeof(Contracts.Http.Disputes.WithdrawalReason) },
            { "unperformed", typeof(UnperformedReason) },
            { "lineStage", typeof(LineStage) },
            { "nature", typeof(ItemNature) },
            { "instalment", typeof(InstalmentStanding) },
            { "paymentState", typeof(PaymentState) },
            { "payer", typeof(PayerKind) },
            { "payeeKind", typeof(PayeeKind) },
            { "means", typeof(PaymentMeans) },
            { "why", typeof(WhyCounted) },
            { "returnReason", typeof(ReturnReason) },
            { "reversal", typeof(ReversalCause) },
            { "givenBack", typeof(GivenBackCause) },
            { "trail", typeof(TrailKind) },
            { "accountState", typeof(AccountState) },
            { "lockReason", typeof(LockReason) },
            { "unitLevel", typeof(UnitLevel) },
            { "unitFact", typeof(UnitFactKind) },
            { "ruleType", typeof(RuleType) },
            { "clockStanding", typeof(ClockStanding) },
            { "supervisionState", typeof(SupervisionState) },
            { "band", typeof(Band) },
            { "suspensionCause", typeof(SuspensionCause) },
            { "serviceMode", typeof(ServiceMode) },
        };

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_coded_value_has_a_text(string family, Type type) =>
        Enum.GetNames(type).Select(n => $"{family}.{Codes.Camel(n)}").Except(Keys).ShouldBeEmpty();

    [Fact]
    public void Every_refusal_of_the_services_can_be_told_as_a_reason()
    {
        var codes = Directory
            .GetFiles(Path.Combine(Root, "services"), "*Decider.cs", SearchOption.AllDirectories)
            // What the law itself forbids is told with a clock as well.
            .Concat(Directory.GetFiles(Path.Combine(Root, "services/Deadlines/Domain"), "*.cs"))
            .SelectMany(f => Refusal().Matches(File.ReadAllText(f)).Select(m => "reason." + m.Groups["key"].Value))
            .ToHashSet(StringComparer.Ordinal);
        codes.Count.ShouldBeGreaterThan(100);
        codes.Except(Keys).Order().ShouldBeEmpty();
    }

    [Fact]
    public void Every_reason_a_service_gives_against_an_action_has_a_text()
    {
        var codes = Directory
            .GetFiles(Path.Combine(Root, "services"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(f => NotAllowed().Matches(File.ReadAllText(f)).Select(m => "reason." + m.Groups["key"].Value))
            .ToHashSet(StringComparer.Ordinal);
        codes.ShouldContain("reason.already_recorded");
        codes.ShouldContain("reason.not_locked");
        codes.Except(Keys).Order().ShouldBeEmpty();
    }

    [Fact]
    public void Every_fact_and_every_bound_person_of_the_statute_book_has_a_name()
    {
        using var book = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Root, "services/Deadlines/Domain/statute-book.json"))
        );
        var rules = book.RootElement.EnumerateArray().ToList();
        string[] lists = ["armedBy", "stoppedBy", "voidedBy", "restartedBy", "revivedBy"];
        var facts = rules
            .SelectMany(r => lists.SelectMany(l => r.TryGetProperty(l, out var f) ? f.EnumerateArray().ToList() : []))
            .Select(f => "fact." + f.GetString())
            .ToHashSet(StringComparer.Ordinal);
        var others = rules
            .SelectMany(r => new[] { "bound." + Text(r, "bound"), "ruleTable." + Text(r, "table") })
            .ToHashSet(StringComparer.Ordinal);
        facts.Count.ShouldBeGreaterThan(100);
        others.Count.ShouldBeGreaterThan(20);
        facts.Concat(others).Except(Keys).Order().ShouldBeEmpty();
        // A name for a fact that no rule knows is a slip of the hand.
        Keys.Where(k => k.StartsWith("fact.", StringComparison.Ordinal)).Except(facts).Order().ShouldBeEmpty();

        static string? Text(JsonElement rule, string name) => rule.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("Clock.cs", "IClockEvent", "clockEvent")]
    [InlineData("Supervision.cs", "ISupervisionEvent", "supervisionEvent")]
    public void Every_event_of_a_history_has_a_sentence(string file, string kind, string family)
    {
        var source = File.ReadAllText(Path.Combine(Root, "services/Deadlines/Domain", file));
        var events = Event()
            .Matches(source)
            .Where(m => m.Groups["kind"].Value == kind)
            .Select(m => $"{family}.{Codes.Camel(m.Groups["name"].Value)}")
            .ToHashSet(StringComparer.Ordinal);
        events.Count.ShouldBeGreaterThan(7);
        events.Except(Keys).Order().ShouldBeEmpty();
    }

    /// <summary>Codes that Deadlines sends as text, because its rules have values of their own.</summary>
    [Theory]
    [InlineData("StatuteBook.cs", "SuspensionRule", "suspensionRule")]
    [InlineData("StatuteBook.cs", "ExtensionBy", "extensionBy")]
    [InlineData("StatuteBook.cs", "FactEffect", "factEffect")]
    [InlineData("Period.cs", "PeriodUnit", "countedUnit")]
    [InlineData("Period.cs", "PeriodUnit", "term")]
    [InlineData("Period.cs", "PeriodDirection", "direction")]
    [InlineData("Period.cs", "RollPolicy", "roll")]
    [InlineData("Period.cs", "RollPolicy", "term.roll")]
    [InlineData("Supervision.cs", "ClearingGround", "clearingGround")]
    public void Every_code_of_a_rule_has_a_text(string file, string type, string family)
    {
        var source = File.ReadAllText(Path.Combine(Root, "services/Deadlines/Domain", file));
        var body = source[(source.IndexOf($"enum {type}\n", StringComparison.Ordinal) + type.Length)..];
        var values = EnumValue()
            .Matches(body[..body.IndexOf("\n}", StringComparison.Ordinal)])
            .Select(m => m.Groups["key"].Value)
            // A fact without effect is in no list of facts.
            .Where(v => (type, v) is not ("FactEffect", "None"))
            .Select(v => $"{family}.{Codes.Camel(v)}")
            .ToList();
        values.Count.ShouldBeGreaterThan(1);
        values.Except(Keys).ShouldBeEmpty();
    }

    private static IEnumerable<string> Sources() =>
        new[] { "Pages", "Shell", "Clients" }
            .SelectMany(d => Directory.GetFiles(Path.Combine(Portal, d), "*", SearchOption.AllDirectories))
            .Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    private static IEnumerable<string> NamedKeys(string source) =>
        Indexed().Matches(source).Concat(Wrong().Matches(source)).Select(m => m.Groups["key"].Value);

    private static IEnumerable<string> Arguments(string text) =>
        Argument().Matches(text).Select(m => m.Value).Distinct(StringComparer.Ordinal);

    private static Dictionary<string, Dictionary<string, string>> Load(string pattern, string? not, bool english) =>
        Directory
            .GetFiles(Path.Combine(Portal, "Resources"), pattern)
            .Where(f => not is null || !f.EndsWith(not, StringComparison.Ordinal))
            .ToDictionary(
                f => Path.GetFileName(f)[..^(english ? ".en.resx" : ".resx").Length],
                f =>
                    XDocument
                        .Load(f)
                        .Root!.Elements("data")
                        .ToDictionary(
                            d => d.Attribute("name")!.Value,
                            d => d.Element("value")!.Value,
                            StringComparer.Ordinal
                        ),
                StringComparer.Ordinal
            );

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex("""\b(?:T|texts|_texts)\["(?<key>[A-Za-z0-9.]+)"(?:,|\])""", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Indexed();

    [GeneratedRegex(
        """\.Wrong\([^;]*?, "(?<key>[a-z][A-Za-z]*\.[A-Za-z.]+)"(?:,|\))""",
        RegexOptions.ExplicitCapture,
        5000
    )]
    private static partial Regex Wrong();

    [GeneratedRegex(
        """View\.Go\((?:[^()]|\([^()]*\))*?, "(?<key>[A-Za-z.]+)"(?:,|\))""",
        RegexOptions.ExplicitCapture,
        5000
    )]
    private static partial Regex Notice();

    [GeneratedRegex(
        """public sealed record (?<name>\w+)\((?:[^()]|\([^()]*\))*\)\s*: (?<kind>\w+);""",
        RegexOptions.ExplicitCapture,
        5000
    )]
    private static partial Regex Event();

    [GeneratedRegex("^    (?<key>[A-Z]\\w+),", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5000)]
    private static partial Regex EnumValue();

    [GeneratedRegex("public const string \\w+ = \"(?<key>[a-z_]+)\"", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Refusal();

    [GeneratedRegex(
        "(?:Allowed: false, |\\? new\\()\"(?<key>[a-z]+(?:_[a-z]+)+)\"[,)](?! Allowed| true)",
        RegexOptions.ExplicitCapture,
        5000
    )]
    private static partial Regex NotAllowed();

    [GeneratedRegex("\\{\\w+\\}", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Argument();
}
