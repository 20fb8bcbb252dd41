namespace Mediation.Intake;

/// <summary>Commands of the Request stream. <c>Today</c> is the legal day (Asia/Shanghai) on which the command is given.</summary>
public interface IRequestCommand;

public sealed record RegisterRequest(
    Guid RequestId,
    string Unit,
    Channel Channel,
    DateOnly ReceivedOn,
    bool Oral,
    Proxy? Proxy,
    IReadOnlyList<Applicant> Applicants,
    IReadOnlyList<Respondent> Respondents,
    ContentRef Facts,
    PrivacyConsent Privacy,
    IReadOnlyList<MissingFact> Missing,
    DateTimeOffset OpenedAt,
    DateTimeOffset Now,
    DateOnly Today
) : IRequestCommand;

public sealed record AmendRequest(
    IReadOnlyList<Applicant> Applicants,
    IReadOnlyList<Respondent> Respondents,
    ContentRef? Facts,
    IReadOnlyList<MissingFact> Missing,
    DateOnly Today
) : IRequestCommand;

/// <param name="SharesParties">Looked up: original and request have an applicant (by person) and an employer (by group) in common.</param>
/// <param name="OriginalIsDuplicate">Looked up: the original is itself linked to another request.</param>
public sealed record LinkDuplicate(
    Guid RequestId,
    Guid OriginalId,
    bool SharesParties,
    bool OriginalIsDuplicate,
    DateOnly Today
) : IRequestCommand;

public sealed record TriageRequest(Triage Triage) : IRequestCommand;

public sealed record GiveAdvice(ContentRef Advice, DateOnly AdvisedOn, DateOnly Today) : IRequestCommand;

/// <param name="DisputeId">Id the dispute will have if the application is accepted.</param>
public sealed record ApplyForMediation(
    Guid DisputeId,
    MediationInitiative Initiative,
    ApplicationForm Form,
    DateOnly ReceivedOn,
    DateOnly Today
) : IRequestCommand;

public sealed record RecordConsent(
    Guid PartyId,
    bool Given,
    ConsentManner Manner,
    DateOnly On,
    ContentRef? Note,
    DateOnly Today
) : IRequestCommand;

/// <param name="CaseNumber">Next number of unit, series and year, drawn in the same transaction.</param>
/// <param name="UnitKnown">Looked up: the unit stands in the organisation tree today.</param>
public sealed record AcceptRequest(
    Guid DisputeId,
    string? CaseNumber,
    bool UnitKnown,
    DateOnly AcceptedOn,
    DateOnly Today
) : IRequestCommand;

public sealed record DeclineRequest(
    NonAcceptanceReason Reason,
    ReferralRoute Route,
    ContentRef Notice,
    DateOnly DecidedOn,
    DateOnly Today
) : IRequestCommand;

public sealed record ReferOut(
    ReferralRoute Route,
    string? TargetUnit,
    DateOnly? ActBy,
    ContentRef Notice,
    DateOnly ReferredOn,
    DateOnly Today
) : IRequestCommand;

public sealed record Escalate(EscalationReason Reason) : IRequestCommand;

public sealed record Withdraw(WithdrawalReason Reason, DateOnly WithdrawnOn, DateOnly Today) : IRequestCommand;

public static class RequestRefusals
{
    public const string Unknown = "request_unknown";
    public const string AlreadyRegistered = "request_already_registered";
    public const string Ended = "request_ended";
    public const string AlreadyAccepted = "request_already_accepted";
    public const string NotTriaged = "request_not_triaged";
    public const string NotApplied = "mediation_not_applied";
    public const string AlreadyApplied = "mediation_already_applied";
    public const string NoApplicant = "no_applicant";
    public const string NoRespondent = "no_respondent";
    public const string NoClaimItem = "no_claim_item";
    public const string PartyTwice = "party_twice";
    public const string AmountInvalid = "claim_amount_invalid";
    public const string PeriodReversed = "claim_period_reversed";
    public const string LimitationDayImpossible = "limitation_day_impossible";
    public const string NoticeNotGiven = "privacy_notice_not_given";
    public const string DateAhead = "date_ahead";
    public const string DateBeforeReceipt = "date_before_receipt";
    public const string ScopeReasonMissing = "scope_reason_missing";
    public const string ScopeReasonNeedless = "scope_reason_needless";
    public const string RelationOutOfScope = "relation_out_of_scope";
    public const string OverAgeMatterMissing = "over_age_matter_missing";
    public const string OverAgeGoesToCourt = "over_age_goes_to_court";
    public const string CourtCauseUnknown = "court_cause_unknown";
    public const string GroupTooSmall = "group_smaller_than_applicants";
    public const string SameRequest = "duplicate_of_itself";
    public const string SharesNoParty = "duplicate_shares_no_party";
    public const string OriginalIsDuplicate = "original_is_duplicate";
    public const string NotAParty = "not_a_party_of_the_request";
    public const string OutOfScope = "request_out_of_scope";
    public const string ConsentMissing = "consent_missing";
    public const string ConsentRefused = "consent_refused";
    public const string UnitUnknown = "unit_unknown";
    public const string CaseNumberMissing = "case_number_missing";
    public const string MustBeAccepted = "request_must_be_accepted";
    public const string ReasonNotRecorded = "decline_reason_not_recorded";
    public const string RouteMissing = "referral_route_missing";
    public const string TargetUnitMissing = "target_unit_missing";
    public const string TargetUnitNeedless = "target_unit_needless";
    public const string ActByPassed = "act_by_passed";
    public const string GroupUnderTen = "group_under_ten";
}

/// <summary>What is decided at the front door. Sources: 劳动争议调解仲裁法 (LMA) articles 2, 7, 12, 14, 21; 企业劳动争议
/// 协商调解规定 (MED12) articles 21 to 23; 最高法解释（一） (JI1) article 2; 人社部令第56号, article 19.</summary>
public static class RequestDecider
{
    /// <summary>Largest amount of one claim item: one billion yuan. Larger ones are typing errors.</summary>
    public static readonly Money LargestClaim = new(100_000_000_000);

    /// <summary>No right can have been infringed, and no employment can have ended, earlier than this and be claimed
    /// now: an earlier day is a typing error.</summary>
    public static readonly DateOnly EarliestLimitation = new(1990, 1, 1);

    /// <summary>From this day disputes of over-age workers about pay, rest, safety and injury cover go the way of
    /// labour disputes (人社部令第56号, article 19).</summary>
    public static readonly DateOnly OverAgeRule = new(2026, 7, 1);

    public static IReadOnlyList<IRequestEvent> Decide(Request state, IRequestCommand command) =>
        (state, command) switch
        {
            (Request.None, RegisterRequest c) => Register(c),
            (Request.None, _) => throw new Refused(RequestRefusals.Unknown),
            (_, RegisterRequest) => throw new Refused(RequestRefusals.AlreadyRegistered),

            (Request.Accepted, AcceptRequest) => [],
            (Request.Accepted s, _) => throw new Refused(RequestRefusals.AlreadyAccepted, s.CaseNumber),
            (Request.Withdrawn, Withdraw) => [],
            (Request.Duplicate s, LinkDuplicate c) when s.OriginalId == c.OriginalId => [],
            (Request.Duplicate or Request.Advised or Request.NotAccepted, _) => throw new Refused(
                RequestRefusals.Ended
            ),
            (Request.ReferredOut or Request.Withdrawn, _) => throw new Refused(RequestRefusals.Ended),

            (Request.Registered s, AmendRequest c) => Amend(s.Matter, null, c),
            (Request.Triaged s, AmendRequest c) => Amend(s.Matter, null, c),
            (Request.MediationRequested s, AmendRequest c) => Amend(s.Matter, s.DisputeId, c),

            (Request.Registered s, TriageRequest c) => Triage(s.Matter, null, c.Triage),
            (Request.Triaged s, TriageRequest c) => Triage(s.Matter, s.Triage, c.Triage),
            (Request.MediationRequested s, TriageRequest c) => Triage(s.Matter, s.Triage, c.Triage),

            (Request.Registered, LinkDuplicate c) => Link(c),
            (Request.Triaged, LinkDuplicate c) => Link(c),

            (Request.Registered s, Withdraw c) => End(s.Matter, c),
            (Request.Triaged s, Withdraw c) => End(s.Matter, c),
            (Request.MediationRequested s, Withdraw c) => End(s.Matter, c),

            (Request.Registered, _) => throw new Refused(RequestRefusals.NotTriaged),

            (Request.Triaged s, Escalate c) => Report(s.Matter, s.Triage, c),
            (Request.MediationRequested s, Escalate c) => Report(s.Matter, s.Triage, c),

            (Request.Triaged s, GiveAdvice c) => Advise(s.Matter, c),
            (Request.Triaged s, ReferOut c) => Refer(s.Matter, c),
            (Request.Triaged s, ApplyForMediation c) => Apply(s.Matter, c),
            (Request.Triaged, _) => throw new Refused(RequestRefusals.NotApplied),

            (Request.MediationRequested s, RecordConsent c) => Consent(s, c),
            (Request.MediationRequested s, AcceptRequest c) => Accept(s, c),
            (Request.MediationRequested s, DeclineRequest c) => Decline(s, c),
            (Request.MediationRequested, _) => throw new Refused(RequestRefusals.AlreadyApplied),

            _ => throw new InvalidOperationException($"{command.GetType().Name} in {state.GetType().Name}"),
        };

    private static IReadOnlyList<IRequestEvent> Register(RegisterRequest c)
    {
        NotAhead(c.ReceivedOn, c.Today);
        if (!c.Privacy.NoticeGiven)
            throw new Refused(RequestRefusals.NoticeNotGiven);
        Check(c.Applicants, c.Respondents, c.Today);
        return
        [
            new RequestRegistered(
                c.RequestId,
                c.Unit,
                c.Channel,
                c.ReceivedOn,
                c.Oral,
                c.Proxy,
                c.Applicants,
                c.Respondents,
                c.Facts,
                c.Privacy,
                c.Missing,
                c.OpenedAt,
                c.Now
            ),
        ];
    }

    private static IReadOnlyList<IRequestEvent> Amend(Matter matter, Guid? disputeId, AmendRequest c)
    {
        Check(c.Applicants, c.Respondents, c.Today);
        var same =
            c.Facts is null
            && c.Respondents.SequenceEqual(matter.Respondents)
            && c.Missing.SequenceEqual(matter.Missing)
            && c.Applicants.Count == matter.Applicants.Count
            && c.Applicants.Zip(matter.Applicants).All(pair => Same(pair.First, pair.Second));
        var unit = disputeId is null ? null : matter.Unit;
        return same ? [] : [new RequestAmended(c.Applicants, c.Respondents, c.Facts, c.Missing, disputeId, unit)];
    }

    private static bool Same(Applicant one, Applicant other) =>
        one.Items.SequenceEqual(other.Items) && one with { Items = other.Items } == other;

    private static void Check(
        IReadOnlyList<Applicant> applicants,
        IReadOnlyList<Respondent> respondents,
        DateOnly today
    )
    {
        if (applicants.Count == 0)
            throw new Refused(RequestRefusals.NoApplicant);
        if (respondents.Count == 0)
            throw new Refused(RequestRefusals.NoRespondent);
        var parties = applicants.Select(a => a.PartyId).Concat(respondents.Select(r => r.PartyId)).ToList();
        if (parties.Distinct().Count() != parties.Count)
            throw new Refused(RequestRefusals.PartyTwice);
        foreach (var applicant in applicants)
        {
            if (applicant.Items.Count == 0)
                throw new Refused(RequestRefusals.NoClaimItem);
            foreach (var day in applicant.Items.Select(i => i.InfringedOn).Append(applicant.EmploymentEndedOn))
                if (day < EarliestLimitation || day > today)
                    throw new Refused(RequestRefusals.LimitationDayImpossible, EarliestLimitation);
            foreach (var item in applicant.Items)
            {
                if (
                    item.Claimed is { } claimed
                    && (item.HasNoAmount || claimed <= Money.Zero || claimed > LargestClaim)
                )
                    throw new Refused(RequestRefusals.AmountInvalid);
                if (item.PeriodFrom > item.PeriodTo)
                    throw new Refused(RequestRefusals.PeriodReversed);
            }
        }
    }

    private static IReadOnlyList<IRequestEvent> Link(LinkDuplicate c)
    {
        if (c.OriginalId == c.RequestId)
            throw new Refused(RequestRefusals.SameRequest);
        if (c.OriginalIsDuplicate)
            throw new Refused(RequestRefusals.OriginalIsDuplicate);
        if (!c.SharesParties)
            throw new Refused(RequestRefusals.SharesNoParty);
        return [new DuplicateLinked(c.OriginalId, c.Today)];
    }

    private static IReadOnlyList<IRequestEvent> Triage(Matter matter, Triage? before, Triage triage)
    {
        if (!triage.InScope && triage.OutOfScope is null)
            throw new Refused(RequestRefusals.ScopeReasonMissing);
        if (triage.InScope && triage.OutOfScope is not null)
            throw new Refused(RequestRefusals.ScopeReasonNeedless);
        // 劳务 is a civil contract; article 2 LMA speaks of labour relations only.
        if (triage is { InScope: true, Relation: LegalRelation.ServiceContract })
            throw new Refused(RequestRefusals.RelationOutOfScope);
        if (triage.Relation is LegalRelation.OverAge)
        {
            if (triage.OverAgeMatter is null)
                throw new Refused(RequestRefusals.OverAgeMatterMissing);
            if (triage.InScope && (triage.OverAgeMatter is OverAgeMatter.Other || matter.ReceivedOn < OverAgeRule))
                throw new Refused(RequestRefusals.OverAgeGoesToCourt);
        }
        var (version, causes) = CourtCauses.On(matter.ReceivedOn);
        if (triage.CourtCause is { } code && !causes.Any(c => c.Code == code))
            throw new Refused(RequestRefusals.CourtCauseUnknown, version);
        if (triage.GroupSize < matter.Applicants.Count)
            throw new Refused(RequestRefusals.GroupTooSmall, matter.Applicants.Count);
        var dated = triage with { CourtCauseVersion = triage.CourtCause is null ? null : version };
        return before is not null && before.SameAs(dated) ? [] : [new RequestTriaged(dated)];
    }

    private static IReadOnlyList<IRequestEvent> Advise(Matter matter, GiveAdvice c)
    {
        Within(matter.ReceivedOn, c.AdvisedOn, c.Today);
        return [new AdviceGiven(c.Advice, c.AdvisedOn)];
    }

    private static IReadOnlyList<IRequestEvent> Refer(Matter matter, ReferOut c)
    {
        Within(matter.ReceivedOn, c.ReferredOn, c.Today);
        if (c.Route is ReferralRoute.None)
            throw new Refused(RequestRefusals.RouteMissing);
        if (c.Route is ReferralRoute.UnionUnit && c.TargetUnit is null)
            throw new Refused(RequestRefusals.TargetUnitMissing);
        if (c.Route is not ReferralRoute.UnionUnit && c.TargetUnit is not null)
            throw new Refused(RequestRefusals.TargetUnitNeedless);
        if (c.ActBy < c.ReferredOn)
            throw new Refused(RequestRefusals.ActByPassed);
        return [new RequestReferredOut(c.Route, c.TargetUnit, c.ActBy, c.Notice, c.ReferredOn)];
    }

    // The applicant's own application is her consent; a proposal of the organisation is not (MED12, article 23).
    private static IReadOnlyList<IRequestEvent> Apply(Matter matter, ApplyForMediation c)
    {
        Within(matter.ReceivedOn, c.ReceivedOn, c.Today);
        var applied = new MediationApplied(
            c.Initiative,
            c.Form,
            c.ReceivedOn,
            new(c.DisputeId, matter.Unit, matter.Channel, matter.Applicants)
        );
        if (c.Initiative is MediationInitiative.Organisation)
            return [applied];
        var manner = c.Form switch
        {
            ApplicationForm.Written => ConsentManner.Written,
            ApplicationForm.Oral => ConsentManner.InPerson,
            ApplicationForm.Online => ConsentManner.Online,
            _ => throw new InvalidOperationException($"{c.Form}"),
        };
        return
        [
            applied,
            .. matter.Applicants.Select(a => new ConsentRecorded(a.PartyId, true, manner, c.ReceivedOn, null)),
        ];
    }

    private static IReadOnlyList<IRequestEvent> Consent(Request.MediationRequested state, RecordConsent c)
    {
        if (!Parties(state.Matter).Contains(c.PartyId))
            throw new Refused(RequestRefusals.NotAParty);
        Within(state.Matter.ReceivedOn, c.On, c.Today);
        return state.Consents.TryGetValue(c.PartyId, out var given) && given == c.Given
            ? []
            : [new ConsentRecorded(c.PartyId, c.Given, c.Manner, c.On, c.Note)];
    }

    // MED12, article 22: accepted when in scope and both sides agree. Silence is no consent.
    private static IReadOnlyList<IRequestEvent> Accept(Request.MediationRequested state, AcceptRequest c)
    {
        Within(state.ReceivedOn, c.AcceptedOn, c.Today);
        if (!state.Triage.InScope)
            throw new Refused(RequestRefusals.OutOfScope);
        if (Parties(state.Matter).Any(p => state.Consents.TryGetValue(p, out var given) && !given))
            throw new Refused(RequestRefusals.ConsentRefused);
        var silent = Parties(state.Matter).Count(p => !state.Consents.ContainsKey(p));
        if (silent > 0)
            throw new Refused(RequestRefusals.ConsentMissing, silent);
        if (!c.UnitKnown)
            throw new Refused(RequestRefusals.UnitUnknown);
        if (string.IsNullOrEmpty(c.CaseNumber))
            throw new Refused(RequestRefusals.CaseNumberMissing);
        return
        [
            new RequestAccepted(
                state.Matter.Id,
                c.DisputeId,
                c.CaseNumber,
                state.Matter.Unit,
                state.Matter.Channel,
                state.ReceivedOn,
                c.AcceptedOn,
                state.Triage.Relation,
                state.Triage.Head,
                state.Matter.Applicants,
                state.Matter.Respondents
            ),
        ];
    }

    private static IReadOnlyList<IRequestEvent> Decline(Request.MediationRequested state, DeclineRequest c)
    {
        Within(state.ReceivedOn, c.DecidedOn, c.Today);
        var applicants = state.Matter.Applicants.Select(a => a.PartyId).ToList();
        var respondents = state.Matter.Respondents.Select(r => r.PartyId).ToList();
        bool SaidNo(Guid party) => state.Consents.TryGetValue(party, out var given) && !given;
        bool Silent(Guid party) => !state.Consents.ContainsKey(party);
        if (state.Triage.InScope && !Parties(state.Matter).Any(p => SaidNo(p) || Silent(p)))
            throw new Refused(RequestRefusals.MustBeAccepted);
        var recorded = c.Reason switch
        {
            NonAcceptanceReason.OutOfScope => !state.Triage.InScope,
            NonAcceptanceReason.RespondentRefused => respondents.Exists(SaidNo),
            NonAcceptanceReason.RespondentSilent => respondents.Exists(Silent),
            NonAcceptanceReason.ApplicantRefused => applicants.Exists(p => SaidNo(p) || Silent(p)),
            NonAcceptanceReason.AnotherBodyCompetent => true,
            _ => throw new InvalidOperationException($"{c.Reason}"),
        };
        if (!recorded)
            throw new Refused(RequestRefusals.ReasonNotRecorded);
        if (c is { Reason: NonAcceptanceReason.AnotherBodyCompetent, Route: ReferralRoute.None })
            throw new Refused(RequestRefusals.RouteMissing);
        return [new RequestNotAccepted(c.Reason, c.Route, c.Notice, c.DecidedOn)];
    }

    private static IReadOnlyList<IRequestEvent> Report(Matter matter, Triage triage, Escalate c)
    {
        if (c.Reason is EscalationReason.TenOrMoreWorkers && !triage.Collective)
            throw new Refused(RequestRefusals.GroupUnderTen, triage.GroupSize);
        return matter.Escalated == c.Reason ? [] : [new RequestEscalated(c.Reason)];
    }

    private static IReadOnlyList<IRequestEvent> End(Matter matter, Withdraw c)
    {
        Within(matter.ReceivedOn, c.WithdrawnOn, c.Today);
        return [new RequestWithdrawn(c.Reason, c.WithdrawnOn)];
    }

    private static IEnumerable<Guid> Parties(Matter matter) =>
        matter.Applicants.Select(a => a.PartyId).Concat(matter.Respondents.Select(r => r.PartyId));

    private static void Within(DateOnly receivedOn, DateOnly day, DateOnly today)
    {
        NotAhead(day, today);
        if (day < receivedOn)
            throw new Refused(RequestRefusals.DateBeforeReceipt, receivedOn);
    }

    private static void NotAhead(DateOnly day, DateOnly today)
    {
        if (day > today)
            throw new Refused(RequestRefusals.DateAhead);
    }
}
