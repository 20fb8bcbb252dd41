using Mediation.Contracts.Http.Deadlines;

namespace Mediation.Portal.Pages.Supervisions;

public sealed record SupervisionListModel(ListQuery Query, Page<SupervisionRow>? Page, Problem? Problem);

public sealed record SupervisionModel(SupervisionView View, Submission? State)
{
    public string Post => $"/supervisions/{View.Row.Id}";
}

/// <summary>督办: breaches of duties, followed up by the unit above until they are cleared.</summary>
public static class SupervisionPages
{
    private static readonly string[] Known = ["side", "state", "unit", "page", "size"];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/supervisions", List);
        app.MapGet("/supervisions/{id:guid}", (Guid id, Clocks.ClockPages.Services s) => Show(id, s, null));
        app.MapPost("/supervisions/{id:guid}", Command);
    }

    private static async Task<IResult> List(HttpContext context, Clocks.ClockPages.Services s)
    {
        var query = ListQuery.Of(context.Request, Known);
        var asked = s.Deadlines.Supervisions(query.ToString());
        await Task.WhenAll(asked, s.Units.Load(s.Identity));
        var (page, problem, _) = await asked;
        if (problem is { Forbidden: true } or { NotFound: true })
            return View.Problem(problem);
        await s.Names.Load([], page?.Items.Select(r => r.Responsible));
        return View.Of<SupervisionList>(
            new SupervisionListModel(query, page, problem),
            problem is { Unavailable: false } ? problem.Status : 200
        );
    }

    private static async Task<IResult> Show(Guid id, Clocks.ClockPages.Services s, Submission? state)
    {
        var asked = s.Deadlines.Supervision(id);
        await Task.WhenAll(asked, s.Units.Load(s.Identity));
        var (view, problem, _) = await asked;
        if (view is null)
            return View.Problem(problem!, state);
        await s.Names.Load(
            view.Clock.PartyId is { } party ? [party] : [],
            view.History.Select(h => h.Account).Append(view.Row.Responsible)
        );
        return View.Of<SupervisionPage>(
            new SupervisionModel(view, state),
            state is null ? 200 : state.Problem?.Status ?? 422
        );
    }

    private static async Task<IResult> Command(Guid id, HttpContext context, Clocks.ClockPages.Services s)
    {
        var form = await Submission.Read(context);
        (string Verb, object Body)? command = form.Name switch
        {
            "reply" => ("reply", new SupervisionText(form.Required("text"))),
            "sendBack" => ("send-back", new SupervisionText(form.Required("text"))),
            "clear" => ("clear", new ClearSupervision(form.First("done") is "excused")),
            _ => null,
        };
        if (command is not var (verb, body))
            return View.Of<Shared.ErrorPage>(400, 400);
        if (form.Name is "clear" && form.Required("done") is "excused" && !form.Flag("confirmed"))
            form.Wrong("confirmed", "supervision.confirmExcused");
        return await form.Send(
            () => s.Deadlines.Supervise(id, verb, body, form.Head),
            _ => View.Go(context, $"/supervisions/{id}", $"supervision.{form.Name}"),
            again => Show(id, s, again)
        );
    }
}
