using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Mediation.EndToEnd.Tests;

/// <summary>Somebody at her desk: a browser of her own, signed in, filling in the forms of the Portal as they stand.
/// Nothing here depends on a script of the page, so that the same journey is walked with JavaScript off.</summary>
public sealed partial class Person : IAsyncDisposable
{
    private readonly HashSet<string> pages = new(StringComparer.Ordinal);
    private readonly IBrowserContext context;
    private readonly Uri portal;
    private readonly bool script;

    private Person(IBrowserContext context, IPage page, Uri portal, string account, bool script) =>
        (this.context, Page, this.portal, Account, this.script) = (context, page, portal, account, script);

    public IPage Page { get; }

    public string Account { get; }

    /// <summary>What the browser wrote to its console as errors; a page that breaks the content policy shows here.</summary>
    public List<string> ConsoleErrors { get; } = [];

    /// <summary>Every address the browser asked for.</summary>
    public List<string> Addresses { get; } = [];

    public static async Task<Person> SignIn(
        IBrowser browser,
        Uri portal,
        string account,
        bool script = true,
        string language = "zh-CN",
        int width = 1366
    )
    {
        var person = await Arrive(browser, portal, language, width, script, account);
        await person.Open("/sign-in");
        await person.EnterPassword();
        return person;
    }

    /// <summary>A browser in which nobody has signed in yet.</summary>
    public static async Task<Person> Arrive(
        IBrowser browser,
        Uri portal,
        string language = "zh-CN",
        int width = 1366,
        bool script = true,
        string account = ""
    )
    {
        var own = await browser.NewContextAsync(
            new()
            {
                JavaScriptEnabled = script,
                Locale = language,
                ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 768 },
                AcceptDownloads = true,
            }
        );
        own.SetDefaultTimeout(60_000);
        if (language != "zh-CN")
            await own.AddCookiesAsync([
                new()
                {
                    Name = "mediation.language",
                    Value = Uri.EscapeDataString($"c={language}|uic={language}"),
                    Url = portal.ToString(),
                },
            ]);
        var tab = await own.NewPageAsync();
        var person = new Person(own, tab, portal, account, script);
        tab.Console += (_, message) =>
        {
            // That a page itself was refused the browser says too; whether it should have been is the test's business.
            if (
                message.Type == "error"
                && !person.pages.Any(p => message.Location.StartsWith(p, StringComparison.Ordinal))
            )
                person.ConsoleErrors.Add($"{message.Text} {message.Location}");
        };
        tab.Request += (_, request) =>
        {
            person.Addresses.Add(request.Url);
            if (request.ResourceType == "document")
                person.pages.Add(request.Url);
        };
        return person;
    }

    /// <summary>Signs in on the page that asks for it.</summary>
    /// <param name="awaitLeaving">False where what follows is answered at the same address.</param>
    public async Task EnterPassword(bool awaitLeaving = true)
    {
        await Page.FillAsync("input[name=account]", Account);
        await Page.FillAsync("input[name=password]", City.Password);
        await Page.ClickAsync("form:has(input[name=password]) button");
        if (!awaitLeaving)
            return;
        await Page.Locator("body:not(:has(input[name=password])), .problem[role=alert]").First.WaitForAsync();
        if (Page.Url.Contains("/sign-in", StringComparison.Ordinal))
            throw new InvalidOperationException($"{Account} was not let in: {await Text(".problem")}");
    }

    public async Task<IResponse?> Open(string path)
    {
        for (var again = 0; ; again++)
            try
            {
                return await Page.GotoAsync(new Uri(portal, path).ToString());
            }
            catch (PlaywrightException e)
                when (again < 3
                    && (
                        e.Message.Contains("net::ERR_ABORTED", StringComparison.Ordinal)
                        || e.Message.Contains("interrupted by another navigation", StringComparison.Ordinal)
                    )
                )
            {
                // The page that waits for a case to arrive left by itself at this moment: the address is typed again.
            }
    }

    /// <summary>Fills in and sends the form of an action that the page offers, and waits for the page that answers.</summary>
    /// <param name="action">Name of the form.</param>
    /// <param name="fields">Field name (or its beginning with a trailing *) → value; a tick box takes "on".</param>
    /// <param name="files">Field name → file.</param>
    public async Task Act(
        string action,
        IReadOnlyDictionary<string, string>? fields = null,
        IReadOnlyDictionary<string, string>? files = null
    )
    {
        await Type(action, fields, files);
        await Press(action);
    }

    /// <summary>Fills in the form of an action and does not send it yet.</summary>
    public async Task Type(
        string action,
        IReadOnlyDictionary<string, string>? fields = null,
        IReadOnlyDictionary<string, string>? files = null
    )
    {
        var form = Form(action);
        var shut = Page.Locator($"details.action:not([open]):has(> form > input[name=_form][value='{action}'])");
        if (await shut.CountAsync() > 0)
            await shut.Locator("> summary").ClickAsync();
        foreach (var (name, value) in fields ?? new Dictionary<string, string>())
            await Fill(form, name, value);
        foreach (var (name, path) in files ?? new Dictionary<string, string>())
            await form.Locator($"input[type=file][name='{name}']").SetInputFilesAsync(path);
    }

    /// <summary>Sends the form of an action as it stands on the page, and waits for the page that answers.</summary>
    /// <exception cref="InvalidOperationException">The page says that it was not done; its words are in the message.</exception>
    public async Task Press(string action)
    {
        var form = Form(action);
        var before = Page.Url;
        var answered = Page.WaitForResponseAsync(
            r => r.Request.Method == "POST" && r.Request.ResourceType is "document" or "xhr" or "fetch",
            new() { Timeout = 60_000 }
        );
        // The mark is gone when the page that answers stands in its place.
        await Page.EvaluateAsync("document.documentElement.dataset.left = 'yes'");
        var question = script ? await form.GetAttributeAsync("data-confirm") : null;
        await form.Locator("button:not([tabindex='-1']):not([formnovalidate])").Last.ClickAsync();
        try
        {
            if (question is not null)
                await Page.Locator($"#{question} button[value=yes]").ClickAsync();
            var answer = await answered;
            if (answer.Request.ResourceType == "document")
                await Page.Locator("html:not([data-left])")
                    .WaitForAsync(new() { State = WaitForSelectorState.Attached });
        }
        catch (TimeoutException e)
        {
            // A required field left empty keeps the browser from sending.
            var empty = await form.EvaluateAsync<string>(
                "f => [...f.elements].filter(e => !e.validity.valid).map(e => e.name).join(', ')"
            );
            await Page.ScreenshotAsync(
                new() { Path = Path.Combine(Pictures.Folder, $"stuck-{action}.png"), FullPage = true }
            );
            throw new InvalidOperationException($"{Account}: {action} at {before} was not sent; not valid: {empty}", e);
        }
        await Page.WaitForLoadStateAsync();
        var problem = Page.Locator(".problem[role=alert]");
        if (await problem.CountAsync() > 0)
            throw new InvalidOperationException(
                $"{Account}: {action} at {before}: {await problem.First.InnerTextAsync()}"
            );
    }

    private ILocator Form(string action) => Page.Locator($"form:has(> input[name=_form][value='{action}'])");

    /// <summary>Id of the object whose page is open.</summary>
    public Guid IdInAddress() => Guid.Parse(Id().Match(Page.Url).Value);

    public async Task<string> Text(string selector = "main") => await Page.Locator(selector).First.InnerTextAsync();

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private static async Task Fill(ILocator form, string name, string value)
    {
        var field = form.Locator(name.EndsWith('*') ? $"[name^='{name[..^1]}']" : $"[name='{name}']").First;
        switch (await field.EvaluateAsync<string>("e => e.tagName + ':' + e.type"))
        {
            case "SELECT:select-one":
                // A field in a folded part of the form is opened by the person who needs it.
                await Unfold(field);
                await field.SelectOptionAsync(value);
                break;
            case "INPUT:checkbox" or "INPUT:radio":
                await Unfold(field);
                await field.CheckAsync();
                break;
            default:
                await Unfold(field);
                await field.FillAsync(value);
                break;
        }
    }

    private static async Task Unfold(ILocator field)
    {
        var folded = field.Locator("xpath=ancestor::details[not(@open)]");
        while (await folded.CountAsync() > 0)
            await folded.First.Locator("> summary").ClickAsync();
    }

    [GeneratedRegex("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}

/// <summary>Where pictures of pages go.</summary>
public static class Pictures
{
    public static string Folder { get; } =
        Directory.CreateDirectory(Mediation.Kit.DecisionTable.RepositoryFile("screenshots")).FullName;
}
