using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Http.Deadlines;

namespace Mediation.Portal.Pages.Statutes;

/// <param name="Form">The search as it was typed; it came by form and never stands in an address.</param>
/// <param name="Rules">Those that fit; null where the service does not answer.</param>
public sealed record RuleListModel(Submission Form, IReadOnlyList<RuleRow>? Rules, Problem? Problem);

/// <param name="Tried">The date of the form 试算, where one was asked for.</param>
public sealed record RuleModel(RuleView Rule, Counted? Tried, Submission? State)
{
    public string Post => $"/rules/{Rule.Row.Id}";
}

/// <summary>规则库: every statutory period with its versions, articles and facts.</summary>
public static class RulePages
{
    /// <summary>Terms and articles that one revision may have.</summary>
    public const int MostTerms = 3;
    public const int MostArticles = 4;

    private static readonly string[] Known = ["table", "type", "connected", "verified"];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/rules", List);
        app.MapPost("/rules", Search);
        app.MapGet("/rules/{id}", (string id, Clocks.ClockPages.Services s) => Show(id, s, null));
        app.MapPost("/rules/{id}", Command);
        app.MapGet(
            "/rules/{id}/papers/{paper:guid}",
            async (Guid paper, HttpContext context, Clocks.ClockPages.Services s) =>
                Files.Send(context, await s.Deadlines.LawFile(paper), inline: true)
        );
    }

    private static Task<IResult> List(HttpContext context, DeadlinesClient deadlines, Texts texts) =>
        Found(
            deadlines,
            Submission.From(
                texts,
                ListQuery
                    .Of(context.Request, Known)
                    .ToDictionary(
                        q => q.Key,
                        q => new Microsoft.Extensions.Primitives.StringValues(q.Value),
                        StringComparer.Ordinal
                    )
            )
        );

    private static async Task<IResult> Search(HttpContext context, DeadlinesClient deadlines) =>
        await Found(deadlines, await Submission.Read(context));

    private static async Task<IResult> Found(DeadlinesClient deadlines, Submission form)
    {
        var (rules, problem, _) = await deadlines.FindRules(
            new(
                form.Optional("text"),
                form.Choice<RuleType>("type"),
                form.Optional("table"),
                form.YesNo("connected"),
                null
            )
        );
        if (problem is { Unavailable: false })
            form.Failed(problem);
        if (form.YesNo("verified") is { } verified)
            rules = rules?.Where(r => r.Verified == verified).ToList();
        return View.Of<RuleList>(
            new RuleListModel(form, rules, problem),
            problem is { Unavailable: false } ? problem.Status : 200
        );
    }

    private static async Task<IResult> Show(
        string id,
        Clocks.ClockPages.Services s,
        Submission? state,
        Counted? tried = null
    )
    {
        var asked = s.Deadlines.Rule(id);
        await Task.WhenAll(asked, s.Units.Load(s.Identity));
        var (rule, problem, _) = await asked;
        if (rule is null)
            return View.Problem(problem!, state);
        await s.Names.Load(
            [],
            rule.Versions.SelectMany(v => new[] { v.SignedOffBy, v.RevisedBy })
                .Concat(rule.Parameters.Select(p => (Guid?)p.Account))
        );
        return View.Of<RulePage>(
            new RuleModel(rule, tried, state),
            state is null || tried is not null ? 200 : state.Problem?.Status ?? 422
        );
    }

    private static async Task<IResult> Command(string id, HttpContext context, Clocks.ClockPages.Services s)
    {
        var form = await Submission.Read(context);
        switch (form.Name)
        {
            case "try":
                return await Try(id, s, form);
            case "signOff":
                var version = form.RequiredDay("version");
                var paper = await Paper(s, form);
                return await Send("sign-off", new SignOffRule(version, paper));
            case "revise":
                return await Send("versions", Revision(form));
            case "setLength":
                return await Send(
                    "parameters",
                    new SetUnitLength(
                        form.Required("unit"),
                        form.Optional("length") is null ? null : form.RequiredNumber("length", 1, 3650),
                        form.RequiredDay("from")
                    )
                );
            default:
                return View.Of<Shared.ErrorPage>(400, 400);
        }

        Task<IResult> Send(string verb, object body) =>
            form.Send(
                () => s.Deadlines.ChangeRule(id, verb, body, form.Head),
                _ => View.Go(context, $"/rules/{Uri.EscapeDataString(id)}", $"rule.{form.Name}"),
                again => Show(id, s, again)
            );
    }

    private static async Task<IResult> Try(string id, Clocks.ClockPages.Services s, Submission form)
    {
        var question = Simulation.SimulationPages.ReadDate(form, id);
        if (!form.Valid)
            return await Show(id, s, form);
        var (counted, problem, _) = await s.Deadlines.SimulateDate(question);
        return await Show(id, s, problem is null ? form : form.Failed(problem), counted);
    }

    private static async Task<Guid> Paper(Clocks.ClockPages.Services s, Submission form)
    {
        if (form.Valid && form.File("document") is { } file)
        {
            var (reference, problem, _) = await s.Deadlines.UploadLaw(file);
            if (reference is null)
            {
                form.Failed(problem!);
                return default;
            }
            form.Set("document.sent", reference.ContentId.ToString());
        }
        if (form.Id("document.sent") is { } sent)
            return sent;
        if (form.Valid)
            form.Wrong("document", "field.file");
        return default;
    }

    private static ReviseRule Revision(Submission form)
    {
        var terms = new List<RuleTerm>();
        for (var i = 0; i < MostTerms; i++)
            if (form.Optional($"term.{i}.length") is not null)
                terms.Add(
                    new(
                        form.RequiredNumber($"term.{i}.length", 0, 3650),
                        form.Required($"term.{i}.unit"),
                        form.Required($"term.{i}.direction"),
                        form.Required($"term.{i}.roll")
                    )
                );
        if (terms.Count == 0)
            form.Wrong("term.0.length", "field.required");
        var basis = new List<RuleBasis>();
        for (var i = 0; i < MostArticles; i++)
            if (form.Optional($"basis.{i}.statute") is { } statute)
                basis.Add(new(statute, form.First($"basis.{i}.article")));
        if (basis.Count == 0)
            form.Wrong("basis.0.statute", "field.required");
        return new(form.RequiredDay("validFrom"), terms, form.Number("extensionMax"), basis, form.Flag("verified"));
    }
}
