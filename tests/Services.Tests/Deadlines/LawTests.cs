using System.Net.Http.Headers;
using System.Text.Json;
using Mediation.Contracts;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Identity;
using Mediation.EventStore;
using Mediation.Kit;
using LegalCalendar = Mediation.Deadlines.Domain.LegalCalendar;
using UnitLength = Mediation.Contracts.Http.Deadlines.UnitLength;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>The statute book: read, revised, signed off, and given lengths by units.</summary>
public sealed class LawTests(DeadlinesHost host) : IClassFixture<DeadlinesHost>
{
    private const string Chaoyang = "110105";

    private Person Administrator => host.SignIn((Role.Administrator, MemberHost.City));

    private Person Lawyer => host.SignIn((Role.CityLegal, MemberHost.City));

    [Fact]
    public async Task A_product_that_comes_with_another_calendar_counts_the_clocks_of_the_older_one_once()
    {
        var law = (await host.Law()).Law;
        var calendar = law.Calendar;
        // The product before this one had no 2026.
        var older = law with
        {
            Calendar = new LegalCalendar(calendar.Version - 1, calendar.Years.Where(y => y.Year != 2026)),
        };
        // The thirtieth day after 09-01 is Thursday 10-01, of which it knew nothing.
        var clock = (await host.Arm("AGR_CONFIRM", new(2026, 9, 1), law: older))[0];
        await Eventually.True(
            async () =>
                await host.Count($"select count(*) from calendar_stragglers where clock_id = '{clock}'") == 1
                && await host.Count($"select count(*) from clocks where stream_id = '{clock}'") == 1,
            "this product reads of it"
        );
        (await host.Clock(clock)).Clock.Computed.Due.ShouldBe(new(2026, 10, 1));
        // It was written by the older product, whose log had been read to its end.
        await host.Database.Plant("delete from calendar_stragglers; delete from calendar_passes");

        (await host.Recomputing().Run(CancellationToken.None)).ShouldBe(1);
        (await host.Recomputing().Run(CancellationToken.None)).ShouldBe(0);

        // The notice gives 10-01 to 10-07.
        var (counted, events) = await host.Clock(clock);
        counted.Computed.Due.ShouldBe(new(2026, 10, 8));
        events.ShouldBe(["clock_armed", "clock_recomputed"]);
        (await host.Count("select count(*) from calendar_passes where year is null and moved = 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_revision_counts_for_triggers_from_its_day_and_running_clocks_keep_their_version()
    {
        var before = await Applied(new(2026, 7, 6));
        var rule = await Rule("MED_ACCEPT");
        var revision = new ReviseRule(
            new(2026, 7, 7),
            [new(5, "workingDay", "forward", "next")],
            null,
            [new("新协商调解规定", "22")],
            false
        );

        var done = await Administrator.Do("/rules/MED_ACCEPT/versions", revision, rule.Version);

        var after = await Applied(new(2026, 7, 8));
        var late = await Applied(new(2026, 7, 6));
        // Monday 07-06: 07-07 1, 07-08 2, 07-09 3. Wednesday 07-08: 07-09 1, 07-10 2, 07-13 3, 07-14 4, 07-15 5.
        (await Due(before)).ShouldBe("2026-07-09 2012-01-01");
        (await Due(after)).ShouldBe("2026-07-15 2026-07-07");
        (await Due(late)).ShouldBe("2026-07-09 2012-01-01");
        var view = await Rule("MED_ACCEPT");
        view.Version.ShouldBe(done.Version);
        view.Row.ShouldSatisfyAllConditions(
            r => r.ValidFrom.ShouldBe(new(2026, 7, 7)),
            r => r.Length.ShouldBe("5 个工作日"),
            r => r.Verified.ShouldBeFalse(),
            r => r.Article.ShouldBe("《新协商调解规定》第22条")
        );
        view.Versions.Select(v => v.ValidFrom).ShouldBe([new(2026, 7, 7), new(2012, 1, 1)]);
        view.Versions[0].RevisedOn.ShouldBe(host.Today);
        view.Versions[1].RevisedBy.ShouldBeNull();
        view.Facts.ShouldContain(f => f.Fact == "mediationApplied" && f.Effect == "arms" && f.Messages.Count == 1);

        // The same once more is nothing; another one of the same day is refused.
        (await Administrator.Do("/rules/MED_ACCEPT/versions", revision, done.Version)).Version.ShouldBe(done.Version);
        await Administrator.Refused(
            422,
            "revision_not_later",
            "/rules/MED_ACCEPT/versions",
            revision with
            {
                Verified = true,
            },
            done.Version
        );
        await Administrator.Refused(412, "changed_meanwhile", "/rules/MED_ACCEPT/versions", revision, 9);
    }

    [Fact]
    public async Task A_lawyer_signs_an_unverified_rule_off_once_and_with_a_paper()
    {
        var rule = await Rule("LA_FILE");
        rule.Row.Verified.ShouldBeFalse();
        var lawyer = Lawyer;
        var paper = await Upload(lawyer);
        var signing = new SignOffRule(rule.Row.ValidFrom, paper);
        await lawyer.Refused(
            400,
            "invalid_input",
            "/rules/LA_FILE/sign-off",
            signing with
            {
                Document = Guid.CreateVersion7(),
            },
            rule.Version
        );
        await host.SignIn((Role.DistrictLegal, MemberHost.EastDistrict))
            .Refused(403, "outside_your_units", "/rules/LA_FILE/sign-off", signing, rule.Version);
        await Administrator.Refused(403, "role_required", "/rules/LA_FILE/sign-off", signing, rule.Version);
        await lawyer.Refused(400, "version_missing", "/rules/LA_FILE/sign-off", signing);

        var done = await lawyer.Do("/rules/LA_FILE/sign-off", signing, rule.Version);

        var signed = await Rule("LA_FILE");
        signed.Row.Verified.ShouldBeTrue();
        signed.Row.SignedOffOn.ShouldBe(host.Today);
        signed.Versions[0].SignedOffBy.ShouldBe(lawyer.Account);
        signed.Actions.ShouldNotContain(a => a.Action == "signOff");
        await Lawyer.Refused(422, "rule_signed_off_already", "/rules/LA_FILE/sign-off", signing, done.Version);
        await lawyer.Refused(
            422,
            "rule_verified_already",
            "/rules/MED_RUN/sign-off",
            signing with
            {
                Version = new(2012, 1, 1),
            },
            0
        );
        var read = await Lawyer.Client.GetAsync($"/law/files/{paper}");
        (await read.Content.ReadAsStringAsync()).ShouldStartWith("%PDF-");
        (await host.Count($"select count(*) from content_kept where content_id = '{paper}'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_units_own_length_counts_for_its_new_clocks()
    {
        await host.TellUnit(
            new OrgUnitOpened(
                MemberHost.Source(Guid.CreateVersion7(), 1, 0),
                Chaoyang,
                MemberHost.City,
                "朝阳",
                UnitLevel.District,
                1,
                new(2000, 1, 1)
            )
        );
        var head = host.SignIn((Role.CentreHead, Chaoyang));
        var before = await Applied(new(2026, 7, 6), Chaoyang, "MED_LOCAL_CY");
        var version = (await Rule("MED_LOCAL_CY")).Version;
        var length = new SetUnitLength(Chaoyang, 10, new(2026, 7, 7));
        await host.SignIn((Role.CentreHead, MemberHost.EastDistrict))
            .Refused(403, "outside_your_units", "/rules/MED_LOCAL_CY/parameters", length, version);
        await head.Refused(
            400,
            "invalid_input",
            "/rules/MED_LOCAL_CY/parameters",
            length with
            {
                Unit = "999999",
            },
            version
        );
        await head.Refused(
            422,
            "unit_length_out_of_range",
            "/rules/MED_LOCAL_CY/parameters",
            length with
            {
                Length = 0,
            },
            version
        );
        await head.Refused(422, "rule_has_no_parameter", "/rules/MED_RUN/parameters", length, 0);

        var done = await head.Do("/rules/MED_LOCAL_CY/parameters", length, version);

        var after = await Applied(new(2026, 7, 8), Chaoyang, "MED_LOCAL_CY");
        // Thirty days from Monday 07-06 end on Wednesday 08-05; ten from Wednesday 07-08 on Saturday, so Monday 07-20.
        (await Due(before, "MED_LOCAL_CY")).ShouldStartWith("2026-08-05");
        (await Due(after, "MED_LOCAL_CY")).ShouldStartWith("2026-07-20");
        (await Rule("MED_LOCAL_CY")).Parameters.ShouldBe([new UnitLength(Chaoyang, 10, length.From, head.Account)]);
        await head.Do(
            "/rules/MED_LOCAL_CY/parameters",
            length with
            {
                Length = null,
                From = new(2026, 7, 9),
            },
            done.Version
        );
        (await host.Law()).LengthOf("MED_LOCAL_CY", Chaoyang, new(2026, 7, 8)).ShouldBe(10);
        (await host.Law()).LengthOf("MED_LOCAL_CY", Chaoyang, new(2026, 7, 9)).ShouldBeNull();
    }

    [Fact]
    public async Task The_book_is_found_by_words_that_stand_in_no_address()
    {
        var reader = host.SignIn((Role.Mediator, MemberHost.EastStreet));
        var all = await reader.Get<IReadOnlyList<RuleRow>>("/rules");
        all.Count.ShouldBeGreaterThan(40);
        all.Select(r => (r.Table, r.Id)).ShouldBe(all.Select(r => (r.Table, r.Id)).Order());
        (await Find(reader, new("劳动争议调解仲裁法 27", null, null, null, null)))
            .Select(r => r.Id)
            .ShouldContain("ARB_LIMIT");
        (await Find(reader, new("med_run", null, null, null, null))).Single().Id.ShouldBe("MED_RUN");
        (await Find(reader, new("没有这样的规则", null, null, null, null))).ShouldBeEmpty();
        var unconnected = await reader.Get<IReadOnlyList<RuleRow>>("/rules?connected=false&table=1D");
        unconnected.ShouldNotBeEmpty();
        unconnected.ShouldAllBe(r => !r.Connected && r.Table == "1D");
        (await reader.Get<IReadOnlyList<RuleRow>>("/rules?type=gate")).ShouldAllBe(r =>
            r.Type == Contracts.Deadlines.RuleType.Gate
        );
        (await reader.Get<IReadOnlyList<RuleRow>>("/rules?on=1995-01-01")).Count.ShouldBeLessThan(all.Count);
        ((int)(await reader.Client.GetAsync("/rules?type=nonsense")).StatusCode).ShouldBe(400);
        ((int)(await reader.Client.GetAsync("/rules?on=nonsense")).StatusCode).ShouldBe(400);
        ((int)(await reader.Client.GetAsync("/rules/NONSENSE")).StatusCode).ShouldBe(404);
        await reader.Refused(
            400,
            "invalid_input",
            "/rules/search",
            new FindRules(new string('x', 101), null, null, null, null)
        );
        await reader.Refused(400, "invalid_input", "/rules/search", new FindRules(null, null, "2Z", null, null));
        (await reader.Get<RuleView>("/rules/MED_RUN")).Actions.ShouldAllBe(a => !a.Allowed);
    }

    [Fact]
    public async Task What_is_no_revision_is_refused_before_anything_is_recorded()
    {
        var administrator = Administrator;
        var version = (await Rule("MED_RUN")).Version;
        var revision = new ReviseRule(
            new(2027, 1, 1),
            [new(20, "workingDay", "forward", "next")],
            null,
            [new("新法", "")],
            true
        );
        async Task Invalid(ReviseRule wrong) =>
            await administrator.Refused(400, "invalid_input", "/rules/MED_RUN/versions", wrong, version);
        await Invalid(revision with { Terms = [new(20, "fortnight", "forward", "next")] });
        await Invalid(revision with { Terms = [new(20, "", "forward", "next")] });
        await Invalid(revision with { ValidFrom = new(3000, 1, 1) });
        await Invalid(revision with { Basis = [new(" ", "1")] });
        await administrator.Refused(
            422,
            "revision_length_out_of_range",
            "/rules/MED_RUN/versions",
            revision with
            {
                ExtensionMax = -1,
            },
            version
        );
        await host.SignIn((Role.Administrator, MemberHost.EastDistrict))
            .Refused(403, "outside_your_units", "/rules/MED_RUN/versions", revision, version);
        await Lawyer.Refused(403, "role_required", "/rules/MED_RUN/versions", revision, version);
        await administrator.Refused(404, "not_found", "/rules/NONSENSE/versions", revision, 0);
        var text = new MultipartFormDataContent { { new ByteArrayContent("words"u8.ToArray()), "file", "a.txt" } };
        ((int)(await Lawyer.Post("/law/files", text)).StatusCode).ShouldBe(415);
        (await Rule("MED_RUN")).Version.ShouldBe(version);
    }

    private async Task<RuleView> Rule(string id) =>
        await host.SignIn((Role.Mediator, MemberHost.EastStreet)).Get<RuleView>($"/rules/{id}");

    private static async Task<IReadOnlyList<RuleRow>> Find(Person person, FindRules asked)
    {
        var response = await person.Post("/rules/search", asked);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonSerializer.Deserialize<IReadOnlyList<RuleRow>>(text, EventTypes.Json)!;
    }

    private static async Task<Guid> Upload(Person person)
    {
        var file = new ByteArrayContent([.. "%PDF-1.7\n"u8, .. Guid.NewGuid().ToByteArray(), .. "\n%%EOF"u8]);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        var response = await person.Post("/law/files", new MultipartFormDataContent { { file, "file", "签字.pdf" } });
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonSerializer.Deserialize<ContentReference>(text, EventTypes.Json)!.ContentId;
    }

    private async Task<ToldCase> Applied(DateOnly on, string unit = MemberHost.EastStreet, string rule = "MED_ACCEPT")
    {
        var told = new ToldCase(host, unit);
        await host.Tell(told.Applied(on));
        await Eventually.True(
            async () =>
                await host.Count($"select count(*) from clocks where case_id = '{told.Dispute}' and rule = '{rule}'")
                == 1,
            "the clock is armed"
        );
        return told;
    }

    private async Task<string> Due(ToldCase told, string rule = "MED_ACCEPT")
    {
        await using var connection = new Npgsql.NpgsqlConnection(host.Database.ServiceConnection);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            $"select due || ' ' || (row ->> 'ruleVersion') from clocks where case_id = '{told.Dispute}' and rule = '{rule}'",
            connection
        );
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
