using System.Globalization;

namespace Mediation.EndToEnd.Tests;

/// <summary>In a district whose totals no other test moves meanwhile.</summary>
[Collection(nameof(District.Haidian))]
public sealed class JourneyTests(BrowserFixture fixture)
{
    [Fact]
    public Task A_dispute_goes_from_the_front_door_to_a_countersigned_yuan() => Walk(script: true);

    [Fact]
    public Task The_same_journey_by_plain_forms_without_script() => Walk(script: false);

    private async Task Walk(bool script)
    {
        var marker = script ? "有脚本" : "无脚本";
        var case_ = new Casework(fixture, marker, script, District.Haidian);
        await case_.RegisterAndAskForConsent();
        await case_.AcceptAndAppoint();
        await case_.Agree();
        await case_.EnterPayment();
        await using var supervisor = await fixture.SignIn("ducha.haidian", script);
        var before = await Recovered(supervisor);
        await using var verifier = await fixture.SignIn("fuhe.haidian", script);
        await verifier.Open($"/review/{case_.Payment}");
        (await verifier.Text()).ShouldContain("12,345.67");
        await verifier.Act("countersign");
        (await Recovered(supervisor)).ShouldBe(before + 12_345.67m);

        // From the sum to its line, from the line to the payment, from the payment to the slip.
        var line = supervisor.Page.Locator($"tr:has(a[href='/cases/{case_.Dispute}'])");
        (await line.InnerTextAsync()).ShouldContain("12,345.67");
        await line.Locator($"a[href^='/review/{case_.Payment}']").ClickAsync();
        await supervisor.Page.WaitForURLAsync(url => url.Contains("/review/", StringComparison.Ordinal));
        var slip = await supervisor.Page.APIRequest.GetAsync(
            new Uri(fixture.City.Portal, $"/review/{case_.Payment}/receipt").ToString()
        );
        slip.Status.ShouldBe(200);
        (await slip.BodyAsync()).ShouldBe(await File.ReadAllBytesAsync(case_.Slip));
        foreach (var person in new[] { verifier, supervisor })
            person.ConsoleErrors.ShouldBeEmpty();
    }

    /// <summary>Yuan in the supervisor's total of this year, as the page of its lines says.</summary>
    private static async Task<decimal> Recovered(Person supervisor)
    {
        await supervisor.Open("/overview/lines?figure=recovered&size=100");
        return decimal.Parse(
            (await supervisor.Text("[data-total=sum]")).Split(' ', '\n')[0],
            CultureInfo.InvariantCulture
        );
    }
}
