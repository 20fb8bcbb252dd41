using System.Globalization;
using System.Net;
using System.Reflection;
using System.Resources;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mediation.Contracts;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Identity;
using Mediation.Disputes.Service;
using Mediation.Hosting.Authentication;
using Mediation.Kit;
using static Mediation.Services.Tests.Disputes.Cases;

namespace Mediation.Services.Tests.Disputes;

/// <summary>Who may do what, what bad input gets, what lies in tables, and real shapes of settlements to the fen.</summary>
public sealed partial class BoundaryTests(DisputesFixture fixture) : IClassFixture<DisputesFixture>
{
    private static DateOnly Today => OpenedCase.Today;

    private Person Mediator => fixture.Mediator;

    [Fact]
    public async Task Every_route_is_open_to_its_roles_and_to_nobody_else()
    {
        var rows = new List<string> { "| route | roles |", "|---|---|" };
        var routes = fixture
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(e =>
                (
                    e.RoutePattern.RawText,
                    e.Metadata.GetMetadata<HttpMethodMetadata>(),
                    e.Metadata.GetMetadata<AllowedRoles>()
                )
            )
            .Where(e => e.Item3 is { Roles.Count: > 0 } && e.Item2 is not null)
            .Select(e => (Path: e.RawText!, Method: e.Item2!.HttpMethods[0], Roles: e.Item3!.Roles))
            .OrderBy(e => e.Path, StringComparer.Ordinal)
            .ThenBy(e => e.Method, StringComparer.Ordinal)
            .ToList();
        routes.Count.ShouldBeGreaterThan(20);
        foreach (var route in routes)
        {
            rows.Add(
                $"| {route.Method} {route.Path} | {string.Join(", ", route.Roles.Order(StringComparer.Ordinal))} |"
            );
            (await Ask(fixture.Nobody(), route.Method, route.Path)).Status.ShouldBe(401);
            foreach (var role in Enum.GetValues<Role>())
            {
                var code = JsonNamingPolicy.CamelCase.ConvertName(role.ToString());
                using var client = fixture.As(new([new(code, DisputesFixture.Chaoyang)]));
                var (status, problem) = await Ask(client, route.Method, route.Path);
                if (route.Roles.Contains(code))
                {
                    status.ShouldNotBe(401, $"{role} {route}");
                    problem.ShouldNotBe("role_required", $"{role} {route}");
                }
                else
                    (status, problem).ShouldBe((403, "role_required"), $"{role} {route}");
                status.ShouldBeLessThan(500, $"{role} {route}");
            }
        }
        DecisionTable.MustStandIn("services/Disputes/README.md", "routes", string.Join('\n', rows));
    }

    private static async Task<(int Status, string? Code)> Ask(HttpClient client, string method, string path)
    {
        using var message = new HttpRequestMessage(
            new HttpMethod(method),
            Parameter().Replace(path, Guid.NewGuid().ToString())
        );
        if (method == "POST")
            message.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(message);
        var body = await response.Content.ReadAsStringAsync();
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        return (
            (int)response.StatusCode,
            isProblem ? JsonDocument.Parse(body).RootElement.GetProperty("code").GetString() : null
        );
    }

    [Fact]
    public async Task Cases_of_other_units_do_not_exist_and_readers_do_no_casework()
    {
        var opened = await fixture.Open(Accepted([(ClaimItemType.Wages, 100)]));
        await opened.ToSession();
        foreach (var path in (string[])["", $"/contents/{Guid.NewGuid()}", $"/papers/{Guid.NewGuid()}"])
            using (var response = await fixture.As(fixture.HeadOfFengtai).GetAsync($"/disputes/{opened.Id}{path}"))
                if (path.Length == 0 || !path.StartsWith("/contents", StringComparison.Ordinal))
                    response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (
            var forged = await opened.Post(
                fixture.HeadOfFengtai,
                "/mediator",
                new AppointMediator(Mediator.Account, Today)
            )
        )
            forged.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (
            var other = await opened.Post(
                fixture.OtherMediator,
                "/sessions",
                new ScheduleSession(TimeProvider.System.GetUtcNow().AddDays(1), SessionMode.Video)
            )
        )
            other.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var seen = await opened.Details(fixture.Verifier);
        seen.Privileged.ShouldBeFalse();
        seen.Sessions.ShouldHaveSingleItem().Minutes.ShouldBeNull();
        var minutes = (await opened.Details(Mediator)).Sessions[0].Minutes!.ContentId;
        using (var read = await fixture.As(fixture.Verifier).GetAsync($"/disputes/{opened.Id}/contents/{minutes}"))
            read.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await fixture.As(Mediator).GetStringAsync($"/disputes/{opened.Id}/contents/{minutes}")).ShouldBe(Planted.Text);
    }

    [Fact]
    public async Task Bad_input_gets_a_clear_answer_and_never_an_error_of_ours()
    {
        var accepted = Accepted([(ClaimItemType.Wages, 8_000_000)]);
        var opened = await fixture.Open(accepted);
        await opened.ToSession();
        var (worker, item) = (accepted.Workers[0].WorkerClaimId, accepted.Workers[0].Items[0].ItemId);
        foreach (
            var (path, body) in ((string, string)[])
                [
                    ("/sessions", "{"),
                    ("/sessions", "null"),
                    ("/sessions", "{\"startsAt\":\"2026-02-30T00:00:00Z\",\"mode\":\"video\"}"),
                    ("/sessions", "{\"startsAt\":\"2026-12-30T00:00:00Z\",\"mode\":\"carrierPigeon\"}"),
                    ("/sessions", "{\"startsAt\":\"2026-12-30T00:00:00Z\",\"mode\":99}"),
                    (
                        "/offers",
                        $"{{\"side\":\"worker\",\"amountFen\":99999999999999999999,\"on\":\"{Today:yyyy-MM-dd}\"}}"
                    ),
                    ("/agreements", $"{{\"on\":\"{Today:yyyy-MM-dd}\",\"manner\":\"cash\",\"workers\":null}}"),
                    ("/agreements", $"{{\"on\":\"{Today:yyyy-MM-dd}\",\"manner\":\"cash\",\"workers\":[null]}}"),
                    ("/agreements", $"{{\"on\":\"0001-01-01\",\"manner\":\"cash\",\"workers\":[]}}"),
                    (
                        "/failure",
                        $"{{\"reason\":\"refused\",\"on\":\"{Today:yyyy-MM-dd}\",\"opinion\":\"{new string('长', 60_000)}\",\"rightToArbitrateTold\":true}}"
                    ),
                ]
        )
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, $"/disputes/{opened.Id}{path}")
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            using var response = await fixture.As(Mediator).SendAsync(message);
            var text = await response.Content.ReadAsStringAsync();
            ((int)response.StatusCode).ShouldBe(400, $"{path} {body[..Math.Min(80, body.Length)]} → {text}");
            text.ShouldNotContain(Planted.Mark);
        }
        await opened.Refused(
            Mediator,
            "/offers",
            new MakeOffer(OfferSide.Worker, worker, item, -5, Today),
            HttpStatusCode.UnprocessableEntity,
            "offer_amount_not_possible"
        );
        await opened.Refused(
            Mediator,
            "/agreements",
            new DraftAgreement(
                Today,
                PaymentManner.Cash,
                [new(worker, [Money(item, (100, Today)) with { AmountFen = 101 }])]
            ),
            HttpStatusCode.UnprocessableEntity,
            "instalments_do_not_add_up"
        );
        using (var script = await opened.Upload(Mediator, Encoding.UTF8.GetBytes("<script>alert(1)</script>"), "a.png"))
            script.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        using (var empty = await opened.Upload(Mediator, []))
            empty.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await fixture.As(Mediator).GetAsync("/disputes?state=nonsense")).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
        (await fixture.As(Mediator).GetAsync("/worklist?cursor=nonsense")).StatusCode.ShouldBe(
            HttpStatusCode.BadRequest
        );
    }

    [Fact]
    public async Task No_table_holds_what_a_person_typed_or_is_called()
    {
        var accepted = Accepted([(ClaimItemType.Wages, 8_000_000)]);
        fixture.Register(accepted);
        var opened = await fixture.Open(accepted);
        await opened.ToSession();
        var agreement = await Agree(opened, accepted, w => [(5_000_000, Today)]);
        await opened.Do(Mediator, $"/agreements/{agreement}/paper", new IssuePaper());
        var dump = await fixture.Database.Dump();
        dump.Count.ShouldBeGreaterThan(10);
        dump["mt_events"].ShouldContain("agreement_took_effect");
        foreach (var (table, rows) in dump)
            rows.Contains(Planted.Mark, StringComparison.Ordinal).ShouldBeFalse(table);
        await fixture.Database.Plant($"create table planted as select '{Planted.Mark}'::text as leak");
        (await fixture.Database.Dump())
            .Count(t => t.Value.Contains(Planted.Mark, StringComparison.Ordinal))
            .ShouldBe(1);
        await fixture.Database.Plant("drop table planted");
    }

    [Fact]
    public void Every_code_has_a_text_in_both_languages()
    {
        var texts = new ResourceManager("Mediation.Disputes.Service.Texts", typeof(Desk).Assembly);
        var codes = new[]
        {
            typeof(Mediation.Disputes.Domain.DisputeRefusals),
            typeof(Mediation.Disputes.Domain.WorkerClaimRefusals),
        }
            .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(f => (string)f.GetRawConstantValue()!)
            .Concat([
                "required",
                "too_long",
                "too_many",
                "day_not_possible",
                "unknown_word",
                "originals_not_possible",
                "not_a_mediator_here",
                "party_not_disclosed",
                "register_unavailable",
            ])
            .Concat(Enum.GetValues<Channel>().Select(c => "channel_" + c.Code()))
            .Concat(Enum.GetValues<DisputeState>().Select(s => "state_" + s.Code()))
            .ToList();
        codes.Count.ShouldBeGreaterThan(60);
        var (zh, en) = (CultureInfo.GetCultureInfo("zh-CN"), CultureInfo.GetCultureInfo("en"));
        foreach (var code in codes)
        {
            texts.GetString(code, zh).ShouldNotBeNullOrEmpty(code);
            texts.GetString(code, en).ShouldNotBeNullOrEmpty(code);
            texts.GetString(code, en).ShouldNotBe(texts.GetString(code, zh), code);
        }
    }

    [Fact]
    public async Task Real_settlement_shapes_keep_their_sums_to_the_fen()
    {
        if (Environment.GetEnvironmentVariable("MEDIATION_SAMPLES") is not { Length: > 0 } samples)
        {
            Assert.Skip("MEDIATION_SAMPLES is not set.");
            return;
        }
        var facts = (await File.ReadAllLinesAsync(Path.Combine(samples, "cn-union-facts", "facts.jsonl")))
            .Select(l => JsonDocument.Parse(l).RootElement)
            .ToDictionary(f => f.GetProperty("id").GetString()!, f => f.GetProperty("fields"));
        long Fen(string id, string field) => facts[id].GetProperty(field).GetInt64() * 100;

        // UF-12: below the claim, with a penalty. UF-15: half now, three instalments, 13 workers as one paper's sums.
        await Settles(1, Fen("UF-12", "owed_yuan"), _ => [(Fen("UF-12", "settlement_yuan"), Today.AddDays(60))]);
        var half = Fen("UF-15", "owed_yuan") / 2;
        await Settles(1, half * 2, _ => [(half, Today), .. Parts(half, 3)]);
        await Settles(1, Fen("UF-13", "owed_yuan"), _ => [(Fen("UF-13", "remaining_yuan"), Today)]);
        await Settles(2, Fen("UF-14", "owed_yuan"), n => [(Fen("UF-14", "owed_yuan") / 2 + n, Today)]);
        // UF-17: four workers, terms differ for each.
        await Settles((int)facts["UF-17"].GetProperty("workers").GetInt64(), 100_000, n => Parts(90_001 + n, n + 1));

        var court = (await File.ReadAllLinesAsync(Path.Combine(samples, "cn-labor-qa-spans", "cases.jsonl")))
            .Select(l => JsonDocument.Parse(l).RootElement)
            .Single(c => c.GetProperty("case_id").GetString() == "CJRC-dev-173")
            .GetProperty("context")
            .GetString()!;
        var total = 12_898_000L;
        court.ShouldContain("128980元");
        var parts = PartOfTable()
            .Matches(court)
            .Select(m => (long)(decimal.Parse(m.Groups["yuan"].Value, CultureInfo.InvariantCulture) * 100))
            .Take(4)
            .ToList();
        parts.Add((long)(3397.6m * 11 * 100));
        parts.Sum().ShouldBe(total);
        await Settles(1, total, _ => [.. parts.Select((p, i) => (p, Today.AddDays(i * 30)))]);
    }

    private static (long, DateOnly)[] Parts(long fen, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => (fen / count + (i < fen % count ? 1 : 0), Today.AddDays(30 * (i + 1)))),
        ];

    private async Task Settles(int workers, long claimed, Func<int, (long Fen, DateOnly DueOn)[]> instalments)
    {
        var accepted = Accepted([
            .. Enumerable.Repeat<(ClaimItemType, long?)[]>([(ClaimItemType.Wages, claimed)], workers),
        ]);
        var opened = await fixture.Open(accepted);
        await opened.ToSession();
        await Agree(opened, accepted, instalments);
        var expected = Enumerable.Range(0, workers).Sum(n => instalments(n).Sum(i => i.Fen));
        (await opened.Details()).Money.ShouldBe(new MoneyStrip(claimed * workers, expected, 0));
        await DisputesFixture.Until(() =>
            Task.FromResult(
                fixture.Published.OfType<AgreementEffective>().Count(m => m.DisputeId == opened.Id) == workers
            )
        );
        var told = fixture
            .Published.OfType<AgreementEffective>()
            .Where(m => m.DisputeId == opened.Id)
            .SelectMany(m => m.Items)
            .ToList();
        told.Sum(i => i.AgreedFen).ShouldBe(expected);
        told.SelectMany(i => i.Instalments).Sum(i => i.AmountFen).ShouldBe(expected);
    }

    private async Task<Guid> Agree(
        OpenedCase opened,
        Contracts.Intake.RequestAccepted accepted,
        Func<int, (long, DateOnly)[]> instalments
    )
    {
        var agreement = (
            await opened.Do(
                Mediator,
                "/agreements",
                new DraftAgreement(
                    Today,
                    PaymentManner.BankTransfer,
                    [
                        .. accepted.Workers.Select(
                            (w, n) => new WorkerTerms(w.WorkerClaimId, [Money(w.Items[0].ItemId, instalments(n))])
                        ),
                    ],
                    Planted.Text
                )
            )
        ).Id;
        await opened.SignAll(agreement);
        return agreement;
    }

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"=(?<yuan>[0-9]+(?:\.[0-9]+)?)元", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PartOfTable();
}
