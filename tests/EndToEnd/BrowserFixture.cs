using Microsoft.Playwright;

// One city for all: ten processes are enough for two cores. A person waits for pages most of her time, so two work side
// by side.
[assembly: AssemblyFixture(typeof(Mediation.EndToEnd.Tests.BrowserFixture))]
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace Mediation.EndToEnd.Tests;

/// <summary>What breaks the city, or counts what it holds, has it for itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>The product and Debian's Chromium.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IPlaywright playwright = null!;

    public City City { get; } = new();

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await City.InitializeAsync();
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                // Without the windows of the whole browser, which take as much of the processor as its pages.
                ExecutablePath = "/usr/bin/chromium-headless-shell",
                Args =
                [
                    "--no-sandbox",
                    "--disable-dev-shm-usage",
                    "--disable-gpu",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    // Days are typed as the browser's own language writes them.
                    "--lang=zh-CN",
                ],
                Env = Environment
                    .GetEnvironmentVariables()
                    .Cast<System.Collections.DictionaryEntry>()
                    .Where(e => !Equals(e.Key, "LANGUAGE"))
                    .Select(e => new KeyValuePair<string, string>((string)e.Key, (string)e.Value!))
                    .Append(new("LANGUAGE", "zh_CN")),
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright.Dispose();
        await City.DisposeAsync();
    }

    public Task<Person> SignIn(string account, bool script = true) =>
        Person.SignIn(Browser, City.Portal, account, script);
}
