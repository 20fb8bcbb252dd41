using Mediation.Disputes.Domain;

namespace Mediation.Disputes.Specs;

/// <summary>One case with two workers and one employer, as facts and as commands. Ids are fixed, so that a failing
/// specification prints the same text every time.</summary>
internal static class A
{
    internal static Guid Id(int n) => new($"00000000-0000-7000-8000-{n:D12}");

    internal const string Unit = "110105";
    internal static readonly Guid CaseId = Id(1);
    internal static readonly Guid Anna = Id(11);
    internal static readonly Guid Bao = Id(12);
    internal static readonly Guid AnnaParty = Id(21);
    internal static readonly Guid BaoParty = Id(22);
    internal static readonly Guid Employer = Id(31);
    internal static readonly Guid Mediator = Id(41);
    internal static readonly Guid Other = Id(42);
    internal static readonly Guid Head = Id(43);
    internal static readonly Guid Session = Id(51);
    internal static readonly Guid Wages = Id(61);
    internal static readonly Guid Certificate = Id(62);
    internal static readonly Guid BaoWages = Id(63);
    internal static readonly Guid Paper = Id(71);
    internal static readonly Guid FirstAgreement = Id(81);
    internal static readonly Guid SecondAgreement = Id(82);
    internal static readonly Guid RecusalId = Id(91);
    internal static readonly Guid OfferId = Id(95);

    internal static readonly DateOnly Accepted = new(2026, 9, 1);
    internal static readonly DateOnly SessionDay = new(2026, 9, 8);
    internal static readonly DateOnly Today = new(2026, 9, 30);

    internal static ContentRef Content(int n) => new(Id(900 + n), new string('a', 64), 12, "text/plain");

    internal static readonly Respondent Respondent = new(Employer, Id(32), "employer");

    internal static DisputeOpened Opened(params Guid[] workers) =>
        new(
            CaseId,
            Id(2),
            "京朝工调〔2026〕1号",
            Unit,
            "walkIn",
            "labour",
            "payInjurySeveranceDamages",
            new(2026, 8, 28),
            Accepted,
            [Respondent],
            [.. workers.Select(w => new MemberOpened(w, w == Anna ? AnnaParty : BaoParty))]
        );

    internal static WorkerJoined Joined(Guid worker) =>
        new(
            worker,
            CaseId,
            "京朝工调〔2026〕1号",
            Unit,
            "walkIn",
            Accepted,
            worker == Anna ? AnnaParty : BaoParty,
            Id(23),
            [Respondent],
            new("C", null, false, true, false, "female", 30),
            worker == Anna
                ?
                [
                    new(Wages, ItemType.Wages, new(2026, 3, 1), new(2026, 7, 31), new Money(8_000_000)),
                    new(Certificate, ItemType.CertificateOrFileTransfer, null, null, null),
                ]
                : [new(BaoWages, ItemType.Wages, null, null, new Money(5_000_000))]
        );

    internal static readonly MediatorAppointed Appointed = new(Unit, Mediator, Accepted.AddDays(1));

    internal static readonly SessionHeld Held = new(
        Session,
        SessionDay,
        SessionMode.InPerson,
        [new(AnnaParty, AttendeeCapacity.Self), new(Employer, AttendeeCapacity.Agent)],
        Content(1),
        Content(2),
        null
    );

    internal static ItemTerms Terms(Guid item, long fen, params (long Fen, DateOnly On)[] instalments) =>
        new(
            item,
            null,
            new(fen),
            TaxBasis.Gross,
            Payee.Worker,
            [.. instalments.Select(i => new Instalment(new(i.Fen), i.On))],
            null,
            DefaultClause.RestFallsDue,
            Money.Zero,
            Waiver.RestOfThisItem
        );

    internal static readonly ItemTerms WageTerms = Terms(
        Wages,
        5_200_000,
        (2_600_000, new(2026, 9, 30)),
        (2_600_000, new(2026, 10, 31))
    );

    internal static readonly ItemTerms CertificateTerms = new(
        Certificate,
        null,
        Money.Zero,
        TaxBasis.Gross,
        Payee.Worker,
        [],
        new(2026, 9, 20),
        DefaultClause.None,
        Money.Zero,
        Waiver.None
    );

    internal static readonly ItemTerms BaoTerms = Terms(BaoWages, 4_000_000, (4_000_000, new(2026, 9, 30)));

    internal static AgreementDrafted Drafted(Guid agreement, int number, params Guid[] workers) =>
        new(agreement, number, SessionDay, PaymentManner.BankTransfer, workers, Content(3));

    internal static CommonSignatureRecorded Signed(CommonSignatory who, int day) =>
        new(
            FirstAgreement,
            who,
            who is CommonSignatory.Employer ? Employer : null,
            new(2026, 9, day),
            who is CommonSignatory.Organisation ? SignatureMode.Seal : SignatureMode.Handwritten,
            Content(4)
        );

    internal static WorkerSignatureNoted Noted(Guid worker, int day) => new(FirstAgreement, worker, new(2026, 9, day));

    internal static readonly AgreementPaperIssued Issued = new(
        Paper,
        FirstAgreement,
        "京朝工调〔2026〕1号-协1",
        1,
        3,
        Content(5)
    );

    internal static readonly MediationFailed FailedAnna = new(
        [Anna],
        FailureReason.WideGap,
        new(2026, 9, 10),
        Content(6),
        null
    );
}
