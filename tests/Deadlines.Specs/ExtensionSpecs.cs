using Mediation.Deadlines.Domain;

namespace Mediation.Deadlines.Specs;

/// <summary>Who must agree before a period is lengthened (企业劳动争议协商调解规定 29, 劳动争议调解仲裁法 43).</summary>
public sealed class ExtensionSpecs
{
    private static readonly DateOnly Monday = new(2026, 7, 6);
    private static readonly Extension Both = new(ExtensionBy.BothParties, PeriodUnit.CalendarDay);
    private static readonly Extension Approved = new(ExtensionBy.Approval, PeriodUnit.CalendarDay);

    [Fact]
    public void The_last_of_both_consents_allows_it()
    {
        Both.AllowedOn(Monday, Monday.AddDays(2), null).ShouldBe(Monday.AddDays(2));
        Both.AllowedOn(Monday.AddDays(2), Monday, null).ShouldBe(Monday.AddDays(2));
    }

    [Fact]
    public void One_consent_is_none_and_an_approval_stands_for_neither()
    {
        foreach (
            var (worker, employer) in new (DateOnly?, DateOnly?)[] { (Monday, null), (null, Monday), (null, null) }
        )
            Should
                .Throw<Refused>(() => Both.AllowedOn(worker, employer, Monday))
                .Code.ShouldBe(ExtensionRefusals.WithoutBothConsents);
    }

    [Fact]
    public void An_approval_allows_it_on_its_day_and_consents_do_not()
    {
        Approved.AllowedOn(null, null, Monday).ShouldBe(Monday);
        Should
            .Throw<Refused>(() => Approved.AllowedOn(Monday, Monday, null))
            .Code.ShouldBe(ExtensionRefusals.WithoutApproval);
    }
}
