using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Mediation.Contracts.Deadlines;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>Processes die, the broker and the database go away, and everything runs twice; the journey ends the same, and
/// what the services hold agrees. Whoever was just typing reads what is the matter and goes on with what she typed.</summary>
[Collection(Alone.Name)]
public sealed class FaultTests(BrowserFixture fixture)
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(20);
    private static readonly string[] Services = ["Identity", "Intake", "Disputes", "Outcomes", "Deadlines"];

    [Fact]
    public async Task Services_killed_in_the_middle_change_nothing()
    {
        var case_ = new Casework(fixture, "杀死");
        Task Breaks(string service) =>
            WhileAway(service, case_, () => fixture.City.Kill(service), () => fixture.City.Start(service), "暂不可用");
        await case_.RegisterAndAskForConsent();
        await Breaks("Intake");
        await Breaks("Identity");
        await case_.AcceptAndAppoint();
        await Breaks("Disputes");
        await Breaks("Deadlines");
        await WithoutDeadlines(case_);
        // All at once, while what was agreed is on its way to the ledger.
        foreach (var service in Services)
            await fixture.City.Kill(service);
        await Task.WhenAll(Services.Select(service => fixture.City.Start(service)));
        await Breaks("Outcomes");
        await Countersign("12,345.67");
        await ServicesAgree();
    }

    // The case says that its periods cannot be shown, everything else goes on, and what was done meanwhile ends them.
    private async Task WithoutDeadlines(Casework case_)
    {
        await fixture.City.Kill("Deadlines");
        try
        {
            await using var mediator = await fixture.SignIn("tiaojie.chaoyang");
            await mediator.Open($"/cases/{case_.Dispute}");
            (await mediator.Text("#clocks")).ShouldContain("暂不可用");
            await mediator.Open("/deadlines/list");
            (await mediator.Text()).ShouldContain("暂不可用");
            await case_.Agree();
        }
        finally
        {
            await fixture.City.Start("Deadlines");
        }
        using var desks = new Desks(fixture.City);
        await Eventually.True(
            async () =>
                (await desks.Clocks(case_.Dispute)).Single(c => c.Rule == "MED_RUN").Standing is ClockStanding.Met,
            "the period of mediation ended with the agreement"
        );
    }

    [Fact]
    public async Task RabbitMQ_away_for_twenty_seconds_in_the_middle_changes_nothing()
    {
        var case_ = new Casework(fixture, "断消息");
        await case_.RegisterAndAskForConsent();
        await using var head = await fixture.SignIn("zhuren.chaoyang");
        var away = Stopwatch.StartNew();
        await Infrastructure.Stop(Infrastructure.RabbitMq);
        try
        {
            // Whoever accepts now is led to a case that cannot have arrived, and is told so.
            await case_.Accept(head);
            (await head.Text()).ShouldContain("正在同步");
            // What is typed meanwhile is taken as always.
            await using var clerk = await fixture.SignIn("jiedai.chaoyang");
            await clerk.Open("/register");
            await clerk.Act("register", Registration("消息服务停止时填写的内容"));
            (await clerk.Text()).ShouldContain("消息服务停止时填写的内容");
            // The operator sees what is the matter, and of the services what can still be seen.
            await using var operator_ = await fixture.SignIn("ducha.chaoyang");
            await operator_.Open("/operations");
            (await operator_.Text("#service-intake")).ShouldContain("消息服务未应答");
            (await operator_.Text("#service-intake")).ShouldContain("Publishing:All");
            if (Outage - away.Elapsed is { Ticks: > 0 } rest)
                await Task.Delay(rest);
        }
        finally
        {
            await Infrastructure.Start(Infrastructure.RabbitMq);
        }
        await case_.Appoint(head);
        await case_.Agree();
        await case_.EnterPayment();
        await Countersign("12,345.67");
        await ServicesAgree();
    }

    [Fact]
    public async Task PostgreSQL_restarted_in_the_middle_changes_nothing()
    {
        var case_ = new Casework(fixture, "断数据库");
        Task Stop() => Infrastructure.Stop(Infrastructure.PostgreSql);
        Task Start() => Infrastructure.Start(Infrastructure.PostgreSql);
        await case_.RegisterAndAskForConsent();
        await WhileAway("Intake", case_, Stop, Start, "正在恢复");
        await case_.AcceptAndAppoint();
        await WhileAway("Disputes", case_, Stop, Start, "正在恢复");
        await case_.Agree();
        // At once, while what was agreed is on its way to the ledger.
        await Stop();
        await Start();
        await WhileAway("Outcomes", case_, Stop, Start, "正在恢复");
        await Countersign("12,345.67");
        await ServicesAgree();
    }

    [Fact]
    public async Task Two_Portals_go_on_for_each_other()
    {
        // Both begin with an empty key ring at the same moment; each could then trust only its own keys.
        await fixture.City.Kill("Portal");
        await fixture.City.Databases["Portal"].Plant("delete from data_protection_keys");
        var started = await Task.WhenAll(fixture.City.Start("Portal"), fixture.City.Start("Portal", "Portal-2"));
        try
        {
            await using var crossing = new Crossing(started[0]);
            await using var clerk = await Person.SignIn(fixture.Browser, crossing.Address, "jiedai.chaoyang");
            // Signed in at the first, she goes on at the second, and a form of the one is taken by the other.
            crossing.LeadTo(started[1]);
            await clerk.Open("/register");
            crossing.LeadTo(started[0]);
            await clerk.Act("register", Registration("在一个门户打开的表单"));
            var request = clerk.IdInAddress();
            // Also when the one that made the page is gone.
            await clerk.Type(
                "triage",
                new Dictionary<string, string>
                {
                    ["inScope"] = "true",
                    ["relation"] = "labour",
                    ["head"] = "payInjurySeveranceDamages",
                }
            );
            await fixture.City.Kill("Portal");
            crossing.LeadTo(started[1]);
            await clerk.Press("triage");
            clerk.IdInAddress().ShouldBe(request);
            (await clerk.Text()).ShouldContain("在一个门户打开的表单");
        }
        finally
        {
            await fixture.City.Kill("Portal-2");
            await fixture.City.Start("Portal");
        }
    }

    [Fact]
    public async Task The_sentence_about_an_outage_is_in_the_readers_language()
    {
        await using var clerk = await fixture.SignIn("jiedai.chaoyang");
        await clerk.Page.ClickAsync("button[lang=en]");
        await clerk.Open("/register");
        await clerk.Type("register", Registration("typed in English pages"));
        await fixture.City.Kill("Intake");
        try
        {
            (await Should.ThrowAsync<InvalidOperationException>(() => clerk.Press("register"))).Message.ShouldContain(
                "what you typed is kept"
            );
            (await clerk.Page.InputValueAsync("[name=facts]")).ShouldBe("typed in English pages");
        }
        finally
        {
            await fixture.City.Start("Intake");
        }
    }

    [Fact]
    public async Task Two_instances_of_every_service_act_as_one()
    {
        await Task.WhenAll(Services.Select(service => fixture.City.Start(service, service + "-2")));
        try
        {
            var case_ = new Casework(fixture, "双实例");
            await case_.RegisterAndAskForConsent();
            // The first instances held the subscriptions' locks; the second ones take over.
            foreach (var service in Services)
                await fixture.City.Kill(service);
            await Task.WhenAll(Services.Select(service => fixture.City.Start(service)));
            await case_.AcceptAndAppoint();
            await case_.Agree();
            await case_.EnterPayment();
            await Countersign("12,345.67");
            await ServicesAgree();
        }
        finally
        {
            foreach (var service in Services)
                await fixture.City.Kill(service + "-2");
        }
    }

    // A person has filled in a form of the service; it is away when she sends it, and comes back. She reads a sentence,
    // not a stack, what she typed is still in its field, and sending it once more does what she wanted, once.
    private async Task WhileAway(string service, Casework case_, Func<Task> stop, Func<Task> start, string sentence)
    {
        if (service == "Identity")
        {
            await WhileNobodyCanSignIn(stop, start, sentence);
            return;
        }
        var (account, action) = service switch
        {
            "Intake" => ("jiedai.chaoyang", "register"),
            "Disputes" => ("tiaojie.chaoyang", "holdSession"),
            "Deadlines" => ("tiaojie.chaoyang", "extend"),
            _ => ("tiaojie.chaoyang", "enterPayment"),
        };
        await using var person = await fixture.SignIn(account);
        if (service == "Intake")
            await person.Open("/register");
        else if (service == "Deadlines")
            await person.Open($"/clocks/{await Running(case_)}");
        else
            await case_.Opened(person, action);
        var typed =
            service == "Outcomes" ? "12345.67"
            : service == "Deadlines" ? "7"
            : "中断时填写的内容" + Guid.NewGuid().ToString("N")[..6];
        var (field, fields) = service switch
        {
            "Intake" => ("facts", Registration(typed)),
            "Disputes" => (
                "minutes",
                new()
                {
                    ["minutes"] = typed,
                    ["rightsNotified"] = "on",
                    ["recusalAsked"] = "on",
                }
            ),
            "Deadlines" => ("by", new() { ["by"] = typed }),
            _ => ("share.", new() { ["share.*"] = typed }),
        };
        var paper = service switch
        {
            "Outcomes" => "receipt",
            "Deadlines" => "document",
            _ => null,
        };
        await person.Type(
            action,
            fields,
            paper is null ? null : new Dictionary<string, string> { [paper] = Slips.Png(typed) }
        );
        await stop();
        try
        {
            var answer = await Should.ThrowAsync<InvalidOperationException>(() => person.Press(action));
            answer.Message.ShouldContain(sentence);
            (await person.Page.InputValueAsync($"form:has(> input[value={action}]) [name^='{field}']")).ShouldBe(typed);
            (await person.Text("body")).ShouldNotContain("Exception");
        }
        finally
        {
            await start();
        }
        // Connections to a server that is gone are found out one by one: she may have to press more than once.
        await Eventually.True(
            async () =>
            {
                try
                {
                    await person.Press(action);
                    return true;
                }
                catch (InvalidOperationException e)
                    when (e.Message.Contains(sentence, StringComparison.Ordinal) || paper is not null)
                {
                    // A file is not carried through a page: it is chosen again, beside the amount that was kept.
                    var file = person.Page.Locator(
                        $"form:has(> input[value={action}]) input[name={paper ?? "receipt"}]"
                    );
                    if (await file.CountAsync() > 0)
                    {
                        (
                            await person.Page.InputValueAsync($"form:has(> input[value={action}]) [name^='{field}']")
                        ).ShouldBe(typed);
                        await file.SetInputFilesAsync(Slips.Png(typed + Guid.NewGuid()));
                    }
                    return false;
                }
            },
            $"what was typed is taken by {service}"
        );
        if (service == "Intake")
            (await person.Text()).ShouldContain(typed);
    }

    private async Task<Guid> Running(Casework case_)
    {
        using var desks = new Desks(fixture.City);
        return (await desks.Clock(case_.Dispute, "MED_RUN")).Id;
    }

    private async Task WhileNobodyCanSignIn(Func<Task> stop, Func<Task> start, string sentence)
    {
        await using var context = await fixture.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(fixture.City.Portal, "/sign-in").ToString());
        await page.FillAsync("input[name=account]", "jiedai.chaoyang");
        await page.FillAsync("input[name=password]", City.Password);
        await stop();
        try
        {
            await page.ClickAsync("form:has(input[name=password]) button");
            (await page.InputValueAsync("input[name=account]")).ShouldBe("jiedai.chaoyang");
            (await page.InnerTextAsync("main")).ShouldContain(sentence);
        }
        finally
        {
            await start();
        }
    }

    private static Dictionary<string, string> Registration(string facts) =>
        new()
        {
            ["reach"] = string.Create(CultureInfo.InvariantCulture, $"1991{Random.Shared.Next(10_000_000):0000000}"),
            ["applicants[0].person.name"] = "工人断" + Guid.NewGuid().ToString("N")[..6],
            ["respondents[0].name"] = "示例断线有限公司",
            ["items[0].type"] = "wages",
            ["facts"] = facts,
            ["privacy"] = "on",
        };

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
        await Eventually.Get(
            Differences,
            found => found.Length == 0,
            "the services hold the same",
            TimeSpan.FromSeconds(60)
        );

    private async Task<string> Differences()
    {
        var sent = new Dictionary<string, (long Messages, decimal Digest)>();
        var applied = new List<(string Consumer, string Contract, long Messages, decimal Digest)>();
        var found = new List<string>();
        foreach (var (service, database) in fixture.City.Databases.Where(d => d.Key != "Portal"))
        {
            foreach (
                var row in await database.Rows(
                    "select direction, contract, messages, digest::text, party from message_counts"
                )
            )
                if ((string)row[0] == "sent")
                    sent[(string)row[1]] = ((long)row[2], decimal.Parse((string)row[3], CultureInfo.InvariantCulture));
                else
                    applied.Add(
                        (
                            $"{service} {row[4]}",
                            (string)row[1],
                            (long)row[2],
                            decimal.Parse((string)row[3], CultureInfo.InvariantCulture)
                        )
                    );
            if (await fixture.City.Count(service, "select count(*) from parked") is > 0 and var parked)
                found.Add($"{service} has parked {parked}");
        }
        foreach (var (contract, id) in fixture.City.Planted)
        {
            var (messages, digest) = sent.GetValueOrDefault(contract);
            sent[contract] = (messages + 1, digest + Digest(id));
        }
        if (applied.Count == 0)
            found.Add("nothing was applied");
        foreach (var (consumer, contract, messages, digest) in applied)
            if (sent.GetValueOrDefault(contract) is var told && told != (messages, digest))
                found.Add($"{consumer} applied {messages} of {told.Messages} {contract}");
        var accepted = await fixture.City.Count(
            "Intake",
            "select count(*) from mt_events where type = 'request_accepted'"
        );
        var opened = await fixture.City.Count("Disputes", "select count(*) from mt_streams where type = 'dispute'");
        if (accepted != opened)
            found.Add($"{accepted} accepted requests are {opened} cases");
        return string.Join("; ", found);
    }

    // As the services add up what they sent.
    private static decimal Digest(Guid id) =>
        BinaryPrimitives.ReadUInt64BigEndian(id.ToByteArray(bigEndian: true).AsSpan(8));
}
