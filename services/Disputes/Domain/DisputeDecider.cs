namespace Mediation.Disputes.Domain;

public interface IDisputeCommand;

public sealed record OpenDispute(DisputeOpened Accepted, IReadOnlyList<WorkerJoined> Workers) : IDisputeCommand;

/// <summary>A command that says something happened on a legal day.</summary>
/// <param name="By">Account that acts; one that had to step back may not.</param>
/// <param name="Today">Legal day of recording; nothing can have happened after it.</param>
public abstract record Act(Guid By, DateOnly On, DateOnly Today) : IDisputeCommand;

/// <summary>Work of the mediator: needs one in office against whom no recusal is pending.</summary>
public abstract record MediatorsAct(Guid By, DateOnly On, DateOnly Today) : Act(By, On, Today);

public sealed record AppointMediator(Guid Mediator, MediatorChangeReason? Reason, Guid By, DateOnly On, DateOnly Today)
    : Act(By, On, Today);

public sealed record RaiseRecusal(
    Guid RecusalId,
    RecusalSource Source,
    Guid? PartyId,
    RecusalGround Ground,
    ContentRef? Statement,
    Guid By,
    DateOnly On,
    DateOnly Today
) : Act(By, On, Today);

public sealed record DecideRecusal(Guid RecusalId, bool Accepted, Guid By, DateOnly On, DateOnly Today)
    : Act(By, On, Today);

public sealed record ScheduleSession(
    Guid SessionId,
    DateTimeOffset StartsAt,
    DateTimeOffset Now,
    SessionMode Mode,
    ContentRef? Place,
    Guid By,
    DateOnly Today
) : MediatorsAct(By, Today, Today);

public sealed record CancelSession(Guid SessionId, SessionCancelReason Reason, Guid By, DateOnly Today)
    : Act(By, Today, Today);

/// <param name="RightsNotified">The parties were told their rights and that mediation is voluntary.</param>
/// <param name="RecusalAsked">The parties were asked whether the mediator should step back.</param>
public sealed record HoldSession(
    Guid SessionId,
    SessionMode Mode,
    IReadOnlyList<Attendee> Attendance,
    bool RightsNotified,
    bool RecusalAsked,
    ContentRef Minutes,
    ContentRef? UndisputedFacts,
    ContentRef? SignedMinutes,
    Guid By,
    DateOnly On,
    DateOnly Today
) : MediatorsAct(By, On, Today);

public sealed record MakeOffer(
    Guid OfferId,
    OfferSide Side,
    Guid? WorkerClaimId,
    Guid? ItemId,
    Money Amount,
    ContentRef? Statement,
    Guid By,
    DateOnly On,
    DateOnly Today
) : MediatorsAct(By, On, Today);

public sealed record AnswerOffer(Guid OfferId, OfferAnswer Answer, Guid By, DateOnly On, DateOnly Today)
    : MediatorsAct(By, On, Today);

public sealed record DraftAgreement(
    Guid AgreementId,
    PaymentManner Manner,
    IReadOnlyList<WorkerTerms> Workers,
    ContentRef? FreeTerms,
    Guid By,
    DateOnly On,
    DateOnly Today
) : MediatorsAct(By, On, Today);

public sealed record WorkerTerms(Guid WorkerClaimId, IReadOnlyList<ItemTerms> Items);

public sealed record RecordCommonSignature(
    Guid AgreementId,
    CommonSignatory Signatory,
    Guid? Employer,
    SignatureMode Mode,
    ContentRef Evidence,
    Guid By,
    DateOnly On,
    DateOnly Today
) : MediatorsAct(By, On, Today);

public sealed record RecordWorkerSignature(
    Guid AgreementId,
    Guid WorkerClaimId,
    SignatureMode Mode,
    ContentRef Evidence,
    Guid By,
    DateOnly On,
    DateOnly Today
) : MediatorsAct(By, On, Today);

/// <param name="Person">The human behind the account that acts: nobody later countersigns what she recorded herself.</param>
public sealed record SettleOnSpot(
    Guid WorkerClaimId,
    Guid SessionId,
    IReadOnlyList<SettledItem> Items,
    ContentRef PaymentProof,
    Guid Person,
    Guid By,
    DateOnly On,
    DateOnly Today
) : MediatorsAct(By, On, Today);

/// <param name="Workers">Empty: all workers still open.</param>
/// <param name="RightToArbitrateTold">The written notice of the right to arbitrate was given (企业劳动争议协商调解规定,
/// article 30).</param>
/// <param name="LastDay">Looked up: last day of the period of mediation, extensions included; null where no clock of it
/// is known, then nothing is held against the expiry.</param>
public sealed record FailMediation(
    IReadOnlyList<Guid> Workers,
    FailureReason Reason,
    ContentRef Opinion,
    ContentRef? SignedOpinion,
    bool RightToArbitrateTold,
    Guid By,
    DateOnly On,
    DateOnly Today,
    DateOnly? LastDay = null
) : Act(By, On, Today);

/// <param name="Workers">Empty: all workers still open.</param>
public sealed record WithdrawClaims(
    IReadOnlyList<Guid> Workers,
    WithdrawalReason Reason,
    Guid By,
    DateOnly On,
    DateOnly Today
) : Act(By, On, Today);

public sealed record IssueAgreementPaper(
    Guid PaperId,
    Guid AgreementId,
    int TemplateVersion,
    int Originals,
    ContentRef Content,
    Guid By,
    DateOnly Today
) : MediatorsAct(By, Today, Today);

public sealed record CloseDispute(
    IReadOnlyDictionary<Guid, UnperformedReason> Unperformed,
    Guid By,
    DateOnly On,
    DateOnly Today
) : Act(By, On, Today);

public static class DisputeRefusals
{
    public const string NotOpened = "dispute_not_opened";
    public const string Closed = "dispute_closed";
    public const string AlreadyConcluded = "mediation_already_concluded";
    public const string NotConcluded = "mediation_not_concluded";
    public const string NoMediator = "no_mediator";
    public const string MediatorRecused = "mediator_recused";
    public const string ChangeNeedsReason = "mediator_change_needs_reason";
    public const string RecusalPending = "recusal_pending";
    public const string RecusalUnknown = "recusal_unknown";
    public const string RecusalDecided = "recusal_already_decided";
    public const string OwnRecusal = "own_recusal";
    public const string NotAParty = "not_a_party";
    public const string InFuture = "date_in_future";
    public const string BeforeAcceptance = "date_before_acceptance";
    public const string SessionInPast = "session_in_past";
    public const string SessionUnknown = "session_unknown";
    public const string SessionCancelled = "session_cancelled";
    public const string SessionHeld = "session_held";
    public const string RightsNotNotified = "rights_not_notified";
    public const string RecusalNotAsked = "recusal_not_asked";
    public const string NobodyAttended = "nobody_attended";
    public const string NoSessionHeld = "no_session_held";
    public const string AmountNotPossible = "offer_amount_not_possible";
    public const string WorkerUnknown = "worker_unknown";
    public const string WorkerConcluded = "worker_already_concluded";
    public const string WorkerTwice = "worker_named_twice";
    public const string OfferUnknown = "offer_unknown";
    public const string OfferAnswered = "offer_already_answered";
    public const string AnswerBeforeOffer = "answer_before_offer";
    public const string AgreementUnknown = "agreement_unknown";
    public const string AgreementSuperseded = "agreement_superseded";
    public const string AgreementNamesNobody = "agreement_names_nobody";
    public const string SignedBeforeDraft = "signed_before_draft";
    public const string AlreadySigned = "already_signed";
    public const string SignatureMode = "signature_mode_not_possible";
    public const string NotInSession = "settled_not_in_session";
    public const string NotExpired = "mediation_not_expired";
    public const string NoticeMissing = "right_to_arbitrate_not_told";
    public const string PaperMissing = "agreement_paper_missing";
    public const string BeforeConclusion = "closed_before_conclusion";
    public const string NobodyUnperformed = "unperformed_reason_without_worker";
}

public static class DisputeDecider
{
    public static IReadOnlyList<IDisputeEvent> Decide(Dispute state, IDisputeCommand command) =>
        (state, command) switch
        {
            (Dispute.NotOpened, OpenDispute c) => [c.Accepted],
            (Dispute.NotOpened, _) => throw new Refused(DisputeRefusals.NotOpened),
            (Dispute.Opened s, _) when AlreadySo(s, command) => [],
            (Dispute.Closed, _) => throw new Refused(DisputeRefusals.Closed),
            (Dispute.Opened s, Act c) => Act(s, Dated(s, c)),
            _ => throw new InvalidOperationException($"Unknown command {command.GetType().Name}."),
        };

    private static IReadOnlyList<IDisputeEvent> Act(Dispute.Opened state, Act command) =>
        (state, command) switch
        {
            (_, AppointMediator c) => Appoint(state.Matter, c),
            (Dispute.Concluded s, CloseDispute c) => Close(s, c),
            (_, CloseDispute) => throw new Refused(DisputeRefusals.NotConcluded),
            (Dispute.Agreed, IssueAgreementPaper c) => Issue(state.Matter, c),
            (Dispute.Concluded, _) => throw new Refused(DisputeRefusals.AlreadyConcluded),
            (_, RaiseRecusal c) => Raise(state.Matter, c),
            (_, DecideRecusal c) => DecideOn(state.Matter, c),
            (_, CancelSession c) => Cancel(state.Matter, c),
            (_, FailMediation c) => Fail(state.Matter, c),
            (_, WithdrawClaims c) => Concluding(
                state.Matter,
                new WorkersWithdrew(Named(state.Matter, c.Workers), c.Reason, c.On),
                c.On
            ),
            (_, MediatorsAct c) => Mediate(state, InOffice(state.Matter, c)),
            _ => throw new InvalidOperationException($"Unknown command {command.GetType().Name}."),
        };

    private static IReadOnlyList<IDisputeEvent> Mediate(Dispute.Opened state, MediatorsAct command) =>
        (state, command) switch
        {
            (_, ScheduleSession c) => c.StartsAt < c.Now
                ? throw new Refused(DisputeRefusals.SessionInPast)
                : [new SessionScheduled(c.SessionId, c.StartsAt, c.Mode, c.Place)],
            (_, HoldSession c) => Hold(state.Matter, c),
            (_, MakeOffer c) => Offer(state.Matter, c),
            (_, AnswerOffer c) => Answer(state.Matter, c),
            (Dispute.InSession, DraftAgreement c) => Draft(state.Matter, c),
            (Dispute.InSession, RecordCommonSignature c) => Sign(state.Matter, c),
            (Dispute.InSession, RecordWorkerSignature c) => Sign(state.Matter, c),
            (Dispute.InSession, SettleOnSpot c) => Settle(state.Matter, c),
            (Dispute.InSession, IssueAgreementPaper c) => Issue(state.Matter, c),
            _ => throw new Refused(DisputeRefusals.NoSessionHeld),
        };

    // A command names what it makes by id, so that its second arrival is recognised whatever happened in between.
    private static bool AlreadySo(Dispute.Opened state, IDisputeCommand command)
    {
        var m = state.Matter;
        return command switch
        {
            OpenDispute => true,
            AppointMediator c => m.Mediator == c.Mediator,
            RaiseRecusal c => m.Recusals.ContainsKey(c.RecusalId),
            DecideRecusal c => m.Recusals.TryGetValue(c.RecusalId, out var r) && r.Accepted == c.Accepted,
            ScheduleSession c => m.Sessions.ContainsKey(c.SessionId),
            CancelSession c => m.Sessions.TryGetValue(c.SessionId, out var s) && s.Cancelled,
            HoldSession c => m.Sessions.TryGetValue(c.SessionId, out var s) && s.HeldOn is not null,
            MakeOffer c => m.Offers.ContainsKey(c.OfferId),
            AnswerOffer c => m.Offers.TryGetValue(c.OfferId, out var o) && o.Answer == c.Answer,
            DraftAgreement c => m.Agreements.ContainsKey(c.AgreementId),
            RecordCommonSignature c => m.Agreements.TryGetValue(c.AgreementId, out var a)
                && a.Signatures.Contains(new(c.Signatory, c.Employer, c.On)),
            RecordWorkerSignature c => m.Members.TryGetValue(c.WorkerClaimId, out var w)
                && w.AgreementId == c.AgreementId
                && w.SignedOn == c.On,
            SettleOnSpot c => m.Members.TryGetValue(c.WorkerClaimId, out var w) && w.Outcome == Outcome.SettledOnSpot,
            FailMediation c => Ended(m, c.Workers, Outcome.Failed),
            WithdrawClaims c => Ended(m, c.Workers, Outcome.Withdrawn),
            IssueAgreementPaper c => m.Agreements.TryGetValue(c.AgreementId, out var a) && a.PaperIssued,
            CloseDispute => state is Dispute.Closed,
            _ => false,
        };
    }

    private static bool Ended(Matter m, IReadOnlyList<Guid> workers, Outcome outcome) =>
        workers.Count > 0
            ? workers.All(w => m.Members.TryGetValue(w, out var member) && member.Outcome == outcome)
            : !m.Open.Any() && m.Members.Values.Any(member => member.Outcome == outcome);

    private static Act Dated(Dispute.Opened state, Act command)
    {
        if (command.On > command.Today)
            throw new Refused(DisputeRefusals.InFuture, command.On);
        if (command.On < state.Matter.AcceptedOn)
            throw new Refused(DisputeRefusals.BeforeAcceptance, state.Matter.AcceptedOn);
        return state.Matter.Recused.Contains(command.By) ? throw new Refused(DisputeRefusals.MediatorRecused) : command;
    }

    private static MediatorsAct InOffice(Matter m, MediatorsAct command) =>
        m.Mediator is null ? throw new Refused(DisputeRefusals.NoMediator)
        : m.RecusalPending ? throw new Refused(DisputeRefusals.RecusalPending)
        : command;

    private static IReadOnlyList<IDisputeEvent> Appoint(Matter m, AppointMediator c)
    {
        if (m.Recused.Contains(c.Mediator))
            throw new Refused(DisputeRefusals.MediatorRecused);
        if (m.Mediator is not { } previous)
            return [new MediatorAppointed(m.Unit, c.Mediator, c.On)];
        return c.Reason is { } reason
            ? [new MediatorReplaced(m.Unit, c.Mediator, previous, reason, c.On)]
            : throw new Refused(DisputeRefusals.ChangeNeedsReason);
    }

    private static IReadOnlyList<IDisputeEvent> Raise(Matter m, RaiseRecusal c)
    {
        if (m.Mediator is not { } mediator)
            throw new Refused(DisputeRefusals.NoMediator);
        if (m.RecusalPending)
            throw new Refused(DisputeRefusals.RecusalPending);
        var byParty = c.Source is not RecusalSource.Mediator;
        if (byParty != c.PartyId.HasValue || (c.PartyId is { } party && !m.IsParty(party)))
            throw new Refused(DisputeRefusals.NotAParty);
        return [new RecusalRaised(c.RecusalId, mediator, c.Source, c.PartyId, c.Ground, c.On, c.Statement)];
    }

    private static IReadOnlyList<IDisputeEvent> DecideOn(Matter m, DecideRecusal c)
    {
        if (!m.Recusals.TryGetValue(c.RecusalId, out var recusal))
            throw new Refused(DisputeRefusals.RecusalUnknown);
        if (recusal.Accepted is not null)
            throw new Refused(DisputeRefusals.RecusalDecided);
        if (recusal.Mediator == c.By)
            throw new Refused(DisputeRefusals.OwnRecusal);
        return c.Accepted
            ? [new RecusalAccepted(m.Unit, c.RecusalId, recusal.Mediator, c.On, m.Mediator == recusal.Mediator)]
            : [new RecusalDeclined(c.RecusalId, recusal.Mediator, c.On)];
    }

    private static IReadOnlyList<IDisputeEvent> Cancel(Matter m, CancelSession c) =>
        !m.Sessions.TryGetValue(c.SessionId, out var session) ? throw new Refused(DisputeRefusals.SessionUnknown)
        : session.HeldOn is not null ? throw new Refused(DisputeRefusals.SessionHeld)
        : [new SessionCancelled(c.SessionId, c.Reason)];

    private static IReadOnlyList<IDisputeEvent> Hold(Matter m, HoldSession c)
    {
        if (m.Sessions.TryGetValue(c.SessionId, out var session) && session.Cancelled)
            throw new Refused(DisputeRefusals.SessionCancelled);
        if (!c.RightsNotified)
            throw new Refused(DisputeRefusals.RightsNotNotified);
        if (!c.RecusalAsked)
            throw new Refused(DisputeRefusals.RecusalNotAsked);
        if (c.Attendance.Count == 0)
            throw new Refused(DisputeRefusals.NobodyAttended);
        if (!c.Attendance.All(a => m.IsParty(a.PartyId)))
            throw new Refused(DisputeRefusals.NotAParty);
        return
        [
            new SessionHeld(c.SessionId, c.On, c.Mode, c.Attendance, c.Minutes, c.UndisputedFacts, c.SignedMinutes),
        ];
    }

    private static IReadOnlyList<IDisputeEvent> Offer(Matter m, MakeOffer c)
    {
        if (c.Amount <= Money.Zero || c.Amount > WorkerClaimDecider.Largest)
            throw new Refused(DisputeRefusals.AmountNotPossible);
        if (c.WorkerClaimId is { } worker)
            _ = OpenMember(m, worker);
        return [new OfferMade(c.OfferId, c.Side, c.WorkerClaimId, c.ItemId, c.Amount, c.On, c.Statement)];
    }

    private static IReadOnlyList<IDisputeEvent> Answer(Matter m, AnswerOffer c) =>
        !m.Offers.TryGetValue(c.OfferId, out var offer) ? throw new Refused(DisputeRefusals.OfferUnknown)
        : offer.Answer is not null ? throw new Refused(DisputeRefusals.OfferAnswered)
        : c.On < offer.On ? throw new Refused(DisputeRefusals.AnswerBeforeOffer)
        : [new OfferAnswered(c.OfferId, c.Answer, c.On)];

    private static IReadOnlyList<IDisputeEvent> Draft(Matter m, DraftAgreement c)
    {
        if (c.Workers.Count == 0)
            throw new Refused(DisputeRefusals.AgreementNamesNobody);
        var workers = c.Workers.Select(w => w.WorkerClaimId).ToList();
        if (workers.Distinct().Count() < workers.Count)
            throw new Refused(DisputeRefusals.WorkerTwice);
        foreach (var worker in workers)
            _ = OpenMember(m, worker);
        return [new AgreementDrafted(c.AgreementId, m.Agreements.Count + 1, c.On, c.Manner, workers, c.FreeTerms)];
    }

    private static IReadOnlyList<IDisputeEvent> Sign(Matter m, RecordCommonSignature c)
    {
        var agreement = Signable(m, c.AgreementId, c.On);
        if (
            c.Signatory is CommonSignatory.Employer
                ? !m.Employers.Contains(c.Employer ?? Guid.Empty)
                : c.Employer.HasValue
        )
            throw new Refused(DisputeRefusals.NotAParty);
        if (agreement.Signatures.Any(s => s.Signatory == c.Signatory && s.Employer == c.Employer))
            throw new Refused(DisputeRefusals.AlreadySigned);
        var possible = c.Signatory switch
        {
            CommonSignatory.Organisation => c.Mode is SignatureMode.Seal or SignatureMode.ESignature,
            CommonSignatory.Mediator => c.Mode is SignatureMode.Handwritten or SignatureMode.ESignature,
            _ => true,
        };
        if (!possible)
            throw new Refused(DisputeRefusals.SignatureMode);
        var signature = new CommonSignatureRecorded(c.AgreementId, c.Signatory, c.Employer, c.On, c.Mode, c.Evidence);
        return [signature, .. Binding(m, c.AgreementId, signature)];
    }

    private static IReadOnlyList<IDisputeEvent> Sign(Matter m, RecordWorkerSignature c)
    {
        _ = Signable(m, c.AgreementId, c.On);
        var member = OpenMember(m, c.WorkerClaimId);
        if (member.AgreementId != c.AgreementId)
            throw new Refused(DisputeRefusals.AgreementSuperseded);
        if (member.SignedOn is not null)
            throw new Refused(DisputeRefusals.AlreadySigned);
        if (c.Mode is SignatureMode.Seal)
            throw new Refused(DisputeRefusals.SignatureMode);
        var signature = new WorkerSignatureNoted(c.AgreementId, c.WorkerClaimId, c.On);
        return [signature, .. Binding(m, c.AgreementId, signature)];
    }

    private static Agreement Signable(Matter m, Guid agreementId, DateOnly on)
    {
        if (!m.Agreements.TryGetValue(agreementId, out var agreement))
            throw new Refused(DisputeRefusals.AgreementUnknown);
        if (!m.Members.Values.Any(w => w.AgreementId == agreementId && w.Outcome is null))
            throw new Refused(DisputeRefusals.AgreementSuperseded);
        return on < agreement.On ? throw new Refused(DisputeRefusals.SignedBeforeDraft, agreement.On) : agreement;
    }

    // Whom the signature just decided was the last one for. Different last days give different days of effect: a worker
    // who signs after the seal is bound on her own day, the others on the day of the seal.
    private static List<IDisputeEvent> Binding(Matter before, Guid agreementId, IDisputeEvent signature)
    {
        var matter = After(before, signature);
        var common = matter.Agreements[agreementId].Signatures;
        var complete =
            matter.Employers.All(e => common.Any(s => s.Employer == e))
            && common.Any(s => s.Signatory is CommonSignatory.Mediator)
            && common.Any(s => s.Signatory is CommonSignatory.Organisation);
        if (!complete)
            return [];
        var lastCommon = common.Max(s => s.On);
        var bound = matter
            .Members.Where(w => w.Value is { Outcome: null, SignedOn: not null } && w.Value.AgreementId == agreementId)
            .GroupBy(w => w.Value.SignedOn!.Value > lastCommon ? w.Value.SignedOn.Value : lastCommon, w => w.Key)
            .OrderBy(g => g.Key)
            .Select(g => new WorkersBound(agreementId, [.. g.Order()], g.Key));
        var events = new List<IDisputeEvent>();
        foreach (var group in bound)
        {
            events.AddRange(Concluding(matter, group, group.EffectiveOn));
            matter = After(matter, group);
        }
        return events;
    }

    private static Matter After(Matter matter, IDisputeEvent happened) =>
        ((Dispute.Opened)Dispute.Evolve(new Dispute.InSession(matter), happened)).Matter;

    private static IReadOnlyList<IDisputeEvent> Settle(Matter m, SettleOnSpot c)
    {
        _ = OpenMember(m, c.WorkerClaimId);
        if (!m.Sessions.TryGetValue(c.SessionId, out var session) || session.HeldOn != c.On)
            throw new Refused(DisputeRefusals.NotInSession);
        return Concluding(m, new WorkerSettled(c.WorkerClaimId, c.SessionId, c.On), c.On);
    }

    private static IReadOnlyList<IDisputeEvent> Fail(Matter m, FailMediation c)
    {
        if (!c.RightToArbitrateTold)
            throw new Refused(DisputeRefusals.NoticeMissing);
        if (c.Reason is FailureReason.WideGap or FailureReason.RefusedToSign && !m.SessionWasHeld)
            throw new Refused(DisputeRefusals.NoSessionHeld);
        if (c.Reason is FailureReason.Expired && c.LastDay is { } last && c.On <= last)
            throw new Refused(DisputeRefusals.NotExpired, last);
        var failed = new MediationFailed(Named(m, c.Workers), c.Reason, c.On, c.Opinion, c.SignedOpinion);
        return Concluding(m, failed, c.On);
    }

    private static IReadOnlyList<IDisputeEvent> Issue(Matter m, IssueAgreementPaper c)
    {
        if (!m.Agreements.TryGetValue(c.AgreementId, out var agreement))
            throw new Refused(DisputeRefusals.AgreementUnknown);
        if (!m.Members.Values.Any(w => w.AgreementId == c.AgreementId))
            throw new Refused(DisputeRefusals.AgreementSuperseded);
        return
        [
            new AgreementPaperIssued(
                c.PaperId,
                c.AgreementId,
                PaperNumber(m, agreement),
                c.TemplateVersion,
                c.Originals,
                c.Content
            ),
        ];
    }

    /// <summary>Number of the agreement's paper: that of the case with the agreement's own behind it.</summary>
    public static string PaperNumber(Matter matter, Agreement agreement) =>
        FormattableString.Invariant($"{matter.CaseNumber}-协{agreement.Number}");

    private static IReadOnlyList<IDisputeEvent> Close(Dispute.Concluded state, CloseDispute c)
    {
        if (c.On < state.On)
            throw new Refused(DisputeRefusals.BeforeConclusion, state.On);
        if (!c.Unperformed.Keys.All(w => state.Matter.Members.TryGetValue(w, out var m) && m.Outcome is Outcome.Agreed))
            throw new Refused(DisputeRefusals.NobodyUnperformed);
        var inForce = state
            .Matter.Members.Values.Where(m => m.Outcome is Outcome.Agreed)
            .Select(m => m.AgreementId!.Value);
        if (!inForce.All(a => state.Matter.Agreements[a].PaperIssued))
            throw new Refused(DisputeRefusals.PaperMissing);
        return [new DisputeClosed(state.Matter.Unit, state.Outcome, c.On)];
    }

    // What ends the part of some workers, and with the last of them the mediation: what was still planned is off.
    private static IReadOnlyList<IDisputeEvent> Concluding(Matter m, IDisputeEvent ending, DateOnly on)
    {
        var after = After(m, ending);
        if (after.Open.Any())
            return [ending];
        var outcome = after.Members.Values.Min(w => w.Outcome!.Value);
        var failure = outcome is Outcome.Failed ? after.Failure : null;
        return
        [
            ending,
            new MediationConcluded(m.Unit, outcome, on, failure),
            .. after
                .Sessions.Where(s => s.Value is { HeldOn: null, Cancelled: false })
                .Select(s => s.Key)
                .Order()
                .Select(s => new SessionCancelled(s, SessionCancelReason.CaseConcluded)),
        ];
    }

    private static List<Guid> Named(Matter m, IReadOnlyList<Guid> workers)
    {
        foreach (var worker in workers)
            _ = OpenMember(m, worker);
        return [.. workers.Count > 0 ? workers.Distinct().Order() : m.Open];
    }

    private static Member OpenMember(Matter m, Guid worker) =>
        !m.Members.TryGetValue(worker, out var member) ? throw new Refused(DisputeRefusals.WorkerUnknown)
        : member.Outcome is not null ? throw new Refused(DisputeRefusals.WorkerConcluded)
        : member;
}
