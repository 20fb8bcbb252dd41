using System.Net;
using System.Text;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;
using Mediation.EventStore;

namespace Mediation.Services.Tests.Intake;

/// <summary>Bad input gets a clear answer in the person's language; never a 500, never somebody else's data.</summary>
public sealed class BadInputTests(IntakeHost host) : IClassFixture<IntakeHost>
{
    private readonly Person officer = host.SignIn(Role.IntakeOfficer, IntakeHost.Chaoyang);

    private static RegisterRequest Matter(Func<PersonEntry, PersonEntry> change) =>
        Invented.Matter(IntakeHost.Chaoyang, change(Invented.Worker()));

    [Fact]
    public async Task Wrong_fields_are_named_with_a_reason()
    {
        var before = await host.Scalar<long>("select count(*) from parties");
        await officer.Invalid(
            "applicants[0].person.idNumber",
            "id_check",
            "/requests",
            Matter(p => p with { IdNumber = "110105194912310021" })
        );
        await officer.Invalid(
            "applicants[0].person.idNumber",
            "id_birth_date",
            "/requests",
            Matter(p => p with { IdNumber = "110105194902310026" })
        );
        await officer.Invalid(
            "applicants[0].person.idNumber",
            "id_region",
            "/requests",
            Matter(p => p with { IdNumber = "990426199112010074" })
        );
        await officer.Invalid(
            "applicants[0].person.idNumber",
            "id_shape",
            "/requests",
            Matter(p => p with { IdType = IdType.TaiwanPermit })
        );
        await officer.Invalid(
            "applicants[0].person.phone",
            "phone_invalid",
            "/requests",
            Matter(p => p with { Phone = "12345" })
        );
        await officer.Invalid(
            "applicants[0].person.phone",
            "phone_or_id_required",
            "/requests",
            Matter(p => new("工人"))
        );
        await officer.Invalid(
            "applicants[0].person.name",
            "required",
            "/requests",
            Matter(p => p with { Name = "  " })
        );
        await officer.Invalid(
            "applicants[0].person.name",
            "too_long",
            "/requests",
            Matter(p => p with { Name = new string('长', 101) })
        );
        await officer.Invalid(
            "applicants[0].person.name",
            "control_character",
            "/requests",
            Matter(p => p with { Name = "工\u0000人" })
        );
        await officer.Invalid(
            "applicants[0].person.birthDate",
            "birth_date_contradicts_id",
            "/requests",
            Matter(p => p with { BirthDate = new(1999, 1, 1) })
        );
        await officer.Invalid(
            "applicants[0].person.bankAccount",
            "bank_account_invalid",
            "/requests",
            Matter(p => p with { BankAccount = "abc" })
        );
        await officer.Invalid(
            "respondents[0].organisation.creditCode",
            "credit_code_check",
            "/requests",
            Invented.Matter(IntakeHost.Chaoyang, employer: new("北京某公司", "91110105MA0000000X"))
        );
        var matter = Invented.Matter(IntakeHost.Chaoyang);
        await officer.Invalid("facts", "required", "/requests", matter with { Facts = " " });
        await officer.Invalid("facts", "too_long", "/requests", matter with { Facts = new string('长', 20_001) });
        await officer.Invalid("applicants", "required", "/requests", matter with { Applicants = [] });
        await officer.Invalid("respondents", "required", "/requests", matter with { Respondents = [] });
        await officer.Invalid(
            "applicants[0].items",
            "required",
            "/requests",
            matter with
            {
                Applicants = [matter.Applicants[0] with { Items = [] }],
            }
        );
        await officer.Invalid("unit", "unit_unknown", "/requests", matter with { Unit = "999999" });
        await officer.Invalid("receivedOn", "date_impossible", "/requests", matter with { ReceivedOn = new(1, 1, 1) });
        await officer.Invalid(
            "openedAt",
            "date_impossible",
            "/requests",
            matter with
            {
                OpenedAt = DateTimeOffset.MinValue,
            }
        );
        await officer.Invalid(
            "channel",
            "malformed_value",
            "/requests",
            matter with
            {
                Channel = (Contracts.Channel)999,
            }
        );
        await officer.Refused(422, "date_ahead", "/requests", matter with { ReceivedOn = Invented.Today.AddDays(2) });
        await officer.Refused(
            422,
            "privacy_notice_not_given",
            "/requests",
            matter with
            {
                Privacy = matter.Privacy with { NoticeGiven = false },
            }
        );
        foreach (var fen in (long[])[0, -1, long.MinValue, long.MaxValue])
            await officer.Refused(
                422,
                "claim_amount_invalid",
                "/requests",
                Invented.Matter(IntakeHost.Chaoyang, fen: fen)
            );
        (await host.Scalar<long>("select count(*) from parties")).ShouldBe(
            before,
            "what was refused left nobody in the register"
        );
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    public async Task Malformed_bodies_are_malformed_requests(string body) =>
        await officer.Refused(
            400,
            "malformed_request",
            "/requests",
            new StringContent(body, Encoding.UTF8, "application/json")
        );

    [Theory]
    [InlineData("{\"facts\":null}", "facts", "malformed_value")]
    [InlineData("{\"requestId\":\"no-guid\"}", "requestId", "malformed_value")]
    [InlineData("{\"channel\":\"carrierPigeon\"}", "channel", "malformed_value")]
    [InlineData("{\"channel\":3}", "channel", "malformed_value")]
    [InlineData("{\"receivedOn\":\"2026-02-31\"}", "receivedOn", "malformed_value")]
    [InlineData("{\"facts\":\"a\\u0000\"}", "facts", "control_character")]
    [InlineData("{\"applicants\":[null]}", "requestId", "required")]
    [InlineData(
        "{\"applicants\":[{\"items\":[{\"claimedFen\":99999999999999999999}]}]}",
        "applicants[0].items[0].claimedFen",
        "malformed_value"
    )]
    public async Task A_value_that_cannot_be_read_is_named_by_its_field(string body, string field, string code) =>
        await officer.Invalid(field, code, "/requests", new StringContent(body, Encoding.UTF8, "application/json"));

    [Fact]
    public async Task Oversize_bodies_and_other_media_are_refused()
    {
        var huge = await officer.Post(
            "/requests",
            new StringContent("{\"facts\":\"" + new string('x', 2_000_000) + "\"}", Encoding.UTF8, "application/json")
        );
        huge.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await officer.Post("/requests", new StringContent("<xml/>", Encoding.UTF8, "text/xml"))).StatusCode.ShouldBe(
            HttpStatusCode.UnsupportedMediaType
        );
        (await officer.Client.GetAsync("/requests?from=yesterday")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await officer.Client.GetAsync("/requests?sort=name")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await officer.Client.GetAsync("/worklist?cursor=%00")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await officer.Client.GetAsync("/requests?page=-1&size=100000")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var labels = new LabelParties(
            [.. Enumerable.Range(0, 201).Select(_ => Guid.CreateVersion7())],
            AccessPurpose.Audit
        );
        await officer.Invalid("ids", "too_many", "/parties/labels", labels);
        await officer.Invalid("text", "too_long", "/search", new SearchBox(new string('x', 101)));
    }

    [Fact]
    public async Task A_text_that_no_database_keeps_fails_nobody_elses_question()
    {
        for (var times = 0; times < 6; times++)
        {
            (await officer.Client.GetAsync("/requests?number=x")).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await officer.Client.GetAsync("/requests?number=%00")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Script_in_every_text_is_text()
    {
        const string script = "<script>alert('x')</script> ' or 1=1; drop table parties; --";
        var matter = Invented.Matter(
            IntakeHost.Chaoyang,
            Invented.Worker(script) with
            {
                UsualAddress = script,
                Occupation = script,
            },
            new(script, LegalRepresentative: script, RegisteredAddress: script),
            facts: script
        );
        var registered = await officer.Ask<RegisteredRequest>("/requests", matter);
        var details = await officer.Get<RequestDetails>($"/requests/{registered.Id}");
        (
            await officer.Get<TextOf>($"/requests/{registered.Id}/texts/{details.Texts[0].Content.ContentId}")
        ).Text.ShouldBe(script);
        var revealed = await officer.Ask<RevealedParty>(
            $"/parties/{details.Applicants[0].PartyId}/reveal",
            new RevealParty([PartyField.Name], AccessPurpose.Audit)
        );
        revealed.Fields.Single().Value.ShouldBe(script);
        foreach (var text in new[] { script, "%", "_", "\\", "'", "100%", "〔%〕" })
            (await officer.Post("/search", new SearchBox(text))).StatusCode.ShouldBe(HttpStatusCode.OK, text);
    }

    [Fact]
    public async Task Ids_and_units_of_others_open_nothing()
    {
        var stranger = host.SignIn((Role.IntakeOfficer, IntakeHost.Haidian), (Role.CentreHead, IntakeHost.Haidian));
        await stranger.Refused(403, "outside_your_units", "/requests", Invented.Matter(IntakeHost.Chaoyang));
        var registered = await officer.Ask<RegisteredRequest>("/requests", Invented.Matter(IntakeHost.Chaoyang));
        var path = $"/requests/{registered.Id}";
        (await stranger.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await stranger.Refused(404, "not_found", $"{path}/triage", Invented.Triage);
        await stranger.Refused(404, "not_found", $"{path}/accept", new AcceptRequest(Invented.Today));
        await stranger.Refused(404, "not_found", $"{path}/amend", new AmendRequest(null, null, null));
        await officer.Refused(404, "not_found", $"/requests/{Guid.CreateVersion7()}/triage", Invented.Triage);
        var details = await officer.Get<RequestDetails>(path);
        var other = await officer.Ask<RegisteredRequest>("/requests", Invented.Matter(IntakeHost.Chaoyang));
        (
            await officer.Client.GetAsync($"/requests/{other.Id}/texts/{details.Texts[0].Content.ContentId}")
        ).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await officer.Refused(
            422,
            "request_not_triaged",
            $"{path}/consents",
            new RecordConsent(Guid.CreateVersion7(), true, ConsentManner.Online, Invented.Today)
        );
        await officer.Do($"{path}/triage", Invented.Triage);
        await officer.Invalid(
            "targetUnit",
            "unit_unknown",
            $"{path}/refer-out",
            new ReferOutRequest(ReferralRoute.UnionUnit, "123456", null, "转出", Invented.Today)
        );
        await officer.Invalid(
            "groupSize",
            "out_of_range",
            $"{path}/triage",
            Invented.Triage with
            {
                GroupSize = int.MaxValue,
            }
        );
        await officer.Refused(
            422,
            "court_cause_unknown",
            $"{path}/triage",
            Invented.Triage with
            {
                CourtCause = "186.5",
            }
        );
        using var english = new HttpRequestMessage(HttpMethod.Post, $"{path}/accept")
        {
            Content = System.Net.Http.Json.JsonContent.Create(
                new AcceptRequest(Invented.Today),
                options: EventTypes.Json
            ),
        };
        var head = host.SignIn(Role.CentreHead, IntakeHost.Chaoyang);
        english.Headers.AcceptLanguage.ParseAdd("en");
        (await (await head.Client.SendAsync(english)).Content.ReadAsStringAsync()).ShouldContain(
            "Mediation has not been applied for."
        );
    }

    [Fact]
    public async Task Every_route_is_closed_to_strangers_and_to_every_role_it_does_not_name()
    {
        var routes = host
            .Provider.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is null)
            .ToList();
        routes.Count.ShouldBeGreaterThan(25);
        using var nobody = new HttpClient { BaseAddress = host.Address };
        var people = Enum.GetValues<Role>().ToDictionary(r => r, r => host.SignIn(r, IntakeHost.Chaoyang));
        var wrong = new List<string>();
        foreach (var route in routes)
        {
            var allowed = route.Metadata.GetMetadata<Hosting.Authentication.AllowedRoles>();
            var method = route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
            var path =
                "/"
                + string.Join(
                    '/',
                    route.RoutePattern.PathSegments.Select(s =>
                        string.Concat(
                            s.Parts.Select(p =>
                                p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart l ? l.Content
                                : p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart d ? d.Content
                                : Guid.CreateVersion7().ToString()
                            )
                        )
                    )
                );
            if (allowed is null)
                wrong.Add($"{method} {path}: names no roles");
            async Task<int> Status(HttpClient client)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                if (method is "POST" or "PUT")
                    request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
                return (int)(await client.SendAsync(request)).StatusCode;
            }
            if (await Status(nobody) != 401)
                wrong.Add($"{method} {path}: open to nobody in particular");
            foreach (var (role, person) in people)
            {
                var named =
                    allowed!.Roles.Count == 0
                    || allowed.Roles.Contains(Hosting.Authentication.Roles.Code(role), StringComparer.Ordinal);
                var status = await Status(person.Client);
                if (named ? status is 401 or 403 or >= 500 : status != 403)
                    wrong.Add($"{role} {method} {path}: {status}");
            }
        }
        wrong.ShouldBeEmpty();
    }
}
