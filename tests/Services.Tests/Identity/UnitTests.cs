using Mediation.Contracts.Identity;
using Mediation.EventStore;
using Mediation.Hosting.Authentication;
using Mediation.Kit;
using static Mediation.Services.Tests.Identity.IdentityFixture;

namespace Mediation.Services.Tests.Identity;

using Mediation.Contracts.Http.Identity;

[Collection(IdentityCollection.Name)]
public sealed class UnitTests(IdentityFixture fixture)
{
    private static readonly Dictionary<string, int> StreetsOf = new(StringComparer.Ordinal)
    {
        ["110101"] = 17,
        ["110102"] = 15,
        ["110105"] = 43,
        ["110106"] = 26,
        ["110107"] = 9,
        ["110108"] = 29,
        ["110109"] = 13,
        ["110111"] = 28,
        ["110112"] = 22,
        ["110113"] = 25,
        ["110114"] = 22,
        ["110115"] = 22,
        ["110116"] = 16,
        ["110117"] = 18,
        ["110118"] = 20,
        ["110119"] = 18,
        ["110115403"] = 0,
    };

    // The tests of this class open and move units from 2100 on: earlier days stay as the federation is.
    [Fact]
    public async Task The_federation_is_1_and_17_and_343_in_administrative_order()
    {
        var tree = await Tree(null);
        tree.Count(u => u.Level is UnitLevel.City).ShouldBe(1);
        tree.Count(u => u.Level is UnitLevel.Street).ShouldBe(343);
        var districts = tree.Where(u => u.Level is UnitLevel.District).ToList();
        districts.ToDictionary(d => d.Code, d => d.Children).ShouldBe(StreetsOf, ignoreOrder: true);
        districts[0].Name.ShouldBe("东城区");
        districts[^1].Name.ShouldBe("北京经济技术开发区");
        tree[0].Children.ShouldBe(17);
        tree.Count(u => u.Name == "八里庄街道").ShouldBe(2);
        tree.Select(u => u.Code).Distinct().Count().ShouldBe(361);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var unit in tree)
        {
            (unit.ParentCode is null || seen.Contains(unit.ParentCode)).ShouldBeTrue(unit.Code);
            seen.Add(unit.Code);
        }
    }

    [Fact]
    public async Task The_tree_is_that_of_the_official_list()
    {
        var samples = Environment.GetEnvironmentVariable("MEDIATION_SAMPLES");
        Assert.SkipWhen(string.IsNullOrEmpty(samples), "MEDIATION_SAMPLES is not set");
        var tree = (await Tree(null)).ToDictionary(u => u.Code);
        var streets = await Rows(Path.Combine(samples!, "beijing-divisions", "streets.csv"));
        streets.Count.ShouldBe(343);
        foreach (var street in streets)
        {
            var unit = tree[street["code"]];
            (unit.Name, unit.ParentCode, unit.Level).ShouldBe((street["name"], street["area_code"], UnitLevel.Street));
        }
        foreach (var district in await Rows(Path.Combine(samples!, "beijing-divisions", "districts.csv")))
            if (district["code"] != "110000")
            {
                tree[district["code"]].Name.ShouldBe(district["name"]);
                tree[district["code"]]
                    .Children.ShouldBe(
                        int.Parse(district["n_street_level"], System.Globalization.CultureInfo.InvariantCulture)
                    );
            }
    }

    [Fact]
    public async Task The_tree_of_an_earlier_day_has_the_names_and_units_of_that_day()
    {
        var before = (await Tree("2020-11-08")).ToDictionary(u => u.Code);
        before["110106008"].Name.ShouldBe("卢沟桥街道");
        before["110106017"].Name.ShouldBe("卢沟桥地区");
        before.ShouldContainKey("110112005");
        before.ShouldNotContainKey("110112120");
        var after = (await Tree("2022-01-19")).ToDictionary(u => u.Code);
        after["110106008"].Name.ShouldBe("六里桥街道");
        after["110106017"].Name.ShouldBe("卢沟桥街道");
        after.ShouldNotContainKey("110112005");
        after["110112120"].Name.ShouldBe("永顺镇");
    }

    [Fact]
    public async Task A_street_moves_on_a_day_and_every_service_knows_where_it_stood_when()
    {
        using var administrator = await fixture.As("guanli.shi");
        var code = "110115" + Random.Shared.Next(900, 1000).ToString(System.Globalization.CultureInfo.InvariantCulture);
        (
            await Post(
                administrator,
                "/units",
                new OpenUnit(code, "110115", "演示街道", UnitLevel.Street, 99, new(2100, 1, 1))
            )
        ).EnsureSuccessStatusCode();
        (
            await Post(administrator, $"/units/{code}/move", new MoveUnit("110115403", new(2101, 7, 1)))
        ).EnsureSuccessStatusCode();
        (
            await Post(administrator, $"/units/{code}/rename", new RenameUnit("演示新街道", new(2102, 1, 1)))
        ).EnsureSuccessStatusCode();

        (await Tree("2099-12-31")).ShouldNotContain(u => u.Code == code);
        (await Tree("2101-06-30")).Single(u => u.Code == code).ParentCode.ShouldBe("110115");
        var moved = (await Tree("2101-07-01")).Single(u => u.Code == code);
        (moved.ParentCode, moved.Name).ShouldBe(("110115403", "演示街道"));
        (await Tree("2101-07-01")).Single(u => u.Code == "110115403").Children.ShouldBe(1);
        (await Tree("2102-01-01")).Single(u => u.Code == code).Name.ShouldBe("演示新街道");

        var copies = fixture.Other.Services.GetRequiredService<AccessCopies>();
        await Eventually.True(
            () => Task.FromResult(copies.Tree.NameOf(code, new(2102, 1, 1)) == "演示新街道"),
            "the other service hears of the street"
        );
        copies.Tree.IsWithin(code, "110115", new(2101, 6, 30)).ShouldBeTrue();
        copies.Tree.IsWithin(code, "110115", new(2101, 7, 1)).ShouldBeFalse();
        copies.Tree.IsWithin(code, "110115403", new(2101, 7, 1)).ShouldBeTrue();
        copies.Tree.IsWithin(code, "110000", new(2101, 7, 1)).ShouldBeTrue();

        (
            await Problem(await Post(administrator, $"/units/{code}/move", new MoveUnit("110115", new(2101, 6, 30))))
        ).ShouldBe((422, "date_before_last_change"));
        (await Post(administrator, $"/units/{code}/close", new CloseUnit(new(2103, 1, 1)))).EnsureSuccessStatusCode();
        (
            await Problem(await Post(administrator, $"/units/{code}/rename", new RenameUnit("再改", new(2104, 1, 1))))
        ).ShouldBe((422, "unit_closed"));
        var history = (await Read<UnitView>(await administrator.GetAsync($"/units/{code}"))).History;
        history
            .Select(h => h.Kind)
            .ShouldBe([UnitFactKind.Opened, UnitFactKind.Moved, UnitFactKind.Renamed, UnitFactKind.Closed]);
    }

    [Fact]
    public async Task What_the_tree_cannot_be_is_refused()
    {
        using var administrator = await fixture.As("guanli.shi");
        var day = new DateOnly(2110, 1, 1);
        (await Problem(await Post(administrator, "/units/110000/move", new MoveUnit("110105", day)))).Code.ShouldBe(
            "city_stays"
        );
        (await Problem(await Post(administrator, "/units/110105/move", new MoveUnit("110108001", day)))).Code.ShouldBe(
            "parent_level_wrong"
        );
        (
            await Problem(await Post(administrator, "/units/110105001/move", new MoveUnit("110105002", day)))
        ).Code.ShouldBe("parent_level_wrong");
        (await Problem(await Post(administrator, "/units/110105/close", new CloseUnit(day)))).ShouldBe(
            (422, "unit_has_children")
        );
        (await Problem(await Post(administrator, "/units/110999/rename", new RenameUnit("x", day)))).ShouldBe(
            (404, "unit_unknown")
        );
        (await Problem(await Post(administrator, "/units/110105001/rename", new RenameUnit(" ", day)))).ShouldBe(
            (400, "invalid_input")
        );
        (await Problem(await Post(administrator, "/units/110105001/rename", new RenameUnit("x", default)))).ShouldBe(
            (400, "invalid_input")
        );
    }

    [Fact]
    public async Task A_district_administrator_changes_her_own_streets_and_takes_none_from_another()
    {
        using var district = await fixture.As("guanli.chaoyang");
        (await Problem(await Post(district, "/units/110108001/rename", new RenameUnit("x", new(2110, 1, 1))))).ShouldBe(
            (403, "outside_your_units")
        );
        (
            await Problem(await Post(district, "/units/110105001/move", new MoveUnit("110108", new(2110, 1, 1))))
        ).ShouldBe((403, "outside_your_units"));
        var mine = await Read<UnitView>(await district.GetAsync("/units/110105001"));
        mine.Actions.Single(a => a.Action == "rename").Allowed.ShouldBeTrue();
        var neighbours = await Read<UnitView>(await district.GetAsync("/units/110108001"));
        neighbours.Actions.ShouldAllBe(a => !a.Allowed && a.RefusalCode == "role_required");
    }

    [Fact]
    public async Task Who_decided_on_an_older_page_is_told()
    {
        using var administrator = await fixture.As("guanli.shi");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/units/110107001/rename")
        {
            Content = JsonContent.Create(new RenameUnit("改名街道", new(2110, 1, 1))),
        };
        request.Headers.TryAddWithoutValidation("If-Match", "\"99\"");
        (await Problem(await administrator.SendAsync(request))).ShouldBe((412, "changed_meanwhile"));
    }

    private async Task<IReadOnlyList<UnitNode>> Tree(string? asOf)
    {
        using var client = await fixture.As("jiedai.chaoyang");
        return (await Read<UnitTreeView>(await client.GetAsync(asOf is null ? "/units" : $"/units?asOf={asOf}"))).Units;
    }

    private static Task<HttpResponseMessage> Post<T>(HttpClient client, string path, T body) =>
        client.PostAsJsonAsync(path, body, EventTypes.Json);

    private static async Task<List<Dictionary<string, string>>> Rows(string file)
    {
        var lines = await File.ReadAllLinesAsync(file);
        var header = lines[0].TrimStart('\uFEFF').Split(',');
        return
        [
            .. lines[1..]
                .Where(l => l.Length > 0)
                .Select(l => header.Zip(l.Split(',')).ToDictionary(p => p.First, p => p.Second)),
        ];
    }
}
