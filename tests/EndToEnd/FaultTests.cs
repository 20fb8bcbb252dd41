using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>Processes die and every service runs twice; the journey ends the same, and what the services hold agrees.</summary>
public sealed class FaultTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData("Intake")]
    [InlineData("Disputes")]
    [InlineData("Outcomes")]
    [InlineData("Identity")]
    public async Task A_service_killed_in_the_middle_changes_nothing(string service)
    {
        var case_ = new Casework(fixture, "杀" + service);
        await case_.RegisterAndAskForConsent();
        await fixture.City.Kill(service);
        await using (var clerk = await Stubborn(service))
        {
            await fixture.City.Start(service);
            _ = clerk;
        }
        await case_.AcceptAndAppoint();
        await case_.Agree();
        await fixture.City.Kill(service);
        await fixture.City.Start(service);
        await case_.EnterPayment();
        await Countersign("12,345.67");
        await ServicesAgree();
    }

    [Fact]
    public async Task Two_instances_of_every_service_act_as_one()
    {
        string[] services = ["Identity", "Intake", "Disputes", "Outcomes"];
        foreach (var service in services)
            await fixture.City.Start(service, service + "-2");
        try
        {
            var case_ = new Casework(fixture, "双实例");
            await case_.RegisterAndAskForConsent();
            // The first instances held the subscriptions' locks; the second ones take over.
            foreach (var service in services)
                await fixture.City.Kill(service);
            foreach (var service in services)
                await fixture.City.Start(service);
            await case_.AcceptAndAppoint();
            await case_.Agree();
            await case_.EnterPayment();
            await Countersign("12,345.67");
            await ServicesAgree();
        }
        finally
        {
            foreach (var service in services)
                await fixture.City.Kill(service + "-2");
        }
    }

    // A person works on while a service is away: she reads a sentence, not a stack, and what she typed is still there.
    private async Task<Person> Stubborn(string away)
    {
        if (away == "Identity")
        {
            var context = await fixture.Browser.NewContextAsync();
            var page = await context.NewPageAsync();
            await page.GotoAsync(new Uri(fixture.City.Portal, "/sign-in").ToString());
            await page.FillAsync("input[name=account]", "jiedai.chaoyang");
            await page.FillAsync("input[name=password]", City.Password);
            await page.ClickAsync("form:has(input[name=password]) button");
            (await page.InputValueAsync("input[name=account]")).ShouldBe("jiedai.chaoyang");
            (await page.InnerTextAsync("main")).ShouldContain("暂不可用");
            await context.DisposeAsync();
            return null!;
        }
        var clerk = await fixture.SignIn("jiedai.chaoyang");
        await clerk.Open("/");
        if (away == "Intake")
        {
            await clerk.Open("/register");
            var error = await Should.ThrowAsync<InvalidOperationException>(() =>
                clerk.Act(
                    "register",
                    new Dictionary<string, string>
                    {
                        ["reach"] = "19900000001",
                        ["applicants[0].person.name"] = "工人断",
                        ["respondents[0].name"] = "示例断线有限公司",
                        ["items[0].type"] = "wages",
                        ["facts"] = "服务停止时填写的内容",
                        ["privacy"] = "on",
                    }
                )
            );
            error.Message.ShouldContain("暂不可用");
            (await clerk.Page.InputValueAsync("[name=facts]")).ShouldBe("服务停止时填写的内容");
        }
        (await clerk.Text("body")).ShouldNotContain("Exception");
        return clerk;
    }

    private async Task Countersign(string amount)
    {
        await using var verifier = await fixture.SignIn("fuhe.chaoyang");
        await Eventually.True(
            async () =>
            {
                await verifier.Open("/review");
                return (await verifier.Text()).Contains(amount, StringComparison.Ordinal);
            },
            "the payment waits for its countersignature"
        );
        await verifier.Act("countersign");
    }

    /// <summary>Everything sent was applied by everybody who listens, the same messages and none twice; and every accepted
    /// request is one dispute and one case file of the ledger.</summary>
    private async Task ServicesAgree() =>
        await Eventually.True(
            async () =>
            {
                var sent = new Dictionary<string, (long, string)>();
                var applied = new List<(string Contract, long Messages, string Digest)>();
                foreach (var (service, database) in fixture.City.Databases.Where(d => d.Key != "Portal"))
                foreach (
                    var row in await database.Rows(
                        "select direction, contract, messages, digest::text from message_counts"
                    )
                )
                    if ((string)row[0] == "sent")
                        sent[(string)row[1]] = ((long)row[2], (string)row[3]);
                    else
                        applied.Add(((string)row[1], (long)row[2], (string)row[3]));
                return applied.Count > 0
                    && applied.TrueForAll(a => sent.TryGetValue(a.Contract, out var s) && s == (a.Messages, a.Digest))
                    && await Count("Intake", "select count(*) from mt_events where type = 'request_accepted'")
                        == await Count("Disputes", "select count(*) from mt_streams where type = 'dispute'")
                    && await Count("Disputes", "select count(*) from parked") == 0
                    && await Count("Outcomes", "select count(*) from parked") == 0;
            },
            "the services hold the same",
            TimeSpan.FromSeconds(60)
        );

    private async Task<long> Count(string service, string sql) =>
        (long)(await fixture.City.Databases[service].Rows(sql))[0][0];
}
