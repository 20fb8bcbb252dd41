using Mediation.Content;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Intake;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>Everything the page of a request shows, with what is allowed now and why the rest is not, and its texts.</summary>
internal static class Details
{
    private const int LimitationNear = 30;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/requests/{id:guid}",
                async (
                    Guid id,
                    RequestDesk desk,
                    EventJournal journal,
                    Caller caller,
                    AccessCopies copies,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    var (row, _) = await desk.Open(id, ct);
                    var loaded = await journal.Load(Aggregates.Request, id, ct: ct);
                    Answer.Version(response, loaded.Version);
                    return Of(
                        row,
                        loaded.Version,
                        desk.Today,
                        Actions.Of(row, loaded.State, caller, copies, desk.Today)
                    );
                }
            )
            .RequireRole(Rights.Read);
        routes
            .MapGet(
                "/requests/{id:guid}/texts/{contentId:guid}",
                async (
                    Guid id,
                    Guid contentId,
                    RequestDesk desk,
                    ContentStore content,
                    Caller caller,
                    CancellationToken ct
                ) =>
                {
                    var (row, _) = await desk.Open(id, ct);
                    if (row.Texts.All(t => t.Content.ContentId != contentId))
                        throw Problem.NotFound();
                    var text = await content.GetTextAsync(id, contentId, new(caller.AccountId, "case_handling"), ct);
                    return new TextOf(contentId, text);
                }
            )
            .RequireRole(Rights.Read);
    }

    private static RequestDetails Of(
        RequestRecord r,
        long version,
        DateOnly today,
        IReadOnlyList<ActionState> actions
    ) =>
        new(
            r.Id,
            version,
            r.State,
            r.Unit,
            r.Channel.As<Contracts.Channel>(),
            r.ReceivedOn,
            r.Oral,
            r.Proxy is { } p ? new(p.PartyId, p.Title.As<Http.ProxyTitle>(), p.PaperSeen) : null,
            [
                .. r.Applicants.Select(a => new RequestApplicant(
                    a.PartyId,
                    a.Profile.Contract(),
                    [.. a.Items.Select(i => i.Contract())],
                    a.EmploymentEndedOn
                )),
            ],
            [
                .. r.Respondents.Select(x => new RequestRespondent(
                    x.PartyId,
                    x.Capacity.As<Contracts.Intake.RespondentCapacity>()
                )),
            ],
            r.ClaimedFen,
            r.Texts,
            [.. r.Missing.Select(m => PartyData.Camel(m.ToString()))],
            r.CompleteBy,
            r.Triage is { } t ? Of(t, today) : null,
            r.AppliedOn,
            Consents(r),
            r.Collective,
            r.Escalated?.As<Http.EscalationReason>(),
            r.OriginalId,
            r.CaseNumber,
            r.DisputeId,
            r.Outcome,
            r.Steps,
            Warnings(r, today),
            actions,
            r.ClockCase
        );

    private static RequestTriage Of(Triage t, DateOnly today) =>
        new(
            t.InScope,
            t.OutOfScope?.As<Http.OutOfScopeReason>(),
            t.Relation.As<Contracts.LegalRelation>(),
            t.OverAgeMatter?.As<Http.OverAgeMatter>(),
            t.Head.As<Contracts.StatutoryHead>(),
            t.Statistics.As<Http.StatisticsCategory>(),
            t.CourtCause,
            t.CourtCauseVersion,
            t.LimitationOn,
            t.LimitationOn is { } limit ? limit.DayNumber - today.DayNumber : null,
            t.PerformanceDistrict,
            t.SeatDistrict,
            [.. t.Pending.Select(p => p.As<Http.PendingProcedure>())],
            t.GroupSize,
            t.Risk.As<Http.RiskLevel>(),
            t.AidEligible
        );

    private static IReadOnlyList<RequestConsent> Consents(RequestRecord r) =>
        r.AppliedOn is null
            ? []
            :
            [
                .. r.Applicants.Select(a => Consent(r, a.PartyId, false)),
                .. r.Respondents.Select(x => Consent(r, x.PartyId, true)),
            ];

    private static RequestConsent Consent(RequestRecord r, Guid party, bool respondent) =>
        r.Answers.FirstOrDefault(a => a.PartyId == party) is { } answer
            ? new(party, respondent, answer.Given, answer.Manner.As<Http.ConsentManner>(), answer.On)
            : new(party, respondent, null, null, null);

    // What belongs to the court or the commission is a warning here, never a refusal.
    private static List<string> Warnings(RequestRecord r, DateOnly today)
    {
        var warnings = new List<string>();
        if (r.Triage is { } t && !r.Ended)
        {
            if (t.LimitationOn < today)
                warnings.Add("limitation_passed");
            else if (t.LimitationOn < today.AddDays(LimitationNear))
                warnings.Add("limitation_near");
            if (t.Pending.Count > 0)
                warnings.Add("other_procedure_pending");
            if (t.PerformanceDistrict is { } place && !r.Unit.StartsWith(place[..6], StringComparison.Ordinal))
                warnings.Add("performed_elsewhere");
        }
        if (r.Collective && !r.Ended)
            warnings.Add("collective_dispute");
        return warnings;
    }
}

/// <summary>What may be done with a request now: the decider is asked with a command that is in order by itself.</summary>
internal static class Actions
{
    private static readonly ContentRef AnyText = new(Guid.Empty, "", 1, "text/plain");

    public static IReadOnlyList<ActionState> Of(
        RequestRecord row,
        Request state,
        Caller caller,
        AccessCopies copies,
        DateOnly today
    )
    {
        var amend = new AmendRequest(row.Applicants, row.Respondents, null, row.Missing, today);
        var triage = row.Triage ?? Untriaged(row);
        var declines = Enum.GetValues<NonAcceptanceReason>()
            .Select(reason => new DeclineRequest(reason, ReferralRoute.Arbitration, AnyText, today, today))
            .ToArray();
        return
        [
            Ask("amend", Rights.Register, amend),
            Ask("triage", Rights.Handle, new TriageRequest(triage)),
            Ask("advise", Rights.Advise, new GiveAdvice(AnyText, today, today)),
            Ask(
                "apply",
                Rights.Handle,
                new ApplyForMediation(row.Id, MediationInitiative.Applicant, ApplicationForm.Oral, today, today)
            ),
            Ask(
                "consent",
                Rights.AskConsent,
                new RecordConsent(row.Applicants[0].PartyId, true, ConsentManner.InPerson, today, null, today)
            ),
            Ask(
                "accept",
                Rights.Accept,
                new AcceptRequest(row.Id, "?", copies.Tree.IsOpen(row.Unit, today), today, today)
            ),
            Ask("notAccept", Rights.Accept, declines),
            Ask("referOut", Rights.Handle, new ReferOut(ReferralRoute.Arbitration, null, null, AnyText, today, today)),
            Ask("withdraw", Rights.Handle, new Withdraw(WithdrawalReason.Other, today, today)),
            Ask("linkDuplicate", Rights.Handle, new LinkDuplicate(row.Id, Guid.Empty, true, false, today)),
            Ask("escalate", Rights.Escalate, new Escalate(EscalationReason.PublicImpact)),
        ];

        ActionState Ask(string action, Contracts.Identity.Role[] roles, params IRequestCommand[] probes)
        {
            if (!caller.MayActIn(row.Unit, roles))
                return new(action, false, "role_required", []);
            Refused? first = null;
            foreach (var probe in probes)
                try
                {
                    var events = RequestDecider.Decide(state, probe);
                    if (events.Count > 0 || !row.Ended)
                        return new(action, true, null, []);
                }
                catch (Refused refused)
                {
                    first ??= refused;
                }
            return new(
                action,
                false,
                first?.Code ?? RequestRefusals.Ended,
                [.. (first?.Arguments ?? []).Select(a => a.ToString() ?? "")]
            );
        }
    }

    private static Triage Untriaged(RequestRecord row) =>
        new(
            true,
            null,
            LegalRelation.Labour,
            null,
            StatutoryHead.Other,
            StatisticsCategory.Other,
            null,
            null,
            null,
            null,
            null,
            [],
            Math.Max(1, row.Applicants.Count),
            RiskLevel.None,
            null
        );
}
