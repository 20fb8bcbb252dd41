using System.Collections.Concurrent;
using System.Globalization;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>The same through the forms of the Portal: what was typed stays in its field, what is wrong is said beside it,
/// and a script is a text. In a district whose pages nobody reads for their words.</summary>
[Collection(nameof(District.Haidian))]
public sealed class PortalInputTests(BrowserFixture fixture)
{
    private const string Script = "<script>window.pwned=1</script>'\"&<img src=x onerror=window.pwned=1>";

    [Fact]
    public async Task The_registration_keeps_what_was_typed_and_says_beside_each_field_what_is_wrong()
    {
        await using var clerk = await fixture.SignIn("jiedai.haidian");
        foreach (
            var (field, typed) in new[]
            {
                ("reach", "110105194912310021"),
                ("reach", "12345"),
                ("receivedOn", "2026-02-30"),
                ("receivedOn", "0001-01-01"),
                ("items[0].amount", "-1"),
                ("items[0].amount", "99999999999999999999"),
                ("items[0].amount", Script),
                ("items[0].from", "2026-13-01"),
                ("respondents[0].creditCode", "91110105MA0000000X"),
                ("applicants[0].person.name", new string('长', 101)),
                ("facts", new string('长', 20_001)),
            }
        )
        {
            await clerk.Open("/register");
            await Fill(clerk, "register", Good());
            await Wrong(clerk, "register", field, typed);
            (await clerk.Page.InputValueAsync("[name=facts]")).ShouldBe(field == "facts" ? typed : Script);
        }
        await Harmless(clerk);
    }

    [Fact]
    public async Task A_script_in_every_text_of_a_case_is_shown_as_text()
    {
        var case_ = new Casework(fixture, Script, district: District.Haidian);
        await case_.RegisterAndAskForConsent();
        await using (var clerk = await fixture.SignIn("jiedai.haidian"))
        {
            foreach (var path in new[] { $"/requests/{case_.Request}", "/requests", "/", "/register" })
            {
                await clerk.Open(path);
                await Harmless(clerk);
            }
            await clerk.Open($"/requests/{case_.Request}");
            (await clerk.Text()).ShouldContain(case_.Facts);
        }
        await case_.AcceptAndAppoint();
        await case_.Agree();
        await case_.EnterPayment();
        await using var mediator = await fixture.SignIn("tiaojie.haidian");
        await mediator.Open($"/cases/{case_.Dispute}");
        await Harmless(mediator);
        foreach (
            var (field, typed) in new[]
            {
                ("share.", "-1"),
                ("share.", "99999999999999999999"),
                ("paidOn", "2026-02-30"),
            }
        )
        {
            await mediator.Open($"/cases/{case_.Dispute}");
            await Fill(mediator, "enterPayment", new() { ["share.*"] = "1.00" });
            await Wrong(mediator, "enterPayment", field, typed);
        }
        await using var verifier = await fixture.SignIn("fuhe.haidian");
        await verifier.Open($"/review/{case_.Payment}");
        await Harmless(verifier);
        await verifier.Type("return", new Dictionary<string, string> { ["reason"] = "other" });
        await Wrong(verifier, "return", "remark", "");
        await Fill(verifier, "return", new() { ["remark"] = Script });
        await verifier.Press("return");
        await Harmless(verifier);
    }

    [Fact]
    public async Task Offices_forms_keep_what_was_typed()
    {
        await using var administrator = await fixture.SignIn("guanli.shi");
        foreach (
            var (field, typed) in new[]
            {
                ("accountName", Script),
                ("displayName", new string('长', 51)),
                ("email", "x@"),
                ("phone", "abc"),
            }
        )
        {
            await administrator.Open("/admin/accounts/new");
            await Fill(
                administrator,
                "create",
                new()
                {
                    ["accountName"] = "huai.biaodan",
                    ["displayName"] = Script,
                    ["unit"] = "110108",
                }
            );
            await Wrong(administrator, "create", field, typed);
        }
        await Harmless(administrator);
        await using var clerk = await fixture.SignIn("jiedai.haidian");
        await clerk.Open("/profile");
        foreach (var (field, typed) in new[] { ("from", "2026-02-30"), ("to", "0000-01-01") })
            await Wrong(clerk, "absence", field, typed);
    }

    [Fact]
    public async Task A_control_character_and_half_a_character_are_told_and_not_an_error()
    {
        await using var clerk = await fixture.SignIn("jiedai.haidian");
        foreach (var typed in new[] { "事实\u0001", "事实\uFFFE" })
        {
            await clerk.Open("/register");
            await Fill(clerk, "register", Good());
            await Wrong(clerk, "register", "facts", typed);
        }
    }

    private static Dictionary<string, string> Good() =>
        new()
        {
            ["reach"] = string.Create(CultureInfo.InvariantCulture, $"1992{Random.Shared.Next(10_000_000):0000000}"),
            ["applicants[0].person.name"] = Script,
            ["respondents[0].name"] = "示例坏输入有限公司",
            ["items[0].type"] = "wages",
            ["facts"] = Script,
            ["privacy"] = "on",
        };

    private static Task Fill(Person person, string action, Dictionary<string, string> fields) =>
        person.Type(action, fields);

    // The browser's own checks are switched off: what is proven is the page's answer.
    private static async Task Wrong(Person person, string action, string field, string typed)
    {
        var form = person.Page.Locator($"form:has(> input[name=_form][value='{action}'])").First;
        var input = form.Locator($"[name^='{field}']").First;
        await form.EvaluateAsync(
            "f => { f.noValidate = true; for (const d of f.querySelectorAll('details')) d.open = true; }"
        );
        await input.EvaluateAsync(
            "(e, v) => { e.removeAttribute('maxlength'); if (e.tagName === 'INPUT') e.type = 'text'; e.value = v; }",
            typed
        );
        var url = person.Page.Url;
        await Should.ThrowAsync<InvalidOperationException>(
            () => person.Press(action),
            $"{action} {field}={typed[..Math.Min(30, typed.Length)]}"
        );
        var again = person.Page.Locator($"form:has(> input[name=_form][value='{action}'])").First;
        var wrong = again.Locator($".field.wrong:has([name^='{field}'])").First;
        (await wrong.CountAsync()).ShouldBe(
            1,
            $"{url}: nothing beside {field} after {typed[..Math.Min(30, typed.Length)]}: {await person.Page.Locator(".problem").First.InnerTextAsync()}"
        );
        (await wrong.Locator(".error").First.InnerTextAsync()).ShouldNotBeNullOrWhiteSpace();
        if (
            await wrong.Locator("input[type=date]").CountAsync() == 0
            && await wrong.Locator("input[type=number]").CountAsync() == 0
        )
            (await wrong.Locator($"[name^='{field}']").First.InputValueAsync()).ShouldBe(typed.Trim());
        else
            (await wrong.Locator($"[name^='{field}']").First.GetAttributeAsync("value")).ShouldBe(typed);
    }

    private static async Task Harmless(Person person) =>
        (await person.Page.EvaluateAsync<bool>("'pwned' in window")).ShouldBeFalse(person.Page.Url);
}

/// <summary>What is handed in touches no disk in clear, neither at the Portal nor at a service.</summary>
public sealed class UploadTests(BrowserFixture fixture)
{
    [Fact]
    public async Task A_large_slip_never_lies_in_the_temporary_folder()
    {
        var case_ = new Casework(fixture, "上传");
        await case_.RegisterAndAskForConsent();
        await case_.AcceptAndAppoint();
        await case_.Agree();
        var written = new ConcurrentQueue<string>();
        using var watch = new FileSystemWatcher(fixture.City.Temporary) { EnableRaisingEvents = true };
        watch.Created += (_, e) => written.Enqueue(e.Name!);
        await using var mediator = await fixture.SignIn("tiaojie.chaoyang");
        await case_.Opened(mediator, "enterPayment");
        await mediator.Act(
            "enterPayment",
            new Dictionary<string, string> { ["share.*"] = "12345.67" },
            new Dictionary<string, string> { ["receipt"] = Slips.Png(new string('x', 3 * 1024 * 1024)) }
        );
        // The watch sees what is written there: a file of the test's own is the last one.
        await File.WriteAllTextAsync(Path.Combine(fixture.City.Temporary, "seen"), "");
        await Eventually.True(() => Task.FromResult(written.Contains("seen")), "the watch has seen a file");
        written.ShouldBe(["seen"]);
    }
}
