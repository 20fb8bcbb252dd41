namespace Mediation.Intake;

/// <summary>Events of the Request stream. Ids, codes, amounts and dates only.</summary>
public interface IRequestEvent;

/// <summary>The matter was taken down.</summary>
/// <param name="OpenedAt">When the form was opened; with <paramref name="SavedAt"/> it gives the entry time.</param>
public sealed record RequestRegistered(
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
    DateTimeOffset SavedAt
) : IRequestEvent;

/// <summary>What was registered was completed or corrected; the lists replace the earlier ones.</summary>
/// <param name="DisputeId">Id the dispute would have, once mediation is applied for; null before, and where the
/// application was recorded when events did not say it yet.</param>
/// <param name="Unit">Unit of the request, where <paramref name="DisputeId"/> is said.</param>
public sealed record RequestAmended(
    IReadOnlyList<Applicant> Applicants,
    IReadOnlyList<Respondent> Respondents,
    ContentRef? Facts,
    IReadOnlyList<MissingFact> Missing,
    Guid? DisputeId = null,
    string? Unit = null
) : IRequestEvent;

/// <param name="LinkedOn">Null where it was recorded when events did not say it yet: then the day of recording.</param>
public sealed record DuplicateLinked(Guid OriginalId, DateOnly? LinkedOn = null) : IRequestEvent;

public sealed record RequestTriaged(Triage Triage) : IRequestEvent;

public sealed record AdviceGiven(ContentRef Advice, DateOnly AdvisedOn) : IRequestEvent;

/// <param name="Application">Null where it was recorded when events did not say it yet.</param>
public sealed record MediationApplied(
    MediationInitiative Initiative,
    ApplicationForm Form,
    DateOnly ReceivedOn,
    Application? Application = null
) : IRequestEvent;

/// <summary>An application as it stood on the day it was received, for those who count from it.</summary>
/// <param name="DisputeId">Id the dispute will have if the application is accepted.</param>
public sealed record Application(Guid DisputeId, string Unit, Channel Channel, IReadOnlyList<Applicant> Applicants);

/// <summary>One side was asked and answered.</summary>
public sealed record ConsentRecorded(Guid PartyId, bool Given, ConsentManner Manner, DateOnly On, ContentRef? Note)
    : IRequestEvent;

/// <summary>Mediation was accepted; carries all that opening the dispute needs.</summary>
public sealed record RequestAccepted(
    Guid RequestId,
    Guid DisputeId,
    string CaseNumber,
    string Unit,
    Channel Channel,
    DateOnly ReceivedOn,
    DateOnly AcceptedOn,
    LegalRelation Relation,
    StatutoryHead Head,
    IReadOnlyList<Applicant> Applicants,
    IReadOnlyList<Respondent> Respondents
) : IRequestEvent;

public sealed record RequestNotAccepted(
    NonAcceptanceReason Reason,
    ReferralRoute Route,
    ContentRef Notice,
    DateOnly DecidedOn
) : IRequestEvent;

public sealed record RequestReferredOut(
    ReferralRoute Route,
    string? TargetUnit,
    DateOnly? ActBy,
    ContentRef Notice,
    DateOnly ReferredOn
) : IRequestEvent;

public sealed record RequestEscalated(EscalationReason Reason) : IRequestEvent;

public sealed record RequestWithdrawn(WithdrawalReason Reason, DateOnly WithdrawnOn) : IRequestEvent;

/// <summary>What every request before its end has.</summary>
public sealed record Matter(
    Guid Id,
    string Unit,
    Channel Channel,
    DateOnly ReceivedOn,
    IReadOnlyList<Applicant> Applicants,
    IReadOnlyList<Respondent> Respondents,
    IReadOnlyList<MissingFact> Missing,
    EscalationReason? Escalated
);

/// <summary>A request at the front door, from its registration to acceptance or another end.</summary>
public abstract record Request
{
    /// <summary>Nothing was registered under this id.</summary>
    public sealed record None : Request;

    public sealed record Registered(Matter Matter) : Request;

    public sealed record Triaged(Matter Matter, Triage Triage) : Request;

    /// <param name="ReceivedOn">Day the application was received; the request may have come in earlier.</param>
    /// <param name="DisputeId">Id the dispute will have; null where the application did not say it.</param>
    /// <param name="Consents">What each party answered; a party that is not in it has not answered.</param>
    public sealed record MediationRequested(
        Matter Matter,
        Triage Triage,
        DateOnly ReceivedOn,
        Guid? DisputeId,
        IReadOnlyDictionary<Guid, bool> Consents
    ) : Request;

    public sealed record Accepted(string CaseNumber) : Request;

    public sealed record Duplicate(Guid OriginalId) : Request;

    public sealed record Advised : Request;

    public sealed record NotAccepted : Request;

    public sealed record ReferredOut : Request;

    public sealed record Withdrawn : Request;

    public static Request Evolve(Request state, IRequestEvent e) =>
        (state, e) switch
        {
            (None, RequestRegistered r) => new Registered(
                new(r.RequestId, r.Unit, r.Channel, r.ReceivedOn, r.Applicants, r.Respondents, r.Missing, null)
            ),
            (Registered s, RequestAmended a) => s with { Matter = Amended(s.Matter, a) },
            (Triaged s, RequestAmended a) => s with { Matter = Amended(s.Matter, a) },
            (MediationRequested s, RequestAmended a) => s with { Matter = Amended(s.Matter, a) },
            (Registered s, RequestTriaged t) => new Triaged(s.Matter, t.Triage),
            (Triaged s, RequestTriaged t) => s with { Triage = t.Triage },
            (MediationRequested s, RequestTriaged t) => s with { Triage = t.Triage },
            (Triaged s, MediationApplied m) => new MediationRequested(
                s.Matter,
                s.Triage,
                m.ReceivedOn,
                m.Application?.DisputeId,
                new Dictionary<Guid, bool>()
            ),
            (MediationRequested s, ConsentRecorded c) => s with
            {
                Consents = new Dictionary<Guid, bool>(s.Consents) { [c.PartyId] = c.Given },
            },
            (Triaged s, RequestEscalated x) => s with { Matter = s.Matter with { Escalated = x.Reason } },
            (MediationRequested s, RequestEscalated x) => s with { Matter = s.Matter with { Escalated = x.Reason } },
            (MediationRequested, RequestAccepted a) => new Accepted(a.CaseNumber),
            (MediationRequested, RequestNotAccepted) => new NotAccepted(),
            (Registered or Triaged, DuplicateLinked d) => new Duplicate(d.OriginalId),
            (Triaged, AdviceGiven) => new Advised(),
            (Triaged, RequestReferredOut) => new ReferredOut(),
            (Registered or Triaged or MediationRequested, RequestWithdrawn) => new Withdrawn(),
            _ => throw new InvalidOperationException(
                $"{e.GetType().Name} cannot have happened in state {state.GetType().Name}."
            ),
        };

    private static Matter Amended(Matter matter, RequestAmended a) =>
        matter with
        {
            Applicants = a.Applicants,
            Respondents = a.Respondents,
            Missing = a.Missing,
        };
}
