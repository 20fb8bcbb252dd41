using System.Globalization;
using System.Reflection;
using System.Resources;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;
using Mediation.Intake.Service;
using Messages = Mediation.Contracts.Intake;

namespace Mediation.Services.Tests.Intake;

/// <summary>Personal data and typed text stand sealed in the register and the content, and nowhere else.</summary>
public sealed class LeakTests(IntakeHost host) : IClassFixture<IntakeHost>
{
    [Fact]
    public async Task Planted_markers_are_found_in_no_table_and_no_masked_answer()
    {
        var officer = host.SignIn((Role.IntakeOfficer, IntakeHost.Chaoyang), (Role.CentreHead, IntakeHost.Chaoyang));
        // Every personal field of every kind of party, and every text of the journey, carries a marker of its own.
        var (id, phone, second) = (Invented.IdNumber(), Invented.Phone(), Invented.Phone());
        var worker = new PersonEntry(
            "鑫標記甲",
            IdType.ResidentId,
            id,
            phone,
            HouseholdType: HouseholdType.Rural,
            HouseholdAddress: "標記户籍址",
            UsualAddress: "標記住址",
            MailingAddress: "標記邮址",
            BankAccount: "9558800200135073266",
            Occupation: "標記工种",
            EthnicGroup: "標記族",
            UnionMember: false,
            MigrantWorker: true,
            Disability: true,
            PlatformWorkerId: "標記骑手77"
        );
        var trader = new PersonEntry("鑫標記乙", Phone: second, UsualAddress: "標記摊位", TradeName: "標記小吃店");
        var proxy = new PersonEntry("鑫標記丙", Phone: Invented.Phone());
        var employer = new OrganisationEntry(
            "北京无标志有限公司",
            LegalRepresentative: "標記法人",
            LegalRepresentativePost: "標記职务",
            LegalRepresentativePhone: Invented.Phone(),
            ContactName: "標記联系人",
            ContactPhone: Invented.Phone()
        );
        var matter = Invented.Matter(IntakeHost.Chaoyang, worker, employer, facts: "標記事实");
        matter = matter with
        {
            Respondents = [.. matter.Respondents, new(null, null, trader, Messages.RespondentCapacity.Contractor)],
            Proxy = new(null, proxy, ProxyTitle.NearRelative, true),
            Privacy = matter.Privacy with { SensitiveConsent = true },
        };
        var draft = Guid.CreateVersion7();
        (
            await officer.Client.PutAsync(
                $"/drafts/{draft}",
                System.Net.Http.Json.JsonContent.Create(
                    new SaveDraft(null, TimeProvider.System.GetUtcNow(), "標記草稿" + id)
                )
            )
        ).IsSuccessStatusCode.ShouldBeTrue();
        var registered = await officer.Ask<RegisteredRequest>("/requests", matter);
        var path = $"/requests/{registered.Id}";
        // Failures on the way must not write down what they refused.
        (await officer.Post("/requests", matter with { RequestId = Guid.CreateVersion7() })).StatusCode.ShouldBe(
            System.Net.HttpStatusCode.Conflict
        );
        await officer.Post("/requests", matter with { Facts = "" });
        await officer.Do($"{path}/triage", Invented.Triage);
        await officer.Do(
            $"{path}/apply",
            new ApplyForMediation(MediationInitiative.Applicant, ApplicationForm.Oral, Invented.Today)
        );
        var details = await officer.Get<RequestDetails>(path);
        await officer.Do(
            $"{path}/consents",
            new RecordConsent(
                details.Respondents[0].PartyId,
                false,
                ConsentManner.Telephone,
                Invented.Today,
                "標記口头意见"
            )
        );
        await officer.Do(
            $"{path}/not-accept",
            new NotAcceptRequest(
                NonAcceptanceReason.RespondentRefused,
                ReferralRoute.Arbitration,
                "標記告知书",
                Invented.Today
            )
        );
        await officer.Do(
            $"/parties/{details.Applicants[0].PartyId}/correct",
            new CorrectParty([new(PartyField.UsualAddress, "標記新址")], CorrectionReason.Changed)
        );
        foreach (var box in new[] { "鑫標記甲", id, phone, "標記小吃" })
            (await officer.Ask<SearchResult>("/search", new SearchBox(box))).Parties.ShouldNotBeEmpty(box);

        string[] markers =
        [
            "標記",
            id,
            phone,
            second,
            proxy.Phone!,
            employer.ContactPhone!,
            employer.LegalRepresentativePhone!,
            "9558800200135073266",
        ];
        var found = Leaks(await host.Database.Dump(), markers);
        found.ShouldBeEmpty();
        foreach (
            var address in new[]
            {
                path,
                "/requests?size=200",
                "/worklist",
                $"/parties/{details.Applicants[0].PartyId}",
                $"/parties/{details.Respondents[0].PartyId}",
                $"/parties/{details.Applicants[0].PartyId}/accesses",
            }
        )
            Leaks(
                    new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        [address] = await officer.Client.GetStringAsync(address),
                    },
                    markers
                )
                .ShouldBeEmpty();
        foreach (var box in new[] { id, phone })
        {
            var hits = await (await officer.Post("/search", new SearchBox(box))).Content.ReadAsStringAsync();
            Leaks(new Dictionary<string, string>(StringComparer.Ordinal) { ["search"] = hits }, markers)
                .ShouldBeEmpty();
        }

        // The search itself must be able to find: a leak planted on purpose is seen.
        await host.Database.Plant($"insert into case_numbering (unit, prefix) values ('leak', '{phone}')");
        Leaks(await host.Database.Dump(), markers).ShouldHaveSingleItem().ShouldContain("case_numbering");
        await host.Database.Plant("delete from case_numbering where unit = 'leak'");
    }

    // Also as base64 and hexadecimal of UTF-8: a text in a bytea column is shown in hexadecimal.
    private static List<string> Leaks(IReadOnlyDictionary<string, string> texts, string[] markers) =>
        [
            .. from text in texts
            from marker in markers
            let bytes = System.Text.Encoding.UTF8.GetBytes(marker)
            where
                text.Value.Contains(marker, StringComparison.OrdinalIgnoreCase)
                || text.Value.Contains(Convert.ToHexString(bytes), StringComparison.OrdinalIgnoreCase)
            select $"{text.Key}: {marker}",
        ];
}

/// <summary>Codes have words in both languages, and the domain's words are those of the published language.</summary>
public sealed class WordTests
{
    [Fact]
    public void Every_code_has_a_text_in_both_languages()
    {
        var texts = new ResourceManager("Mediation.Intake.Service.Texts", typeof(IntakeService).Assembly);
        var zh = texts.GetResourceSet(CultureInfo.InvariantCulture, true, true).ShouldNotBeNull();
        var en = texts.GetResourceSet(CultureInfo.GetCultureInfo("en"), true, false).ShouldNotBeNull();
        var codes = typeof(Mediation.Intake.RequestRefusals)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!)
            .Concat(Coded<NonAcceptanceReason>("reason"))
            .Concat(Coded<WithdrawalReason>("reason"))
            .Concat(Coded<EscalationReason>("reason"))
            .Concat(Coded<OutOfScopeReason>("reason"))
            .Concat(Coded<ReferralRoute>("route"))
            .Concat(Coded<RequestState>("state"))
            .Concat(Coded<Contracts.Channel>("channel"))
            .Concat(Coded<Contracts.ClaimItemType>("item"))
            .Concat(Coded<Mediation.Intake.MissingFact>("missing"))
            .ToList();
        codes.Count.ShouldBeGreaterThan(100);
        codes.Where(c => zh.GetString(c) is null || en.GetString(c) is null).ShouldBeEmpty();
        var (inZh, inEn) = (Keys(zh), Keys(en));
        inZh.Except(inEn, StringComparer.Ordinal).ShouldBeEmpty();
        inEn.Except(inZh, StringComparer.Ordinal).ShouldBeEmpty();
        inZh.Where(k => zh.GetString(k) == en.GetString(k)).ShouldBeEmpty("a text that was not translated");
    }

    private static IEnumerable<string> Coded<TWord>(string kind)
        where TWord : struct, Enum =>
        Enum.GetNames<TWord>().Select(n => $"{kind}_{System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(n)}");

    private static List<string> Keys(ResourceSet set) =>
        [.. set.Cast<System.Collections.DictionaryEntry>().Select(e => (string)e.Key)];
}
