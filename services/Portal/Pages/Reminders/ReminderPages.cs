using Mediation.Contracts.Http.Deadlines;

namespace Mediation.Portal.Pages.Reminders;

public sealed record RemindersModel(ListQuery Query, Page<LetterView>? Page, Problem? Problem);

/// <summary>提醒: letters that warn of days to come, one per person and day; and the calendar feed that a person keeps in
/// her own calendar program.</summary>
public static class ReminderPages
{
    private static readonly string[] Known = ["page", "size"];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/reminders", Show);
        app.MapPost("/reminders", MarkRead);
        app.MapGet("/reminders/unread", Unread);
        app.MapGet("/feeds/{token}.ics", Feed).AllowAnonymous();
    }

    private static async Task<IResult> Show(HttpContext context, Clocks.ClockPages.Services s)
    {
        var query = ListQuery.Of(context.Request, Known);
        var asked = s.Deadlines.Letters(query.ToString());
        await Task.WhenAll(asked, s.Units.Load(s.Identity));
        var (page, problem, _) = await asked;
        var clocks = page?.Items.SelectMany(l => l.Lines).Select(l => l.Clock).ToList() ?? [];
        await s.Names.Load(clocks.Select(c => c.PartyId).OfType<Guid>(), clocks.Select(c => c.Responsible));
        return View.Of<RemindersPage>(
            new RemindersModel(query, page, problem),
            problem is { Unavailable: false } ? problem.Status : 200
        );
    }

    private static async Task<IResult> MarkRead(
        HttpContext context,
        DeadlinesClient deadlines,
        LetterBadge badge,
        Reader me
    )
    {
        var form = await Submission.Read(context);
        var letter = form.RequiredId("letter");
        if (!form.Valid)
            return View.Of<Shared.ErrorPage>(400, 400);
        var (_, problem, _) = await deadlines.MarkRead(letter, form.Head);
        badge.Forget(me.AccountId);
        return problem is null ? View.Go(context, "/reminders", "letterRead") : View.Problem(problem, form);
    }

    /// <summary>The number in the frame, asked for after the page has come.</summary>
    private static async Task<IResult> Unread(DeadlinesClient deadlines, LetterBadge badge, Reader me) =>
        await badge.Ask(me.AccountId, deadlines) is { } count ? View.Of<UnreadCount>(count) : Results.NoContent();

    /// <summary>Whoever has the address may read: a calendar program signs in nowhere.</summary>
    private static async Task<IResult> Feed(string token, HttpContext context, DeadlinesClient deadlines) =>
        Files.Send(context, await deadlines.FeedOf(token));
}
