using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mediation.Contracts;
using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Identity;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Contracts.Intake;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>An office at work without its pages: brings disputes through the HTTP interfaces of the services into the
/// state that a page is then opened in. What is to be proven of a page is done by <see cref="Person"/> on the page.</summary>
public sealed class Desks(City city, District district = District.Chaoyang) : IDisposable
{
    public const string Administrator = "guanli.shi";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public string Intake => district.Account("jiedai");
    public string Head => district.Account("zhuren");
    public string Mediator => district.Account("tiaojie");
    public string SecondMediator => district.Account("tiaojie2");
    public string Verifier => district.Account("fuhe");
    public string Supervisor => district.Account("ducha");

    private string Unit => district.Unit();

    private readonly HttpClient http = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<SignedIn>>> tokens = new(StringComparer.Ordinal);
    private int phones = Random.Shared.Next(0, 9_000_000);

    public static DateOnly Today { get; } =
        DateOnly.FromDateTime(
            TimeZoneInfo
                .ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"))
                .DateTime
        );

    /// <summary>Sends Disputes a message that nobody can read; it ends in the queue
    /// <c>disputes.requests_skipped</c>.</summary>
    public static Task Misplace(City city) =>
        city.Broker.Put("disputes.requests", "{ \"message\": 7 }", new Dictionary<string, string>());

    /// <summary>Has the applicant told that a right of hers ends, as Deadlines asks for it when half of its time is over.</summary>
    /// <returns>The notice, as soon as somebody has to phone her.</returns>
    public async Task<Guid> RightEnds(Guid request)
    {
        var details = await Request(request);
        var (clock, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var message = new NoticeDue(
            new(id, clock, 1, 0, TimeProvider.System.GetUtcNow()),
            clock,
            details.ClockCase,
            details.Applicants[0].PartyId,
            Unit,
            "right_ending",
            "ARB_LIMIT",
            Today.AddDays(9)
        );
        var envelope = new
        {
            messageId = id,
            messageType = new[] { $"urn:message:{typeof(NoticeDue).Namespace}:{nameof(NoticeDue)}" },
            message,
        };
        city.Planted.Add((typeof(NoticeDue).FullName!, id));
        await city.Broker.Put(
            "intake.clocks",
            JsonSerializer.Serialize(envelope, JsonSerializerOptions.Web),
            new Dictionary<string, string>()
        );
        return (
            await Eventually.Get(
                async () =>
                    (
                        await Get<IReadOnlyList<NoticeRow>>(Head, "Intake", $"requests/{request}/notices")
                    ).SingleOrDefault(n => n.State is NoticeState.ToPhone),
                n => n is not null,
                "somebody has to phone her"
            )
        )!.Id;
    }

    /// <summary>A PNG that the slips handed in show; without it they are one pixel.</summary>
    public byte[]? Picture { get; set; }

    public void Dispose() => http.Dispose();

    public async Task<Guid> AccountId(string account) => (await Token(account)).AccountId;

    /// <summary>A phone number of the range that is nobody's.</summary>
    public string Phone() =>
        "1990" + Interlocked.Increment(ref phones).ToString("0000000", CultureInfo.InvariantCulture);

    public async Task<T> Get<T>(string account, string service, string path) =>
        (await Send<T>(account, service, () => new(HttpMethod.Get, new Uri(city.Address(service), path))))!;

    public Task<T?> Post<T>(string account, string service, string path, object? body, long? version = null) =>
        Send<T>(
            account,
            service,
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, new Uri(city.Address(service), path));
                request.Content = body as HttpContent ?? JsonContent.Create(body ?? new { }, options: Json);
                request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
                if (version is { } v)
                    request.Headers.TryAddWithoutValidation("If-Match", $"\"{v}\"");
                return request;
            }
        );

    /// <summary>Registers a request with one worker and one employer.</summary>
    public async Task<Guid> Register(
        string worker,
        string employer,
        string facts,
        Channel channel = Channel.WalkIn,
        string? phone = null,
        params (ClaimItemType Type, long? Fen)[] items
    )
    {
        if (items.Length == 0)
            items = [(ClaimItemType.Wages, 1_234_567)];
        return await Register(
            channel,
            facts,
            [
                new(
                    null,
                    new PersonEntry(worker, Phone: phone ?? Phone()),
                    [.. items.Select(i => new ClaimEntry(Guid.CreateVersion7(), i.Type, null, null, i.Fen))]
                ),
            ],
            new(null, new OrganisationEntry(employer), null, RespondentCapacity.Employer)
        );
    }

    /// <summary>Registers the same worker against the same employer once more, as it comes by another channel.</summary>
    public async Task<Guid> RegisterAgain(Guid request, Channel channel, string facts)
    {
        var first = await Request(request);
        return await Register(
            channel,
            facts,
            [
                new(
                    first.Applicants[0].PartyId,
                    null,
                    [new ClaimEntry(Guid.CreateVersion7(), ClaimItemType.Wages, null, null, 1_234_567)]
                ),
            ],
            new(first.Respondents[0].PartyId, null, null, RespondentCapacity.Employer)
        );
    }

    /// <summary>Registered and applied for on a day long past, and not decided: the duty to decide is breached.</summary>
    public async Task<Guid> AppliedOn(DateOnly on, string worker, string employer, string facts)
    {
        var request = await Register(
            Channel.WalkIn,
            facts,
            [
                new(
                    null,
                    new PersonEntry(worker, Phone: Phone()),
                    [new ClaimEntry(Guid.CreateVersion7(), ClaimItemType.Wages, null, null, 1_234_567)]
                ),
            ],
            new(null, new OrganisationEntry(employer), null, RespondentCapacity.Employer),
            on
        );
        await Triage(request);
        await Apply(request, consent: false, on);
        return request;
    }

    private async Task<Guid> Register(
        Channel channel,
        string facts,
        IReadOnlyList<ApplicantEntry> applicants,
        RespondentEntry respondent,
        DateOnly? on = null
    )
    {
        var id = Guid.CreateVersion7();
        var opened = TimeProvider.System.GetUtcNow().AddSeconds(-70);
        var privacy = new PrivacyConsent(NoticeGiven: true, "2026-1", ConsentForm.Written, SensitiveConsent: false);
        await Post<RegisteredRequest>(
            Intake,
            "Intake",
            "requests",
            new RegisterRequest(
                id,
                Unit,
                channel,
                on ?? Today,
                opened,
                Oral: false,
                null,
                applicants,
                [respondent],
                facts,
                privacy
            )
        );
        return id;
    }

    public Task Triage(Guid request) =>
        OnRequest(
            Intake,
            request,
            "triage",
            r => new TriageRequest(
                InScope: true,
                null,
                LegalRelation.Labour,
                null,
                StatutoryHead.PayInjurySeveranceDamages,
                StatisticsCategory.Pay,
                null,
                Today.AddDays(200),
                Unit,
                Unit,
                [],
                r.Applicants.Count,
                RiskLevel.None,
                null
            )
        );

    /// <summary>Takes the application and everybody's consent.</summary>
    public async Task Apply(Guid request, bool consent = true, DateOnly? on = null)
    {
        await OnRequest(
            Intake,
            request,
            "apply",
            _ => new ApplyForMediation(MediationInitiative.Applicant, ApplicationForm.Written, on ?? Today)
        );
        if (!consent)
            return;
        var details = await Get<RequestDetails>(Intake, "Intake", $"requests/{request}");
        foreach (var party in details.Consents.Where(c => c.Given is null).Select(c => c.PartyId))
            await OnRequest(
                Intake,
                request,
                "consents",
                _ => new RecordConsent(party, Given: true, ConsentManner.Telephone, Today)
            );
    }

    /// <summary>Registered, in scope, applied for with both consents, accepted; waits until the case is there.</summary>
    public async Task<Guid> Accepted(
        string worker,
        string employer,
        string facts,
        string? phone = null,
        params (ClaimItemType Type, long? Fen)[] items
    )
    {
        var request = await Register(worker, employer, facts, Channel.WalkIn, phone, items);
        await Triage(request);
        await Apply(request);
        return await Accept(request);
    }

    /// <summary>Accepted for several workers together, each with a claim whose limitation runs.</summary>
    /// <param name="newEmploymentForm">新就业形态: their periods may be lengthened by less.</param>
    public async Task<Guid> AcceptedTogether(
        string employer,
        string facts,
        bool newEmploymentForm,
        params string[] workers
    )
    {
        var request = await Register(
            Channel.WalkIn,
            facts,
            [
                .. workers.Select(worker => new ApplicantEntry(
                    null,
                    new PersonEntry(worker, Phone: Phone(), NewEmploymentForm: newEmploymentForm),
                    [new(Guid.CreateVersion7(), ClaimItemType.Severance, null, null, 1_234_567, Today.AddDays(-30))]
                )),
            ],
            new(null, new OrganisationEntry(employer), null, RespondentCapacity.Employer)
        );
        await Triage(request);
        await Apply(request);
        return await Accept(request);
    }

    /// <summary>The other side refuses, and the request is not accepted.</summary>
    public async Task NotAccept(Guid request, string notice)
    {
        var asked = (await Request(request)).Consents.Single(c => c.Given is null).PartyId;
        await OnRequest(
            Intake,
            request,
            "consents",
            _ => new RecordConsent(asked, Given: false, ConsentManner.Telephone, Today)
        );
        await OnRequest(
            Head,
            request,
            "not-accept",
            _ => new NotAcceptRequest(NonAcceptanceReason.RespondentRefused, ReferralRoute.Arbitration, notice, Today)
        );
    }

    /// <summary>The clocks of a case or request as soon as they run.</summary>
    public async Task<IReadOnlyList<ClockView>> Clocks(Guid caseId) =>
        (
            await Eventually.Get(
                () => Get<CaseClocks>(Head, "Deadlines", $"cases/{caseId}/clocks"),
                c => c.Clocks.Count > 0,
                "the clocks of the case run"
            )
        ).Clocks;

    /// <summary>The only clock of a rule in a case or request, as soon as it runs.</summary>
    public async Task<ClockView> Clock(Guid caseId, string rule) =>
        (await Eventually.Get(() => Clocks(caseId), all => all.Any(c => c.Rule == rule), $"{rule} runs")).Single(c =>
            c.Rule == rule
        );

    /// <summary>The breach of a duty of a case or request, as soon as it is followed up.</summary>
    public Task<SupervisionRow> Breach(Guid caseId) =>
        Eventually.Get(
            async () =>
            {
                var clocks = (await Clocks(caseId)).Select(c => c.Id).ToHashSet();
                return (
                    await Get<Page<SupervisionRow>>(Head, "Deadlines", "supervisions?side=of&size=100")
                ).Items.SingleOrDefault(r => clocks.Contains(r.ClockId))!;
            },
            r => r is not null,
            "the breach is followed up"
        );

    public async Task<Guid> Accept(Guid request)
    {
        var details = await Get<RequestDetails>(Head, "Intake", $"requests/{request}");
        var accepted = await Post<AcceptedRequest>(
            Head,
            "Intake",
            $"requests/{request}/accept",
            new AcceptRequest(Today),
            details.Version
        );
        await Arrived("Disputes", $"disputes/{accepted!.DisputeId}");
        return accepted.DisputeId;
    }

    public async Task Appoint(Guid dispute)
    {
        var account = await AccountId(Mediator);
        await OnCase(Head, dispute, "mediator", _ => new AppointMediator(account, Today));
    }

    public Task Schedule(Guid dispute) =>
        OnCase(
            Mediator,
            dispute,
            "sessions",
            _ => new ScheduleSession(TimeProvider.System.GetUtcNow().AddDays(1), SessionMode.InPerson, "第一调解室")
        );

    public Task Hold(Guid dispute) =>
        OnCase(
            Mediator,
            dispute,
            $"sessions/{Guid.CreateVersion7()}/minutes",
            c => new HoldSession(
                Today,
                SessionMode.InPerson,
                [
                    .. c.Workers.Select(w => new Attendee(w.PartyId, AttendeeCapacity.Self)),
                    .. c.Employers.Select(e => new Attendee(e.PartyId, AttendeeCapacity.Agent)),
                ],
                RightsNotified: true,
                RecusalAsked: true,
                "双方到场，核对事实，调解员说明权利义务。"
            )
        );

    public Task Offer(Guid dispute, OfferSide side, long fen) =>
        OnCase(Mediator, dispute, "offers", _ => new MakeOffer(side, null, null, fen, Today, "愿意协商"));

    /// <summary>Drafts an agreement on every item with an amount; without instalments each is due today.</summary>
    public Task Draft(Guid dispute, int instalments = 1) =>
        OnCase(
            Mediator,
            dispute,
            "agreements",
            c => new DraftAgreement(
                Today,
                PaymentManner.BankTransfer,
                [.. c.Workers.Select(w => new WorkerTerms(w.Id, [.. w.Items.Select(i => Terms(i, instalments))]))]
            )
        );

    private static ItemTerms Terms(ItemOfWorker item, int instalments) =>
        item.ClaimedFen is not { } fen
            ? new(item.ItemId, null, 0, TaxBasis.Net, Payee.Worker, [], Today, DefaultClause.None, 0, Waiver.None)
            : new(
                item.ItemId,
                null,
                fen,
                TaxBasis.Net,
                item.Type is ClaimItemType.SocialInsuranceArrears ? Payee.Fund : Payee.Worker,
                [
                    .. Enumerable
                        .Range(0, instalments)
                        .Select(n => new InstalmentTerms(
                            fen / instalments + (n == 0 ? fen % instalments : 0),
                            Today.AddMonths(n)
                        )),
                ],
                null,
                DefaultClause.RestFallsDue,
                0,
                Waiver.RestOfThisItem
            );

    /// <summary>Records signatures and seals; all that are missing, or so many of them.</summary>
    public async Task Sign(Guid dispute, int most = 100)
    {
        var agreement = (await Case(dispute)).Agreements.MaxBy(a => a.Number)!;
        foreach (var signatory in agreement.Missing.Take(most))
        {
            var evidence = await Upload(Mediator, dispute, $"签字页{Guid.CreateVersion7()}");
            await OnCase(
                Mediator,
                dispute,
                $"agreements/{agreement.Id}/signatures",
                _ => new RecordSignature(
                    signatory,
                    Today,
                    signatory.Kind is SignatoryKind.Organisation or SignatoryKind.Employer
                        ? SignatureMode.Seal
                        : SignatureMode.Handwritten,
                    evidence
                )
            );
        }
    }

    public async Task Issue(Guid dispute)
    {
        var agreement = (await Case(dispute)).Agreements.MaxBy(a => a.Number)!;
        await OnCase(Mediator, dispute, $"agreements/{agreement.Id}/paper", _ => new IssuePaper());
    }

    /// <summary>Accepted, mediated and in force with all signatures, the paper issued, and known to Outcomes.</summary>
    public async Task<Guid> Effective(
        string worker,
        string employer,
        string facts,
        int instalments = 1,
        params (ClaimItemType Type, long? Fen)[] items
    )
    {
        var dispute = await Accepted(worker, employer, facts, null, items);
        await BringIntoForce(dispute, instalments);
        return dispute;
    }

    /// <summary>Mediates an accepted case to an agreement in force; waits until Outcomes knows it.</summary>
    public async Task BringIntoForce(Guid dispute, int instalments = 1)
    {
        await Appoint(dispute);
        await Hold(dispute);
        await Draft(dispute, instalments);
        await Sign(dispute);
        await Issue(dispute);
        await Eventually.Get(
            () => Get<DisputeLines>(Mediator, "Outcomes", $"disputes/{dispute}/lines"),
            lines => lines.Arrived && lines.Lines.Count > 0,
            "the ledger knows the agreement"
        );
    }

    /// <summary>Enters a payment with its slip on the first line of the case.</summary>
    /// <returns>Id of the payment.</returns>
    public async Task<Guid> Pay(Guid dispute, long fen)
    {
        var id = Guid.CreateVersion7();
        var lines = await Get<DisputeLines>(Mediator, "Outcomes", $"disputes/{dispute}/lines");
        var line = lines.Lines[0];
        var payment = new EnterPayment(
            id,
            Today,
            PayerKind.Employer,
            PayeeKind.Worker,
            PaymentMeans.BankTransfer,
            [new(line.LineId, fen)]
        );
        using var parts = new MultipartFormDataContent
        {
            { JsonContent.Create(payment, options: Json), "payment" },
            { Slip($"回单{id}"), "receipt", "回单.png" },
        };
        await Post<Done>(Mediator, "Outcomes", $"disputes/{dispute}/payments", parts);
        return id;
    }

    public Task Countersign(Guid payment) => OnPayment(Verifier, payment, "countersign", null);

    public Task Return(Guid payment, ReturnReason reason, string remark) =>
        OnPayment(Verifier, payment, "return", new ReturnPayment(reason, remark));

    public Task Reverse(Guid payment) =>
        OnPayment(Verifier, payment, "reverse", new ReversePayment(ReversalCause.EnteredInError));

    public async Task SettleOnSpot(Guid dispute)
    {
        var proof = await Upload(Mediator, dispute, $"现场付款{Guid.CreateVersion7()}");
        var case_ = await Case(dispute);
        var worker = case_.Workers[0];
        await OnCase(
            Mediator,
            dispute,
            $"workers/{worker.Id}/settlement",
            c => new SettleOnSpot(
                Today,
                c.Sessions.Last(s => s.Status is SessionStatus.Held).Id,
                [
                    .. worker
                        .Items.Where(i => i.ClaimedFen is not null)
                        .Select(i => new SettledItem(i.ItemId, i.ClaimedFen!.Value)),
                ],
                proof
            )
        );
    }

    public Task Fail(Guid dispute) =>
        OnCase(
            Mediator,
            dispute,
            "failure",
            _ => new FailMediation(
                FailureReason.WideGap,
                Today,
                "双方对金额分歧较大，未能达成一致。",
                RightToArbitrateTold: true
            )
        );

    public Task Withdraw(Guid dispute) =>
        OnCase(
            Mediator,
            dispute,
            "withdrawal",
            _ => new WithdrawClaims(Contracts.Http.Disputes.WithdrawalReason.SettledPrivately, Today)
        );

    public Task Close(Guid dispute) => OnCase(Mediator, dispute, "closure", _ => new CloseDispute(Today));

    public Task<DisputeDetails> Case(Guid dispute) => Get<DisputeDetails>(Head, "Disputes", $"disputes/{dispute}");

    public Task<RequestDetails> Request(Guid request) => Get<RequestDetails>(Head, "Intake", $"requests/{request}");

    public async Task OnRequest(string account, Guid request, string verb, Func<RequestDetails, object> body)
    {
        var details = await Get<RequestDetails>(account, "Intake", $"requests/{request}");
        await Post<Done>(account, "Intake", $"requests/{request}/{verb}", body(details), details.Version);
    }

    public async Task OnCase(string account, Guid dispute, string path, Func<DisputeDetails, object> body)
    {
        var details = await Get<DisputeDetails>(account, "Disputes", $"disputes/{dispute}");
        await Post<Done>(account, "Disputes", $"disputes/{dispute}/{path}", body(details), details.Version);
    }

    public async Task OnPayment(string account, Guid payment, string verb, object? body)
    {
        var view = await Get<PaymentView>(account, "Outcomes", $"payments/{payment}");
        await Post<Done>(account, "Outcomes", $"payments/{payment}/{verb}", body, view.Version);
    }

    private async Task<Guid> Upload(string account, Guid dispute, string text)
    {
        using var parts = new MultipartFormDataContent { { Slip(text), "file", text + ".png" } };
        return (await Post<ContentReference>(account, "Disputes", $"disputes/{dispute}/files", parts))!.ContentId;
    }

    private ByteArrayContent Slip(string text)
    {
        // Two slips of the same bytes are one slip handed in twice; what follows a picture's end nobody looks at.
        var content = new ByteArrayContent(
            Picture is { } picture
                ? [.. picture, .. System.Text.Encoding.UTF8.GetBytes(text)]
                : File.ReadAllBytes(Slips.Png(text))
        );
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return content;
    }

    private async Task Arrived(string service, string path) =>
        await Eventually.True(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(city.Address(service), path));
                request.Headers.Authorization = new("Bearer", (await Token(Head)).AccessToken);
                using var answer = await http.SendAsync(request);
                return answer.IsSuccessStatusCode;
            },
            $"{service} has {path}"
        );

    private async Task<T?> Send<T>(string account, string service, Func<HttpRequestMessage> make)
    {
        using var request = make();
        request.Headers.Authorization = new("Bearer", (await Token(account)).AccessToken);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"{account}: {request.Method} {service} {request.RequestUri!.AbsolutePath}: {(int)answer.StatusCode} {text}"
            );
        return answer.StatusCode is HttpStatusCode.NoContent || text.Length == 0
            ? default
            : JsonSerializer.Deserialize<T>(text, Json);
    }

    private async Task<SignedIn> Token(string account)
    {
        while (true)
        {
            var signedIn = tokens.GetOrAdd(account, name => new(() => SignIn(name)));
            if ((await signedIn.Value).AccessTokenExpiresAt - TimeProvider.System.GetUtcNow() > TimeSpan.FromMinutes(1))
                return await signedIn.Value;
            tokens.TryRemove(new(account, signedIn));
        }
    }

    /// <summary>Sessions of this account were ended: the next call signs in again.</summary>
    public void Forget(string account) => tokens.TryRemove(account, out _);

    public async Task<SignedIn> SignIn(string account, Uri? identity = null)
    {
        using var answer = await http.PostAsJsonAsync(
            new Uri(identity ?? city.Address("Identity"), "sign-in"),
            new SignIn(account, City.Password),
            Json
        );
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<SignedIn>(Json))!;
    }
}
