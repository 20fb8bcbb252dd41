using Mediation.Contracts.Http.Intake;

namespace Mediation.Portal.Pages.Notices;

public sealed record NoticeListModel(ListQuery Query, Page<NoticeRow>? Page, Problem? Problem);

public sealed record NoticeModel(NoticeDetails View, Submission? State)
{
    public string Post => $"/notices/{View.Notice.Id}";
}

/// <summary>告知与提醒: parties who are to be told that a right of theirs ends, and how they were told.</summary>
public static class NoticePages
{
    private static readonly string[] Known = ["state", "unit", "page", "size"];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/notices", List);
        app.MapGet(
            "/notices/{id:guid}",
            (Guid id, Requests.RequestPages.Services s, RuleNames rules) => Show(id, s, rules, null)
        );
        app.MapPost("/notices/{id:guid}", Command);
        app.MapGet(
            "/notices/{id:guid}/letter",
            async (Guid id, HttpContext context, Requests.RequestPages.Services s) =>
                Files.Send(context, await s.Intake.NoticeLetter(id))
        );
    }

    private static async Task<IResult> List(HttpContext context, Requests.RequestPages.Services s, RuleNames rules)
    {
        var query = ListQuery.Of(context.Request, Known);
        var asked = s.Intake.Notices(query.ToString());
        await Task.WhenAll(asked, s.Units.Load(s.Identity), rules.Load(s.Deadlines));
        var (page, problem, _) = await asked;
        if (problem is { Forbidden: true })
            return View.Problem(problem);
        if (page is not null)
            await s.Names.Load(page.Items.Select(n => n.PartyId));
        return View.Of<NoticeList>(
            new NoticeListModel(query, page, problem),
            problem is { Unavailable: false } ? problem.Status : 200
        );
    }

    private static async Task<IResult> Show(
        Guid id,
        Requests.RequestPages.Services s,
        RuleNames rules,
        Submission? state
    )
    {
        var asked = s.Intake.Notice(id);
        await Task.WhenAll(asked, s.Units.Load(s.Identity), rules.Load(s.Deadlines));
        var (view, problem, _) = await asked;
        if (view is null)
            return View.Problem(problem!, state);
        await s.Names.Load([view.Notice.PartyId], view.Steps.Select(x => x.By));
        return View.Of<NoticePage>(new NoticeModel(view, state), state is null ? 200 : state.Problem?.Status ?? 422);
    }

    private static async Task<IResult> Command(
        Guid id,
        HttpContext context,
        Requests.RequestPages.Services s,
        RuleNames rules
    )
    {
        var form = await Submission.Read(context);
        (string Verb, object Body)? command = form.Name switch
        {
            "called" => (
                "called",
                new NoticeCalled(
                    form.RequiredChoice<CallMeans>("means"),
                    form.First("reached") is "true",
                    form.RequiredInstant("calledAt")
                )
            ),
            "printed" => ("printed", new NoticePosted(form.RequiredDay("postedOn"))),
            _ => null,
        };
        if (command is not var (verb, body))
            return View.Of<Shared.ErrorPage>(400, 400);
        return await form.Send(
            () => s.Intake.SettleNotice(id, verb, body, form.Head),
            _ => View.Go(context, $"/notices/{id}", $"notices.{form.Name}"),
            again => Show(id, s, rules, again)
        );
    }
}
