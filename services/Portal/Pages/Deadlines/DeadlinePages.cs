using System.Globalization;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Http.Identity;

namespace Mediation.Portal.Pages.Deadlines;

public sealed record DeadlinesModel(ListQuery Query, DeadlineOverview? Overview, Problem? Problem);

/// <param name="Staff">People of the units, for the choice of one.</param>
public sealed record ClockListModel(
    ListQuery Query,
    Page<ClockView>? Page,
    Problem? Problem,
    IReadOnlyList<StaffMember> Staff
);

/// <param name="Shown">First day of the month shown.</param>
public sealed record MonthModel(
    ListQuery Query,
    DateOnly Shown,
    DeadlineMonth? Month,
    Problem? Problem,
    IReadOnlyList<StaffMember> Staff
);

/// <summary>时限总览: how many periods end when, by unit and by person; the list behind every number; the month.</summary>
public static class DeadlinePages
{
    private static readonly string[] Known = ["unit", "type"];
    private static readonly string[] KnownOfList =
    [
        "unit",
        "own",
        "person",
        "nobody",
        "band",
        "type",
        "rule",
        "standing",
        "due",
        "page",
        "size",
    ];

    // Years that the calendar of Deadlines knows; a page of another month would have no way on.
    private const int FirstYear = 1990;
    private const int LastYear = 2100;

    private static readonly string[] KnownOfMonth = ["unit", "person", "month"];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/deadlines", Show);
        app.MapGet("/deadlines/list", List);
        app.MapGet("/deadlines/list.xlsx", Sheet);
        app.MapGet("/deadlines/month", Month);
    }

    private static async Task<IResult> Show(
        HttpContext context,
        DeadlinesClient deadlines,
        IdentityClient identity,
        UnitNames units,
        Names names
    )
    {
        var query = ListQuery.Of(context.Request, Known);
        var asked = deadlines.Overview(query.ToString());
        await Task.WhenAll(asked, units.Load(identity));
        var (overview, problem, _) = await asked;
        if (problem is { Forbidden: true } or { NotFound: true })
            return View.Problem(problem);
        await names.Load([], overview?.Persons.Select(p => p.Account));
        return View.Of<DeadlinesPage>(new DeadlinesModel(query, overview, problem), Status(problem));
    }

    private static async Task<IResult> List(
        HttpContext context,
        DeadlinesClient deadlines,
        IdentityClient identity,
        UnitNames units,
        RuleNames rules,
        Names names,
        Reader me
    )
    {
        var query = ListQuery.Of(context.Request, KnownOfList);
        var asked = deadlines.Clocks(query.ToString());
        var staff = Staff(identity, query, me);
        await Task.WhenAll(asked, staff, units.Load(identity), rules.Load(deadlines));
        var (page, problem, _) = await asked;
        if (problem is { Forbidden: true } or { NotFound: true })
            return View.Problem(problem);
        if (page is not null)
            await names.Load(page.Items.Select(c => c.PartyId).OfType<Guid>(), page.Items.Select(c => c.Responsible));
        return View.Of<ClockListPage>(
            new ClockListModel(query, page, problem, (await staff).Value ?? []),
            Status(problem)
        );
    }

    private static async Task<IResult> Sheet(HttpContext context, DeadlinesClient deadlines) =>
        Files.Send(
            context,
            await deadlines.ClockSheet(ListQuery.Of(context.Request, KnownOfList).WithoutPage().ToString())
        );

    private static async Task<IResult> Month(
        HttpContext context,
        DeadlinesClient deadlines,
        IdentityClient identity,
        UnitNames units,
        RuleNames rules,
        Reader me,
        TimeProvider time
    )
    {
        var query = ListQuery.Of(context.Request, KnownOfMonth);
        var today = Written.Today(time);
        // What is no month becomes this one, so that a hand on the address does not end on a page without a way on.
        var shown =
            DateOnly.TryParseExact(
                query["month"] + "-01",
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var first
            ) && first.Year is >= FirstYear and <= LastYear
                ? first
                : new DateOnly(today.Year, today.Month, 1);
        var asked = deadlines.Month(query.With("month", Code(shown)).ToString());
        var staff = Staff(identity, query, me);
        await Task.WhenAll(asked, staff, units.Load(identity), rules.Load(deadlines));
        var (month, problem, _) = await asked;
        if (problem is { Forbidden: true } or { NotFound: true })
            return View.Problem(problem);
        return View.Of<MonthPage>(
            new MonthModel(query, shown, month, problem, (await staff).Value ?? []),
            Status(problem)
        );
    }

    /// <summary>A month as it stands in an address.</summary>
    public static string Code(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static int Status(Problem? problem) => problem is { Unavailable: false } ? problem.Status : 200;

    private static Task<Answer<IReadOnlyList<StaffMember>>> Staff(
        IdentityClient identity,
        ListQuery query,
        Reader me
    ) => identity.Staff($"?unit={Uri.EscapeDataString(query["unit"] ?? me.HomeUnit)}&below=true");
}
