using System.Globalization;
using Mediation.Contracts.Http.Outcomes;

namespace Mediation.Portal.Pages.Overview;

/// <param name="InYuan">The table is shown in yuan instead of ten thousands.</param>
public sealed record OverviewModel(ListQuery Query, TotalsView? View, Problem? Problem, bool InYuan);

public sealed record LinesModel(ListQuery Query, Figure Figure, FigureLines? Lines, Problem? Problem);

/// <summary>总览: the figures of a unit and of the units below it in a period; every figure leads to its lines, from
/// there to the payment and its slip.</summary>
public static class OverviewPages
{
    private static readonly string[] Known = ["unit", "period", "money"];
    private static readonly string[] KnownOfLines = ["unit", "period", "figure", "own", "page", "size"];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/overview", Show);
        app.MapGet("/overview.xlsx", Sheet);
        app.MapGet("/overview/lines", Lines);
        app.MapGet("/overview/lines.xlsx", LinesSheet);
    }

    private static async Task<IResult> Show(
        HttpContext context,
        OutcomesClient outcomes,
        IdentityClient identity,
        UnitNames units,
        TimeProvider time
    )
    {
        var query = ListQuery.Of(context.Request, Known);
        if (Chosen(context.Request, time) is { } period)
            return Results.Redirect(query.With("period", period).On("/overview"));
        var totals = outcomes.Totals(query.With("money", null).ToString());
        await Task.WhenAll(totals, units.Load(identity));
        var (view, problem, _) = await totals;
        if (problem is { Forbidden: true } or { NotFound: true })
            return View.Problem(problem);
        return View.Of<OverviewPage>(
            new OverviewModel(query, view, problem, query["money"] is "yuan"),
            problem is { Unavailable: false } ? problem.Status : 200
        );
    }

    /// <summary>The choice of the period form becomes the one code that stands in every address.</summary>
    private static string? Chosen(HttpRequest request, TimeProvider time)
    {
        var asked = request.Query;
        if (!int.TryParse(asked["year"], CultureInfo.InvariantCulture, out var year) || year is < 2000 or > 9998)
            return null;
        var part = asked["part"].ToString();
        return Periods.Parts.Contains(part, StringComparer.Ordinal)
            ? Periods.Chosen(
                year,
                part,
                Written.ParseDay(asked["from"]),
                Written.ParseDay(asked["to"]),
                Written.Today(time)
            )
            : null;
    }

    private static async Task<IResult> Sheet(HttpContext context, OutcomesClient outcomes) =>
        Files.Send(
            context,
            await outcomes.TotalsSheet(
                ListQuery.Of(context.Request, Known).With("money", null).With("format", "xlsx").ToString()
            )
        );

    private static async Task<IResult> Lines(
        HttpContext context,
        OutcomesClient outcomes,
        IdentityClient identity,
        UnitNames units,
        Names names
    )
    {
        var query = ListQuery.Of(context.Request, KnownOfLines);
        var figure = Codes.Parse<Figure>(query["figure"]) ?? Figure.Recovered;
        var lines = outcomes.FigureLines(query.With("figure", Codes.Of(figure)).ToString());
        await Task.WhenAll(lines, units.Load(identity));
        var (found, problem, _) = await lines;
        if (problem is { Forbidden: true } or { NotFound: true })
            return View.Problem(problem);
        if (found is not null)
            await names.Load(
                found.Lines.Items.Select(l => l.WorkerPartyId),
                purpose: Contracts.Http.Intake.AccessPurpose.Audit
            );
        return View.Of<LinesPage>(
            new LinesModel(query, figure, found, problem),
            problem is { Unavailable: false } ? problem.Status : 200
        );
    }

    private static async Task<IResult> LinesSheet(HttpContext context, OutcomesClient outcomes) =>
        Files.Send(
            context,
            await outcomes.FigureSheet(
                ListQuery.Of(context.Request, KnownOfLines).WithoutPage().With("format", "xlsx").ToString()
            )
        );
}
