using System.Globalization;

namespace Mediation.Outcomes.Specs;

/// <summary>One invented line and the facts around it: wages of 12,000.00 yuan, accepted 2026-03-02.</summary>
internal static class Samples
{
    internal static readonly DateOnly Accepted = new(2026, 3, 2);
    internal static readonly DateOnly Agreed = new(2026, 3, 20);
    internal static readonly DateOnly PaidDay = new(2026, 4, 9);
    internal static readonly DateOnly Today = new(2026, 4, 13);

    internal static readonly Staff Mediator = new(Id(1), Id(101));
    internal static readonly Staff Verifier = new(Id(2), Id(102));

    /// <summary>Another account of the mediator.</summary>
    internal static readonly Staff MediatorsOther = new(Id(3), Id(101));
    internal static readonly Guid P1 = Id(51);
    internal static readonly Guid P2 = Id(52);

    internal static readonly LineKey Key = new(Id(11), Id(12), Id(13));

    internal static Guid Id(int n) => new(n, 0, 0, new byte[8]);

    internal static Money Yuan(decimal yuan) => new((long)(yuan * 100));

    internal static Reviewer Reviewing(Staff staff) => new(staff, Verifier: true, Mediator: false, Supervisor: false);

    internal static LineOpened Opened(ItemType type = ItemType.Wages, Money? claimed = null) =>
        new(
            Id(10),
            Id(11),
            Id(12),
            Id(13),
            Id(14),
            Id(15),
            [new(Id(16), Id(17))],
            type,
            new(2025, 12, 1),
            new(2026, 2, 28),
            claimed ?? Yuan(15_000),
            "2026-000001",
            "110101",
            Accepted
        );

    internal static TitleTookEffect Title(
        decimal yuan = 12_000,
        int instrument = 21,
        DateOnly? on = null,
        bool toFund = false
    ) => new(Id(instrument), TitleKind.Agreement, on ?? Agreed, Yuan(yuan), [], toFund);

    internal static TitleTookEffect InThree(decimal each, int instrument = 21) =>
        new(
            Id(instrument),
            TitleKind.Agreement,
            Agreed,
            Yuan(3 * each),
            [
                new(1, Yuan(each), new(2026, 4, 10)),
                new(2, Yuan(each), new(2026, 7, 10)),
                new(3, Yuan(each), new(2026, 10, 10)),
            ],
            false
        );

    internal static Evidence Slip(int n = 1) =>
        new(
            Id(60 + n),
            n.ToString("x64", CultureInfo.InvariantCulture),
            1000,
            "application/pdf",
            EvidenceHome.Outcomes
        );

    internal static PaymentDetails Details(
        decimal yuan = 12_000,
        DateOnly? on = null,
        int slip = 1,
        PayerKind payer = PayerKind.Employer,
        PayeeKind payee = PayeeKind.Worker,
        int? instalment = null,
        bool confirmed = false
    ) =>
        new(
            Yuan(yuan),
            on ?? PaidDay,
            payer,
            null,
            payee,
            PaymentMeans.BankTransfer,
            instalment,
            Slip(slip),
            null,
            confirmed
        );

    internal static PaymentEvidenced Evidenced(decimal yuan = 12_000, Guid? id = null, DateOnly? on = null) =>
        new(Key, id ?? P1, Details(yuan, on), Mediator);

    internal static PaymentCountersigned Countersigned(Guid? id = null, decimal yuan = 12_000, DateOnly? on = null) =>
        new(Key, id ?? P1, Yuan(yuan), on ?? PaidDay, Verifier);

    internal static PaymentReturned Returned(Guid? id = null) =>
        new(Key, id ?? P1, ReturnReason.Illegible, null, Verifier);

    internal static PaymentReversed Reversed(Guid? id = null) =>
        new(Key, id ?? P1, ReversalCause.TransferBounced, null, Mediator);

    internal static PaymentBlocked Blocked() => new(Key, P1, Details(), Id(99), Mediator);

    internal static EnterPayment Enter(PaymentDetails? details = null, Guid? id = null, Guid? heldBy = null) =>
        new(id ?? P1, details ?? Details(), heldBy, Today, Mediator);

    internal static ResubmitPayment Resubmit(PaymentDetails? details = null, Guid? heldBy = null) =>
        new(P1, details ?? Details(slip: 2), heldBy, Today, Mediator);

    internal static Countersign Sign(Reviewer? by = null, Guid? id = null) => new(id ?? P1, by ?? Reviewing(Verifier));

    internal static ReturnPayment Return(Reviewer? by = null) =>
        new(P1, ReturnReason.Illegible, null, by ?? Reviewing(Verifier));

    internal static ReversePayment Reverse() => new(P1, ReversalCause.TransferBounced, null, Mediator);

    internal static RecordGivenBack GiveBack(decimal yuan = 100, DateOnly? on = null, int id = 71) =>
        new(Id(id), Yuan(yuan), on ?? Today, GivenBackCause.Overpaid, null, Today, Mediator);

    internal static MoneyGivenBack GivenBack(decimal yuan = 100, DateOnly? on = null) =>
        new(Id(71), Yuan(yuan), on ?? Today, GivenBackCause.Overpaid, null, Mediator);

    internal static PutInForce Force(decimal yuan = 12_000, int instrument = 21, params Instalment[] instalments) =>
        new(Id(instrument), Agreed, Yuan(yuan), instalments, false);

    internal static SettleOnSpot Spot(decimal yuan = 800, Guid? heldBy = null, bool toFund = false) =>
        new(Id(22), PaidDay, Yuan(yuan), toFund, P1, Slip(), heldBy, Mediator);

    internal static TitleTookEffect SpotTitle(decimal yuan = 800, bool toFund = false) =>
        new(Id(22), TitleKind.OnTheSpot, PaidDay, Yuan(yuan), [new(1, Yuan(yuan), PaidDay)], toFund);

    internal static PaymentDetails SpotDetails(decimal yuan = 800, bool toFund = false) =>
        new(
            Yuan(yuan),
            PaidDay,
            PayerKind.Employer,
            null,
            toFund ? PayeeKind.Fund : PayeeKind.Worker,
            PaymentMeans.NotStated,
            1,
            Slip(),
            null,
            false
        );
}
