using System.Text.Json;
using Mediation.Contracts.Http.Intake;
using Mediation.EventStore;
using Mediation.Hosting;

namespace Mediation.Intake.Service;

/// <summary>A request as lists, worklists and its page read it.</summary>
/// <param name="EntryMilliseconds">From opening the form to saving it.</param>
/// <param name="SavedOn">Legal day of the registration.</param>
internal sealed record RequestRecord(
    Guid Id,
    RequestState State,
    string Unit,
    Channel Channel,
    DateOnly ReceivedOn,
    bool Oral,
    Proxy? Proxy,
    IReadOnlyList<Applicant> Applicants,
    IReadOnlyList<Respondent> Respondents,
    IReadOnlyList<RequestText> Texts,
    IReadOnlyList<MissingFact> Missing,
    IReadOnlyList<ConsentAnswer> Answers,
    IReadOnlyList<RequestStep> Steps,
    long EntryMilliseconds,
    DateOnly SavedOn,
    DateTimeOffset RegisteredAt,
    DateTimeOffset ChangedAt,
    Triage? Triage = null,
    DateOnly? AppliedOn = null,
    EscalationReason? Escalated = null,
    Guid? OriginalId = null,
    string? CaseNumber = null,
    Guid? DisputeId = null,
    RequestOutcome? Outcome = null
)
{
    /// <summary>Days within which the unit wants a registration completed; a house rule, not a period of law.</summary>
    private const int DaysToComplete = 5;

    public IEnumerable<Guid> Parties =>
        Applicants
            .Select(a => a.PartyId)
            .Concat(Respondents.Select(r => r.PartyId))
            .Concat(Proxy is null ? [] : [Proxy.PartyId]);

    public IEnumerable<Guid> Persons => Applicants.Select(a => a.PersonId).Distinct();

    public IEnumerable<Guid> Groups => Respondents.Select(r => r.GroupId).Distinct();

    public IEnumerable<ClaimItemType> Items => Applicants.SelectMany(a => a.Items).Select(i => i.Type).Distinct();

    /// <summary>Id under which the clocks of the request run, accepted or not.</summary>
    public Guid ClockCase => RequestDesk.DisputeOf(Id);

    public long ClaimedFen => Money.Sum(Applicants.SelectMany(a => a.Items).Select(i => i.Claimed ?? Money.Zero)).Fen;

    public bool Collective => Triage?.Collective ?? Persons.Count() >= 10;

    public int MissingCount => Missing.Count;

    public bool Ended =>
        State is not (RequestState.Registered or RequestState.Triaged or RequestState.MediationApplied);

    /// <summary>Parties who were not asked or did not answer.</summary>
    public int ConsentsOpen => Sides.Count(p => Answers.All(a => a.PartyId != p));

    public bool ConsentRefused => Answers.Any(a => !a.Given && Sides.Contains(a.PartyId));

    public DateOnly? CompleteBy => Missing.Count == 0 || Ended ? null : SavedOn.AddDays(DaysToComplete);

    private IEnumerable<Guid> Sides => Applicants.Select(a => a.PartyId).Concat(Respondents.Select(r => r.PartyId));
}

internal sealed record ConsentAnswer(Guid PartyId, bool Given, ConsentManner Manner, DateOnly On);

/// <summary>One row per request, written with the append.</summary>
internal sealed class RequestsView : StreamView<RequestRecord>
{
    public override string Table => "requests";

    public override string StreamType => Aggregates.Request.Name;

    // 2: the case of the clocks.
    public override int Format => 2;

    public override (string Columns, string Indexes) Ddl =>
        (
            """
            state            text    generated always as (row ->> 'state') stored,
            channel          text    generated always as (row ->> 'channel') stored,
            unit             text    generated always as (row ->> 'unit') stored,
            received_on      date    generated always as (iso_day(row ->> 'receivedOn')) stored,
            saved_on         date    generated always as (iso_day(row ->> 'savedOn')) stored,
            case_number      text    generated always as (row ->> 'caseNumber') stored,
            clock_case       uuid    generated always as ((row ->> 'clockCase')::uuid) stored,
            dispute_id       uuid    generated always as ((row ->> 'disputeId')::uuid) stored,
            claimed          bigint  generated always as ((row ->> 'claimedFen')::bigint) stored,
            collective       boolean generated always as ((row ->> 'collective')::boolean) stored,
            escalated        text    generated always as (row ->> 'escalated') stored,
            missing          int     generated always as ((row ->> 'missingCount')::int) stored,
            ended            boolean generated always as ((row ->> 'ended')::boolean) stored,
            consents_open    int     generated always as ((row ->> 'consentsOpen')::int) stored,
            consent_refused  boolean generated always as ((row ->> 'consentRefused')::boolean) stored,
            complete_by      date    generated always as (iso_day(row ->> 'completeBy')) stored,
            entry_ms         bigint  generated always as ((row ->> 'entryMilliseconds')::bigint) stored
            """,
            """
            create index {table}_unit on {table} (unit, received_on desc);
            create index {table}_open on {table} (unit, state) where not ended;
            create index {table}_received on {table} (received_on desc, stream_id);
            create index {table}_saved on {table} (saved_on);
            create unique index {table}_case_number on {table} (case_number) where case_number is not null;
            create index {table}_dispute on {table} (dispute_id) where dispute_id is not null;
            create index {table}_parties on {table} using gin ((row -> 'parties'));
            create index {table}_groups on {table} using gin ((row -> 'groups'))
            """
        );

    /// <summary>A row as stored.</summary>
    public static RequestRecord Read(string json) => JsonSerializer.Deserialize<RequestRecord>(json, EventTypes.Json)!;

    protected override RequestRecord? Fold(RequestRecord? row, StoredEvent stored)
    {
        var next = Next(row, stored);
        var by = Guid.TryParse(stored.Metadata.Account, out var account) ? account : (Guid?)null;
        return next with
        {
            ChangedAt = stored.RecordedAt,
            Steps = [.. next.Steps, new(stored.Name, stored.RecordedAt, by, stored.Version)],
        };
    }

    private static RequestRecord Next(RequestRecord? row, StoredEvent stored) =>
        (row, (IRequestEvent)stored.Data) switch
        {
            (null, RequestRegistered e) => new(
                e.RequestId,
                RequestState.Registered,
                e.Unit,
                e.Channel,
                e.ReceivedOn,
                e.Oral,
                e.Proxy,
                e.Applicants,
                e.Respondents,
                [Text("facts", e.Facts, stored)],
                e.Missing,
                [],
                [],
                (long)(e.SavedAt - e.OpenedAt).TotalMilliseconds,
                LegalDay.Of(e.SavedAt),
                stored.RecordedAt,
                stored.RecordedAt
            ),
            ({ } r, RequestAmended e) => r with
            {
                Applicants = e.Applicants,
                Respondents = e.Respondents,
                Missing = e.Missing,
                Texts = e.Facts is null ? r.Texts : [.. r.Texts, Text("facts", e.Facts, stored)],
            },
            ({ } r, DuplicateLinked e) => r with { State = RequestState.DuplicateLinked, OriginalId = e.OriginalId },
            ({ } r, RequestTriaged e) => r with
            {
                State = r.State is RequestState.Registered ? RequestState.Triaged : r.State,
                Triage = e.Triage,
            },
            ({ } r, AdviceGiven e) => r with
            {
                State = RequestState.Advised,
                Texts = [.. r.Texts, Text("advice", e.Advice, stored)],
                Outcome = new("advised", null, null, null, e.AdvisedOn),
            },
            ({ } r, MediationApplied e) => r with { State = RequestState.MediationApplied, AppliedOn = e.ReceivedOn },
            ({ } r, ConsentRecorded e) => r with
            {
                Answers = [.. r.Answers.Where(a => a.PartyId != e.PartyId), new(e.PartyId, e.Given, e.Manner, e.On)],
                Texts = e.Note is null ? r.Texts : [.. r.Texts, Text("consent", e.Note, stored)],
            },
            ({ } r, RequestAccepted e) => r with
            {
                State = RequestState.Accepted,
                CaseNumber = e.CaseNumber,
                DisputeId = e.DisputeId,
                Outcome = new("accepted", null, null, null, e.AcceptedOn),
            },
            ({ } r, RequestNotAccepted e) => r with
            {
                State = RequestState.NotAccepted,
                Texts = [.. r.Texts, Text("notice", e.Notice, stored)],
                Outcome = new(
                    PartyData.Camel(e.Reason.ToString()),
                    e.Route.As<Contracts.Http.Intake.ReferralRoute>(),
                    null,
                    null,
                    e.DecidedOn
                ),
            },
            ({ } r, RequestReferredOut e) => r with
            {
                State = RequestState.ReferredOut,
                Texts = [.. r.Texts, Text("notice", e.Notice, stored)],
                Outcome = new(
                    "referredOut",
                    e.Route.As<Contracts.Http.Intake.ReferralRoute>(),
                    e.TargetUnit,
                    e.ActBy,
                    e.ReferredOn
                ),
            },
            ({ } r, RequestEscalated e) => r with { Escalated = e.Reason },
            ({ } r, RequestWithdrawn e) => r with
            {
                State = RequestState.Withdrawn,
                Outcome = new(PartyData.Camel(e.Reason.ToString()), null, null, null, e.WithdrawnOn),
            },
            _ => throw new InvalidOperationException($"{stored.Name} cannot follow in a request's row."),
        };

    private static RequestText Text(string kind, ContentRef content, StoredEvent stored) =>
        new(kind, new(content.ContentId, content.Sha256, content.Size, content.MediaType), stored.RecordedAt);
}

internal static class Aggregates
{
    public static readonly Aggregate<Request, IRequestCommand, IRequestEvent> Request = new(
        "request",
        new Request.None(),
        Mediation.Intake.Request.Evolve,
        RequestDecider.Decide
    );

    public static readonly Aggregate<Notice, INoticeCommand, INoticeEvent> Notice = new(
        "notice",
        new Notice.None(),
        Mediation.Intake.Notice.Evolve,
        NoticeDecider.Decide
    );
}
