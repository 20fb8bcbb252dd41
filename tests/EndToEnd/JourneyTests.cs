namespace Mediation.EndToEnd.Tests;

public sealed class JourneyTests(BrowserFixture fixture)
{
    [Fact]
    public Task A_dispute_goes_from_the_front_door_to_a_countersigned_yuan() => Walk(script: true);

    [Fact]
    public Task The_same_journey_by_plain_forms_without_script() => Walk(script: false);

    private async Task Walk(bool script)
    {
        var marker = script ? "有脚本" : "无脚本";
        var case_ = new Casework(fixture, marker, script);
        await case_.RegisterAndAskForConsent();
        await case_.AcceptAndAppoint();
        await case_.Agree();
        await case_.EnterPayment();
        await using var verifier = await fixture.SignIn("fuhe.chaoyang", script);
        await verifier.Open("/review");
        (await verifier.Text()).ShouldContain("12,345.67");
        await verifier.Act("countersign");
        await using var supervisor = await fixture.SignIn("ducha.chaoyang", script);
        await supervisor.Open("/overview");
        (await supervisor.Text()).ShouldContain("12,345.67");
        foreach (var person in new[] { verifier, supervisor })
            person.ConsoleErrors.ShouldBeEmpty();
    }
}
