using System.Collections.Immutable;
using Mediation.Deadlines.Domain;
using Mediation.Kit;
using static Mediation.Deadlines.Specs.Facts;

namespace Mediation.Deadlines.Specs;

/// <summary>Rules changed from 2027 on: fifteen days of mediation become twenty working days.</summary>
public sealed class AmendmentSpecs()
    : DeciderSpecs<Amendments, IRuleCommand, IRuleEvent>(
        Amendments.Initial,
        Amendments.Evolve,
        AmendmentDecider.Decide,
        e => (e as Refused)?.Code
    )
{
    private static readonly Guid Lawyer = Id(80);
    private static readonly DateOnly Today = Day("2026-11-20");
    private static readonly DateOnly NewYear = Day("2027-01-01");
    private static readonly ImmutableArray<Term> Twenty = [new(20, PeriodUnit.WorkingDay)];
    private static readonly ImmutableArray<Basis> Law = [new("新法", "7")];
    private static readonly ImmutableArray<Rule> Mediation = Book.Versions("MED_RUN");
    private static readonly ImmutableArray<Rule> Engage = Book.Versions("LA_ENGAGE");
    private static readonly ImmutableArray<Rule> Chaoyang = Book.Versions("MED_LOCAL_CY");

    private static readonly RuleRevised Revised = new("MED_RUN", NewYear, Twenty, 10, Law, true, Lawyer, Today);
    private static readonly RuleSignedOff Signed = new("LA_ENGAGE", Engage[0].ValidFrom, Id(90), Lawyer, Today);
    private static readonly UnitLengthSet Set = new("MED_LOCAL_CY", "110105", 45, NewYear, Lawyer, Today);

    private static ReviseRule Revise(
        DateOnly? from = null,
        ImmutableArray<Term>? terms = null,
        int? max = 10,
        ImmutableArray<Basis>? basis = null,
        ImmutableArray<Rule>? of = null,
        bool verified = true
    ) => new(of ?? Mediation, from ?? NewYear, terms ?? Twenty, max, basis ?? Law, verified, Lawyer, Today);

    private static SignRuleOff SignOff(
        DateOnly? version = null,
        Guid? document = null,
        ImmutableArray<Rule>? of = null
    ) => new(of ?? Engage, version ?? Signed.Version, document ?? Signed.Document, Lawyer, Today);

    private static SetUnitLength SetLength(
        int? length = 45,
        DateOnly? from = null,
        string unit = "110105",
        ImmutableArray<Rule>? of = null
    ) => new(of ?? Chaoyang, unit, length, from ?? NewYear, Lawyer, Today);

    [Fact]
    public void A_rule_is_revised_from_a_day_after_its_newest_version()
    {
        Given().When(Revise()).Then(Revised);
        Given(Revised).When(Revise()).ThenNothing();
        Given(Revised).When(Revise(max: 5)).Refused(AmendmentRefusals.NotLater);
        Given().When(Revise(Mediation[0].ValidFrom)).Refused(AmendmentRefusals.NotLater);
        var later = Day("2028-01-01");
        Given(Revised)
            .When(Revise(later, [], null, [], verified: false))
            .Then(Revised with { ValidFrom = later, ExtensionMax = null, Verified = false });
    }

    [Fact]
    public void A_revision_says_something_new_that_the_rule_can_bear()
    {
        Given().When(Revise(terms: [], max: null, basis: [])).Refused(AmendmentRefusals.NothingNew);
        Given(Revised).When(Revise(Day("2028-01-01"))).Refused(AmendmentRefusals.NothingNew);
        Given().When(Revise(terms: [new(3651, PeriodUnit.CalendarDay)])).Refused(AmendmentRefusals.Length);
        Given().When(Revise(terms: [new(-1, PeriodUnit.CalendarDay)])).Refused(AmendmentRefusals.Length);
        Given().When(Revise(max: 0)).Refused(AmendmentRefusals.Length);
        Given().When(Revise(of: Book.Versions("MED_ACCEPT"))).Refused(StatuteRefusals.NoExtension);
    }

    [Fact]
    public void What_was_found_in_no_text_is_signed_off_once()
    {
        Given().When(SignOff()).Then(Signed);
        Given(Signed).When(SignOff()).ThenNothing();
        Given(Signed).When(SignOff(document: Id(91))).Refused(AmendmentRefusals.SignedOff);
        Given().When(SignOff(NewYear)).Refused(AmendmentRefusals.NoSuchVersion);
        Given().When(SignOff(Mediation[0].ValidFrom, of: Mediation)).Refused(AmendmentRefusals.Verified);
        // A revision whose text nobody read is signed off like any other version.
        Given(Revised with { Verified = false })
            .When(SignOff(NewYear, of: Mediation))
            .Then(new RuleSignedOff("MED_RUN", NewYear, Id(90), Lawyer, Today));
    }

    [Fact]
    public void A_unit_has_its_own_length_where_the_rule_leaves_it_to_units()
    {
        Given().When(SetLength()).Then(Set);
        Given(Set).When(SetLength()).ThenNothing();
        Given().When(SetLength(null)).ThenNothing();
        Given(Set).When(SetLength(60)).Then(Set with { Length = 60 });
        Given(Set).When(SetLength(null, Day("2027-07-01"))).Then(Set with { Length = null, From = Day("2027-07-01") });
        Given().When(SetLength(0)).Refused(AmendmentRefusals.UnitLength);
        Given().When(SetLength(3651)).Refused(AmendmentRefusals.UnitLength);
        Given().When(SetLength(unit: "110101")).Refused(StatuteRefusals.NotInUnit);
        Given().When(SetLength(of: Mediation)).Refused(StatuteRefusals.NoParameter);
    }

    [Fact]
    public void A_length_holds_from_its_day_until_the_rules_own_is_taken_again()
    {
        var amended = Replay(Set, Set with { Length = 60 }, Set with { Length = null, From = Day("2027-07-01") });

        amended.LengthOf("110105", Day("2026-12-31")).ShouldBeNull();
        amended.LengthOf("110105", NewYear).ShouldBe(60);
        amended.LengthOf("110105", Day("2027-06-30")).ShouldBe(60);
        amended.LengthOf("110105", Day("2027-07-01")).ShouldBeNull();
        amended.LengthOf("110106", NewYear).ShouldBeNull();
    }

    [Fact]
    public void A_revision_keeps_what_it_does_not_speak_of()
    {
        var versions = Replay(Revised).Over(Mediation);

        versions.Select(v => v.ValidFrom).ShouldBe([NewYear, .. Mediation.Select(v => v.ValidFrom)]);
        var (now, before) = (versions[0], Mediation[0]);
        now.Terms.ShouldBe(Twenty);
        now.Basis.ShouldBe(Law);
        now.Extension.ShouldBe(before.Extension! with { Max = 10 });
        now.ArmedBy.ShouldBe(before.ArmedBy);
        now.Per.ShouldBe(RunsPer.Worker);
        versions[1].ShouldBe(before);
        Replay(Signed).Over(Engage)[0].Verified.ShouldBeTrue();
        Engage[0].Verified.ShouldBeFalse();
    }

    [Fact]
    public void A_later_product_and_what_was_typed_stand_side_by_side()
    {
        var amended = Replay(Revised);
        var sameDay = Mediation[0] with
        {
            ValidFrom = NewYear,
            Terms = [new(30, PeriodUnit.CalendarDay)],
            StoppedBy = ["accepted"],
        };
        var between = Mediation[0] with { ValidFrom = Day("2026-12-01"), Terms = [new(16, PeriodUnit.CalendarDay)] };

        // Of the same day the typed revision says how long; what it does not speak of is the product's.
        var same = amended.Over([.. Mediation, sameDay]);
        same[0].Terms.ShouldBe(Twenty);
        same[0].StoppedBy.ShouldBe(["accepted"]);
        same.Length.ShouldBe(Mediation.Length + 1);

        var beside = amended.Over([.. Mediation, between]);
        beside.Select(v => v.Terms[0].Length).ShouldBe([20, 16, 15]);
        _ = new StatuteBook(beside);
    }
}
