using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Http.Identity;

namespace Mediation.Portal.Pages.Simulation;

/// <param name="Form">The question as it was asked; null before one was.</param>
public sealed record SimulationModel(
    Submission? Form,
    IReadOnlyList<StaffMember> Staff,
    Counted? Counted = null,
    CalendarEffect? Days = null,
    AbsenceEffect? Absence = null
);

/// <summary>推演: what would be, if. Nothing is changed by any of it.</summary>
public static class SimulationPages
{
    // A year's notice names some thirty days; more in one question is a slip of the hand.
    private const int MostDays = 120;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(
            "/simulation",
            (Clocks.ClockPages.Services s, RuleNames rules, Reader me) => Show(s, rules, me, null, m => m)
        );
        app.MapPost("/simulation", Ask);
    }

    private static async Task<IResult> Show(
        Clocks.ClockPages.Services s,
        RuleNames rules,
        Reader me,
        Submission? form,
        Func<SimulationModel, SimulationModel> answered
    )
    {
        var staff = s.Identity.Staff($"?unit={Uri.EscapeDataString(me.HomeUnit)}&below=true");
        await Task.WhenAll(staff, s.Units.Load(s.Identity), rules.Load(s.Deadlines));
        var model = answered(new(form, (await staff).Value ?? []));
        var clocks = (model.Days?.Moved.Select(m => m.Clock) ?? [])
            .Concat(model.Absence?.Clocks.Select(c => c.Clock) ?? [])
            .ToList();
        await s.Names.Load(
            clocks.Select(c => c.PartyId).OfType<Guid>(),
            clocks
                .Select(c => c.Responsible)
                .Concat(model.Absence?.Clocks.SelectMany(c => new[] { c.Absent, c.AnswersInstead }) ?? [])
        );
        return View.Of<SimulationPage>(model, form is { Valid: false } ? form.Problem?.Status ?? 422 : 200);
    }

    private static async Task<IResult> Ask(
        HttpContext context,
        Clocks.ClockPages.Services s,
        RuleNames rules,
        Reader me
    )
    {
        var form = await Submission.Read(context);
        return form.Name switch
        {
            "date" => await Answer(
                ReadDate(form, form.Required("rule")),
                s.Deadlines.SimulateDate,
                (m, found) => m with { Counted = found }
            ),
            "days" => await Answer(ReadDays(form), s.Deadlines.SimulateDays, (m, found) => m with { Days = found }),
            "absence" => await Answer(
                ReadAbsence(form),
                s.Deadlines.SimulateAbsence,
                (m, found) => m with { Absence = found }
            ),
            _ => View.Of<Shared.ErrorPage>(400, 400),
        };

        async Task<IResult> Answer<TQuestion, TAnswer>(
            TQuestion question,
            Func<TQuestion, Task<Answer<TAnswer>>> ask,
            Func<SimulationModel, TAnswer, SimulationModel> with
        )
            where TAnswer : class
        {
            if (!form.Valid)
                return await Show(s, rules, me, form, m => m);
            var (found, problem, _) = await ask(question);
            return found is null
                ? await Show(s, rules, me, form.Failed(problem!), m => m)
                : await Show(s, rules, me, form, m => with(m, found));
        }
    }

    /// <summary>The fields of <see cref="DateQuestion"/>.</summary>
    public static SimulateDate ReadDate(Submission form, string rule)
    {
        var from = form.Day("suspendedFrom");
        var to = form.Day("suspendedTo");
        if (from is null && to is not null)
            form.Wrong("suspendedFrom", "field.required");
        if (from is not null && to is null)
            form.Wrong("suspendedTo", "field.required");
        return new(
            rule,
            form.RequiredDay("from"),
            form.Choice<ServiceMode>("service"),
            form.Optional("unit"),
            form.Optional("extendBy") is null ? 0 : form.RequiredNumber("extendBy", 0, 3650),
            from is { } first && to is { } last ? [new(first, last)] : []
        );
    }

    private static SimulateDays ReadDays(Submission form)
    {
        var off = form.Days("daysOff", MostDays);
        var worked = form.Days("workedDays", MostDays);
        if (off.Count + worked.Count == 0 && form.Valid)
            form.Wrong("daysOff", "field.required");
        return new(form.Required("unit"), off, worked);
    }

    private static SimulateAbsence ReadAbsence(Submission form)
    {
        var accounts = form.All("accounts")
            .Select(a => Guid.TryParse(a, out var id) ? id : (Guid?)null)
            .OfType<Guid>()
            .Distinct()
            .ToList();
        if (accounts.Count == 0)
            form.Wrong("accounts", "field.choose");
        return new(form.Required("unit"), accounts, form.RequiredDay("from"), form.RequiredDay("to"));
    }
}
