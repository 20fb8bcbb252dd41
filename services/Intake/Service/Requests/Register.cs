using System.Text.RegularExpressions;
using Mediation.Contracts.Http.Intake;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>A matter is taken down with its parties, in one transaction. A number the register knows stops it until
/// somebody chose that party or said why it is another person (409 with the candidates).</summary>
internal static class RegisterSlice
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/requests", Handle)
            .RequireRole(Rights.Register)
            .WithMetadata(new RequestSizeLimitAttribute(1024 * 1024));

    private static async Task<IResult> Handle(
        Http.RegisterRequest body,
        Registering registering,
        Caller caller,
        AccessCopies copies,
        IMediator mediator,
        PartyHits hits,
        ProblemTexts texts,
        HttpContext http,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (!copies.Tree.IsOpen(body.Unit, LegalDay.Today(clock)))
            throw Problem.Invalid("unit", "unit_unknown");
        caller.ActIn(body.Unit, Rights.Register);
        for (var attempt = 1; ; attempt++)
        {
            var registration = await registering.Prepare(body, ct);
            if (registration.Known.Count > 0)
                return await Candidates.Answer(registration.Known, hits, texts, ct);
            try
            {
                var done = await mediator.Send(
                    new Execute<RegisterRequest>(
                        body.RequestId,
                        registration.Command!,
                        body.ReceivedOn,
                        registration.Record
                    ),
                    ct
                );
                var answer = await registering.Answer(registration, done.Version, ct);
                Hosting.Answer.Version(http.Response, done.Version);
                return TypedResults.Created($"/requests/{body.RequestId}", answer);
            }
            // Somebody recorded the same person or employer in this very moment; now it can be found.
            catch (PostgresException e)
                when (attempt < 4 && e.SqlState is "RG001" or PostgresErrorCodes.UniqueViolation) { }
        }
    }
}

/// <summary>The answer to a number that the register knows: whom it may be.</summary>
internal static class Candidates
{
    public static async Task<IResult> Answer(
        IReadOnlyList<(string Entry, string MatchedBy, IReadOnlyList<Guid> Parties)> known,
        PartyHits hits,
        ProblemTexts texts,
        CancellationToken ct
    )
    {
        var candidates = new List<Http.Candidates>();
        foreach (var (entry, matchedBy, parties) in known)
            candidates.Add(new(entry, matchedBy, await hits.Of(parties, AccessPurpose.IdentityCheck, ct)));
        const string code = "same_person_exists";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status409Conflict,
            title: texts.Of("status_409"),
            detail: texts.Of(code),
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["code"] = code,
                ["arguments"] = Array.Empty<object>(),
                ["candidates"] = candidates,
            }
        );
    }
}

/// <summary>A prepared amendment; without a command somebody must first say who is who.</summary>
internal sealed record Amendment(
    AmendRequest? Command,
    IReadOnlyList<NpgsqlBatchCommand> Statements,
    IReadOnlyList<(string Entry, string MatchedBy, IReadOnlyList<Guid> Parties)> Known
)
{
    public void Record(Changes changes)
    {
        foreach (var statement in Statements)
            changes.Also(statement);
    }
}

internal sealed record EnteredApplicant(Entered Party, IReadOnlyList<ClaimItem> Items, DateOnly? EmploymentEndedOn);

internal sealed record EnteredRespondent(Entered Party, RespondentCapacity Capacity);

/// <summary>A prepared registration: the command and what else belongs to its transaction.</summary>
internal sealed record Registration(
    RegisterRequest? Command,
    IReadOnlyList<NpgsqlBatchCommand> Statements,
    IReadOnlyList<(string Entry, string MatchedBy, IReadOnlyList<Guid> Parties)> Known
)
{
    public void Record(Changes changes)
    {
        foreach (var statement in Statements)
            changes.Also(statement);
    }
}

/// <summary>Checks a registration as typed and makes the command of it.</summary>
internal sealed partial class Registering(
    PartyRegister register,
    PartyAccessLog access,
    RequestDesk desk,
    NpgsqlDataSource source,
    Caller caller,
    TimeProvider clock
)
{
    private PartyEntries entries = new(register, access, clock);

    public const int MostApplicants = 200;
    public const int MostRespondents = 20;
    public const int MostItems = 50;

    // Items that are owed for a period; the others arise once.
    private static readonly HashSet<ClaimItemType> Periodic =
    [
        ClaimItemType.Wages,
        ClaimItemType.Overtime,
        ClaimItemType.DoubleWage,
        ClaimItemType.AnnualLeavePay,
        ClaimItemType.SocialInsuranceArrears,
        ClaimItemType.HousingFund,
        ClaimItemType.HeatOrSickPay,
    ];

    public async Task<Registration> Prepare(Http.RegisterRequest body, CancellationToken ct)
    {
        entries = new(register, access, clock);
        var (now, faults) = (clock.GetUtcNow(), entries.Faults);
        if (body.RequestId == Guid.Empty)
            faults["requestId"] = "required";
        if (body.OpenedAt > now.AddMinutes(1) || body.OpenedAt < now.AddDays(-31))
            faults["openedAt"] = "date_impossible";
        if (body.ReceivedOn.Year < 2000)
            faults["receivedOn"] = "date_impossible";
        if (!NoticeVersion().IsMatch(body.Privacy.NoticeVersion))
            faults["privacy.noticeVersion"] = "code_unknown";
        if (body.Applicants.Count is 0 or > MostApplicants)
            faults["applicants"] = body.Applicants.Count == 0 ? "required" : "too_many";
        if (body.Respondents.Count is 0 or > MostRespondents)
            faults["respondents"] = body.Respondents.Count == 0 ? "required" : "too_many";
        if (string.IsNullOrWhiteSpace(body.Facts))
            faults["facts"] = "required";
        else if (body.Facts.Length > RequestDesk.LongestText)
            faults["facts"] = "too_long";
        if (faults.Count > 0)
            throw new Problem(400, "invalid_input", errors: faults.AsReadOnly());
        var applicants = await Applicants(body.Applicants, ct);
        var respondents = await Respondents(body.Respondents, ct);
        var proxy = body.Proxy is null
            ? null
            : await entries.Person(
                body.Proxy.PartyId,
                body.Proxy.Person,
                PartyKind.Person,
                true,
                null,
                "proxy.person",
                caller.AccountId,
                ct
            );
        if (!body.Privacy.SensitiveConsent && body.Applicants.Any(a => Sensitive(a.Person)))
            faults.TryAdd("privacy.sensitiveConsent", "sensitive_consent_required");
        if (faults.Count > 0)
            throw new Problem(400, "invalid_input", errors: faults.AsReadOnly());
        if (entries.Known.Count > 0)
            return new(null, [], entries.Known);
        var facts = await desk.Seal(body.RequestId, RequestDesk.Checked(body.Facts, "facts"), ct);
        var parts = Parts(body.RequestId, applicants, respondents, body.ReceivedOn);
        var acting = proxy is null
            ? null
            : new Proxy(proxy.PartyId, body.Proxy!.Title.As<ProxyTitle>(), body.Proxy.PaperSeen);
        var command = new RegisterRequest(
            body.RequestId,
            body.Unit,
            body.Channel.As<Channel>(),
            body.ReceivedOn,
            body.Oral,
            acting,
            parts.Applicants,
            parts.Respondents,
            facts.Reference,
            new(
                body.Privacy.NoticeGiven,
                body.Privacy.NoticeVersion,
                body.Privacy.Form.As<ConsentForm>(),
                body.Privacy.SensitiveConsent
            ),
            Missing(applicants, respondents, parts.Applicants, acting),
            body.OpenedAt,
            now,
            desk.Today
        );
        return new(
            command,
            [
                .. facts.Sealed.Insert(),
                .. Record(
                    body.RequestId,
                    body.Unit,
                    [
                        .. applicants.Select(a => a.Party),
                        .. respondents.Select(r => r.Party),
                        .. new[] { proxy }.OfType<Entered>(),
                    ]
                ),
                .. body.DraftId is { } draft
                    ? [Drafts.Remove(draft, caller.AccountId)]
                    : Array.Empty<NpgsqlBatchCommand>(),
            ],
            []
        );
    }

    /// <summary>Completes or corrects a registered request; what is not said stays.</summary>
    public async Task<Amendment> Amend(RequestRecord row, Http.AmendRequest body, CancellationToken ct)
    {
        var faults = entries.Faults;
        if (body.Applicants is { Count: 0 or > MostApplicants })
            faults["applicants"] = "too_many";
        if (body.Respondents is { Count: 0 or > MostRespondents })
            faults["respondents"] = "too_many";
        if (faults.Count > 0)
            throw new Problem(400, "invalid_input", errors: faults.AsReadOnly());
        var applicants = body.Applicants is null
            ? await Standing(row.Applicants, ct)
            : await Applicants(body.Applicants, ct);
        var respondents = body.Respondents is null
            ? await Standing(row.Respondents, ct)
            : await Respondents(body.Respondents, ct);
        if (faults.Count > 0)
            throw new Problem(400, "invalid_input", errors: faults.AsReadOnly());
        if (entries.Known.Count > 0)
            return new(null, [], entries.Known);
        var facts = body.Facts is null ? null : await desk.Seal(row.Id, RequestDesk.Checked(body.Facts, "facts"), ct);
        var parts = Parts(row.Id, applicants, respondents, row.ReceivedOn);
        return new(
            new(
                parts.Applicants,
                parts.Respondents,
                facts?.Reference,
                Missing(applicants, respondents, parts.Applicants, row.Proxy),
                desk.Today
            ),
            [
                .. facts?.Sealed.Insert() ?? [],
                .. Record(row.Id, row.Unit, [.. applicants.Select(a => a.Party), .. respondents.Select(r => r.Party)]),
            ],
            []
        );
    }

    private async Task<List<EnteredApplicant>> Standing(IReadOnlyList<Applicant> applicants, CancellationToken ct)
    {
        var standing = new List<EnteredApplicant>();
        foreach (var applicant in applicants)
            standing.Add(
                new(await entries.Standing(applicant.PartyId, ct), applicant.Items, applicant.EmploymentEndedOn)
            );
        return standing;
    }

    private async Task<List<EnteredRespondent>> Standing(IReadOnlyList<Respondent> respondents, CancellationToken ct)
    {
        var standing = new List<EnteredRespondent>();
        foreach (var respondent in respondents)
            standing.Add(new(await entries.Standing(respondent.PartyId, ct), respondent.Capacity));
        return standing;
    }

    /// <summary>What the person at the desk should know at once about what she saved.</summary>
    public async Task<RegisteredRequest> Answer(Registration registration, long version, CancellationToken ct)
    {
        var command = registration.Command!;
        var persons = command.Applicants.Select(a => a.PersonId.ToString()).ToArray();
        var groups = command.Respondents.Select(r => r.GroupId.ToString()).ToArray();
        await using var query = source.CreateCommand(
            """
            select stream_id, row -> 'persons' ?| $2, jsonb_array_length(row -> 'persons')
            from requests
            where row -> 'groups' ?| $3 and not ended and received_on >= $4 and unit = any($5)
            order by received_on desc limit 1000
            """
        );
        query.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = command.RequestId });
        query.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = persons });
        query.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = groups });
        query.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = desk.Today.AddDays(-90) });
        query.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. caller.UnitsOf(Rights.Register)] });
        var (similar, same, workers) = (new List<Guid>(), 0, 0);
        await using var reader = await query.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            same++;
            workers += reader.GetInt32(2);
            if (reader.GetGuid(0) != command.RequestId && reader.GetBoolean(1))
                similar.Add(reader.GetGuid(0));
        }
        return new(
            command.RequestId,
            version,
            [.. command.Missing.Select(m => PartyData.Camel(m.ToString()))],
            command.Missing.Count == 0 ? null : LegalDay.Of(command.Now).AddDays(5),
            similar,
            same,
            workers >= 10
        );
    }

    private async Task<List<EnteredApplicant>> Applicants(IReadOnlyList<ApplicantEntry> typed, CancellationToken ct)
    {
        var entered = new List<EnteredApplicant>();
        for (var i = 0; i < typed.Count; i++)
        {
            var path = $"applicants[{i}]";
            var items = Items(typed[i].Items, path);
            LimitationDay(typed[i].EmploymentEndedOn, $"{path}.employmentEndedOn");
            var person = await entries.Person(
                typed[i].PartyId,
                typed[i].Person,
                PartyKind.Person,
                true,
                typed[i].DifferentPerson,
                path + ".person",
                caller.AccountId,
                ct
            );
            if (person is { Kind: PartyKind.Organisation })
                entries.Faults.TryAdd(path, "applicant_is_person");
            else if (person is not null)
                entered.Add(new(person, items, typed[i].EmploymentEndedOn));
        }
        return entered;
    }

    private async Task<List<EnteredRespondent>> Respondents(IReadOnlyList<RespondentEntry> typed, CancellationToken ct)
    {
        var entered = new List<EnteredRespondent>();
        for (var i = 0; i < typed.Count; i++)
        {
            var (path, entry) = ($"respondents[{i}]", typed[i]);
            if (entry is { Organisation: not null, SoleTrader: not null })
            {
                entries.Faults.TryAdd(path, "one_of_both");
                continue;
            }
            var party = entry.SoleTrader is not null
                ? await entries.Person(
                    entry.PartyId,
                    entry.SoleTrader,
                    PartyKind.SoleTrader,
                    false,
                    entry.DifferentPerson,
                    path + ".soleTrader",
                    caller.AccountId,
                    ct
                )
                : await entries.Organisation(
                    entry.PartyId,
                    entry.Organisation,
                    path + ".organisation",
                    caller.AccountId,
                    ct
                );
            if (party is not null)
                entered.Add(new(party, entry.Capacity.As<RespondentCapacity>()));
        }
        return entered;
    }

    private List<ClaimItem> Items(IReadOnlyList<ClaimEntry> typed, string path)
    {
        if (typed.Count is 0 or > MostItems)
            entries.Faults.TryAdd(path + ".items", typed.Count == 0 ? "required" : "too_many");
        if (typed.Select(i => i.ItemId).Distinct().Count() != typed.Count || typed.Any(i => i.ItemId == Guid.Empty))
            entries.Faults.TryAdd(path + ".items", "listed_twice");
        if (typed.Any(i => i.PeriodFrom is { Year: < 1980 or > 2100 } || i.PeriodTo is { Year: < 1980 or > 2100 }))
            entries.Faults.TryAdd(path + ".items", "date_impossible");
        for (var i = 0; i < typed.Count; i++)
            LimitationDay(typed[i].InfringedOn, $"{path}.items[{i}].infringedOn");
        return
        [
            .. typed.Select(i => new ClaimItem(
                i.ItemId,
                i.Type.As<ClaimItemType>(),
                i.PeriodFrom,
                i.PeriodTo,
                i.ClaimedFen is { } fen ? new Money(fen) : null,
                i.InfringedOn
            )),
        ];
    }

    // A limitation runs from these days: one that cannot be would let a right seem lost, or safe.
    private void LimitationDay(DateOnly? day, string path)
    {
        if (day < RequestDecider.EarliestLimitation)
            entries.Faults.TryAdd(path, "date_impossible");
        else if (day > desk.Today)
            entries.Faults.TryAdd(path, "date_ahead");
    }

    private static (IReadOnlyList<Applicant> Applicants, IReadOnlyList<Respondent> Respondents) Parts(
        Guid requestId,
        IReadOnlyList<EnteredApplicant> applicants,
        IReadOnlyList<EnteredRespondent> respondents,
        DateOnly receivedOn
    )
    {
        var employer = respondents.Select(r => r.Party).FirstOrDefault(p => p.Kind is PartyKind.Organisation);
        return (
            [
                .. applicants.Select(a => new Applicant(
                    NameBasedId.From(requestId, $"worker:{a.Party.PartyId:N}"),
                    a.Party.PartyId,
                    a.Party.KeyId,
                    new(
                        employer?.Fields.GetValueOrDefault(PartyField.Industry),
                        employer?.Fields.GetValueOrDefault(PartyField.Ownership),
                        Flag(a.Party, PartyField.NewEmploymentForm),
                        Flag(a.Party, PartyField.MigrantWorker),
                        Flag(a.Party, PartyField.UnionMember),
                        Enum.TryParse<Sex>(a.Party.Fields.GetValueOrDefault(PartyField.Sex), true, out var sex)
                            ? sex
                            : Sex.Unknown,
                        PartyEntries.AgeBand(a.Party.Fields, receivedOn)
                    ),
                    a.Items,
                    a.EmploymentEndedOn
                )),
            ],
            [.. respondents.Select(r => new Respondent(r.Party.PartyId, r.Party.KeyId, r.Capacity))]
        );
    }

    private static IReadOnlyList<MissingFact> Missing(
        IReadOnlyList<EnteredApplicant> applicants,
        IReadOnlyList<EnteredRespondent> respondents,
        IReadOnlyList<Applicant> parts,
        Proxy? proxy
    )
    {
        bool Lacks(IEnumerable<Entered> parties, params PartyField[] any) =>
            parties.Any(p => !any.Any(p.Fields.ContainsKey));
        var workers = applicants.Select(a => a.Party).ToList();
        var employers = respondents.Select(r => r.Party).ToList();
        var organisations = employers.Where(p => p.Kind is PartyKind.Organisation).ToList();
        var items = parts.SelectMany(a => a.Items).ToList();
        var missing = new (MissingFact Fact, bool Lacks)[]
        {
            (MissingFact.IdNumber, Lacks(workers, PartyField.IdNumber)),
            (MissingFact.Phone, Lacks(workers, PartyField.Phone)),
            (MissingFact.SexOrBirthDate, Lacks(workers, PartyField.Sex) || Lacks(workers, PartyField.BirthDate)),
            (MissingFact.UsualAddress, Lacks(workers, PartyField.UsualAddress, PartyField.MailingAddress)),
            (MissingFact.MigrantWorker, Lacks(workers, PartyField.MigrantWorker)),
            (MissingFact.UnionMember, Lacks(workers, PartyField.UnionMember)),
            (MissingFact.CreditCode, Lacks(employers, PartyField.CreditCode)),
            (
                MissingFact.RespondentAddress,
                Lacks(
                    employers,
                    PartyField.RegisteredAddress,
                    PartyField.PerformanceAddress,
                    PartyField.UsualAddress,
                    PartyField.MailingAddress
                )
            ),
            (MissingFact.Industry, Lacks(organisations, PartyField.Industry)),
            (MissingFact.PerformanceDistrict, Lacks(organisations, PartyField.PerformanceDistrict)),
            (MissingFact.ClaimAmount, items.Exists(i => !i.HasNoAmount && i.Claimed is null)),
            (MissingFact.ClaimPeriod, items.Exists(i => Periodic.Contains(i.Type) && i.PeriodFrom is null)),
            (MissingFact.ProxyPaper, proxy is { PaperSeen: false }),
        };
        return [.. missing.Where(m => m.Lacks).Select(m => m.Fact)];
    }

    private IEnumerable<NpgsqlBatchCommand> Record(Guid requestId, string unit, IEnumerable<Entered> parties) =>
        parties.SelectMany(p => p.Statements.Append(PartyRegister.Link(p.PartyId, requestId, unit, clock.GetUtcNow())));

    private static bool Flag(Entered party, PartyField field) => party.Fields.GetValueOrDefault(field) == "true";

    private static bool Sensitive(PersonEntry? person) =>
        person is not null
        && (
            !string.IsNullOrWhiteSpace(person.BankAccount)
            || person.Disability is true
            || person.PregnancyOrNursing is true
        );

    [GeneratedRegex("^[0-9A-Za-z.-]{1,20}$", RegexOptions.None, 100)]
    private static partial Regex NoticeVersion();
}
