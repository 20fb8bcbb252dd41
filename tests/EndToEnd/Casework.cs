using System.Globalization;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>One dispute through the hands of those who work on it, each step by the form of its page.</summary>
/// <param name="marker">Stands in every name and text typed, so that a search finds where it went.</param>
/// <param name="unit">Unit that handles it; null: the one the form proposes.</param>
public sealed class Casework(
    BrowserFixture fixture,
    string marker,
    bool script = true,
    District district = District.Chaoyang,
    string? unit = null
)
{
    public Guid Request { get; private set; }

    public Guid Dispute { get; private set; }

    /// <summary>The payment entered last, and the file of its slip.</summary>
    public Guid Payment { get; private set; }

    public string Slip { get; private set; } = "";

    public string Worker => "工人" + marker;

    public string Employer => "示例" + marker + "有限公司";

    public string Facts => "拖欠工资事实" + marker;

    public string Phone { get; } =
        "1990" + Random.Shared.Next(0, 10_000_000).ToString("0000000", CultureInfo.InvariantCulture);

    /// <summary>The intake officer registers, applies the scope test, takes the application and both consents.</summary>
    public async Task RegisterAndAskForConsent()
    {
        await using var intake = await fixture.SignIn(district.Account("jiedai"), script);
        await intake.Open("/register");
        var registration = new Dictionary<string, string>
        {
            ["channel"] = "walkIn",
            ["reach"] = Phone,
            ["applicants[0].person.name"] = Worker,
            ["respondents[0].name"] = Employer,
            ["items[0].type"] = "wages",
            ["items[0].amount"] = "12345.67",
            ["facts"] = Facts,
            ["privacy"] = "on",
        };
        if (unit is not null)
            registration["unit"] = unit;
        await intake.Act("register", registration);
        Request = intake.IdInAddress();
        await intake.Act(
            "triage",
            new Dictionary<string, string>
            {
                ["inScope"] = "true",
                ["relation"] = "labour",
                ["head"] = "payInjurySeveranceDamages",
            }
        );
        await intake.Act("apply");
        // The form proposes who has not been asked yet, until everybody has been.
        var asked = intake.Page.Locator("form:has(> input[value=consent]) select[name=partyId]");
        while (await asked.CountAsync() > 0 && await asked.InputValueAsync() is { Length: > 0 })
            await intake.Act("consent", new Dictionary<string, string> { ["given"] = "true" });
    }

    /// <summary>The head accepts and appoints a mediator.</summary>
    public async Task AcceptAndAppoint()
    {
        await using var head = await fixture.SignIn(district.Account("zhuren"), script);
        await Accept(head);
        await Appoint(head);
    }

    public async Task Accept(Person head)
    {
        await head.Open($"/requests/{Request}");
        await head.Act("accept");
        Dispute = NameBased(Request, "dispute");
    }

    public async Task Appoint(Person head)
    {
        await Opened(head, "appointMediator");
        await head.Act(
            "appointMediator",
            new Dictionary<string, string> { ["mediator"] = await Option(head, "mediator", district.Mediator()) }
        );
    }

    /// <summary>The mediator holds a session and brings about an agreement, effective with all signatures.</summary>
    public async Task Agree(string yuan = "12345.67", string? instalments = null)
    {
        await using var mediator = await fixture.SignIn(district.Account("tiaojie"), script);
        await Opened(mediator, "holdSession");
        await mediator.Act(
            "holdSession",
            new Dictionary<string, string>
            {
                ["minutes"] = "调解笔录" + marker,
                ["rightsNotified"] = "on",
                ["recusalAsked"] = "on",
            }
        );
        await mediator.Act(
            "makeOffer",
            new Dictionary<string, string>
            {
                ["side"] = "worker",
                ["amount"] = yuan,
                ["statement"] = "陈述" + marker,
            }
        );
        await mediator.Act("answerOffer", new Dictionary<string, string> { ["answer"] = "accepted" });
        var item = await mediator
            .Page.Locator("form:has(> input[value=draftAgreement]) input[name$='.amount']")
            .First.GetAttributeAsync("name");
        var terms = new Dictionary<string, string> { [item!] = yuan };
        if (instalments is null)
            terms[item![..^".amount".Length] + ".dueOn"] = Today;
        else
            terms[item![..^".amount".Length] + ".instalments"] = instalments;
        await mediator.Act("draftAgreement", terms);
        var signatories = await mediator
            .Page.Locator("form:has(> input[value=recordSignature]) select[name=signatory] option")
            .EvaluateAllAsync<string[]>("os => os.map(o => o.value).filter(v => v)");
        foreach (var signatory in signatories)
            await mediator.Act(
                "recordSignature",
                new Dictionary<string, string>
                {
                    ["signatory"] = signatory,
                    ["mode"] = signatory.StartsWith("organisation", StringComparison.OrdinalIgnoreCase)
                        ? "seal"
                        : "handwritten",
                },
                new Dictionary<string, string> { ["evidence"] = Slips.Png(marker + signatory) }
            );
        await mediator.Act("issuePaper");
    }

    /// <summary>The mediator enters a payment with its slip.</summary>
    public async Task EnterPayment(string yuan = "12345.67")
    {
        await using var mediator = await fixture.SignIn(district.Account("tiaojie"), script);
        await Opened(mediator, "enterPayment");
        Slip = Slips.Png(marker + Guid.NewGuid());
        await mediator.Act(
            "enterPayment",
            new Dictionary<string, string> { ["share.*"] = yuan },
            new Dictionary<string, string> { ["receipt"] = Slip }
        );
        var link = await mediator.Page.Locator("main a[href^='/review/']").Last.GetAttributeAsync("href");
        Payment = Guid.Parse(link!["/review/".Length..]);
    }

    /// <summary>Waits, as a person reloads, until the case's page offers an action.</summary>
    public async Task Opened(Person person, string action) =>
        await Eventually.True(
            async () =>
            {
                await person.Open($"/cases/{Dispute}");
                return await person.Page.Locator($"form:has(> input[name=_form][value='{action}'])").CountAsync() > 0;
            },
            $"{person.Account} is offered {action}",
            TimeSpan.FromSeconds(45)
        );

    private static string Today =>
        TimeZoneInfo
            .ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"))
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static async Task<string> Option(Person person, string select, string text) =>
        await person
            .Page.Locator($"select[name={select}] option", new() { HasText = text })
            .First.GetAttributeAsync("value")
        ?? throw new InvalidOperationException($"{text} is not offered.");

    // The name-based id (RFC 9562 version 5) that the contract promises, made here independently of the product.
    private static Guid NameBased(Guid space, string name)
    {
#pragma warning disable CA5350 // Version 5 is defined on SHA-1.
        var bytes = System.Security.Cryptography.SHA1.HashData([
            .. space.ToByteArray(bigEndian: true),
            .. System.Text.Encoding.UTF8.GetBytes(name),
        ]);
#pragma warning restore CA5350
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x50);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes.AsSpan(0, 16), bigEndian: true);
    }
}

/// <summary>Pictures to hand in as slips; each is another file.</summary>
public static class Slips
{
    /// <summary>A PNG of one pixel with a text of its own inside.</summary>
    public static string Png(string text)
    {
        var name = string.Concat(text.Where(char.IsLetterOrDigit).Take(40));
        var path = Path.Combine(Directory.CreateTempSubdirectory("slip-").FullName, $"回单{name}.png");
        using var file = File.Create(path);
        file.Write(
            Convert.FromBase64String(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
            )
        );
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return path;
    }
}
