using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Intake;

namespace Mediation.Portal.Pages.Workbench;

/// <summary>What one service has waiting, or why it does not say.</summary>
public sealed record Share(string Service, Worklist? Worklist, Problem? Problem);

/// <param name="Kind">Only this kind is shown, or null for all.</param>
/// <param name="Items">Lines of all services, the nearest day first.</param>
/// <param name="Total">How many there are in all; the nearest are on the page.</param>
/// <param name="Year">Figures of this year for those who read totals.</param>
public sealed record WorkbenchModel(
    IReadOnlyList<Share> Shares,
    string? Kind,
    IReadOnlyList<WorklistItem> Items,
    int Total,
    Contracts.Http.Outcomes.TotalsView? Year
);

/// <param name="Form">What was typed; it came by form and goes back into the form, never into an address.</param>
public sealed record SearchPageModel(
    Submission? Form,
    SearchResult? Result,
    Problem? Problem,
    IReadOnlyList<CaseOfParties> Cases,
    bool CasesSilent
);

/// <summary>工作台: what waits for this person in all services, asked in parallel, and the search over all of them.</summary>
public static class WorkbenchPages
{
    private const int OnPage = 100;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", Show);
        app.MapGet("/search", () => View.Of<SearchPage>(new SearchPageModel(null, null, null, [], false)));
        app.MapPost("/search", Search);
    }

    private static async Task<IResult> Show(
        HttpContext context,
        IntakeClient intake,
        DisputesClient disputes,
        OutcomesClient outcomes,
        DeadlinesClient deadlines,
        IdentityClient identity,
        UnitNames units,
        Names names,
        Reader me,
        string? kind
    )
    {
        if (me.MustChangePassword)
            return View.Go(context, "/password");
        if (me.MustEnrolTotp)
            return View.Go(context, "/totp");
        const string query = "?take=200&size=200";
        var asked = new (string Service, Task<Answer<Worklist>> Answer)[]
        {
            ("intake", intake.Worklist(query)),
            ("disputes", disputes.Worklist(query)),
            ("outcomes", outcomes.Worklist(query)),
            ("deadlines", deadlines.Worklist(query)),
        };
        var year = Place.For(me).Any(p => p.Area is "overview")
            ? outcomes.Totals(string.Empty)
            : Task.FromResult(new Answer<Contracts.Http.Outcomes.TotalsView>(null, null));
        await Task.WhenAll([.. asked.Select(a => a.Answer), year, units.Load(identity)]);
        var shares = new List<Share>();
        foreach (var (service, answer) in asked)
        {
            var (worklist, problem, _) = await answer;
            // Somebody without a role in a service has no work there; that is no failure of it.
            if (problem is not { Forbidden: true })
                shares.Add(new(service, worklist, problem));
        }
        var all = shares
            .SelectMany(s => s.Worklist?.Items ?? [])
            .Where(i => kind is null || string.Equals(i.Kind, kind, StringComparison.Ordinal))
            .OrderBy(i => i.Due ?? DateOnly.MaxValue)
            .ThenBy(i => i.Id)
            .ToList();
        var items = all.Take(OnPage).ToList();
        await names.Load(items.SelectMany(i => i.PartyIds));
        return View.Of<WorkbenchPage>(new WorkbenchModel(shares, kind, items, all.Count, (await year).Value));
    }

    private static async Task<IResult> Search(
        HttpContext context,
        IntakeClient intake,
        DisputesClient disputes,
        IdentityClient identity,
        UnitNames units
    )
    {
        var form = await Submission.Read(context);
        var text = form.Required("q");
        if (!form.Valid)
            return View.Of<SearchPage>(new SearchPageModel(form, null, null, [], false), 400);
        var found = intake.Search(new SearchBox(text, 50));
        await Task.WhenAll(found, units.Load(identity));
        var (result, problem, _) = await found;
        if (result is null)
            return View.Of<SearchPage>(
                new SearchPageModel(form.Failed(problem!), null, problem, [], false),
                problem!.Status
            );
        var parties = result.Parties.Select(p => p.PartyId).Take(200).ToList();
        var cases =
            parties.Count == 0 ? new Answer<IReadOnlyList<CaseOfParties>>([], null) : await disputes.ByParties(parties);
        return View.Of<SearchPage>(
            new SearchPageModel(form, result, null, cases.Value ?? [], cases.Problem is { Unavailable: true })
        );
    }
}
