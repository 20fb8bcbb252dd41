using System.Globalization;
using System.Text;

namespace Mediation.EndToEnd.Tests;

/// <summary>Marks planted in every name, text and file name of a dispute are searched for wherever they must not be.</summary>
public sealed class LeakTests(BrowserFixture fixture)
{
    /// <summary>Where an organisation's name stands in clear by design; everything else about anybody is encrypted.</summary>
    private static readonly string[] OrganisationTables = ["organisations"];

    [Fact]
    public async Task What_people_typed_is_in_no_table_queue_log_trace_address_or_stranger_s_page()
    {
        var marker = "漏" + Guid.NewGuid().ToString("N")[..12];
        var case_ = new Casework(fixture, marker);
        await case_.RegisterAndAskForConsent();
        await Refused(case_, marker);
        await case_.AcceptAndAppoint();
        var deadlines = await Deadlines(case_, marker);
        await case_.Agree();
        await case_.EnterPayment();
        string[] secrets = [marker, case_.Phone];

        (await InTables(secrets)).ShouldBeEmpty();
        InLogs(secrets).ShouldBeEmpty();
        InTraces(secrets).ShouldBeEmpty();
        (await fixture.City.Broker.Everything()).Where(m => Holds(m, secrets)).ShouldBeEmpty();
        (await SeenByAStranger(case_, secrets, deadlines)).ShouldBeEmpty();
    }

    // A period lengthened by a paper, a breach answered in words, and a party who is to be told of her right.
    private async Task<string[]> Deadlines(Casework case_, string marker)
    {
        using var desks = new Desks(fixture.City);
        var run = await desks.Clock(case_.Dispute, "MED_RUN");
        await using var mediator = await fixture.SignIn(desks.Mediator);
        await mediator.Open($"/clocks/{run.Id}");
        await mediator.Act(
            "extend",
            new Dictionary<string, string> { ["by"] = "5" },
            new Dictionary<string, string> { ["document"] = Slips.Png(marker + "同意书") }
        );
        var late = await desks.AppliedOn(Desks.Today.AddDays(-20), case_.Worker, case_.Employer, case_.Facts);
        var supervision = (await desks.Breach(late)).Id;
        await using var head = await fixture.SignIn(desks.Head);
        await head.Open($"/supervisions/{supervision}");
        await head.Act("reply", new Dictionary<string, string> { ["text"] = "回复" + marker });
        (await head.Text(".timeline")).ShouldContain(marker);
        var notice = await desks.RightEnds(late);
        await head.Open($"/notices/{notice}");
        head.Addresses.Concat(mediator.Addresses).Where(a => Holds(a, [marker])).ShouldBeEmpty();
        return
        [
            $"/clocks/{run.Id}",
            $"/supervisions/{supervision}",
            $"/notices/{notice}",
            "/deadlines/list",
            "/notices",
        ];
    }

    [Fact]
    public async Task A_leak_planted_on_purpose_is_found()
    {
        var secret = "植入" + Guid.NewGuid().ToString("N")[..12];
        await fixture
            .City.Databases["Disputes"]
            .Plant($"create table planted (note text); insert into planted values ('前{secret}后')");
        await File.AppendAllTextAsync(
            Path.Combine(fixture.City.State, "planted.log"),
            "GET /cases?q=" + Uri.EscapeDataString(secret) + "\n"
        );
        (await InTables([secret])).ShouldBe(["Disputes.planted"]);
        InLogs([secret]).ShouldBe(["planted.log"]);
        await fixture.City.Databases["Disputes"].Plant("drop table planted");
        File.Delete(Path.Combine(fixture.City.State, "planted.log"));
    }

    // A refusal and a validation error answer with words; they must not repeat what was typed into logs.
    private async Task Refused(Casework case_, string marker)
    {
        await using var intake = await fixture.SignIn("jiedai.chaoyang");
        await intake.Open("/register");
        await Should.ThrowAsync<InvalidOperationException>(() =>
            intake.Act(
                "register",
                new Dictionary<string, string>
                {
                    ["reach"] = "11010519491231002" + "0",
                    ["applicants[0].person.name"] = case_.Worker,
                    ["respondents[0].name"] = case_.Employer,
                    ["items[0].type"] = "wages",
                    ["items[0].amount"] = "-1",
                    ["facts"] = case_.Facts,
                    ["privacy"] = "on",
                }
            )
        );
        intake.Addresses.Where(a => Holds(a, [marker])).ShouldBeEmpty();
        (await intake.Page.Locator("[name=facts]").InputValueAsync()).ShouldBe(case_.Facts);
    }

    private async Task<IReadOnlyList<string>> InTables(string[] secrets)
    {
        var found = new List<string>();
        foreach (var (service, database) in fixture.City.Databases)
        foreach (var (table, rows) in await database.Dump())
            if (!OrganisationTables.Contains(table) && Holds(rows, secrets))
                found.Add($"{service}.{table}");
        return found;
    }

    private List<string> InLogs(string[] secrets) =>
        [
            .. Directory
                .EnumerateFiles(fixture.City.State, "*.log")
                .Where(file => Holds(ReadShared(file), secrets))
                .Select(file => Path.GetFileName(file)),
        ];

    private List<string> InTraces(string[] secrets)
    {
        fixture.City.Collector.Received.ShouldNotBeEmpty("no telemetry was received, so nothing was searched");
        return
        [
            .. fixture
                .City.Collector.Received.Where(r => Holds(Encoding.UTF8.GetString(r.Body), secrets))
                .Select(r => r.Signal),
        ];
    }

    private async Task<IReadOnlyList<string>> SeenByAStranger(Casework case_, string[] secrets, string[] more)
    {
        await using var stranger = await fixture.SignIn("tiaojie.haidian");
        var seen = new List<string>();
        foreach (
            var path in new[]
            {
                "/",
                "/cases",
                $"/cases/{case_.Dispute}",
                $"/requests/{case_.Request}",
                "/requests",
                "/review",
                "/overview",
                "/search?q=" + Uri.EscapeDataString(case_.Phone),
            }.Concat(more)
        )
        {
            await stranger.Open(path);
            if (Holds(await stranger.Page.ContentAsync(), [secrets[0]]))
                seen.Add(path);
        }
        var list = await stranger.Page.Context.APIRequest.GetAsync(
            new Uri(fixture.City.Portal, "/cases.xlsx").ToString()
        );
        if (list.Ok && Holds(Spreadsheet(await list.BodyAsync()), secrets))
            seen.Add("/cases.xlsx");
        return seen;
    }

    private static bool Holds(string text, string[] secrets) =>
        secrets.Any(secret => Spellings(secret).Any(s => text.Contains(s, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<string> Spellings(string secret) =>
        [
            secret,
            Uri.EscapeDataString(secret),
            string.Concat(
                secret.Select(c =>
                    c < 128 ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                )
            ),
            string.Concat(
                secret.Select(c =>
                    c < 128 ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"&#x{(int)c:X};")
                )
            ),
            Convert.ToHexString(Encoding.UTF8.GetBytes(secret)),
        ];

    private static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Spreadsheet(byte[] bytes)
    {
        using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(bytes));
        return string.Concat(
            zip.Entries.Select(entry =>
            {
                using var reader = new StreamReader(entry.Open());
                return reader.ReadToEnd();
            })
        );
    }
}
