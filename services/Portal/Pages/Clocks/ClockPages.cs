using System.Globalization;
using Mediation.Contracts.Http.Deadlines;

namespace Mediation.Portal.Pages.Clocks;

public sealed record ClockModel(ClockDetails Details, Submission? State)
{
    public ClockView Clock => Details.Clock;
    public string Post => $"/clocks/{Clock.Id}";
}

/// <summary>One statutory period: how its day was counted, what happened to it, and what may be done with it.</summary>
public static class ClockPages
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/clocks/{id:guid}", (Guid id, HttpContext context, Services s) => Show(id, context, s, null));
        app.MapPost("/clocks/{id:guid}", Command);
        app.MapGet("/clocks/{id:guid}/documents/{contentId:guid}", Document);
    }

    /// <summary>What the handlers of this area work with.</summary>
    public sealed class Services(DeadlinesClient deadlines, IdentityClient identity, UnitNames units, Names names)
    {
        public DeadlinesClient Deadlines => deadlines;
        public IdentityClient Identity => identity;
        public UnitNames Units => units;
        public Names Names => names;
    }

    private static async Task<IResult> Show(Guid id, HttpContext context, Services s, Submission? state)
    {
        var clock = s.Deadlines.Clock(id);
        await Task.WhenAll(clock, s.Units.Load(s.Identity));
        var (details, problem, _) = await clock;
        // Opened in place on another page: a failure is told there, a whole page would be drawn into it.
        if (View.IsFragment(context.Request) && state is null)
            return details is null
                ? View.Of<ClockUnread>(problem!.Unavailable ? null : problem.Message)
                : await Explained(details);
        if (details is null)
            return View.Problem(problem!, state);
        await s.Names.Load(
            details.Alike.Append(details.Clock).Select(c => c.PartyId).OfType<Guid>(),
            details.History.Select(h => h.Account).Append(details.Clock.Responsible)
        );
        return View.Of<ClockPage>(new ClockModel(details, state), state is null ? 200 : state.Problem?.Status ?? 422);

        async Task<IResult> Explained(ClockDetails shown)
        {
            await s.Names.Load(shown.Clock.PartyId is { } party ? [party] : []);
            return View.Of<ClockExplained>(shown);
        }
    }

    private static async Task<IResult> Document(Guid id, Guid contentId, HttpContext context, Services s)
    {
        var clock = await s.Deadlines.Clock(id);
        return clock.Value is { } details
            ? Files.Send(context, await s.Deadlines.ContentOfCase(details.Clock.CaseId, contentId), inline: true)
            : View.Problem(clock.Problem!);
    }

    private static async Task<IResult> Command(Guid id, HttpContext context, Services s)
    {
        var form = await Submission.Read(context);
        if (form.Name is not ("extend" or "suspend" or "resume" or "record"))
            return View.Of<Shared.ErrorPage>(400, 400);
        // Read once to see what is wrong before any file is sent.
        Read(form, null);
        if (!form.Valid)
            return await Show(id, context, s, form);
        var caseId = form.RequiredId("case");
        var sent = form.Id("document.sent");
        if (form.File("document") is { } file)
        {
            var upload = await s.Deadlines.UploadToCase(caseId, file);
            if (upload.Value is not { } reference)
                return await Show(id, context, s, form.Failed(upload.Problem!));
            sent = reference.ContentId;
            form.Set("document.sent", reference.ContentId.ToString());
        }
        else if (sent is null && form.Name is "extend")
            form.Wrong("document", "field.file");
        var body = Read(form, sent);
        return await form.Send(
            () =>
                body is ExtendClocks extend
                    ? s.Deadlines.Extend(caseId, extend, new Head(form.Key))
                    : s.Deadlines.Command(id, form.Name, body, form.Head),
            _ => View.Go(context, $"/clocks/{id}", $"clock.{form.Name}"),
            again => Show(id, context, s, again)
        );
    }

    private static object Read(Submission form, Guid? document) =>
        form.Name switch
        {
            "extend" => new ExtendClocks(
                ReadClocks(form),
                form.RequiredNumber("by", 1, 3650),
                Consent(form, "workerConsentedOn"),
                Consent(form, "employerConsentedOn"),
                form.Flag("approval") ? form.RequiredDay("approvedOn") : null,
                document ?? default
            ),
            "suspend" => new SuspendPeriod(
                form.RequiredChoice<SuspensionCause>("cause"),
                form.RequiredDay("from"),
                form.Day("to")
            ),
            "resume" => new ResumePeriod(form.RequiredDay("to")),
            _ => new RecordClockFact(form.Required("fact"), form.RequiredDay("on"), document),
        };

    // A rule that needs both parties has their two fields, one that needs an approval has the other.
    private static DateOnly? Consent(Submission form, string field) =>
        form.Flag("approval") ? null : form.RequiredDay(field);

    // Each box carries the clock and the version of it that the person saw.
    private static List<ClockAt> ReadClocks(Submission form)
    {
        var clocks = new List<ClockAt>();
        foreach (var typed in form.All("clock").Distinct(StringComparer.Ordinal))
            if (
                typed.Split('|') is [{ } id, { } version]
                && Guid.TryParse(id, out var clock)
                && long.TryParse(version, CultureInfo.InvariantCulture, out var seen)
            )
                clocks.Add(new(clock, seen));
        if (clocks.Count == 0)
            form.Wrong("clock", "field.choose");
        return clocks;
    }
}
