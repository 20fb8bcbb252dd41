using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Intake;

namespace Mediation.Portal.Pages.Register;

/// <summary>The registration form with everything around it.</summary>
/// <param name="Form">What was typed so far.</param>
/// <param name="Found">Result of the last search, or null.</param>
/// <param name="Candidates">Parties the register knows under what was entered.</param>
public sealed record RegisterModel(
    Submission Form,
    SearchModel? Found,
    IReadOnlyList<Candidates> Candidates,
    IReadOnlyList<DraftLine> Drafts,
    EntryTimes? Times,
    bool IntakeSilent,
    bool Failed
)
{
    public const string FormId = "register";
    public int Respondents => Form.Count("respondents", 1, 10);
    public int Items => Form.Count("items", 2, 30);
}

/// <param name="Asked">Something was asked; with too little typed there is no result.</param>
public sealed record SearchModel(SearchResult? Result, Problem? Problem, bool Asked);

/// <summary>登记: one column, one box to search and create, the form kept at every step.</summary>
public static class RegisterPages
{
    private const string NoticeVersion = "2026-1";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/register", Open);
        app.MapPost("/register", Send);
        app.MapPost("/register/search", Search);
        app.MapPost("/register/draft", KeepDraft);
        app.MapPost("/register/draft/remove", RemoveDraft);
    }

    private static async Task<IResult> Open(
        Texts texts,
        IntakeClient intake,
        IdentityClient identity,
        UnitNames units,
        TimeProvider time,
        Reader me,
        Guid? draft,
        string? channel
    )
    {
        var form = Submission.From(
            texts,
            new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>(StringComparer.Ordinal)
        );
        if (draft is { } id && (await intake.Draft(id)).Value is { } kept)
        {
            form = Submission.FromDraft(texts, kept.Form);
            form.Set("draft", id.ToString());
            form.Set("openedAt", kept.OpenedAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        }
        else
        {
            form.Set("openedAt", time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture));
            form.Set("draft", Guid.CreateVersion7().ToString());
            form.Set("receivedOn", Written.Day(Written.Today(time)));
            form.Set(
                "channel",
                Codes.Parse<Channel>(channel) is { } preset ? Codes.Of(preset)
                    : me.Is(Mediation.Contracts.Identity.Role.HotlineAgent) ? Codes.Of(Channel.Hotline12351)
                    : Codes.Of(Channel.WalkIn)
            );
        }
        return await Show(form, intake, identity, units, time, me);
    }

    private static async Task<IResult> Show(
        Submission form,
        IntakeClient intake,
        IdentityClient identity,
        UnitNames units,
        TimeProvider time,
        Reader me,
        SearchModel? found = null,
        IReadOnlyList<Candidates>? candidates = null,
        int status = 200
    )
    {
        var today = Written.Today(time);
        var drafts = intake.Drafts();
        var times = intake.EntryTimes(today.AddDays(-30), today);
        await Task.WhenAll(drafts, times, units.Load(identity));
        if (form.First("unit").Length == 0)
            form.Set("unit", me.HomeUnit);
        return View.Of<RegisterPage>(
            new RegisterModel(
                form,
                found,
                candidates ?? [],
                (await drafts).Value ?? [],
                (await times).Value,
                (await drafts).Problem is { Unavailable: true },
                status != 200
            ),
            status
        );
    }

    private static async Task<IResult> Search(HttpContext context, IntakeClient intake)
    {
        var form = await Submission.Read(context);
        var text = form.First(form.First("box") is "employer" ? "employer" : "reach");
        if (form.First("box") is "respondent")
            text = form.First($"respondents[{form.First("row")}].name");
        return View.Of<SearchResults>(await Find(intake, text));
    }

    private static async Task<SearchModel> Find(IntakeClient intake, string text)
    {
        if (text.Length < 2)
            return new(null, null, false);
        var answer = await intake.Search(new SearchBox(text));
        return new(answer.Value, answer.Problem, true);
    }

    private static async Task<IResult> KeepDraft(HttpContext context, IntakeClient intake, Texts texts)
    {
        var form = await Submission.Read(context);
        var answer = await Keep(form, intake);
        return View.Of<DraftState>(answer.Problem is null);
    }

    private static Task<Answer<object>> Keep(Submission form, IntakeClient intake) =>
        intake.SaveDraft(
            form.Id("draft") ?? Guid.CreateVersion7(),
            new SaveDraft(Codes.Parse<Channel>(form.First("channel")), OpenedAt(form), form.ToDraft())
        );

    private static async Task<IResult> RemoveDraft(HttpContext context, IntakeClient intake)
    {
        var form = await Submission.Read(context);
        if (form.Id("draft") is { } id)
            await intake.DeleteDraft(id);
        return View.Go(context, "/register", "draftRemoved");
    }

    private static DateTimeOffset OpenedAt(Submission form) =>
        DateTimeOffset.TryParse(
            form.First("openedAt"),
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.RoundtripKind,
            out var at
        )
            ? at
            : DateTimeOffset.UnixEpoch;

    private static async Task<IResult> Send(
        HttpContext context,
        Texts texts,
        IntakeClient intake,
        IdentityClient identity,
        UnitNames units,
        TimeProvider time,
        Reader me
    )
    {
        var form = await Submission.Read(context);
        var step = form.First("_do");
        var (verb, argument) = step.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0
            ? (step[..colon], step[(colon + 1)..])
            : (step, string.Empty);
        form.Set("_do", string.Empty);
        switch (verb)
        {
            case "search":
                return await Again(form, await Find(intake, form.First("reach")), focus: "applicants[0].person.name");
            case "searchEmployer":
                return await Again(
                    form,
                    await Find(intake, form.First($"respondents[{argument}].name")),
                    focus: $"respondents[{argument}].name"
                );
            case "applicant":
                Pick(form, argument, "applicants[0].partyId", "applicant.label");
                return await Again(form, null, focus: "respondents[0].name");
            case "respondent":
                var row = Enumerable
                    .Range(0, 10)
                    .First(i => i == 9 || form.First($"respondents[{i}].partyId").Length == 0);
                if (row >= form.Count("respondents", 1, 10))
                    form.Set("respondents", $"{row + 1}");
                Pick(form, argument, $"respondents[{row}].partyId", $"respondents[{row}].label");
                form.Set($"respondents[{row}].name", string.Empty);
                return await Again(form, null, focus: "items[0].type");
            case "dropApplicant":
                form.Set("applicants[0].partyId", string.Empty);
                form.Set("applicant.label", string.Empty);
                return await Again(form, null, focus: "reach");
            case "dropRespondent":
                form.Set($"respondents[{argument}].partyId", string.Empty);
                form.Set($"respondents[{argument}].label", string.Empty);
                return await Again(form, null, focus: $"respondents[{argument}].name");
            case "moreRespondents":
                var count = form.Count("respondents", 1, 9);
                form.Set("respondents", $"{count + 1}");
                return await Again(form, null, focus: $"respondents[{count}].name");
            case "moreItems":
                form.Set("items", $"{form.Count("items", 2, 28) + 2}");
                return await Again(form, null, focus: "facts");
            case "draft":
                var answer = await Keep(form, intake);
                if (answer.Problem is { } problem)
                    return await Show(form.Failed(problem), intake, identity, units, time, me, status: problem.Status);
                return View.Go(context, $"/register?draft={form.First("draft")}", "draftKept");
            default:
                return await Register();
        }

        Task<IResult> Again(Submission typed, SearchModel? found, string focus)
        {
            typed.Set("_focus", focus);
            return Show(typed, intake, identity, units, time, me, found);
        }

        async Task<IResult> Register()
        {
            var request = Read(form, me);
            return await form.Send(
                () => intake.Register(request, form.Head),
                done =>
                    View.Go(
                        context,
                        $"/requests/{done.Value!.Id}",
                        done.Value.Missing.Count > 0 ? "registeredIncomplete" : "registered"
                    ),
                again =>
                {
                    var candidates =
                        again.Problem is { Code: "same_person_exists", Body: { } body }
                        && body.TryGetProperty("candidates", out var json)
                            ? System.Text.Json.JsonSerializer.Deserialize<IReadOnlyList<Candidates>>(
                                json,
                                ServiceClient.Json
                            )
                            : null;
                    return Show(
                        again,
                        intake,
                        identity,
                        units,
                        time,
                        me,
                        candidates: candidates,
                        status: again.Problem?.Status ?? 422
                    );
                },
                rename: Rename
            );
        }
    }

    private static void Pick(Submission form, string argument, string idField, string labelField)
    {
        // The value of the button: the id, and the masked label that the result showed for it.
        var parts = argument.Split('|', 2);
        form.Set(idField, parts[0]);
        form.Set(labelField, parts.Length > 1 ? parts[1] : parts[0]);
    }

    private static RegisterRequest Read(Submission form, Reader me)
    {
        var channel = form.RequiredChoice<Channel>("channel");
        var applicant = ReadApplicant(form);
        var respondents = ReadRespondents(form);
        if (!form.Flag("privacy"))
            form.Wrong("privacy", "register.privacyNeeded");
        return new RegisterRequest(
            form.Id("request") ?? form.NewId,
            form.Optional("unit") ?? me.HomeUnit,
            channel,
            form.RequiredDay("receivedOn"),
            OpenedAt(form),
            form.Flag("oral"),
            ReadProxy(form),
            [applicant],
            respondents,
            form.Required("facts"),
            new PrivacyConsent(
                form.Flag("privacy"),
                NoticeVersion,
                channel switch
                {
                    Channel.Online => ConsentForm.Online,
                    Channel.Hotline12351 or Channel.Hotline12345 => ConsentForm.Oral,
                    _ => form.Flag("oral") ? ConsentForm.Oral : ConsentForm.Written,
                },
                SensitiveConsent: false
            ),
            form.Id("draft")
        );
    }

    private static ApplicantEntry ReadApplicant(Submission form)
    {
        var items = new List<ClaimEntry>();
        for (var i = 0; i < form.Count("items", 2, 30); i++)
        {
            var amount = form.Fen($"items[{i}].amount");
            if (form.Choice<ClaimItemType>($"items[{i}].type") is not { } type)
            {
                if (amount is not null)
                    form.Wrong($"items[{i}].type", "field.choose");
                continue;
            }
            items.Add(
                new ClaimEntry(
                    form.Id($"items[{i}].id") ?? Guid.CreateVersion7(),
                    type,
                    form.Day($"items[{i}].from"),
                    form.Day($"items[{i}].to"),
                    amount,
                    form.Day($"items[{i}].infringedOn")
                )
            );
        }
        if (items.Count == 0)
            form.Wrong("items[0].type", "field.required");
        var ended = form.Day("applicants[0].employmentEndedOn");
        var different = form.Choice<DifferentPersonReason>("applicants[0].differentPerson");
        if (form.Id("applicants[0].partyId") is { } known)
            return new ApplicantEntry(known, null, items, EmploymentEndedOn: ended);
        var reach = form.Required("reach");
        var digits = reach.Normalize(System.Text.NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal);
        var isPhone =
            digits.Length is 11 or 12 && digits.All(char.IsAsciiDigit)
            || digits.Contains('-', StringComparison.Ordinal);
        var idType = form.Choice<IdType>("applicants[0].person.idType");
        var isId = !isPhone || idType is not null and not IdType.ResidentId;
        var otherPhone = form.Optional("applicants[0].person.phone");
        var otherId = form.Optional("applicants[0].person.idNumber");
        var idNumber = isId ? digits : otherId;
        return new ApplicantEntry(
            null,
            new PersonEntry(
                form.Required("applicants[0].person.name"),
                idNumber is null ? null : idType ?? IdType.ResidentId,
                idNumber,
                isId ? otherPhone : digits,
                form.Choice<Sex>("applicants[0].person.sex"),
                MigrantWorker: form.YesNo("applicants[0].person.migrantWorker"),
                UnionMember: form.YesNo("applicants[0].person.unionMember"),
                NewEmploymentForm: form.YesNo("applicants[0].person.newEmploymentForm"),
                ContractSigned: form.YesNo("applicants[0].person.contractSigned"),
                Occupation: form.Optional("applicants[0].person.occupation"),
                UsualAddress: form.Optional("applicants[0].person.usualAddress"),
                MailingAddress: form.Optional("applicants[0].person.mailingAddress"),
                Email: form.Optional("applicants[0].person.email"),
                MessageConsent: form.Flag("applicants[0].person.messageConsent") ? true : null
            ),
            items,
            different,
            ended
        );
    }

    private static List<RespondentEntry> ReadRespondents(Submission form)
    {
        var respondents = new List<RespondentEntry>();
        for (var i = 0; i < form.Count("respondents", 1, 10); i++)
        {
            var at = $"respondents[{i}]";
            var capacity = form.Choice<RespondentCapacity>($"{at}.capacity") ?? RespondentCapacity.Employer;
            if (form.Id($"{at}.partyId") is { } known)
                respondents.Add(new(known, null, null, capacity));
            else if (form.Optional($"{at}.name") is { } name)
                respondents.Add(
                    form.Flag($"{at}.soleTrader")
                        ? new(
                            null,
                            null,
                            new PersonEntry(name, CreditCode: form.Optional($"{at}.creditCode")),
                            capacity
                        )
                        : new(
                            null,
                            new OrganisationEntry(
                                name,
                                form.Optional($"{at}.creditCode"),
                                PerformanceDistrict: form.Optional($"{at}.performanceDistrict"),
                                RegisteredAddress: form.Optional($"{at}.registeredAddress"),
                                ContactName: form.Optional($"{at}.contactName"),
                                ContactPhone: form.Optional($"{at}.contactPhone")
                            ),
                            null,
                            capacity
                        )
                );
        }
        if (respondents.Count == 0)
            form.Wrong("respondents[0].name", "field.required");
        return respondents;
    }

    private static ProxyEntry? ReadProxy(Submission form) =>
        form.Optional("proxy.name") is { } name
            ? new ProxyEntry(
                null,
                new PersonEntry(name, Phone: form.Optional("proxy.phone")),
                form.RequiredChoice<ProxyTitle>("proxy.title"),
                form.Flag("proxy.paperSeen")
            )
            : null;

    // The service names the fields of its request; here the first box is phone or ID number, and rows are flat.
    private static string Rename(string field) =>
        field switch
        {
            "applicants[0].person.phone" or "applicants[0].person.idNumber" => "reach",
            _ when field.StartsWith("applicants[0].items[", StringComparison.Ordinal) => field[
                "applicants[0].".Length..
            ]
                .Replace("claimedFen", "amount", StringComparison.Ordinal)
                .Replace("periodFrom", "from", StringComparison.Ordinal)
                .Replace("periodTo", "to", StringComparison.Ordinal),
            "applicants[0].items" => "items[0].type",
            "respondents" => "respondents[0].name",
            _ when field.StartsWith("respondents[", StringComparison.Ordinal) => field
                .Replace(".organisation.", ".", StringComparison.Ordinal)
                .Replace(".soleTrader.", ".", StringComparison.Ordinal),
            "privacy.noticeGiven" => "privacy",
            _ when field.StartsWith("proxy.person.", StringComparison.Ordinal) => "proxy."
                + field["proxy.person.".Length..],
            _ => field,
        };
}
