using Mediation.Identity.Domain;
using Mediation.Kit;

namespace Mediation.Identity.Specs;

public sealed class OrgUnitSpecs()
    : DeciderSpecs<OrgUnit, IOrgUnitCommand, IOrgUnitEvent>(
        OrgUnit.Initial,
        OrgUnit.Evolve,
        OrgUnitDecider.Decide,
        e => (e as Refused)?.Code
    )
{
    private static readonly DateOnly Day1 = new(2020, 1, 1);
    private static readonly DateOnly Day2 = new(2022, 1, 19);
    private static readonly DateOnly Day3 = new(2027, 1, 1);

    private static readonly UnitOpened City = new("110000", null, "北京市", UnitLevel.City, 0, Day1);
    private static readonly UnitOpened District = new("110106", "110000", "丰台区", UnitLevel.District, 4, Day1);
    private static readonly UnitOpened Street = new("110106008", "110106", "卢沟桥街道", UnitLevel.Street, 8, Day1);

    private static ParentFact Is(UnitLevel level, bool open = true) => new(level, open);

    private static OpenUnit Opening(UnitOpened e, ParentFact? parent) =>
        new(e.Code, e.ParentCode, parent, e.Name, e.Level, e.Order, e.From);

    [Fact]
    public void NONE_to_OPEN_the_city_has_no_parent() => Given().When(Opening(City, parent: null)).Then(City);

    [Fact]
    public void NONE_to_OPEN_a_district_below_the_city() =>
        Given().When(Opening(District, Is(UnitLevel.City))).Then(District);

    [Fact]
    public void NONE_to_OPEN_a_street_below_a_district() =>
        Given().When(Opening(Street, Is(UnitLevel.District))).Then(Street);

    [Fact]
    public void NONE_a_street_cannot_open_below_the_city() =>
        Given().When(Opening(Street, Is(UnitLevel.City))).Refused("parent_level_wrong");

    [Fact]
    public void NONE_a_district_cannot_open_below_a_street() =>
        Given().When(Opening(District, Is(UnitLevel.Street))).Refused("parent_level_wrong");

    [Fact]
    public void NONE_a_city_cannot_open_below_anything() =>
        Given()
            .When(Opening(City with { ParentCode = "110106" }, Is(UnitLevel.District)))
            .Refused("parent_level_wrong");

    [Fact]
    public void NONE_a_unit_cannot_open_below_an_unknown_parent() =>
        Given().When(Opening(Street, parent: null)).Refused("parent_not_open");

    [Fact]
    public void NONE_a_unit_cannot_open_below_a_parent_closed_on_that_day() =>
        Given().When(Opening(Street, Is(UnitLevel.District, open: false))).Refused("parent_not_open");

    [Fact]
    public void NONE_cannot_be_renamed() => Given().When(new RenameUnit("六里桥街道", Day2)).Refused("unit_unknown");

    [Fact]
    public void NONE_cannot_move() =>
        Given().When(new MoveUnit("110106", Is(UnitLevel.District), Day2)).Refused("unit_unknown");

    [Fact]
    public void NONE_cannot_close() => Given().When(new CloseUnit(0, Day2)).Refused("unit_unknown");

    [Fact]
    public void OPEN_opening_again_is_already_so() =>
        Given(Street).When(Opening(Street, Is(UnitLevel.District))).ThenNothing();

    [Fact]
    public void OPEN_another_unit_cannot_take_the_code() =>
        Given(Street)
            .When(Opening(Street with { Name = "卢沟桥地区" }, Is(UnitLevel.District)))
            .Refused("unit_code_taken");

    [Fact]
    public void OPEN_renamed_from_a_day() =>
        Given(Street).When(new RenameUnit("六里桥街道", Day2)).Then(new UnitRenamed("110106008", "六里桥街道", Day2));

    [Fact]
    public void OPEN_renamed_twice_for_the_same_day_the_later_record_counts() =>
        Given(Street, new UnitRenamed("110106008", "六里桥街", Day2))
            .When(new RenameUnit("六里桥街道", Day2))
            .Then(new UnitRenamed("110106008", "六里桥街道", Day2));

    [Fact]
    public void OPEN_renaming_to_the_name_it_has_is_already_so() =>
        Given(Street, new UnitRenamed("110106008", "六里桥街道", Day2))
            .When(new RenameUnit("六里桥街道", Day3))
            .ThenNothing();

    [Fact]
    public void OPEN_cannot_be_renamed_before_it_existed() =>
        Given(Street).When(new RenameUnit("六里桥街道", Day1.AddDays(-1))).Refused("date_before_opening");

    [Fact]
    public void OPEN_cannot_be_renamed_before_its_last_renaming() =>
        Given(Street, new UnitRenamed("110106008", "六里桥街道", Day2))
            .When(new RenameUnit("卢沟桥街道", Day2.AddDays(-1)))
            .Refused("date_before_last_change");

    [Fact]
    public void OPEN_a_street_moves_to_another_district_from_a_day() =>
        Given(Street)
            .When(new MoveUnit("110111", Is(UnitLevel.District), Day3))
            .Then(new UnitMoved("110106008", "110111", Day3));

    [Fact]
    public void OPEN_moving_to_where_it_is_is_already_so() =>
        Given(Street).When(new MoveUnit("110106", Is(UnitLevel.District), Day3)).ThenNothing();

    [Fact]
    public void OPEN_a_district_already_stands_below_the_city() =>
        Given(District).When(new MoveUnit("110000", Is(UnitLevel.City), Day3)).ThenNothing();

    [Fact]
    public void OPEN_the_city_cannot_move() =>
        Given(City).When(new MoveUnit("110106", Is(UnitLevel.District), Day3)).Refused("city_stays");

    [Fact]
    public void OPEN_a_district_cannot_go_below_a_street() =>
        Given(District).When(new MoveUnit("110106008", Is(UnitLevel.Street), Day3)).Refused("parent_level_wrong");

    [Fact]
    public void OPEN_a_district_cannot_go_below_a_district() =>
        Given(District).When(new MoveUnit("110111", Is(UnitLevel.District), Day3)).Refused("parent_level_wrong");

    [Fact]
    public void OPEN_a_street_cannot_go_below_itself_or_another_street() =>
        Given(Street).When(new MoveUnit("110106009", Is(UnitLevel.Street), Day3)).Refused("parent_level_wrong");

    [Fact]
    public void OPEN_cannot_move_below_a_district_closed_then() =>
        Given(Street)
            .When(new MoveUnit("110111", Is(UnitLevel.District, open: false), Day3))
            .Refused("parent_not_open");

    [Fact]
    public void OPEN_cannot_move_below_an_unknown_district() =>
        Given(Street).When(new MoveUnit("119999", Parent: null, Day3)).Refused("parent_not_open");

    [Fact]
    public void OPEN_cannot_move_before_it_existed() =>
        Given(Street)
            .When(new MoveUnit("110111", Is(UnitLevel.District), Day1.AddDays(-1)))
            .Refused("date_before_opening");

    [Fact]
    public void OPEN_cannot_move_before_its_last_move() =>
        Given(Street, new UnitMoved("110106008", "110111", Day3))
            .When(new MoveUnit("110106", Is(UnitLevel.District), Day2))
            .Refused("date_before_last_change");

    [Fact]
    public void OPEN_to_CLOSED_from_a_day() =>
        Given(Street).When(new CloseUnit(0, Day3)).Then(new UnitClosed("110106008", Day3));

    [Fact]
    public void OPEN_cannot_close_with_open_children() =>
        Given(District).When(new CloseUnit(26, Day3)).Refused("unit_has_children");

    [Fact]
    public void OPEN_the_city_cannot_close() => Given(City).When(new CloseUnit(0, Day3)).Refused("city_stays");

    [Fact]
    public void OPEN_cannot_close_before_it_existed() =>
        Given(Street).When(new CloseUnit(0, Day1.AddDays(-1))).Refused("date_before_opening");

    [Fact]
    public void OPEN_cannot_close_before_its_last_renaming() =>
        Given(Street, new UnitRenamed("110106008", "六里桥街道", Day2))
            .When(new CloseUnit(0, Day2.AddDays(-1)))
            .Refused("date_before_last_change");

    [Fact]
    public void OPEN_cannot_close_before_its_last_move() =>
        Given(Street, new UnitMoved("110106008", "110111", Day3))
            .When(new CloseUnit(0, Day2))
            .Refused("date_before_last_change");

    [Fact]
    public void CLOSED_closing_from_the_same_day_is_already_so() =>
        Given(Street, new UnitClosed("110106008", Day3)).When(new CloseUnit(0, Day3)).ThenNothing();

    [Fact]
    public void CLOSED_cannot_close_from_another_day() =>
        Given(Street, new UnitClosed("110106008", Day3)).When(new CloseUnit(0, Day2)).Refused("unit_closed");

    [Fact]
    public void CLOSED_cannot_be_renamed() =>
        Given(Street, new UnitClosed("110106008", Day3))
            .When(new RenameUnit("六里桥街道", Day2))
            .Refused("unit_closed");

    [Fact]
    public void CLOSED_cannot_move() =>
        Given(Street, new UnitClosed("110106008", Day3))
            .When(new MoveUnit("110111", Is(UnitLevel.District), Day2))
            .Refused("unit_closed");

    [Fact]
    public void CLOSED_its_code_is_never_given_again() =>
        Given(Street, new UnitClosed("110106008", Day3))
            .When(Opening(Street with { From = Day3 }, Is(UnitLevel.District)))
            .Refused("unit_code_taken");
}
