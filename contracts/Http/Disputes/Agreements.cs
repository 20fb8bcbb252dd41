namespace Mediation.Contracts.Http.Disputes;

public enum PaymentManner
{
    BankTransfer,
    Cash,
    ElectronicWallet,
}

public enum TaxBasis
{
    Gross,
    Net,
}

/// <summary>Who receives the money. Contributions go to the fund and never count as money of the worker.</summary>
public enum Payee
{
    Worker,
    Fund,
}

/// <summary>What follows when a due day passes unpaid.</summary>
public enum DefaultClause
{
    None,
    RestFallsDue,
    Penalty,
    RestFallsDueAndPenalty,
}

/// <summary>What the worker gives up by the agreement.</summary>
public enum Waiver
{
    None,
    RestOfThisItem,
    AllClaimsOfTheRelation,
}

/// <summary>One instalment: its amount and the last day it may be paid.</summary>
public sealed record InstalmentTerms(long AmountFen, DateOnly DueOn);

/// <summary>What is agreed on one item. The instalments add up to the amount; a single payment is one instalment.
/// An item without an amount (reinstatement, certificate) has amount 0, no instalment, and a day until which it is done.</summary>
/// <param name="AddedType">Set when the worker had not claimed this item: the item is new and flagged as added.</param>
/// <param name="DoneBy">Only for items without an amount.</param>
/// <param name="PenaltyFen">Only with a default clause that has a penalty.</param>
public sealed record ItemTerms(
    Guid ItemId,
    ClaimItemType? AddedType,
    long AmountFen,
    TaxBasis Tax,
    Payee Payee,
    IReadOnlyList<InstalmentTerms> Instalments,
    DateOnly? DoneBy,
    DefaultClause DefaultClause,
    long PenaltyFen,
    Waiver Waiver
);

public sealed record WorkerTerms(Guid WorkerClaimId, IReadOnlyList<ItemTerms> Items);

/// <summary>`POST agreements`: a draft for the workers named. It takes the place of earlier drafts for the same workers.</summary>
/// <param name="FreeTerms">Further terms as typed (guarantor, hand-over of papers, …).</param>
public sealed record DraftAgreement(
    DateOnly On,
    PaymentManner Manner,
    IReadOnlyList<WorkerTerms> Workers,
    string? FreeTerms = null
);

public enum SignatoryKind
{
    Worker,
    Employer,
    Mediator,
    Organisation,
}

/// <summary>Who signs or seals. <paramref name="PartyId"/> names the worker or the employer.</summary>
public sealed record Signatory(SignatoryKind Kind, Guid? PartyId = null);

public enum SignatureMode
{
    Handwritten,
    Fingerprint,
    ESignature,
    Seal,
}

/// <summary>`POST agreements/{agreementId}/signatures`. The agreement binds a worker once she, every employer, the
/// mediator and the organisation's seal are recorded; it is effective on the day of the last of them.</summary>
/// <param name="Evidence">Scan, photo or e-signature file sent before.</param>
public sealed record RecordSignature(Signatory Signatory, DateOnly On, SignatureMode Mode, Guid Evidence);

/// <summary>`POST workers/{workerClaimId}/settlement`: settled and paid on the spot; the note in the minutes of
/// <paramref name="SessionId"/> suffices, the payment proof is mandatory.</summary>
public sealed record SettleOnSpot(DateOnly On, Guid SessionId, IReadOnlyList<SettledItem> Items, Guid PaymentProof);

public sealed record SettledItem(Guid ItemId, long AmountFen);

/// <summary>`POST agreements/{agreementId}/paper` issues 调解协议书 (DOCX) with the names disclosed by the register.
/// Issued once: asked again, it answers the same paper.</summary>
public sealed record IssuePaper(int Originals = 3);
