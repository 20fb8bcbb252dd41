using System.Net;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;
using Mediation.Kit;

namespace Mediation.Services.Tests.Intake;

/// <summary>The party register: who is recorded once, who may read what, and that every reading is recorded.</summary>
public sealed class RegisterTests(IntakeHost host) : IClassFixture<IntakeHost>
{
    private readonly Person officer = host.SignIn(Role.IntakeOfficer, IntakeHost.Chaoyang);
    private readonly Person head = host.SignIn(Role.CentreHead, IntakeHost.Chaoyang);
    private readonly Person stranger = host.SignIn(Role.IntakeOfficer, IntakeHost.Haidian);

    private async Task<(Guid Request, Guid Worker, Guid Employer)> Register(
        PersonEntry worker,
        OrganisationEntry? employer = null
    )
    {
        var registered = await officer.Ask<RegisteredRequest>(
            "/requests",
            Invented.Matter(IntakeHost.Chaoyang, worker, employer)
        );
        var details = await officer.Get<RequestDetails>($"/requests/{registered.Id}");
        return (registered.Id, details.Applicants.Single().PartyId, details.Respondents.Single().PartyId);
    }

    [Fact]
    public async Task An_employers_name_with_a_rare_character_is_registered_and_found()
    {
        var name = "北京𠮷" + Random.Shared.Next(100_000, 999_999) + "商店";
        var (_, _, employer) = await Register(Invented.Worker(), new(name));
        var found = await officer.Ask<SearchResult>("/search", new SearchBox(name[1..8]));
        found.Parties.ShouldContain(p => p.PartyId == employer);
    }

    [Fact]
    public async Task The_one_box_finds_by_name_initials_phone_id_fragment_and_credit_code()
    {
        var worker = Invented.Worker("单诗韵");
        var employer = Invented.Employer("北京青禾物流股份有限公司");
        var (request, party, company) = await Register(worker, employer);
        foreach (
            var (text, kind, expected) in new[]
            {
                ("单诗韵", "name", party),
                ("诗韵", "name", party),
                ("ssy", "initials", party),
                ("SS", "initials", party),
                (worker.Phone!, "phone", party),
                ($"+86 {worker.Phone![..3]} {worker.Phone[3..7]}-{worker.Phone[7..]}", "phone", party),
                (worker.IdNumber!.ToLowerInvariant(), "idNumber", party),
                (worker.IdNumber[^4..], "lastFour", party),
                (worker.Phone[^4..], "lastFour", party),
                ("青禾", "name", company),
                ("禾物流", "name", company),
                (employer.CreditCode!, "creditCode", company),
                ("bjqh", "initials", company),
            }
        )
        {
            var found = await officer.Ask<SearchResult>("/search", new SearchBox(text));
            found.Kind.ShouldBe(kind, text);
            var hit = found.Parties.FirstOrDefault(p => p.PartyId == expected).ShouldNotBeNull(text);
            hit.Earlier.ShouldContain(r => r.RequestId == request);
            if (expected == party)
            {
                hit.Label.ShouldBe("单**");
                hit.IdNumberMasked.ShouldNotBeNull().ShouldNotContain(worker.IdNumber[4..10]);
                hit.PhoneMasked.ShouldNotBeNull().ShouldContain("****");
            }
            else
                hit.Label.ShouldBe(employer.Name);
        }
        (await officer.Ask<SearchResult>("/search", new SearchBox("无此人"))).Parties.ShouldBeEmpty();
        (await officer.Ask<SearchResult>("/search", new SearchBox("单"))).Parties.ShouldBeEmpty();
        // Elsewhere in the city the same person is found by her exact number, so that nobody records her twice; not by name.
        var there = await stranger.Ask<SearchResult>("/search", new SearchBox(worker.IdNumber!));
        var elsewhere = there.Parties.Single();
        (elsewhere.PartyId, elsewhere.Earlier.Count, elsewhere.EarlierElsewhere).ShouldBe((party, 0, 1));
        (await stranger.Ask<SearchResult>("/search", new SearchBox("单诗韵"))).Parties.ShouldBeEmpty();
        (await stranger.Ask<SearchResult>("/search", new SearchBox("青禾"))).Parties.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_known_number_asks_who_it_is_and_takes_a_reason_for_another_person()
    {
        var worker = Invented.Worker();
        var (_, party, _) = await Register(worker);
        var again = Invented.Matter(
            IntakeHost.Chaoyang,
            worker with
            {
                Name = "工人乙",
                IdNumber = null,
                IdType = null,
            }
        );
        var problem = await officer.Refused(409, "same_person_exists", "/requests", again);
        var candidate = problem.GetProperty("candidates").EnumerateArray().Single();
        candidate.GetProperty("matchedBy").GetString().ShouldBe("phone");
        candidate.GetProperty("parties").EnumerateArray().Single().GetProperty("partyId").GetGuid().ShouldBe(party);
        candidate.GetRawText().ShouldNotContain(worker.Phone!);
        var shared = again with
        {
            Applicants = [again.Applicants[0] with { DifferentPerson = DifferentPersonReason.SharedPhone }],
        };
        var registered = await officer.Ask<RegisteredRequest>("/requests", shared);
        (await officer.Get<RequestDetails>($"/requests/{registered.Id}"))
            .Applicants.Single()
            .PartyId.ShouldNotBe(party);
    }

    [Fact]
    public async Task Two_who_record_the_same_person_at_once_record_her_once()
    {
        var worker = Invented.Worker();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => officer.Post("/requests", Invented.Matter(IntakeHost.Chaoyang, worker)))
        );
        answers.Count(a => a.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(a => a.StatusCode == HttpStatusCode.Conflict).ShouldBe(5);
        (await officer.Ask<SearchResult>("/search", new SearchBox(worker.IdNumber!))).Parties.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_employer_that_many_record_at_once_is_recorded_once()
    {
        var employer = Invented.Employer();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(_ =>
                    officer.Ask<RegisteredRequest>(
                        "/requests",
                        Invented.Matter(IntakeHost.Chaoyang, employer: employer)
                    )
                )
        );
        answers.Length.ShouldBe(5);
        (await officer.Ask<SearchResult>("/search", new SearchBox(employer.CreditCode!))).Parties.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_has_a_phone_of_the_demonstration_is_shown_as_invented()
    {
        async Task<bool[]> Flags(string phone)
        {
            var registered = await officer.Ask<RegisteredRequest>(
                "/requests",
                Invented.Matter(
                    IntakeHost.Chaoyang,
                    Invented.Worker() with
                    {
                        Phone = phone,
                    },
                    Invented.Employer() with
                    {
                        ContactPhone = phone,
                    }
                )
            );
            var details = await officer.Get<RequestDetails>($"/requests/{registered.Id}");
            Guid[] parties = [details.Applicants[0].PartyId, details.Respondents[0].PartyId];
            var labels = await officer.Ask<PartyLabels>(
                "/parties/labels",
                new LabelParties(parties, AccessPurpose.CaseHandling)
            );
            return [.. labels.Labels.Select(l => l.Demonstration)];
        }
        (await Flags("19900009876")).ShouldBe([true, true]);
        (await Flags("13900009876")).ShouldBe([false, false]);
    }

    [Fact]
    public async Task An_employer_is_one_by_credit_code_or_licensed_name()
    {
        var employer = Invented.Employer();
        var (_, _, first) = await Register(Invented.Worker(), employer);
        var (_, _, byCode) = await Register(Invented.Worker(), employer with { Name = "别的叫法" });
        var (_, _, byName) = await Register(Invented.Worker(), new(employer.Name));
        byCode.ShouldBe(first);
        byName.ShouldBe(first);
        var (_, _, other) = await Register(Invented.Worker(), employer with { CreditCode = Invented.CreditCode() });
        other.ShouldNotBe(first);
    }

    [Fact]
    public async Task A_party_is_shown_only_to_its_units_and_whoever_answers_for_its_dispute()
    {
        var (_, worker, employer) = await Register(Invented.Worker("工人丙"));
        var labels = await officer.Ask<PartyLabels>(
            "/parties/labels",
            new LabelParties([worker, employer, Guid.CreateVersion7()], AccessPurpose.CaseHandling)
        );
        labels.Labels.Count.ShouldBe(2);
        labels.Withheld.ShouldBe(1);
        labels.Labels.Single(l => l.Id == worker).Label.ShouldBe("工**");
        var none = await stranger.Ask<PartyLabels>(
            "/parties/labels",
            new LabelParties([worker, employer], AccessPurpose.CaseHandling)
        );
        (none.Labels.Count, none.Withheld).ShouldBe((0, 2));
        (await stranger.Client.GetAsync($"/parties/{worker}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await stranger.Refused(
            404,
            "not_found",
            $"/parties/{worker}/reveal",
            new RevealParty([PartyField.Name], AccessPurpose.ContactParty)
        );
        // Her id alone does not let anybody put her into a request of another district.
        var forged = Invented.Matter(IntakeHost.Haidian);
        forged = forged with { Applicants = [forged.Applicants[0] with { PartyId = worker, Person = null }] };
        await stranger.Invalid("applicants[0].person.partyId", "party_unknown", "/requests", forged);

        var both = host.SignIn((Role.IntakeOfficer, IntakeHost.Chaoyang), (Role.CentreHead, IntakeHost.Chaoyang));
        var (id, details) = await Invented.ReadyToAccept(both, IntakeHost.Chaoyang);
        var accepted = await both.Ask<AcceptedRequest>($"/requests/{id}/accept", new AcceptRequest(Invented.Today));
        var mediator = host.SignIn(Role.Mediator, IntakeHost.Haidian);
        var party = details.Applicants.Single().PartyId;
        (await mediator.Client.GetAsync($"/parties/{party}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await host.Bus.Publish(
            new ResponsibilityChanged(
                IntakeHost.Source(accepted.DisputeId, 1),
                accepted.DisputeId,
                IntakeHost.Chaoyang,
                mediator.Account
            )
        );
        await Eventually.True(
            async () => (await mediator.Client.GetAsync($"/parties/{party}")).StatusCode == HttpStatusCode.OK,
            "who answers for the dispute may read its parties"
        );
        (await mediator.Client.GetAsync($"/requests/{id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_is_revealed_is_what_was_entered_and_stands_in_the_log()
    {
        var worker = Invented.Worker("工人丁") with { BankAccount = "6222 0202 0001 2345 678" };
        var matter = Invented.Matter(IntakeHost.Chaoyang, worker);
        await officer.Invalid("privacy.sensitiveConsent", "sensitive_consent_required", "/requests", matter);
        var registered = await officer.Ask<RegisteredRequest>(
            "/requests",
            matter with
            {
                Privacy = matter.Privacy with { SensitiveConsent = true },
            }
        );
        var party = (await officer.Get<RequestDetails>($"/requests/{registered.Id}")).Applicants.Single().PartyId;
        var card = await officer.Get<PartyCard>($"/parties/{party}");
        card.Fields.ShouldAllBe(f => f.Masked);
        card.Fields.Single(f => f.Field == PartyField.BankAccount).Value.ShouldBe("****5678");
        var revealed = await officer.Ask<RevealedParty>(
            $"/parties/{party}/reveal",
            new RevealParty(
                [PartyField.Name, PartyField.Phone, PartyField.BankAccount, PartyField.BirthDate],
                AccessPurpose.ContactParty
            )
        );
        revealed.Fields.ToDictionary(f => f.Field, f => f.Value)[PartyField.Name].ShouldBe("工人丁");
        revealed.Fields.Single(f => f.Field == PartyField.Phone).Value.ShouldBe(worker.Phone);
        revealed.Fields.Single(f => f.Field == PartyField.BankAccount).Value.ShouldBe("6222020200012345678");
        revealed
            .Fields.Single(f => f.Field == PartyField.BirthDate)
            .Value.ShouldBe($"{worker.IdNumber![6..10]}-{worker.IdNumber[10..12]}-{worker.IdNumber[12..14]}");
        var log = await head.Get<Page<PartyAccess>>($"/parties/{party}/accesses");
        log.Items[0].Kind.ShouldBe("reveal");
        (log.Items[0].Account, log.Items[0].Purpose).ShouldBe((officer.Account, AccessPurpose.ContactParty));
        log.Items[0].Fields.ShouldBe([PartyField.Name, PartyField.Phone, PartyField.BankAccount, PartyField.BirthDate]);
        log.Items[1].Kind.ShouldBe("card");
        log.Total.ShouldBe(2);
    }

    [Fact]
    public async Task A_correction_keeps_what_was_there_and_moves_the_search_with_it()
    {
        var worker = Invented.Worker("工人戊");
        var (_, party, employer) = await Register(worker);
        var phone = Invented.Phone();
        await officer.Refused(
            412,
            "changed_meanwhile",
            $"/parties/{party}/correct",
            new CorrectParty([new(PartyField.Phone, phone)], CorrectionReason.Changed),
            7
        );
        await officer.Invalid(
            "phone",
            "phone_invalid",
            $"/parties/{party}/correct",
            new CorrectParty([new(PartyField.Phone, "12")], CorrectionReason.Changed)
        );
        await officer.Invalid(
            "industry",
            "field_not_of_this_kind",
            $"/parties/{party}/correct",
            new CorrectParty([new(PartyField.Industry, "E")], CorrectionReason.Changed)
        );
        var done = await officer.Do(
            $"/parties/{party}/correct",
            new CorrectParty(
                [new(PartyField.Phone, phone), new(PartyField.MigrantWorker, "true")],
                CorrectionReason.Changed
            ),
            1
        );
        done.Version.ShouldBe(2);
        (await officer.Ask<SearchResult>("/search", new SearchBox(worker.Phone!))).Parties.ShouldBeEmpty();
        (await officer.Ask<SearchResult>("/search", new SearchBox(phone))).Parties.Single().PartyId.ShouldBe(party);
        (
            await host.Scalar<long>(
                $"select count(*) from party_corrections where party_id = '{party}' and sealed is not null"
            )
        ).ShouldBe(1);
        await officer.Do(
            $"/parties/{employer}/correct",
            new CorrectParty(
                [new(PartyField.Industry, "E"), new(PartyField.Name, "北京更名后有限公司")],
                CorrectionReason.EnteredWrongly
            )
        );
        (await officer.Ask<SearchResult>("/search", new SearchBox("更名后")))
            .Parties.Single()
            .PartyId.ShouldBe(employer);
    }

    [Fact]
    public async Task A_disclosure_is_whole_and_recorded_with_recipient_and_basis()
    {
        var worker = Invented.Worker("工人己");
        var (_, party, employer) = await Register(worker);
        var ask = new DiscloseParties(
            [party, employer],
            [PartyField.Name, PartyField.IdNumber, PartyField.CreditCode],
            AccessPurpose.Paper,
            DisclosureRecipient.OtherParty,
            LegalBasis.StatutoryDuty
        );
        var disclosed = await officer.Ask<DisclosedParties>("/parties/disclose", ask);
        disclosed.Parties[0].Fields.Single(f => f.Field == PartyField.IdNumber).Value.ShouldBe(worker.IdNumber);
        disclosed.Parties[1].Fields.ShouldContain(f => f.Field == PartyField.CreditCode);
        await officer.Refused(
            404,
            "party_unknown",
            "/parties/disclose",
            ask with
            {
                Ids = [party, Guid.CreateVersion7()],
            }
        );
        await stranger.Refused(404, "party_unknown", "/parties/disclose", ask);
        var log = await head.Get<Page<PartyAccess>>($"/parties/{party}/accesses");
        (log.Items[0].Kind, log.Items[0].Recipient, log.Items[0].LegalBasis).ShouldBe(
            ("disclose", "otherParty", "statutoryDuty")
        );
        log.Items.Count(i => i.Kind == "disclose").ShouldBe(1);
    }

    [Fact]
    public async Task A_party_that_came_in_is_matched_or_made_once()
    {
        var worker = Invented.Worker("工人庚");
        var (_, known, _) = await Register(worker);
        var id = Guid.CreateVersion7();
        var byId = await officer.Ask<MatchedParty>(
            "/parties/match-or-create",
            new MatchOrCreateParty(
                id,
                IntakeHost.Chaoyang,
                worker,
                null,
                AccessPurpose.CaseHandling,
                LegalBasis.StatutoryDuty
            )
        );
        (byId.PartyId, byId.Created).ShouldBe((known, false));
        var unknown = new MatchOrCreateParty(
            Guid.CreateVersion7(),
            IntakeHost.Chaoyang,
            Invented.Worker("工人辛"),
            null,
            AccessPurpose.CaseHandling,
            LegalBasis.StatutoryDuty
        );
        var made = await officer.Ask<MatchedParty>("/parties/match-or-create", unknown);
        (made.PartyId, made.Created).ShouldBe((unknown.PartyId, true));
        (await officer.Ask<MatchedParty>("/parties/match-or-create", unknown)).Created.ShouldBeFalse();
        // The same phone under another name is another person.
        var family = await officer.Ask<MatchedParty>(
            "/parties/match-or-create",
            unknown with
            {
                PartyId = Guid.CreateVersion7(),
                Person = new("工人壬", Phone: unknown.Person!.Phone),
            }
        );
        family.Created.ShouldBeTrue();
        await stranger.Refused(403, "outside_your_units", "/parties/match-or-create", unknown);
    }
}
