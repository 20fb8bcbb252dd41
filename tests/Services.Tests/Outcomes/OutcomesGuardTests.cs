using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Resources;
using System.Text;
using Mediation.Contracts;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Contracts.Identity;
using Mediation.Hosting.Authentication;
using Mediation.Outcomes;
using EnterPayment = Mediation.Contracts.Http.Outcomes.EnterPayment;
using PayeeKind = Mediation.Contracts.Http.Outcomes.PayeeKind;
using PayerKind = Mediation.Contracts.Http.Outcomes.PayerKind;
using PaymentMeans = Mediation.Contracts.Http.Outcomes.PaymentMeans;
using ReturnPayment = Mediation.Contracts.Http.Outcomes.ReturnPayment;
using ReturnReason = Mediation.Contracts.Http.Outcomes.ReturnReason;

namespace Mediation.Services.Tests.Outcomes;

/// <summary>What must not get through: bad input, the wrong person, a person's words outside their place.</summary>
[Collection("outcomes")]
public sealed class OutcomesGuardTests(OutcomesHost host)
{
    private static readonly DateOnly Accepted = new(2025, 3, 3);

    private async Task<(Person Mediator, Person Verifier, ToldWorker Worker, ToldCase Told, string District)> Agreed(
        long fen
    )
    {
        var (district, street) = await host.NewDistrict();
        var mediator = host.SignIn((Role.Mediator, street));
        var verifier = host.SignIn((Role.Verifier, district));
        var told = await new ToldCase(host, street, Accepted, mediator.Account).Tell();
        var worker = told.Worker((ClaimItemType.Wages, fen));
        await worker.Tell(worker.Joined());
        await worker.Tell(worker.Agreed(new(2025, 3, 20), (0, fen, [])));
        return (mediator, verifier, worker, told, district);
    }

    [Fact]
    public async Task Bad_entries_are_refused_with_a_clear_code()
    {
        var (mediator, _, worker, told, _) = await Agreed(5_000_00);
        var path = $"/disputes/{told.Dispute}/payments";
        var good = Papers.Payment(new(2025, 4, 9), (worker.Line(0), 100_00));
        Task No(int status, string code, EnterPayment said, byte[]? slip = null, string name = "slip.pdf") =>
            mediator.Refused(status, code, path, Papers.Form(said, slip ?? Papers.Slip(), name));
        await No(422, "amount_not_positive", good with { Shares = [new(worker.Line(0), -100)] });
        await No(422, "amount_not_positive", good with { Shares = [new(worker.Line(0), 0)] });
        await No(400, "invalid_input", good with { Shares = [new(worker.Line(0), long.MaxValue)] });
        await No(400, "invalid_input", good with { Shares = [] });
        await No(400, "invalid_input", good with { Shares = [new(worker.Line(0), 1), new(worker.Line(0), 1)] });
        await No(400, "invalid_input", good with { Shares = [new(Guid.CreateVersion7(), 100)] });
        await No(400, "invalid_input", good with { PaymentId = Guid.Empty });
        await No(400, "invalid_input", good with { Means = PaymentMeans.NotStated });
        await No(400, "invalid_input", good with { Payer = (PayerKind)99 });
        await No(400, "invalid_input", good with { PaidOn = new(1024, 1, 1) });
        await No(422, "paid_in_future", good with { PaidOn = new(2999, 1, 1) });
        await No(422, "over_amount_in_force", good with { Shares = [new(worker.Line(0), 5_000_01)] });
        await No(422, "payee_not_worker", good with { Payee = PayeeKind.Agent });
        await No(422, "union_relief_no_recovery", good with { Payer = PayerKind.UnionRelief });
        await No(422, "third_party_needs_paper", good with { Payer = PayerKind.ThirdParty });
        await No(400, "invalid_input", good with { Payer = PayerKind.ThirdParty, OnBehalfOf = Guid.CreateVersion7() });
        await No(422, "instalment_unknown", good with { Instalment = 7 });
        await mediator.Refused(422, "evidence_missing", path, Papers.Form(good, null));
        await No(415, "content_type_not_allowed", good, Encoding.UTF8.GetBytes("只是文字"), "slip.txt");
        await No(415, "content_type_disguised", good, Papers.Slip(), "slip.exe");
        await No(415, "content_type_not_allowed", good, [0x4D, 0x5A, 1, 2, 3], "slip.pdf");
        await No(400, "content_empty", good, []);
        await No(413, "content_too_large", good, [.. Papers.Slip(), .. new byte[10 * 1024 * 1024]]);
        await mediator.Refused(
            415,
            "multipart_expected",
            path,
            new StringContent("{}", Encoding.UTF8, "application/json")
        );
        foreach (
            var json in new[]
            {
                "{",
                "[]",
                "{\"shares\":null,\"paidOn\":\"2025-02-30\"}",
                "{\"shares\":[{\"amountFen\":99999999999999999999}]}",
            }
        )
        {
            using var form = new MultipartFormDataContent
            {
                { new StringContent(json, Encoding.UTF8, "application/json"), "payment" },
            };
            var response = await mediator.Post(path, form);
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, json);
        }
        using var torn = new ByteArrayContent(
            "--x\r\nContent-Disposition: form-data; name=\"payment\"\r\n\r\n{"u8.ToArray()
        );
        torn.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        (await mediator.Post(path, torn)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await host.Count($"select count(*) from payments where dispute_id = '{told.Dispute}'")).ShouldBe(0);

        // A real overpayment is entered on purpose, and its excess does not count.
        await mediator.Do(
            path,
            Papers.Form(good with { Shares = [new(worker.Line(0), 5_200_00)], ExcessConfirmed = true }, Papers.Slip())
        );
    }

    [Fact]
    public async Task A_double_submit_is_one_payment_and_a_stale_page_is_told_so()
    {
        var (mediator, verifier, worker, told, _) = await Agreed(5_000_00);
        var path = $"/disputes/{told.Dispute}/payments";
        var (said, slip, key) = (
            Papers.Payment(new(2025, 4, 9), (worker.Line(0), 100_00)),
            Papers.Slip(),
            Guid.NewGuid().ToString()
        );
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => mediator.Post(path, Papers.Form(said, slip), null, key))
        );
        foreach (var answer in answers)
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        await mediator.Do(path, Papers.Form(said, slip));
        (await host.Count($"select count(*) from payments where dispute_id = '{told.Dispute}'")).ShouldBe(1);
        await mediator.Refused(
            422,
            "payment_id_used",
            path,
            Papers.Form(said with { PaidOn = new(2025, 4, 10) }, slip)
        );

        await verifier.Refused(400, "version_missing", $"/payments/{said.PaymentId}/countersign", null);
        await verifier.Refused(412, "changed_meanwhile", $"/payments/{said.PaymentId}/countersign", null, 7);
        var signs = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ => verifier.Post($"/payments/{said.PaymentId}/countersign", null, 1, key + "s"))
        );
        signs.ShouldAllBe(s => s.StatusCode == HttpStatusCode.OK);
        await verifier.Refused(412, "changed_meanwhile", $"/payments/{said.PaymentId}/countersign", null, 1);
        await verifier.Refused(422, "already_countersigned", $"/payments/{said.PaymentId}/countersign", null, 2);
        (
            await host.Count(
                $"select count(*) from mt_events where type = 'payment_countersigned' and stream_id = '{worker.Line(0)}'"
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task Another_unit_sees_nothing_and_may_do_nothing()
    {
        var (mediator, _, worker, told, district) = await Agreed(5_000_00);
        var path = $"/disputes/{told.Dispute}/payments";
        var payment = await mediator.Do(
            path,
            Papers.Form(Papers.Payment(new(2025, 4, 9), (worker.Line(0), 100_00)), Papers.Slip())
        );
        var (elsewhere, _) = await host.NewDistrict();
        var stranger = host.SignIn((Role.CentreHead, elsewhere), (Role.Verifier, elsewhere));
        var colleague = host.SignIn((Role.Mediator, district));
        foreach (var person in new[] { stranger, colleague })
        {
            foreach (
                var get in new[]
                {
                    $"/payments/{payment.Id}",
                    $"/payments/{payment.Id}/receipt",
                    $"/lines/{worker.Line(0)}",
                    $"/disputes/{told.Dispute}/lines",
                    $"/claims/{worker.Claim}/lines",
                }
            )
                (await person.Client.GetAsync(get)).StatusCode.ShouldBe(HttpStatusCode.NotFound, get);
            (await person.Get<Page<PaymentListItem>>("/payments")).Items.ShouldBeEmpty();
            await person.Refused(
                404,
                "not_found",
                path,
                Papers.Form(Papers.Payment(new(2025, 4, 9), (worker.Line(0), 1)), Papers.Slip())
            );
        }
        await stranger.Refused(404, "not_found", $"/payments/{payment.Id}/countersign", null, 1);
        (await stranger.Client.GetAsync($"/totals?unit={district}&period=2025")).StatusCode.ShouldBe(
            HttpStatusCode.NotFound
        );
        (await stranger.Client.GetAsync($"/totals?unit={OutcomesHost.City}")).StatusCode.ShouldBe(
            HttpStatusCode.NotFound
        );
        (await stranger.Get<TotalsView>("/totals")).Unit.ShouldBe(elsewhere);
        foreach (
            var period in new[]
            {
                "2025-13",
                "2025-H3",
                "0000",
                "abc",
                "2025-02-30..2025-03-01",
                "2025-03-01..2025-02-01",
            }
        )
            (await stranger.Client.GetAsync($"/totals?period={period}")).StatusCode.ShouldBe(
                HttpStatusCode.BadRequest,
                period
            );
        var supervisor = host.SignIn((Role.Supervisor, district));
        (await supervisor.Client.GetAsync($"/payments/{payment.Id}/receipt")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var reporter = host.SignIn((Role.ReportReviewer, district));
        (await reporter.Client.GetAsync($"/payments/{payment.Id}/receipt")).StatusCode.ShouldBe(
            HttpStatusCode.Forbidden
        );
    }

    [Fact]
    public async Task Every_route_lets_in_the_roles_it_names_and_no_other()
    {
        var routes = host
            .Provider.GetServices<EndpointDataSource>()
            .SelectMany(s => s.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText is not ("/health" or "/openapi.json"))
            .ToList();
        routes.Count.ShouldBeGreaterThan(15);
        var open = routes
            .Where(r => r.Metadata.GetMetadata<AllowedRoles>() is null)
            .Select(r => r.RoutePattern.RawText);
        open.ShouldBeEmpty("a route without roles");
        var (tried, entered) = (0, 0);
        foreach (var role in Enum.GetValues<Role>())
        {
            var person = host.SignIn((role, OutcomesHost.EastDistrict));
            foreach (var route in routes)
            {
                var allowed = route.Metadata.GetMetadata<AllowedRoles>()!.Roles;
                var path = string.Join(
                    '/',
                    route.RoutePattern.PathSegments.Select(s =>
                        s.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal
                            ? literal.Content
                        : s.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter
                        && parameter.ParameterPolicies.Any(p => p.Content == "long")
                            ? "1"
                        : Guid.CreateVersion7().ToString()
                    )
                );
                var method = route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
                using var request = new HttpRequestMessage(new HttpMethod(method), "/" + path);
                if (method == "POST")
                    request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
                var answer = await person.Client.SendAsync(request);
                var may = allowed.Count == 0 || allowed.Contains(Roles.Code(role));
                ((int)answer.StatusCode).ShouldBeLessThan(500, $"{role} {method} {path}");
                (answer.StatusCode != HttpStatusCode.Forbidden).ShouldBe(
                    may,
                    $"{role} {method} {path}: {answer.StatusCode}"
                );
                tried++;
                entered += may ? 1 : 0;
            }
        }
        entered.ShouldBeInRange(1, tried - 1);
        using var nobody = new HttpClient { BaseAddress = host.Address };
        (await nobody.GetAsync("/worklist")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        // A supervisor reads and changes nothing of a case; operations (replay, skip) are not casework.
        routes
            .Where(r => !r.RoutePattern.RawText!.StartsWith("/operations", StringComparison.Ordinal))
            .Where(r => r.Metadata.GetMetadata<AllowedRoles>()!.Roles.Contains(Roles.Code(Role.Supervisor)))
            .SelectMany(r =>
                r.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => (m, r.RoutePattern.RawText))
            )
            .Where(r => r.m != "GET")
            .Select(r => r.RawText)
            .ShouldBe(["/cases/by-parties"]);
    }

    [Fact]
    public async Task Words_and_files_of_people_stand_encrypted_and_nowhere_else()
    {
        var (mediator, verifier, worker, told, district) = await Agreed(5_000_00);
        var marker = $"标记{Guid.NewGuid():N}";
        var slip = (byte[])[.. Papers.Slip(), .. Encoding.UTF8.GetBytes(marker)];
        var said = Papers.Payment(new(2025, 4, 9), (worker.Line(0), 100_00));
        var payment = await mediator.Do($"/disputes/{told.Dispute}/payments", Papers.Form(said, slip, marker + ".pdf"));
        await verifier.Do(
            $"/payments/{payment.Id}/return",
            new ReturnPayment(ReturnReason.Other, marker),
            payment.Version
        );
        await mediator.Refused(
            413,
            "content_too_large",
            $"/disputes/{told.Dispute}/payments",
            Papers.Form(said, [.. slip, .. new byte[11 * 1024 * 1024]], marker + ".pdf")
        );
        var hexadecimal = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(marker));
        foreach (var (table, rows) in await host.Database.Dump())
        {
            rows.ShouldNotContain(marker, Case.Sensitive, table);
            rows.ShouldNotContain(hexadecimal, Case.Sensitive, table);
        }
        foreach (
            var path in new[]
            {
                $"/payments/export?unit={district}&format=csv",
                $"/totals/lines/export?unit={district}&figure=returned&period=2025&format=csv",
            }
        )
            (await verifier.Client.GetStringAsync(path)).ShouldNotContain(marker);
        var reporter = host.SignIn((Role.ReportReviewer, district));
        (await reporter.Client.GetStringAsync($"/payments/{payment.Id}")).ShouldNotContain(marker);
        (await verifier.Client.GetStringAsync($"/payments/{payment.Id}")).ShouldContain(marker);
        // The search finds what is there: a leak planted on purpose.
        await host.Database.Plant($"insert into receipts values ('{marker}', '{Guid.NewGuid()}', '{Guid.NewGuid()}')");
        (await host.Database.Dump()).Values.ShouldContain(rows => rows.Contains(marker));
        await host.Database.Plant($"delete from receipts where sha256 = '{marker}'");
    }

    [Fact]
    public void Every_code_has_a_text_in_both_languages()
    {
        var texts = new ResourceManager(
            "Mediation.Outcomes.Service.Texts",
            typeof(Mediation.Outcomes.Service.RebuildLedger).Assembly
        );
        var codes = new[] { typeof(RecoveryLineRefusals), typeof(CaseFileRefusals) }
            .SelectMany(t => t.GetFields())
            .Select(f => (string)f.GetRawConstantValue()!)
            .Concat(Names<Mediation.Outcomes.WhyCounted>("why_"))
            .Concat(Names<Mediation.Outcomes.PaymentState>("state_"))
            .Concat(Names<ItemType>("item_"))
            .ToList();
        codes.Count.ShouldBeGreaterThan(60);
        var (zh, en) = (new CultureInfo("zh-CN"), new CultureInfo("en"));
        foreach (var code in codes)
        {
            var (chinese, english) = (texts.GetString(code, zh), texts.GetString(code, en));
            chinese.ShouldNotBeNull(code);
            chinese.ShouldContain(c => c > 0x4E00, customMessage: code);
            english.ShouldNotBeNull(code);
            english.ShouldAllBe(c => c < 0x2E80, code);
        }
        var all = new[] { zh, en }
            .Select(c =>
                texts
                    .GetResourceSet(c.Name == "zh-CN" ? CultureInfo.InvariantCulture : c, true, false)!
                    .Cast<System.Collections.DictionaryEntry>()
                    .Select(e => (string)e.Key)
                    .Order(StringComparer.Ordinal)
                    .ToList()
            )
            .ToList();
        all[0].ShouldBe(all[1]);
    }

    [Fact]
    public async Task A_sheet_that_would_be_cut_off_is_refused_and_not_given_short()
    {
        var (mediator, verifier, worker, told, district) = await Agreed(5_000_00);
        await mediator.Do(
            $"/disputes/{told.Dispute}/payments",
            Papers.Form(Papers.Payment(new(2025, 4, 9), (worker.Line(0), 100_00)), Papers.Slip())
        );
        var sheet = $"/payments/export?unit={district}";
        (await verifier.Client.GetAsync(sheet)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await host.Database.Plant(
            $"""
            insert into payments
            select gen_random_uuid(), line_id, dispute_id, party_id, unit, case_number, nature, state, why, amount_fen,
                   counted_fen, paid_on, means, entered_at, changed_at, entered_by, enterer_accounts, enterer_persons, version
            from payments, generate_series(1, 20000) where line_id = '{worker.Line(0)}'
            """
        );
        var refused = await verifier.Client.GetAsync(sheet);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("too_many_rows");
        (await verifier.Get<Page<PaymentListItem>>($"/payments?unit={district}")).Total.ShouldBe(20_001);
        await host.Database.Plant($"delete from payments where line_id = '{worker.Line(0)}'");
    }

    private static IEnumerable<string> Names<T>(string prefix)
        where T : struct, Enum =>
        Enum.GetNames<T>().Select(n => prefix + System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(n));
}
