using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Mediation.Contracts;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Contracts.Intake;
using DisputeWithdrawal = Mediation.Contracts.Http.Disputes.WithdrawalReason;
using RequestWithdrawal = Mediation.Contracts.Http.Intake.WithdrawalReason;

namespace Mediation.Demonstration;

/// <summary>A matter as somebody brings it to the front door.</summary>
/// <param name="Id">Of the request; every other id of the matter comes from it, so that playing it again is the same.</param>
/// <param name="Claimants">In the order in which they are asked for below.</param>
public sealed record Matter(
    Guid Id,
    string Unit,
    Channel Channel,
    DateOnly ReceivedOn,
    IReadOnlyList<Claimant> Claimants,
    OrganisationEntry Employer,
    string Facts,
    ProxyEntry? Proxy = null
);

/// <param name="Known">Party of the register, when she was found there; then nothing more of her is entered.</param>
public sealed record Claimant(PersonEntry Person, IReadOnlyList<ClaimEntry> Items, Guid? Known = null);

/// <summary>The people who work on the matters of one district.</summary>
public sealed record Office(string Unit, Staff Intake, Staff Head, Staff Mediator, Staff Verifier);

/// <summary>One matter through the hands of an office, by the commands of the services and nothing else. Each step looks
/// first whether it was taken, so that a journey that broke off goes on from there. Days may lie in the past.</summary>
public sealed class Journey(Office office, Matter matter)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private RequestDetails? request;
    private DisputeDetails? dispute;
    private DisputeLines? money;

    public Guid DisputeId => request!.DisputeId!.Value;

    public string CaseNumber => request!.CaseNumber!;

    public Guid PartyOf(int claimant) => request!.Applicants[claimant].PartyId;

    private string RequestPath => $"/requests/{matter.Id}";

    private string DisputePath => $"/disputes/{DisputeId}";

    /// <summary>An id that follows from another and a name, so that the same step makes the same thing.</summary>
    public static Guid IdOf(Guid of, string name) =>
        new(SHA256.HashData([.. of.ToByteArray(), .. Encoding.UTF8.GetBytes(name)]).AsSpan(0, 16));

    // The front door.

    public async Task<RequestDetails> Register()
    {
        request = await office.Intake.Find<RequestDetails>(Service.Intake, RequestPath);
        if (request is not null)
            return request;
        var entry = new RegisterRequest(
            matter.Id,
            matter.Unit,
            matter.Channel,
            matter.ReceivedOn,
            // As if typed in a little more than a minute.
            TimeProvider.System.GetUtcNow().AddSeconds(-50 - matter.Id.ToByteArray()[0] % 50),
            matter.Channel is not Channel.Online,
            matter.Proxy,
            [.. matter.Claimants.Select(c => new ApplicantEntry(c.Known, c.Known is null ? c.Person : null, c.Items))],
            [new RespondentEntry(null, matter.Employer, null, RespondentCapacity.Employer)],
            matter.Facts,
            new(true, "2026-1", matter.Channel is Channel.Online ? ConsentForm.Online : ConsentForm.Oral, false)
        );
        await office.Intake.Post<RegisteredRequest>(Service.Intake, "/requests", entry);
        return await Reread();
    }

    public Task Triage(TriageRequest triage) => InRequest(RequestState.Registered, "triage", triage, office.Intake);

    public Task Advise(string advice, DateOnly on) =>
        InRequest(RequestState.Triaged, "advise", new AdviseRequest(advice, on), office.Intake);

    public Task ReferOut(ReferOutRequest referral) =>
        InRequest(RequestState.Triaged, "refer-out", referral, office.Intake);

    public Task Withdraw(RequestWithdrawal reason, DateOnly on) =>
        InRequest(RequestState.Triaged, "withdraw", new WithdrawRequest(reason, on), office.Intake);

    public Task LinkTo(Guid original) =>
        InRequest(RequestState.Registered, "link-duplicate", new LinkDuplicate(original), office.Intake);

    public async Task Escalate(EscalationReason reason)
    {
        if (request!.Escalated is null)
            await Ask(office.Head, "escalate", new EscalateRequest(reason));
    }

    public Task Apply(DateOnly on, MediationInitiative initiative = MediationInitiative.Applicant) =>
        InRequest(
            RequestState.Triaged,
            "apply",
            new ApplyForMediation(
                initiative,
                matter.Channel is Channel.Online ? ApplicationForm.Online : ApplicationForm.Oral,
                on
            ),
            office.Intake
        );

    /// <summary>The respondents are asked and say this.</summary>
    public async Task Consent(bool given, DateOnly on)
    {
        if (request!.State is not RequestState.MediationApplied)
            return;
        foreach (var respondent in request.Respondents)
            await office.Intake.Do(
                Service.Intake,
                RequestPath + "/consents",
                new RecordConsent(respondent.PartyId, given, ConsentManner.Telephone, on)
            );
        await Reread();
    }

    public Task NotAccept(NonAcceptanceReason reason, ReferralRoute route, string notice, DateOnly on) =>
        InRequest(
            RequestState.MediationApplied,
            "not-accept",
            new NotAcceptRequest(reason, route, notice, on),
            office.Head
        );

    public async Task Accept(DateOnly on)
    {
        if (request!.State is not RequestState.MediationApplied)
            return;
        await office.Head.Post<AcceptedRequest>(Service.Intake, RequestPath + "/accept", new AcceptRequest(on));
        await Reread();
    }

    // Mediation.

    /// <summary>Waits until the case has arrived at Disputes, then appoints.</summary>
    public async Task Appoint(Staff mediator, DateOnly on)
    {
        dispute = await Until(
            () => office.Head.Find<DisputeDetails>(Service.Disputes, DisputePath),
            d => d is not null
        );
        if (dispute!.Mediator is null && dispute.State is DisputeState.Accepted)
            await Work(office.Head, "mediator", new AppointMediator(mediator.Account, on));
    }

    public async Task Plan(DateTimeOffset startsAt, SessionMode mode, string place)
    {
        if (!dispute!.Sessions.Any(s => s.Status is SessionStatus.Scheduled))
            await Work(office.Mediator, "sessions", new ScheduleSession(startsAt, mode, place));
    }

    /// <summary>The session with this number, from 1, takes place and everybody comes.</summary>
    public async Task Hold(int number, DateOnly on, string minutes, SessionMode mode = SessionMode.InPerson)
    {
        if (dispute!.Sessions.Count(s => s.Status is SessionStatus.Held) >= number)
            return;
        var attendance = dispute
            .Workers.Select(w => new Attendee(w.PartyId, AttendeeCapacity.Self))
            .Concat(dispute.Employers.Select(e => new Attendee(e.PartyId, AttendeeCapacity.Agent)))
            .ToList();
        await Work(
            office.Mediator,
            $"sessions/{Session(number)}/minutes",
            new HoldSession(on, mode, attendance, true, true, minutes)
        );
    }

    public async Task Offer(int number, OfferSide side, long fen, DateOnly on, string statement)
    {
        if (dispute!.Offers.Count < number)
            await Work(office.Mediator, "offers", new MakeOffer(side, null, null, fen, on, statement));
    }

    public async Task AnswerOffer(int number, OfferAnswer answer, DateOnly on)
    {
        var offer = dispute!.Offers[number - 1];
        if (offer.Status is OfferStatus.Open)
            await Work(office.Mediator, $"offers/{offer.Id}/answer", new AnswerOffer(answer, on));
    }

    public async Task Recuse(RecusalGround ground, DateOnly on, string statement)
    {
        if (dispute!.Recusals.Count == 0)
            await Work(
                office.Mediator,
                "recusals",
                new RaiseRecusal(RecusalSource.Mediator, null, ground, on, statement)
            );
    }

    /// <summary>One agreement for these claimants, each with terms of her own.</summary>
    /// <param name="terms">Terms of a claimant by her place in the matter.</param>
    public async Task Draft(DateOnly on, Func<int, IReadOnlyList<ItemTerms>> terms, string? freeTerms = null)
    {
        if (dispute!.Agreements.Count > 0)
            return;
        var workers = matter.Claimants.Select((_, i) => new WorkerTerms(Worker(i).Id, terms(i))).ToList();
        await Work(
            office.Mediator,
            "agreements",
            new DraftAgreement(on, PaymentManner.BankTransfer, workers, freeTerms)
        );
    }

    /// <summary>Records the signatures and seals still missing, each with a scan of its own.</summary>
    /// <param name="who">Whose; all when left out.</param>
    public async Task Sign(DateOnly on, Func<Signatory, bool>? who = null)
    {
        var agreement = dispute!.Agreements[^1];
        var seen = dispute.Version;
        foreach (var signatory in agreement.Missing.Where(who ?? (_ => true)))
        {
            var done = await office.Mediator.Do(
                Service.Disputes,
                $"{DisputePath}/agreements/{agreement.Id}/signatures",
                new RecordSignature(
                    signatory,
                    on,
                    signatory.Kind is SignatoryKind.Employer or SignatoryKind.Organisation
                        ? SignatureMode.Seal
                        : SignatureMode.Handwritten,
                    await File($"signature {signatory.Kind} {signatory.PartyId}", null, on)
                ),
                seen
            );
            seen = done.Version;
        }
        await Look();
    }

    public async Task IssuePaper()
    {
        var agreement = dispute!.Agreements[^1];
        if (agreement.PaperId is null)
            await Work(office.Mediator, $"agreements/{agreement.Id}/paper", new IssuePaper());
    }

    /// <summary>Settled and paid in the session.</summary>
    /// <param name="slip">Name of the slip; two settlements with one name have one slip.</param>
    public async Task SettleOnSpot(int claimant, DateOnly on, string slip, params long[] fen)
    {
        var worker = Worker(claimant);
        if (worker.State is not WorkerClaimState.Open)
            return;
        await Work(
            office.Mediator,
            $"workers/{worker.Id}/settlement",
            new SettleOnSpot(
                on,
                dispute!.Sessions.First(s => s.HeldOn == on).Id,
                [.. matter.Claimants[claimant].Items.Zip(fen, (item, amount) => new SettledItem(item.ItemId, amount))],
                await File(slip, fen.Sum(), on)
            )
        );
    }

    public async Task Perform(int claimant, Guid item, DateOnly on)
    {
        var worker = Worker(claimant);
        if (worker.Items.First(i => i.ItemId == item).DoneOn is not null)
            return;
        await office.Mediator.Do(
            Service.Disputes,
            $"{DisputePath}/workers/{worker.Id}/items/{item}/performance",
            new RecordPerformance(on, await File($"performance {item}", null, on))
        );
        await Look();
    }

    public async Task Fail(FailureReason reason, DateOnly on, string opinion)
    {
        if (dispute!.ConcludedOn is null)
            await Work(office.Mediator, "failure", new FailMediation(reason, on, opinion, true));
    }

    public async Task Withdraw(DisputeWithdrawal reason, DateOnly on)
    {
        if (dispute!.ConcludedOn is null)
            await Work(office.Mediator, "withdrawal", new WithdrawClaims(reason, on));
    }

    /// <summary>Closes as soon as Disputes knows that everything was performed.</summary>
    public async Task Close(DateOnly on)
    {
        dispute = await Until(
            () => office.Mediator.Get<DisputeDetails>(Service.Disputes, DisputePath),
            d => d.State is DisputeState.Closed || d.Actions.Any(a => a is { Action: "close_dispute", Allowed: true })
        );
        if (dispute.State is not DisputeState.Closed)
            await Work(office.Mediator, "closure", new CloseDispute(on));
    }

    // Money.

    /// <summary>The money of the case at Outcomes, once every claimant's agreement or settlement has arrived there.</summary>
    public async Task<DisputeLines> Money()
    {
        var lines = await Until(
            () => office.Mediator.Find<DisputeLines>(Service.Outcomes, DisputePath + "/lines"),
            found =>
                found is { Arrived: true }
                && found.Workers == matter.Claimants.Count
                && found.Lines.Sum(l => l.Ladder.EffectiveFen) == dispute!.Money.AgreedFen
                && found.Actions.Any(a => a is { Action: "enterPayment", Allowed: true })
        );
        return money = lines!;
    }

    /// <summary>A payment is entered with its slip.</summary>
    /// <param name="part">Number of the payment for this item; with it the payment gets its id.</param>
    public async Task<Guid> Pay(int claimant, int item, int part, long fen, DateOnly on, int? instalment = null)
    {
        var payment = IdOf(matter.Id, $"payment {claimant} {item} {part}");
        var line = Line(claimant, item);
        if (line.Payments.Any(p => p.PaymentId == payment))
            return payment;
        var entry = new EnterPayment(
            payment,
            on,
            PayerKind.Employer,
            line.Nature is ItemNature.ToFund ? PayeeKind.Fund : PayeeKind.Worker,
            PaymentMeans.BankTransfer,
            [new Share(line.LineId, fen)],
            instalment
        );
        await office.Mediator.Do(
            Service.Outcomes,
            DisputePath + "/payments",
            (Func<HttpContent>)(
                () =>
                    new MultipartFormDataContent
                    {
                        { JsonContent.Create(entry, options: Staff.Json), "payment" },
                        { Slip.Of(payment.ToString(), fen, on), "receipt", "slip.pdf" },
                    }
            )
        );
        return payment;
    }

    public Task Countersign(Guid payment) =>
        Decide(payment, office.Verifier, PaymentState.Awaiting, "countersign", null);

    public Task Return(Guid payment, ReturnReason reason, string remark) =>
        Decide(payment, office.Verifier, PaymentState.Awaiting, "return", new ReturnPayment(reason, remark));

    public Task Reverse(Guid payment, ReversalCause cause, string remark) =>
        Decide(payment, office.Verifier, PaymentState.Countersigned, "reverse", new ReversePayment(cause, remark));

    /// <summary>Countersigns what the settlements on the spot brought.</summary>
    public async Task CountersignAll()
    {
        foreach (
            var payment in (await Money())
                .Lines.SelectMany(l => l.Payments)
                .Where(p => p.State is PaymentState.Awaiting)
                .Select(p => p.PaymentId)
                .Distinct()
        )
            await Countersign(payment);
    }

    public async Task GiveBack(int claimant, int item, long fen, DateOnly on)
    {
        var line = await office.Mediator.Get<LineView>(Service.Outcomes, $"/lines/{Line(claimant, item).LineId}");
        if (line.GivenBack.Count == 0)
            await office.Mediator.Do(
                Service.Outcomes,
                $"/lines/{line.LineId}/given-back",
                new RecordGivenBack(IdOf(matter.Id, $"given back {claimant} {item}"), fen, on, GivenBackCause.Overpaid),
                line.Version
            );
    }

    private static async Task Decide(Guid payment, Staff by, PaymentState from, string decision, object? body)
    {
        var view = await by.Get<PaymentView>(Service.Outcomes, $"/payments/{payment}");
        if (view.State == from)
            await by.Do(Service.Outcomes, $"/payments/{payment}/{decision}", body, view.Version);
    }

    private LineView Line(int claimant, int item)
    {
        var (worker, itemId) = (Worker(claimant).Id, matter.Claimants[claimant].Items[item].ItemId);
        return money!.Lines.Single(l => l.WorkerClaimId == worker && l.ItemId == itemId);
    }

    private WorkerOfDispute Worker(int claimant)
    {
        var party = PartyOf(claimant);
        return dispute!.Workers.Single(w => w.PartyId == party);
    }

    private Guid Session(int number) => IdOf(matter.Id, $"session {number}");

    private async Task<Guid> File(string name, long? fen, DateOnly on) =>
        (
            await office.Mediator.Post<ContentReference>(
                Service.Disputes,
                DisputePath + "/files",
                (Func<HttpContent>)(
                    () =>
                        new MultipartFormDataContent { { Slip.Of($"{matter.Id} {name}", fen, on), "file", "scan.pdf" } }
                )
            )
        ).ContentId;

    private async Task InRequest(RequestState state, string command, object body, Staff by)
    {
        if (request!.State == state)
            await Ask(by, command, body);
    }

    private async Task Ask(Staff by, string command, object body)
    {
        await by.Do(Service.Intake, $"{RequestPath}/{command}", body);
        await Reread();
    }

    private async Task<RequestDetails> Reread() =>
        request = await office.Intake.Get<RequestDetails>(Service.Intake, RequestPath);

    private async Task Work(Staff by, string command, object body)
    {
        await by.Do(Service.Disputes, $"{DisputePath}/{command}", body, dispute!.Version);
        await Look();
    }

    private async Task Look() => dispute = await office.Head.Get<DisputeDetails>(Service.Disputes, DisputePath);

    // What a message brings to another service is not there at once.
    private static async Task<T> Until<T>(Func<Task<T>> ask, Func<T, bool> satisfied)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            var answer = await ask();
            if (satisfied(answer))
                return answer;
            await tick.WaitForNextTickAsync(deadline.Token);
        }
    }
}
