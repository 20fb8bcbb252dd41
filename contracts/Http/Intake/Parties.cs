namespace Mediation.Contracts.Http.Intake;

/// <summary>What somebody reads personal data for. Every reading is recorded with it.</summary>
public enum AccessPurpose
{
    CaseHandling,
    ContactParty,
    IdentityCheck,
    Paper,
    Payment,
    Countersignature,
    Audit,
    DataSubjectRequest,
    Correction,
    Notice,
}

/// <summary><c>POST /parties/labels</c>: at most 200 ids. Persons come masked (张*), organisations in clear. Ids the caller
/// is not entitled to are left out and counted in <see cref="PartyLabels.Withheld"/>. Logged.</summary>
public sealed record LabelParties(IReadOnlyList<Guid> Ids, AccessPurpose Purpose);

public sealed record PartyLabels(IReadOnlyList<PartyLabel> Labels, int Withheld);

/// <param name="Demonstration">Invented for demonstration; pages say so.</param>
public sealed record PartyLabel(Guid Id, PartyKind Kind, string Label, bool Demonstration);

/// <summary><c>GET /parties/{id}</c> with ETag: the masked card. Logged.</summary>
/// <param name="Fields">Every field that is recorded, masked; codes as they are.</param>
public sealed record PartyCard(
    Guid Id,
    long Version,
    PartyKind Kind,
    string Label,
    bool Demonstration,
    IReadOnlyList<PartyFieldValue> Fields,
    IReadOnlyList<RequestHit> Requests
);

/// <summary>Fields of a party. Which of them are sensitive: bank account, disability, pregnancy or nursing.</summary>
public enum PartyField
{
    Name,
    IdType,
    IdNumber,
    Phone,
    Email,
    MessageConsent,
    Sex,
    BirthDate,
    HouseholdType,
    HouseholdAddress,
    UsualAddress,
    MailingAddress,
    BankAccount,
    Occupation,
    EthnicGroup,
    UnionMember,
    MigrantWorker,
    NewEmploymentForm,
    OverAge,
    Disability,
    PregnancyOrNursing,
    ContractSigned,
    PlatformWorkerId,
    TradeName,
    CreditCode,
    Industry,
    Ownership,
    RegisteredAddress,
    PerformanceAddress,
    PerformanceDistrict,
    SeatDistrict,
    StillOperating,
    NewAddress,
    LegalRepresentative,
    LegalRepresentativePost,
    LegalRepresentativePhone,
    ContactName,
    ContactPhone,
    StaffSize,
    HasUnion,
}

public sealed record PartyFieldValue(PartyField Field, string Value, bool Masked);

/// <summary><c>POST /parties/{id}/reveal</c>: the fields asked for, in clear, for a purpose; who, when, why and which
/// fields is recorded before the answer leaves.</summary>
public sealed record RevealParty(IReadOnlyList<PartyField> Fields, AccessPurpose Purpose);

public sealed record RevealedParty(Guid Id, IReadOnlyList<PartyFieldValue> Fields);

/// <summary><c>GET /parties/{id}/accesses?page=&amp;size=</c> → <c>Page&lt;PartyAccess&gt;</c>, newest first.</summary>
/// <param name="Kind">label, card, reveal, search, disclose, correct, match, register.</param>
public sealed record PartyAccess(
    long Id,
    DateTimeOffset At,
    Guid Account,
    string Unit,
    string Kind,
    AccessPurpose Purpose,
    IReadOnlyList<PartyField> Fields,
    string? Recipient,
    string? LegalBasis,
    string? Correlation
);

/// <summary><c>POST /parties/{id}/correct</c> with If-Match: 更正. The earlier value is kept, sealed, with who and why.
/// A null value clears the field. Answers Done.</summary>
public sealed record CorrectParty(IReadOnlyList<PartyCorrection> Corrections, CorrectionReason Reason);

public sealed record PartyCorrection(PartyField Field, string? Value);

public enum CorrectionReason
{
    EnteredWrongly,
    Changed,
    Completed,
    RequestedByPerson,
}

/// <summary><c>POST /parties/disclose</c>: personal data for a paper, an exchange or a notice, in memory only. Recorded
/// as a disclosure and kept three years (网络数据安全管理条例, article 12).</summary>
/// <param name="Recipient">Who receives it.</param>
/// <param name="LegalBasis">On what the disclosure rests.</param>
public sealed record DiscloseParties(
    IReadOnlyList<Guid> Ids,
    IReadOnlyList<PartyField> Fields,
    AccessPurpose Purpose,
    DisclosureRecipient Recipient,
    LegalBasis LegalBasis
);

public enum DisclosureRecipient
{
    Party,
    OtherParty,
    ArbitrationCommission,
    Court,
    LawFirm,
    LabourInspection,
    MediationFile,
}

public enum LegalBasis
{
    Consent,
    StatutoryDuty,
    ContractOrHr,
}

public sealed record DisclosedParties(IReadOnlyList<RevealedParty> Parties);

/// <summary><c>POST /parties/match-or-create</c>: a party another service received (referral, exchange) is found by ID
/// number, phone with name, or credit code, or made. Recorded.</summary>
/// <param name="PartyId">UUIDv7 for a new party, so that a repeated call makes one.</param>
/// <param name="Unit">Unit for which the party is recorded.</param>
public sealed record MatchOrCreateParty(
    Guid PartyId,
    string Unit,
    PersonEntry? Person,
    OrganisationEntry? Organisation,
    AccessPurpose Purpose,
    LegalBasis LegalBasis
);

public sealed record MatchedParty(Guid PartyId, Guid PersonOrGroupId, bool Created);

/// <summary><c>GET /numbering</c> → list; <c>POST /numbering</c> by an administrator: the short name of a unit in its case
/// numbers from the next number on. Default: 朝工调〔2026〕12号 for a district, 朝工调〔2026〕021-12号 for a street.</summary>
/// <param name="Prefix">One to ten Chinese characters, for example 朝工调.</param>
public sealed record CaseNumbering(string Unit, string Prefix);
