using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Identity;
using Mediation.Contracts.Http.Intake;
using Mediation.Kit;
using Microsoft.Playwright;

namespace Mediation.EndToEnd.Tests;

/// <summary>Every page of the Portal, opened by somebody entitled to it with a real dispute behind it, at office and at
/// phone width, in both languages: accessible, complete, in one language, and without a word from the console. Which
/// pages there are the Portal itself says, so that a page added later and not visited fails here. A picture of each is
/// left in <c>screenshots/</c>.</summary>
public sealed partial class PageTests(BrowserFixture fixture, Registry registry) : IClassFixture<Registry>
{
    private const int Office = 1366;
    private const int Phone = 390;

    private static readonly string[] AxeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

    /// <summary>Addresses that answer with a file, lead on, or speak to machines.</summary>
    private static readonly string[] NoPages =
    [
        "/admin",
        "/cases.xlsx",
        "/cases/{id:guid}/papers/{paperId:guid}",
        "/clocks/{id:guid}/documents/{contentId:guid}",
        "/deadlines/list.xlsx",
        "/disputes/{id:guid}",
        "/feeds/{token}.ics",
        "/health",
        "/notices/{id:guid}/letter",
        "/overview.xlsx",
        "/overview/lines.xlsx",
        "/payments/{id:guid}",
        "/reminders/unread",
        "/requests.xlsx",
        "/review.xlsx",
        "/review/{id:guid}/debt-paper",
        "/review/{id:guid}/receipt",
        "/rules/{id}/papers/{paper:guid}",
    ];

    /// <param name="Route">Pattern of the address, as the Portal lists it.</param>
    /// <param name="Name">Name of the picture.</param>
    /// <param name="Account">Who opens it; null before sign-in.</param>
    /// <param name="Then">What is pressed before the page is looked at.</param>
    private sealed record Visit(
        string Route,
        string Name,
        string? Account,
        string Path,
        Func<IPage, Task>? Then = null
    );

    [Fact]
    public async Task Every_page_is_visited()
    {
        await registry.Make();
        var visited = (await Visits()).Select(v => v.Route).ToHashSet(StringComparer.Ordinal);
        var routes = await Routes();
        routes.ShouldContain("/cases/{id:guid}");
        routes.Except(visited).Except(NoPages).ShouldBeEmpty("nobody opens these pages in a test");
        visited.Except(routes).ShouldBeEmpty("these addresses are gone");
        NoPages.Except(routes).ShouldBeEmpty("these addresses are gone");
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task Every_page_is_fit_to_work_with(string language)
    {
        await registry.Make();
        var own = await OwnWords();
        var findings = new List<string>();
        var visits = await Visits();
        visits.Count.ShouldBeGreaterThan(40);
        // Two browsers at a time: one is drawn while the other's page is made.
        await Parallel.ForEachAsync(
            visits.GroupBy(v => v.Account),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (desk, _) =>
            {
                await using var person = await Sit(desk.Key, language, Office);
                foreach (var visit in desk)
                {
                    var found = await Look(person, visit, language, own);
                    lock (findings)
                        findings.AddRange(found.Select(f => $"{visit.Name}: {f}"));
                }
            }
        );
        findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_pictures_of_the_README_are_taken()
    {
        await registry.Make();
        var folder = Directory.CreateDirectory(Path.Combine(Pictures.Folder, "readme")).FullName;
        await Take("workbench", registry.Desks.Mediator, "/", Office);
        await Take("registration", registry.Desks.Intake, "/register", Office, FillAndSearch);
        await Take("case", registry.Desks.Mediator, $"/cases/{registry["paying"]}", Office);
        await Take("countersignature", registry.Desks.Verifier, $"/review/{registry["awaiting"]}", Office);
        await Take("phone", registry.Desks.Mediator, $"/cases/{registry["bargaining"]}", Phone);

        async Task Take(string name, string account, string path, int width, Func<IPage, Task>? then = null)
        {
            await using var person = await Sit(account, "zh-CN", width);
            // Small enough to be looked at beside one another, and to be kept in a repository.
            if (width == Office)
                await person.Page.SetViewportSizeAsync(1180, 690);
            await person.Open(path);
            if (then is not null)
                await then(person.Page);
            var file = Path.Combine(folder, name + ".png");
            await person.Page.ScreenshotAsync(new() { Path = file, Animations = ScreenshotAnimations.Disabled });
            new FileInfo(file).Length.ShouldBeLessThan(250_000, name);
        }

        static async Task FillAndSearch(IPage page)
        {
            await page.FillAsync("[name=reach]", "19900000000");
            await page.FillAsync("[name='applicants[0].person.name']", "工人甲");
            await page.FillAsync("[name='respondents[0].name']", "示例建筑");
            await page.WaitForSelectorAsync("#found .found");
        }
    }

    private async Task<List<Visit>> Visits()
    {
        var bargaining = await registry.Desks.Case(registry["bargaining"]);
        var minutes = bargaining.Sessions.Single(s => s.Status is SessionStatus.Held).Minutes!.ContentId;
        var advised = await registry.Desks.Request(registry["advised"]);
        var advice = advised.Texts.Single(t => t.Kind != "facts").Content.ContentId;
        var applicant = advised.Applicants[0].PartyId;
        var account = await registry.Desks.AccountId(registry.Desks.Mediator);
        var running = (await registry.Desks.Clocks(registry["bargaining"])).First(c => c.Rule == "MED_RUN").Id;
        var breached = (await registry.Desks.Clocks(registry["late"])).Single(c => c.Rule == "MED_ACCEPT").Id;
        var supervision = (await registry.Desks.Breach(registry["late"])).Id;
        const string people = "/admin/accounts/{id:guid}";
        const string request = "/requests/{id:guid}";
        const string dispute = "/cases/{id:guid}";
        const string payment = "/review/{id:guid}";
        var visits = new List<Visit>
        {
            new("/sign-in", "sign-in", null, "/sign-in"),
            new("/sign-in", "sign-in-refused", null, "/sign-in", RefusedSignIn),
            new("/error/{status:int}", "error-404", null, "/error/404"),
            new("/error/{status:int}", "error-503", null, "/error/503"),
            new("/", "workbench-intake", registry.Desks.Intake, "/"),
            new("/register", "register", registry.Desks.Intake, "/register"),
            new("/register", "register-wrong", registry.Desks.Intake, "/register", SendEmpty),
            new("/register", "register-found", registry.Desks.Intake, "/register", SearchEmployer),
            new("/requests", "requests", registry.Desks.Intake, "/requests"),
            new("/requests", "requests-none", registry.Desks.Intake, "/requests?number=没有这样的案号"),
            new("/notices", "notices", registry.Desks.Intake, "/notices?state=toPhone"),
            new("/notices/{id:guid}", "notice", registry.Desks.Intake, $"/notices/{registry["notice"]}"),
            new("/search", "search", registry.Desks.Intake, "/search"),
            new("/search", "search-found", registry.Desks.Intake, "/search", Search),
            new(
                request,
                "request-party",
                registry.Desks.Intake,
                $"/requests/{registry["registered"]}?party={await Applicant()}"
            ),
            new(
                "/requests/{id:guid}/texts/{contentId:guid}",
                "request-text",
                registry.Desks.Intake,
                $"/requests/{registry["advised"]}/texts/{advice}"
            ),
            new("/profile", "profile", registry.Desks.Intake, "/profile"),
            new("/password", "password", registry.Desks.Intake, "/password"),
            new("/totp", "totp", registry.Desks.Intake, "/totp"),
            new("/error/{status:int}", "error-403", registry.Desks.Intake, "/admin/accounts"),
            new("/", "workbench-head", registry.Desks.Head, "/"),
            new(dispute, "case-accepted", registry.Desks.Head, $"/cases/{registry["accepted"]}"),
            new("/cases", "cases", registry.Desks.Head, "/cases"),
            new("/cases", "cases-sorted", registry.Desks.Head, "/cases?state=assigned&sort=-claimedFen"),
            new("/", "workbench-mediator", registry.Desks.Mediator, "/"),
            new("/cases", "cases-mediator", registry.Desks.Mediator, "/cases"),
            new(
                "/cases/{id:guid}/contents/{contentId:guid}",
                "case-text",
                registry.Desks.Mediator,
                $"/cases/{registry["bargaining"]}/contents/{minutes}"
            ),
            new("/", "workbench-verifier", registry.Desks.Verifier, "/"),
            new("/review", "review", registry.Desks.Verifier, "/review"),
            new("/review", "review-none", registry.Desks.Verifier, "/review?caseNumber=没有这样的案号"),
            new(
                payment,
                "review-countersigned",
                registry.Desks.Verifier,
                $"/review/{registry["countersigned"]}?state=all"
            ),
            new(payment, "review-returned", registry.Desks.Mediator, $"/review/{registry["returned"]}?state=returned"),
            new(payment, "review-reversed", registry.Desks.Verifier, $"/review/{registry["reversed"]}?state=reversed"),
            new("/overview", "overview", registry.Desks.Supervisor, "/overview"),
            new(
                "/overview",
                "overview-month",
                registry.Desks.Supervisor,
                $"/overview?period={Desks.Today:yyyy-MM}&money=yuan"
            ),
            new("/overview", "overview-district", registry.Desks.Supervisor, "/overview?unit=110105"),
            new("/overview/lines", "overview-lines", registry.Desks.Supervisor, "/overview/lines?figure=recovered"),
            new("/overview/lines", "overview-awaiting", registry.Desks.Supervisor, "/overview/lines?figure=awaiting"),
            new("/", "workbench-supervisor", registry.Desks.Supervisor, "/"),
            new(dispute, "case-clock", registry.Desks.Head, $"/cases/{registry["bargaining"]}", Explain),
            new(request, "request-late", registry.Desks.Head, $"/requests/{registry["late"]}"),
            new("/clocks/{id:guid}", "clock", registry.Desks.Mediator, $"/clocks/{running}"),
            new("/clocks/{id:guid}", "clock-breached", registry.Desks.Head, $"/clocks/{breached}"),
            new("/deadlines", "deadlines", registry.Desks.Supervisor, "/deadlines"),
            new("/deadlines", "deadlines-duties", registry.Desks.Head, "/deadlines?unit=110105&type=duty"),
            new("/deadlines/list", "deadlines-list", registry.Desks.Supervisor, "/deadlines/list"),
            new("/deadlines/list", "deadlines-overdue", registry.Desks.Head, "/deadlines/list?band=overdue"),
            new("/deadlines/list", "deadlines-none", registry.Desks.Head, "/deadlines/list?due=2031-01-01"),
            new("/deadlines/month", "deadlines-month", registry.Desks.Head, "/deadlines/month"),
            new(
                "/deadlines/month",
                "deadlines-month-provisional",
                registry.Desks.Supervisor,
                $"/deadlines/month?month={Desks.Today.AddYears(2):yyyy-MM}"
            ),
            new("/supervisions", "supervisions", registry.Desks.Head, "/supervisions?side=of"),
            new("/supervisions", "supervisions-cleared", registry.Desks.Supervisor, "/supervisions?state=cleared"),
            new("/supervisions/{id:guid}", "supervision", registry.Desks.Head, $"/supervisions/{supervision}"),
            new("/rules", "rules", registry.Desks.Mediator, "/rules"),
            new("/rules", "rules-found", registry.Desks.Supervisor, "/rules?connected=false", FindRule),
            new("/rules/{id}", "rule", registry.Desks.Mediator, "/rules/MED_RUN"),
            new("/rules/{id}", "rule-tried", registry.Desks.Supervisor, "/rules/ARB_LIMIT", Try),
            new("/rules/{id}", "rule-local", Desks.Administrator, "/rules/MED_LOCAL_CY"),
            new("/calendar", "calendar", registry.Desks.Head, "/calendar"),
            new("/calendar", "calendar-edited", Desks.Administrator, $"/calendar?year={Desks.Today.Year + 1}", Preview),
            new("/simulation", "simulation", registry.Desks.Head, "/simulation"),
            new("/simulation", "simulation-days", registry.Desks.Supervisor, "/simulation", Suppose),
            new("/reminders", "reminders", registry.Desks.Head, "/reminders"),
            new("/", "workbench-administrator", Desks.Administrator, "/"),
            new("/operations", "operations", Desks.Administrator, "/operations"),
            new(
                "/operations/errors",
                "operations-errors",
                Desks.Administrator,
                "/operations/errors?service=disputes&queue=disputes.requests_skipped"
            ),
            new("/admin/accounts", "accounts", Desks.Administrator, "/admin/accounts"),
            new("/admin/accounts/new", "account-new", Desks.Administrator, "/admin/accounts/new"),
            new(people, "account", Desks.Administrator, $"/admin/accounts/{account}"),
            new("/admin/units", "units", Desks.Administrator, "/admin/units?open=110105"),
            new("/admin/units/{code}", "unit-district", Desks.Administrator, "/admin/units/110105"),
            new("/admin/units/{code}", "unit-street", Desks.Administrator, "/admin/units/110105027"),
        };
        string[] requests = ["registered", "triaged", "applied", "advised", "referred", "withdrawn", "duplicate"];
        visits.AddRange(
            requests.Select(r => new Visit(request, $"request-{r}", registry.Desks.Intake, $"/requests/{registry[r]}"))
        );
        string[] decided = ["consented", "notAccepted"];
        visits.AddRange(
            decided.Select(r => new Visit(request, $"request-{r}", registry.Desks.Head, $"/requests/{registry[r]}"))
        );
        string[] cases = ["session", "bargaining", "signing", "failed", "withdrawnCase", "paying", "spot", "closed"];
        visits.AddRange(
            cases.Select(c => new Visit(dispute, $"case-{c}", registry.Desks.Mediator, $"/cases/{registry[c]}"))
        );
        visits.Add(new(dispute, "case-recusal", registry.Desks.Head, $"/cases/{registry["bargaining"]}"));
        // Last at her desk: it leaves by itself, also while the next address is typed.
        visits.Add(new(dispute, "case-syncing", registry.Desks.Head, $"/cases/{Guid.CreateVersion7()}?new=1"));
        return visits;

        async Task<Guid> Applicant() => (await registry.Desks.Request(registry["registered"])).Applicants[0].PartyId;

        static async Task RefusedSignIn(IPage page)
        {
            await page.FillAsync("[name=account]", "jiedai.chaoyang");
            await page.FillAsync("[name=password]", "falsch");
            await page.ClickAsync("form:has([name=password]) button");
            await page.WaitForSelectorAsync(".problem");
        }

        static async Task SendEmpty(IPage page)
        {
            await page.ClickAsync("[data-save]");
            await page.WaitForSelectorAsync(".problem");
        }

        static async Task Explain(IPage page)
        {
            await page.ClickAsync("#clocks a[href^='/clocks/']");
            await page.WaitForSelectorAsync("#clock-explained .counting");
        }

        static async Task FindRule(IPage page)
        {
            await page.FillAsync("[name=text]", "仲裁");
            await page.ClickAsync("form.filters button");
            await page.WaitForSelectorAsync("table a[href^='/rules/ARB_']");
        }

        static async Task Try(IPage page)
        {
            await page.ClickAsync("#try button");
            await page.WaitForSelectorAsync("#try .counting");
        }

        static async Task Preview(IPage page)
        {
            await page.FillAsync("[name=notice]", "示例通知");
            await page.ClickAsync("button[value=preview]:not([tabindex])");
            await page.WaitForSelectorAsync("#editor .card-body + .card-body, #editor .problem");
        }

        static async Task Suppose(IPage page)
        {
            await page.FillAsync("[name=daysOff]", $"{Desks.Today:yyyy-MM-dd}..{Desks.Today.AddDays(20):yyyy-MM-dd}");
            await page.ClickAsync("#days button");
            await page.WaitForSelectorAsync("#effect");
        }

        static async Task SearchEmployer(IPage page)
        {
            await page.FillAsync("[name='respondents[0].name']", "示例建筑");
            await page.WaitForSelectorAsync("#found .found");
        }

        static async Task Search(IPage page)
        {
            await page.FillAsync("[name=q]", "示例快递");
            await page.ClickAsync(".search-form button");
            await page.WaitForSelectorAsync(".found");
        }
    }

    private async Task<Person> Sit(string? account, string language, int width) =>
        account is null
            ? await Person.Arrive(fixture.Browser, fixture.City.Portal, language, width)
            : await Person.SignIn(fixture.Browser, fixture.City.Portal, account, language: language, width: width);

    private static async Task<List<string>> Look(Person person, Visit visit, string language, Regex own)
    {
        var page = person.Page;
        var findings = new List<string>();
        // A page that asks again by itself would leave while it is looked at.
        await page.RouteAsync("**/*new=2", r => r.FulfillAsync(new() { Status = 204 }));
        person.ConsoleErrors.Clear();
        var answer = await person.Open(visit.Path);
        if (answer is null || answer.Status >= 500 && visit.Name != "error-503")
            findings.Add($"answered {answer?.Status}");
        if (visit.Then is { } then)
            await then(page);
        await page.WaitForLoadStateAsync();
        var folded = await page.EvaluateAsync<int>("document.querySelectorAll('main details:not([open])').length") > 0;
        foreach (var width in new[] { Office, Phone })
        {
            await Narrow(width, "");
            // People look at the pictures in one language; a picture of a whole page costs as much as the page.
            if (language == "zh-CN")
                await Draw(width, "");
        }
        if (folded)
        {
            await page.EvaluateAsync("document.querySelectorAll('main details').forEach(d => d.open = true)");
            foreach (var width in new[] { Phone, Office })
                await Narrow(width, " with everything opened");
            if (language == "zh-CN")
                await Draw(Office, "-open");
        }
        // Each width in one of the languages.
        if (language != "zh-CN")
            await page.SetViewportSizeAsync(Phone, 844);
        // Where a line was scrolled into sight, the head of the page lies over what it lies over for a moment only.
        await page.EvaluateAsync("scrollTo(0, 0)");
        findings.AddRange(await Axe(page));
        findings.AddRange(Words(await page.EvaluateAsync<string[]>(TextsOfThePage), language, own));
        findings.AddRange(person.ConsoleErrors.Select(e => $"console: {e}"));
        return findings;

        async Task Narrow(int width, string when)
        {
            await page.SetViewportSizeAsync(width, width == Phone ? 844 : 768);
            await page.EvaluateAsync("scrollTo(0, 0)");
            var over = await page.EvaluateAsync<int>(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            );
            if (over > 0)
                findings.Add($"is {over} pixels too wide at {width}{when}");
        }

        Task Draw(int width, string suffix) =>
            page.ScreenshotAsync(
                new()
                {
                    Path = Path.Combine(
                        Directory
                            .CreateDirectory(
                                Path.Combine(Pictures.Folder, width.ToString(CultureInfo.InvariantCulture))
                            )
                            .FullName,
                        $"{visit.Name}{suffix}.png"
                    ),
                    FullPage = true,
                    Animations = ScreenshotAnimations.Disabled,
                }
            );
    }

    private static async Task<IEnumerable<string>> Axe(IPage page)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
            await page.EvaluateAsync(AxeSource.Value);
        var violations = await page.EvaluateAsync<JsonElement>(
            """
            async tags => (await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }))
              .violations.map(v => v.id + ' ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ': ' + n.failureSummary.split('\n')[1]).join(' | '))
            """,
            AxeTags
        );
        return violations.EnumerateArray().Select(v => $"axe: {v.GetString()}");
    }

    private static readonly Lazy<string> AxeSource = new(() =>
        File.ReadAllText(DecisionTable.RepositoryFile("services/Portal/node_modules/axe-core/axe.min.js"))
    );

    // Everything a reader or a screen reader is told, hidden parts included; not what was typed by somebody, not what
    // says of itself that it is in another language, not technical names (code).
    private const string TextsOfThePage = """
        () => {
          const other = 'script,style,noscript,template,code,.prose,select[name=courtCause],[lang]:not(html)';
          const texts = [document.title];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node; (node = walker.nextNode()); )
            if (node.data.trim() && !node.parentElement.closest(other)) texts.push(node.data.trim());
          for (const element of document.querySelectorAll('[aria-label],[title],[alt],[placeholder]'))
            if (!element.closest(other))
              for (const name of ['aria-label', 'title', 'alt', 'placeholder'])
                if (element.getAttribute(name)) texts.push(element.getAttribute(name));
          return texts;
        }
        """;

    private static IEnumerable<string> Words(string[] texts, string language, Regex own)
    {
        foreach (var text in texts.Select(t => own.Replace(t, "")).Distinct(StringComparer.Ordinal))
        {
            if (Key().Match(text) is { Success: true } key)
                yield return $"shows the key {key.Value} in '{text}'";
            if (Code().Match(text) is { Success: true } code)
                yield return $"shows the code {code.Value} in '{text}'";
            if (Placeholder().IsMatch(text))
                yield return $"shows a placeholder in '{text}'";
            if (language == "en" && Chinese().IsMatch(text))
                yield return $"is in Chinese: '{text}'";
        }
    }

    /// <summary>Names of units and people, case numbers and typed texts: they stand on every page as they are.</summary>
    private async Task<Regex> OwnWords()
    {
        var units = await registry.Desks.Get<UnitTreeView>(Desks.Administrator, "Identity", "units");
        var people = await registry.Desks.Get<Contracts.Http.Page<AccountListItem>>(
            Desks.Administrator,
            "Identity",
            "accounts?size=100"
        );
        var numbering = await registry.Desks.Get<List<CaseNumbering>>(Desks.Administrator, "Intake", "numbering");
        string[] words =
        [
            .. units.Units.Select(u => u.Name),
            .. people.Items.Select(p => p.DisplayName),
            .. people.Items.Select(p => p.AccountName),
            AdministrationActionTests.NewAccount,
            .. numbering.Select(n => n.Prefix),
            .. Registry.Typed,
        ];
        return new Regex(
            string.Join(
                '|',
                words.Distinct(StringComparer.Ordinal).OrderByDescending(w => w.Length).Select(Regex.Escape)
            )
                + @"|示例\w*有限公司|示例\w*|没有这样的案号|\p{IsCJKUnifiedIdeographs}\*+|\p{IsCJKUnifiedIdeographs}+〔\d{4}〕[\d-]+号(?:-协\d+)?|朝工调"
                // Holidays are named as in the notice, also within an English sentence.
                + "|元旦|春节|清明节|劳动节|端午节|中秋节|国庆节",
            RegexOptions.None,
            TimeSpan.FromSeconds(5)
        );
    }

    private static async Task<HashSet<string>> Routes()
    {
        var assembly = DecisionTable.RepositoryFile("services/Portal/bin");
        var file = Directory
            .GetFiles(assembly, "Mediation.Portal.dll", SearchOption.AllDirectories)
            .MaxBy(File.GetLastWriteTimeUtc)!;
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [file, "routes"]) { RedirectStandardOutput = true, UseShellExecute = false }
        )!;
        var lines = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return
        [
            .. lines
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(l => l.StartsWith("GET ", StringComparison.Ordinal))
                .Select(l => l["GET ".Length..]),
        ];
    }

    [GeneratedRegex(
        @"(?<![\w./@-])[a-z][A-Za-z]+\.[a-z][A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*(?![\w@])",
        RegexOptions.None,
        1000
    )]
    private static partial Regex Key();

    [GeneratedRegex(@"(?<![\w/.-])(?:[a-z]+(?:_[a-z]+)+|[a-z]+[A-Z][a-z]+[A-Za-z]*)(?![\w/])", RegexOptions.None, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\{\w*\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}", RegexOptions.None, 1000)]
    private static partial Regex Chinese();
}
