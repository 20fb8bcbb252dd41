using Mediation.Kit;

namespace Mediation.Intake.Specs;

/// <summary>Rows of the intake process and the first two of mediation, named by from and to.</summary>
public sealed class RequestSpecs()
    : DeciderSpecs<Request, IRequestCommand, IRequestEvent>(
        new Request.None(),
        Request.Evolve,
        RequestDecider.Decide,
        e => (e as Refused)?.Code
    )
{
    private static readonly Guid Id = new("01900000-0000-7000-8000-000000000001");
    private static readonly Guid Original = new("01900000-0000-7000-8000-000000000002");
    private static readonly Guid DisputeId = new("01900000-0000-5000-8000-000000000003");
    private static readonly Guid Worker = new("01900000-0000-7000-8000-000000000010");
    private static readonly Guid Colleague = new("01900000-0000-7000-8000-000000000011");
    private static readonly Guid Agency = new("01900000-0000-7000-8000-000000000020");
    private static readonly Guid User = new("01900000-0000-7000-8000-000000000021");
    private static readonly DateOnly Received = new(2026, 11, 2);
    private static readonly DateOnly Today = new(2026, 11, 5);
    private static readonly DateTimeOffset Now = new(2026, 11, 5, 2, 0, 0, TimeSpan.Zero);
    private static readonly ContentRef Text = new(Guid.Empty, "00", 12, "text/plain");
    private static readonly PrivacyConsent Privacy = new(true, "2026-1", ConsentForm.Oral, false);

    private static ClaimItem Wages(long? fen = 1_250_000) =>
        new(
            new("01900000-0000-7000-8000-000000000030"),
            ClaimItemType.Wages,
            new(2026, 8, 1),
            new(2026, 10, 31),
            fen is { } f ? new Money(f) : null
        );

    private static Applicant Applies(Guid party, params IReadOnlyList<ClaimItem> items) =>
        new(party, party, party, new("E", "170", false, true, false, Sex.Female, 30), items);

    private static readonly Respondent AgencyResponds = new(Agency, Agency, RespondentCapacity.DispatchAgency);
    private static readonly Respondent UserResponds = new(User, User, RespondentCapacity.UserUnit);

    private static readonly RegisterRequest Register = new(
        Id,
        "110105",
        Channel.WalkIn,
        Received,
        true,
        null,
        [Applies(Worker, Wages())],
        [AgencyResponds, UserResponds],
        Text,
        Privacy,
        [MissingFact.CreditCode],
        Now.AddSeconds(-80),
        Now,
        Today
    );

    private static RequestRegistered Registered(RegisterRequest? of = null) =>
        new(
            (of ?? Register).RequestId,
            (of ?? Register).Unit,
            (of ?? Register).Channel,
            (of ?? Register).ReceivedOn,
            (of ?? Register).Oral,
            (of ?? Register).Proxy,
            (of ?? Register).Applicants,
            (of ?? Register).Respondents,
            (of ?? Register).Facts,
            (of ?? Register).Privacy,
            (of ?? Register).Missing,
            (of ?? Register).OpenedAt,
            (of ?? Register).Now
        );

    private static readonly Triage InScope = new(
        true,
        null,
        LegalRelation.Labour,
        null,
        StatutoryHead.PayInjurySeveranceDamages,
        StatisticsCategory.Pay,
        "205.5",
        "2026",
        new(2027, 10, 31),
        "110105",
        "110108",
        [],
        1,
        RiskLevel.None,
        null
    );

    private static readonly Triage OutOfScope = InScope with
    {
        InScope = false,
        OutOfScope = OutOfScopeReason.SocialInsurancePayout,
    };

    private static readonly MediationApplied ByApplicant = new(
        MediationInitiative.Applicant,
        ApplicationForm.Oral,
        Received,
        new(DisputeId, "110105", Channel.WalkIn, Register.Applicants)
    );

    private static ConsentRecorded Yes(Guid party) => new(party, true, ConsentManner.InPerson, Received, null);

    private static ConsentRecorded No(Guid party) => new(party, false, ConsentManner.Telephone, Today, null);

    private static readonly RequestAccepted AcceptedWithNumber = new(
        Id,
        DisputeId,
        "朝工调〔2026〕1号",
        "110105",
        Channel.WalkIn,
        Received,
        Today,
        LegalRelation.Labour,
        StatutoryHead.PayInjurySeveranceDamages,
        Register.Applicants,
        Register.Respondents
    );

    // Histories: one for every state.
    private static readonly IRequestEvent[] Nothing = [];
    private static readonly IRequestEvent[] AtRegistered = [Registered()];
    private static readonly IRequestEvent[] AtTriaged = [Registered(), new RequestTriaged(InScope)];
    private static readonly IRequestEvent[] AtApplied = [.. AtTriaged, ByApplicant, Yes(Worker)];
    private static readonly IRequestEvent[] AtBothAgreed = [.. AtApplied, Yes(Agency), Yes(User)];
    private static readonly IRequestEvent[] AtAccepted = [.. AtBothAgreed, AcceptedWithNumber];
    private static readonly IRequestEvent[] AtDuplicate = [Registered(), new DuplicateLinked(Original)];
    private static readonly IRequestEvent[] AtAdvised = [.. AtTriaged, new AdviceGiven(Text, Today)];
    private static readonly IRequestEvent[] AtNotAccepted =
    [
        .. AtApplied,
        No(User),
        new RequestNotAccepted(NonAcceptanceReason.RespondentRefused, ReferralRoute.Arbitration, Text, Today),
    ];
    private static readonly IRequestEvent[] AtReferredOut =
    [
        .. AtTriaged,
        new RequestReferredOut(ReferralRoute.LabourInspection, null, null, Text, Today),
    ];
    private static readonly IRequestEvent[] AtWithdrawn =
    [
        Registered(),
        new RequestWithdrawn(WithdrawalReason.ClaimDropped, Today),
    ];

    private static readonly IRequestEvent[][] Ends =
    [
        AtDuplicate,
        AtAdvised,
        AtNotAccepted,
        AtReferredOut,
        AtWithdrawn,
    ];

    // Commands that are in order by themselves.
    private static readonly AmendRequest Amend = new(
        [Applies(Worker, Wages(1_300_000))],
        Register.Respondents,
        null,
        [],
        Today
    );
    private static readonly TriageRequest DoTriage = new(InScope);
    private static readonly LinkDuplicate Link = new(Id, Original, true, false, Today);
    private static readonly GiveAdvice Advise = new(Text, Today, Today);
    private static readonly ApplyForMediation Apply = new(
        DisputeId,
        MediationInitiative.Applicant,
        ApplicationForm.Oral,
        Received,
        Today
    );
    private static readonly RecordConsent Ask = new(Agency, true, ConsentManner.Telephone, Today, null, Today);
    private static readonly AcceptRequest Accept = new(DisputeId, "朝工调〔2026〕1号", true, Today, Today);
    private static readonly DeclineRequest Decline = new(
        NonAcceptanceReason.RespondentSilent,
        ReferralRoute.Arbitration,
        Text,
        Today,
        Today
    );
    private static readonly ReferOut Refer = new(
        ReferralRoute.Arbitration,
        null,
        Today.AddDays(30),
        Text,
        Today,
        Today
    );
    private static readonly Escalate Report = new(EscalationReason.Stoppage);
    private static readonly Withdraw DoWithdraw = new(WithdrawalReason.GoesToArbitration, Today, Today);

    private static readonly IRequestCommand[] AllButRegister =
    [
        Amend,
        DoTriage,
        Link,
        Advise,
        Apply,
        Ask,
        Accept,
        Decline,
        Refer,
        Report,
        DoWithdraw,
    ];

    [Fact]
    public void NONE_to_REGISTERED_taken_down_orally() => Given(Nothing).When(Register).Then(Registered());

    [Fact]
    public void NONE_to_REGISTERED_by_a_proxy()
    {
        var byProxy = Register with { Proxy = new(Colleague, ProxyTitle.NearRelative, false) };
        Given(Nothing).When(byProxy).Then(Registered(byProxy));
    }

    [Fact]
    public void NONE_everything_else_is_unknown()
    {
        foreach (var command in AllButRegister)
            Given(Nothing).When(command).Refused(RequestRefusals.Unknown);
    }

    [Fact]
    public void Registering_twice_is_refused_in_every_state()
    {
        foreach (var history in (IRequestEvent[][])[AtRegistered, AtTriaged, AtApplied, AtAccepted, .. Ends])
            Given(history).When(Register).Refused(RequestRefusals.AlreadyRegistered);
    }

    [Fact]
    public void Registering_needs_an_applicant() =>
        Given(Nothing).When(Register with { Applicants = [] }).Refused(RequestRefusals.NoApplicant);

    [Fact]
    public void Registering_needs_a_respondent() =>
        Given(Nothing).When(Register with { Respondents = [] }).Refused(RequestRefusals.NoRespondent);

    [Fact]
    public void Registering_needs_a_claim_item() =>
        Given(Nothing).When(Register with { Applicants = [Applies(Worker)] }).Refused(RequestRefusals.NoClaimItem);

    [Fact]
    public void Nobody_is_a_party_twice()
    {
        Given(Nothing)
            .When(Register with { Respondents = [AgencyResponds, AgencyResponds] })
            .Refused(RequestRefusals.PartyTwice);
        Given(Nothing)
            .When(Register with { Applicants = [Applies(Agency, Wages())] })
            .Refused(RequestRefusals.PartyTwice);
    }

    [Fact]
    public void An_amount_is_positive_and_at_most_a_billion_yuan()
    {
        foreach (var fen in (long[])[0, -1, long.MinValue, 100_000_000_001, long.MaxValue])
            Given(Nothing)
                .When(Register with { Applicants = [Applies(Worker, Wages(fen))] })
                .Refused(RequestRefusals.AmountInvalid);
        var largest = Register with { Applicants = [Applies(Worker, Wages(100_000_000_000))] };
        Given(Nothing).When(largest).Then(Registered(largest));
    }

    [Fact]
    public void Reinstatement_has_no_amount() =>
        Given(Nothing)
            .When(Register with { Applicants = [Applies(Worker, Wages() with { Type = ClaimItemType.Reinstatement })] })
            .Refused(RequestRefusals.AmountInvalid);

    [Fact]
    public void A_period_does_not_end_before_it_begins() =>
        Given(Nothing)
            .When(Register with { Applicants = [Applies(Worker, Wages() with { PeriodTo = new(2026, 7, 31) })] })
            .Refused(RequestRefusals.PeriodReversed);

    [Fact]
    public void Nothing_is_received_tomorrow() =>
        Given(Nothing).When(Register with { ReceivedOn = Today.AddDays(1) }).Refused(RequestRefusals.DateAhead);

    [Fact]
    public void The_privacy_notice_comes_first() =>
        Given(Nothing)
            .When(Register with { Privacy = Privacy with { NoticeGiven = false } })
            .Refused(RequestRefusals.NoticeNotGiven);

    [Fact]
    public void REGISTERED_completed() =>
        Given(AtRegistered).When(Amend).Then(new RequestAmended(Amend.Applicants, Amend.Respondents, null, []));

    [Fact]
    public void TRIAGED_and_MED_APPLIED_may_still_be_completed()
    {
        var amended = new RequestAmended(Amend.Applicants, Amend.Respondents, null, []);
        Given(AtTriaged).When(Amend).Then(amended);
        Given(AtApplied).When(Amend).Then(amended with { DisputeId = DisputeId, Unit = "110105" });
        // An application recorded when events did not say for whom: nobody was told of it, nor is of this.
        Given([.. AtTriaged, ByApplicant with { Application = null }]).When(Amend).Then(amended);
    }

    [Fact]
    public void LEGAL_the_days_a_limitation_runs_from_are_kept_with_item_and_worker()
    {
        var known = Applies(Worker, Wages() with { InfringedOn = Received }) with { EmploymentEndedOn = Today };
        Given(AtRegistered)
            .When(Amend with { Applicants = [known] })
            .Then(new RequestAmended([known], Amend.Respondents, null, []));
        foreach (var day in (DateOnly[])[Today.AddDays(1), new(1989, 12, 31)])
        {
            Given(AtRegistered)
                .When(Amend with { Applicants = [known with { EmploymentEndedOn = day }] })
                .Refused(RequestRefusals.LimitationDayImpossible);
            Given(Nothing)
                .When(Register with { Applicants = [Applies(Worker, Wages() with { InfringedOn = day })] })
                .Refused(RequestRefusals.LimitationDayImpossible);
        }
    }

    [Fact]
    public void Completing_with_what_stands_already_does_nothing() =>
        Given(AtRegistered)
            .When(
                new AmendRequest(
                    [Applies(Worker, Wages())],
                    [AgencyResponds, UserResponds],
                    null,
                    [MissingFact.CreditCode],
                    Today
                )
            )
            .ThenNothing();

    [Fact]
    public void REGISTERED_to_DUP_LINKED() => Given(AtRegistered).When(Link).Then(new DuplicateLinked(Original, Today));

    [Fact]
    public void TRIAGED_to_DUP_LINKED_when_seen_later() =>
        Given(AtTriaged).When(Link).Then(new DuplicateLinked(Original, Today));

    [Fact]
    public void DUP_LINKED_again_to_the_same_does_nothing() => Given(AtDuplicate).When(Link).ThenNothing();

    [Fact]
    public void DUP_LINKED_to_another_is_refused() =>
        Given(AtDuplicate).When(Link with { OriginalId = DisputeId }).Refused(RequestRefusals.Ended);

    [Fact]
    public void A_request_is_no_duplicate_of_itself() =>
        Given(AtRegistered).When(Link with { OriginalId = Id }).Refused(RequestRefusals.SameRequest);

    [Fact]
    public void Duplicates_share_worker_and_employer() =>
        Given(AtRegistered).When(Link with { SharesParties = false }).Refused(RequestRefusals.SharesNoParty);

    [Fact]
    public void The_original_is_no_duplicate() =>
        Given(AtRegistered).When(Link with { OriginalIsDuplicate = true }).Refused(RequestRefusals.OriginalIsDuplicate);

    [Fact]
    public void REGISTERED_to_TRIAGED_scope_test() =>
        Given(AtRegistered).When(DoTriage).Then(new RequestTriaged(InScope));

    [Fact]
    public void REGISTERED_to_TRIAGED_out_of_scope() =>
        Given(AtRegistered).When(new TriageRequest(OutOfScope)).Then(new RequestTriaged(OutOfScope));

    [Fact]
    public void TRIAGED_again_alike_does_nothing() => Given(AtTriaged).When(DoTriage).ThenNothing();

    [Fact]
    public void TRIAGED_again_is_a_correction()
    {
        var corrected = InScope with { Pending = [PendingProcedure.LabourInspection] };
        Given(AtTriaged).When(new TriageRequest(corrected)).Then(new RequestTriaged(corrected));
        Given(AtApplied).When(new TriageRequest(corrected)).Then(new RequestTriaged(corrected));
    }

    [Fact]
    public void Out_of_scope_says_why() =>
        Given(AtRegistered)
            .When(new TriageRequest(OutOfScope with { OutOfScope = null }))
            .Refused(RequestRefusals.ScopeReasonMissing);

    [Fact]
    public void In_scope_gives_no_reason_against() =>
        Given(AtRegistered)
            .When(new TriageRequest(OutOfScope with { InScope = true }))
            .Refused(RequestRefusals.ScopeReasonNeedless);

    [Fact]
    public void A_service_contract_is_out_of_scope() =>
        Given(AtRegistered)
            .When(new TriageRequest(InScope with { Relation = LegalRelation.ServiceContract }))
            .Refused(RequestRefusals.RelationOutOfScope);

    [Fact]
    public void LEGAL_over_age_pay_goes_the_way_of_labour_disputes_from_2026_07_01()
    {
        var pay = InScope with { Relation = LegalRelation.OverAge, OverAgeMatter = OverAgeMatter.Pay };
        Given(AtRegistered).When(new TriageRequest(pay)).Then(new RequestTriaged(pay));
        Given(Registered(Register with { ReceivedOn = new(2026, 7, 1) }))
            .When(new TriageRequest(pay))
            .Then(new RequestTriaged(pay));
        Given(Registered(Register with { ReceivedOn = new(2026, 6, 30) }))
            .When(new TriageRequest(pay))
            .Refused(RequestRefusals.OverAgeGoesToCourt);
    }

    [Fact]
    public void LEGAL_over_age_other_matters_go_to_court() =>
        Given(AtRegistered)
            .When(
                new TriageRequest(
                    InScope with
                    {
                        Relation = LegalRelation.OverAge,
                        OverAgeMatter = OverAgeMatter.Other,
                    }
                )
            )
            .Refused(RequestRefusals.OverAgeGoesToCourt);

    [Fact]
    public void Over_age_says_what_it_is_about() =>
        Given(AtRegistered)
            .When(new TriageRequest(InScope with { Relation = LegalRelation.OverAge }))
            .Refused(RequestRefusals.OverAgeMatterMissing);

    [Fact]
    public void LEGAL_causes_of_requests_before_2026_are_those_of_2020()
    {
        var before = Registered(Register with { ReceivedOn = new(2025, 12, 31) });
        Given(before).When(DoTriage).Refused(RequestRefusals.CourtCauseUnknown);
        Given(before)
            .When(new TriageRequest(InScope with { CourtCause = "186.5", CourtCauseVersion = null }))
            .Then(new RequestTriaged(InScope with { CourtCause = "186.5", CourtCauseVersion = "2020" }));
    }

    [Fact]
    public void A_group_is_not_smaller_than_its_applicants() =>
        Given(AtRegistered)
            .When(new TriageRequest(InScope with { GroupSize = 0 }))
            .Refused(RequestRefusals.GroupTooSmall);

    [Fact]
    public void TRIAGED_to_CONSULTED_advice_only() => Given(AtTriaged).When(Advise).Then(new AdviceGiven(Text, Today));

    [Fact]
    public void Advice_is_not_older_than_the_request() =>
        Given(AtTriaged)
            .When(Advise with { AdvisedOn = Received.AddDays(-1) })
            .Refused(RequestRefusals.DateBeforeReceipt);

    [Fact]
    public void TRIAGED_to_MED_APPLIED_the_application_is_the_applicants_consent() =>
        Given(AtTriaged).When(Apply).Then(ByApplicant, Yes(Worker));

    [Fact]
    public void TRIAGED_to_MED_APPLIED_proposed_by_the_organisation_asks_both_sides() =>
        Given(AtTriaged)
            .When(Apply with { Initiative = MediationInitiative.Organisation })
            .Then(ByApplicant with { Initiative = MediationInitiative.Organisation });

    [Fact]
    public void TRIAGED_to_MED_APPLIED_in_writing_and_online()
    {
        Given(AtTriaged)
            .When(Apply with { Form = ApplicationForm.Written })
            .Then(
                ByApplicant with
                {
                    Form = ApplicationForm.Written,
                },
                Yes(Worker) with
                {
                    Manner = ConsentManner.Written,
                }
            );
        Given(AtTriaged)
            .When(Apply with { Form = ApplicationForm.Online })
            .Then(
                ByApplicant with
                {
                    Form = ApplicationForm.Online,
                },
                Yes(Worker) with
                {
                    Manner = ConsentManner.Online,
                }
            );
    }

    [Fact]
    public void TRIAGED_to_REFERRED_OUT_with_one_notice() =>
        Given(AtTriaged)
            .When(Refer)
            .Then(new RequestReferredOut(ReferralRoute.Arbitration, null, Today.AddDays(30), Text, Today));

    [Fact]
    public void TRIAGED_to_REFERRED_OUT_to_another_union_unit()
    {
        Given(AtTriaged)
            .When(Refer with { Route = ReferralRoute.UnionUnit, TargetUnit = "110108", ActBy = null })
            .Then(new RequestReferredOut(ReferralRoute.UnionUnit, "110108", null, Text, Today));
        Given(AtTriaged)
            .When(Refer with { Route = ReferralRoute.UnionUnit })
            .Refused(RequestRefusals.TargetUnitMissing);
        Given(AtTriaged).When(Refer with { TargetUnit = "110108" }).Refused(RequestRefusals.TargetUnitNeedless);
    }

    [Fact]
    public void A_referral_names_a_way() =>
        Given(AtTriaged).When(Refer with { Route = ReferralRoute.None }).Refused(RequestRefusals.RouteMissing);

    [Fact]
    public void A_referral_leaves_time_to_act() =>
        Given(AtTriaged).When(Refer with { ActBy = Today.AddDays(-1) }).Refused(RequestRefusals.ActByPassed);

    [Fact]
    public void TRIAGED_to_ESCALATED_is_a_flag_and_the_request_goes_on()
    {
        Given(AtTriaged).When(Report).Then(new RequestEscalated(EscalationReason.Stoppage));
        Given([.. AtTriaged, new RequestEscalated(EscalationReason.Stoppage)])
            .When(Apply)
            .Then(ByApplicant, Yes(Worker));
        Given(AtApplied).When(Report).Then(new RequestEscalated(EscalationReason.Stoppage));
    }

    [Fact]
    public void ESCALATED_again_for_the_same_reason_does_nothing() =>
        Given([.. AtTriaged, new RequestEscalated(EscalationReason.Stoppage)]).When(Report).ThenNothing();

    [Fact]
    public void LEGAL_a_group_begins_with_ten_workers()
    {
        var byNumber = new Escalate(EscalationReason.TenOrMoreWorkers);
        Given(Registered(), new RequestTriaged(InScope with { GroupSize = 9 }))
            .When(byNumber)
            .Refused(RequestRefusals.GroupUnderTen);
        Given(Registered(), new RequestTriaged(InScope with { GroupSize = 10 }))
            .When(byNumber)
            .Then(new RequestEscalated(EscalationReason.TenOrMoreWorkers));
        (InScope with { GroupSize = 9 }).Collective.ShouldBeFalse();
        (InScope with { GroupSize = 10 }).Collective.ShouldBeTrue();
    }

    [Fact]
    public void ANY_to_WITHDRAWN_before_acceptance()
    {
        foreach (var history in (IRequestEvent[][])[AtRegistered, AtTriaged, AtApplied])
            Given(history).When(DoWithdraw).Then(new RequestWithdrawn(WithdrawalReason.GoesToArbitration, Today));
    }

    [Fact]
    public void WITHDRAWN_again_does_nothing() => Given(AtWithdrawn).When(DoWithdraw).ThenNothing();

    [Fact]
    public void REGISTERED_decides_nothing_before_triage()
    {
        foreach (var command in (IRequestCommand[])[Advise, Apply, Ask, Accept, Decline, Refer, Report])
            Given(AtRegistered).When(command).Refused(RequestRefusals.NotTriaged);
    }

    [Fact]
    public void TRIAGED_mediation_is_applied_for_before_it_is_decided()
    {
        foreach (var command in (IRequestCommand[])[Ask, Accept, Decline])
            Given(AtTriaged).When(command).Refused(RequestRefusals.NotApplied);
    }

    [Fact]
    public void MED_APPLIED_ends_by_acceptance_or_non_acceptance()
    {
        foreach (var command in (IRequestCommand[])[Link, Advise, Apply, Refer])
            Given(AtApplied).When(command).Refused(RequestRefusals.AlreadyApplied);
    }

    [Fact]
    public void MED_APPLIED_a_side_agrees() =>
        Given(AtApplied).When(Ask).Then(new ConsentRecorded(Agency, true, ConsentManner.Telephone, Today, null));

    [Fact]
    public void MED_APPLIED_a_side_refuses_and_that_is_kept() =>
        Given(AtApplied).When(Ask with { Given = false }).Then(No(Agency));

    [Fact]
    public void MED_APPLIED_a_side_changes_its_mind() =>
        Given([.. AtApplied, No(Agency)])
            .When(Ask)
            .Then(new ConsentRecorded(Agency, true, ConsentManner.Telephone, Today, null));

    [Fact]
    public void MED_APPLIED_the_same_answer_twice_is_one() => Given(AtBothAgreed).When(Ask).ThenNothing();

    [Fact]
    public void Only_parties_are_asked() =>
        Given(AtApplied).When(Ask with { PartyId = Colleague }).Refused(RequestRefusals.NotAParty);

    [Fact]
    public void MED_APPLIED_to_ACCEPTED_with_both_consents() =>
        Given(AtBothAgreed).When(Accept).Then(AcceptedWithNumber);

    [Fact]
    public void LEGAL_silence_is_no_consent()
    {
        Given(AtApplied).When(Accept).Refused(RequestRefusals.ConsentMissing);
        Given([.. AtApplied, Yes(Agency)]).When(Accept).Refused(RequestRefusals.ConsentMissing);
        Given([
                .. AtTriaged,
                ByApplicant with
                {
                    Initiative = MediationInitiative.Organisation,
                },
                Yes(Agency),
                Yes(User),
            ])
            .When(Accept)
            .Refused(RequestRefusals.ConsentMissing);
    }

    [Fact]
    public void LEGAL_a_refusal_bars_acceptance() =>
        Given([.. AtApplied, Yes(Agency), No(User)]).When(Accept).Refused(RequestRefusals.ConsentRefused);

    [Fact]
    public void LEGAL_a_respondent_named_later_is_asked_too() =>
        Given([
                .. AtBothAgreed,
                new RequestAmended(
                    Register.Applicants,
                    [.. Register.Respondents, new(Colleague, Colleague, RespondentCapacity.Contractor)],
                    null,
                    []
                ),
            ])
            .When(Accept)
            .Refused(RequestRefusals.ConsentMissing);

    [Fact]
    public void LEGAL_out_of_scope_is_not_accepted() =>
        Given([.. AtBothAgreed, new RequestTriaged(OutOfScope)]).When(Accept).Refused(RequestRefusals.OutOfScope);

    [Fact]
    public void Acceptance_is_of_a_known_unit() =>
        Given(AtBothAgreed).When(Accept with { UnitKnown = false }).Refused(RequestRefusals.UnitUnknown);

    [Fact]
    public void Acceptance_gives_a_number()
    {
        Given(AtBothAgreed).When(Accept with { CaseNumber = null }).Refused(RequestRefusals.CaseNumberMissing);
        Given(AtBothAgreed).When(Accept with { CaseNumber = "" }).Refused(RequestRefusals.CaseNumberMissing);
    }

    [Fact]
    public void Acceptance_lies_between_application_and_today()
    {
        Given(AtBothAgreed)
            .When(Accept with { AcceptedOn = Received.AddDays(-1) })
            .Refused(RequestRefusals.DateBeforeReceipt);
        Given(AtBothAgreed).When(Accept with { AcceptedOn = Today.AddDays(1) }).Refused(RequestRefusals.DateAhead);
    }

    [Fact]
    public void MED_APPLIED_to_NOT_ACCEPTED_with_reason_and_route()
    {
        Given(AtApplied)
            .When(Decline)
            .Then(new RequestNotAccepted(NonAcceptanceReason.RespondentSilent, ReferralRoute.Arbitration, Text, Today));
        Given([.. AtApplied, No(User)])
            .When(Decline with { Reason = NonAcceptanceReason.RespondentRefused })
            .Then(
                new RequestNotAccepted(NonAcceptanceReason.RespondentRefused, ReferralRoute.Arbitration, Text, Today)
            );
        Given([.. AtApplied, No(Worker)])
            .When(Decline with { Reason = NonAcceptanceReason.ApplicantRefused })
            .Then(new RequestNotAccepted(NonAcceptanceReason.ApplicantRefused, ReferralRoute.Arbitration, Text, Today));
        Given([.. AtBothAgreed, new RequestTriaged(OutOfScope)])
            .When(Decline with { Reason = NonAcceptanceReason.OutOfScope, Route = ReferralRoute.SocialInsurance })
            .Then(new RequestNotAccepted(NonAcceptanceReason.OutOfScope, ReferralRoute.SocialInsurance, Text, Today));
        Given(AtApplied)
            .When(Decline with { Reason = NonAcceptanceReason.AnotherBodyCompetent })
            .Then(
                new RequestNotAccepted(NonAcceptanceReason.AnotherBodyCompetent, ReferralRoute.Arbitration, Text, Today)
            );
    }

    [Fact]
    public void LEGAL_in_scope_with_both_consents_must_be_accepted() =>
        Given(AtBothAgreed)
            .When(Decline with { Reason = NonAcceptanceReason.AnotherBodyCompetent })
            .Refused(RequestRefusals.MustBeAccepted);

    [Fact]
    public void A_reason_that_is_not_on_record_is_none()
    {
        foreach (
            var reason in (NonAcceptanceReason[])
                [
                    NonAcceptanceReason.OutOfScope,
                    NonAcceptanceReason.RespondentRefused,
                    NonAcceptanceReason.ApplicantRefused,
                ]
        )
            Given(AtApplied).When(Decline with { Reason = reason }).Refused(RequestRefusals.ReasonNotRecorded);
        Given([.. AtApplied, No(Agency), No(User)]).When(Decline).Refused(RequestRefusals.ReasonNotRecorded);
    }

    [Fact]
    public void Another_competent_body_is_named() =>
        Given(AtApplied)
            .When(Decline with { Reason = NonAcceptanceReason.AnotherBodyCompetent, Route = ReferralRoute.None })
            .Refused(RequestRefusals.RouteMissing);

    [Fact]
    public void ACCEPTED_again_does_nothing_and_keeps_its_number() =>
        Given(AtAccepted).When(Accept with { CaseNumber = "朝工调〔2026〕2号" }).ThenNothing();

    [Fact]
    public void ACCEPTED_belongs_to_the_mediators()
    {
        foreach (var command in AllButRegister.Where(c => c is not AcceptRequest))
            Given(AtAccepted).When(command).Refused(RequestRefusals.AlreadyAccepted);
    }

    [Fact]
    public void An_end_is_an_end()
    {
        foreach (var history in Ends)
        foreach (var command in AllButRegister)
            if (
                !(history == AtDuplicate && command is LinkDuplicate)
                && !(history == AtWithdrawn && command is Withdraw)
            )
                Given(history).When(command).Refused(RequestRefusals.Ended);
    }
}
