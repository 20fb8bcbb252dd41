using Mediation.Contracts.Intake;

namespace Mediation.Contracts.Http.Intake;

/// <summary><c>POST /requests</c>: the applicant's matter is taken down (劳动争议调解仲裁法, article 12: orally too).
/// Six facts are required: channel, the applicant's name, her phone or ID number, a respondent, a claim item type, and
/// one line of facts. Whatever else is missing comes back as codes and stands on the list of 待补录.
/// Answers 201 <see cref="RegisteredRequest"/>; 409 <c>same_person_exists</c> with <see cref="Candidates"/> when the
/// register knows the ID number or phone and the caller neither chose that party nor said why it is another person.</summary>
/// <param name="RequestId">UUIDv7 made by the page, so that a double submit is one request.</param>
/// <param name="Unit">Code of the registering unit; must lie in the caller's subtree.</param>
/// <param name="ReceivedOn">Legal day (Asia/Shanghai) the application came in; today or earlier.</param>
/// <param name="OpenedAt">When the officer opened the form; with the time of saving it gives the entry time of the channel.</param>
/// <param name="Oral">Told, not written: the officer wrote it down and read it back.</param>
/// <param name="Facts">Facts and reasons in the applicant's words, 1 to 20,000 characters. Kept encrypted as content.</param>
/// <param name="DraftId">Draft this was typed in; it is deleted with the registration.</param>
public sealed record RegisterRequest(
    Guid RequestId,
    string Unit,
    Channel Channel,
    DateOnly ReceivedOn,
    DateTimeOffset OpenedAt,
    bool Oral,
    ProxyEntry? Proxy,
    IReadOnlyList<ApplicantEntry> Applicants,
    IReadOnlyList<RespondentEntry> Respondents,
    string Facts,
    PrivacyConsent Privacy,
    Guid? DraftId = null
);

/// <summary>One applicant with what she claims: a party of the register, or a new person.</summary>
/// <param name="DifferentPerson">Why a new person is made although ID number or phone are known.</param>
/// <param name="EmploymentEndedOn">Legal day on which the employment ended (劳动关系终止之日), 1990 to today; null while it
/// goes on or is not known. The limitation for unpaid wages runs from it (劳动争议调解仲裁法, article 27).</param>
public sealed record ApplicantEntry(
    Guid? PartyId,
    PersonEntry? Person,
    IReadOnlyList<ClaimEntry> Items,
    DifferentPersonReason? DifferentPerson = null,
    DateOnly? EmploymentEndedOn = null
);

public enum DifferentPersonReason
{
    SharedPhone,
    PhonePassedOn,
    RecordedWrongly,
    DocumentNumberReissued,
}

/// <summary>One respondent: a party of the register, a new organisation, or a new sole trader (kept as a person).</summary>
public sealed record RespondentEntry(
    Guid? PartyId,
    OrganisationEntry? Organisation,
    PersonEntry? SoleTrader,
    RespondentCapacity Capacity,
    DifferentPersonReason? DifferentPerson = null
);

/// <summary>Who applies for the applicant, and under what title; the papers come with the file.</summary>
public sealed record ProxyEntry(Guid? PartyId, PersonEntry? Person, ProxyTitle Title, bool PaperSeen);

public enum ProxyTitle
{
    Lawyer,
    NearRelative,
    RecommendedCitizen,
    WorkersRepresentative,
    UnionStaff,
}

/// <summary>A claim item.</summary>
/// <param name="ItemId">UUIDv7 made by the page.</param>
/// <param name="ClaimedFen">Amount in fen, 1 to 100,000,000,000; null when not known yet or the item has no amount.</param>
/// <param name="InfringedOn">Legal day on which the worker knew or should have known that her right was infringed
/// (知道或应当知道权利被侵害之日), 1990 to today; null when not known yet.</param>
public sealed record ClaimEntry(
    Guid ItemId,
    ClaimItemType Type,
    DateOnly? PeriodFrom,
    DateOnly? PeriodTo,
    long? ClaimedFen,
    DateOnly? InfringedOn = null
);

/// <summary>Notice and consent under 个人信息保护法, articles 17, 29.</summary>
/// <param name="NoticeVersion">Version of the notice that was read or handed over, for example 2026-1.</param>
/// <param name="SensitiveConsent">Separate consent for sensitive data; required when bank account or disability is entered.</param>
public sealed record PrivacyConsent(bool NoticeGiven, string NoticeVersion, ConsentForm Form, bool SensitiveConsent);

public enum ConsentForm
{
    Written,
    Oral,
    Online,
}

public enum IdType
{
    ResidentId,
    Passport,
    HongKongMacauPermit,
    TaiwanPermit,
    HongKongMacauTaiwanResidencePermit,
    ForeignPermanentResidence,
    Other,
}

public enum HouseholdType
{
    Urban,
    Rural,
}

/// <summary>What is written down of a person. Only the name is always required; a resident ID number gives birth date
/// and sex by itself. Everything is kept encrypted in the register, and nowhere else.</summary>
/// <param name="TradeName">Sign of a sole trader (字号).</param>
/// <param name="CreditCode">Unified social credit code of a sole trader.</param>
/// <param name="MessageConsent">Agrees to be told by SMS and e-mail; without it somebody phones her.</param>
public sealed record PersonEntry(
    string Name,
    IdType? IdType = null,
    string? IdNumber = null,
    string? Phone = null,
    Sex? Sex = null,
    DateOnly? BirthDate = null,
    HouseholdType? HouseholdType = null,
    string? HouseholdAddress = null,
    string? UsualAddress = null,
    string? MailingAddress = null,
    string? BankAccount = null,
    string? Occupation = null,
    string? EthnicGroup = null,
    bool? UnionMember = null,
    bool? MigrantWorker = null,
    bool? NewEmploymentForm = null,
    bool? OverAge = null,
    bool? Disability = null,
    bool? PregnancyOrNursing = null,
    bool? ContractSigned = null,
    string? PlatformWorkerId = null,
    string? TradeName = null,
    string? CreditCode = null,
    string? Email = null,
    bool? MessageConsent = null
);

/// <summary>What is written down of an employer. Name, code, industry, addresses stand in clear; the persons named in
/// it (legal representative, contact) are kept encrypted.</summary>
/// <param name="Industry">Section letter of GB/T 4754 (A to T).</param>
/// <param name="Ownership">Registration type code, three digits.</param>
/// <param name="PerformanceDistrict">Code of the district where the work is done; it decides competence before the seat.</param>
/// <param name="SeatDistrict">Code of the district of the registered address.</param>
public sealed record OrganisationEntry(
    string Name,
    string? CreditCode = null,
    string? Industry = null,
    string? Ownership = null,
    string? RegisteredAddress = null,
    string? PerformanceAddress = null,
    string? PerformanceDistrict = null,
    string? SeatDistrict = null,
    bool? StillOperating = null,
    string? NewAddress = null,
    string? LegalRepresentative = null,
    string? LegalRepresentativePost = null,
    string? LegalRepresentativePhone = null,
    string? ContactName = null,
    string? ContactPhone = null,
    int? StaffSize = null,
    bool? HasUnion = null
);

/// <summary>What registration gives back.</summary>
/// <param name="Missing">Codes of what is still to be completed (待补录), none when complete.</param>
/// <param name="CompleteBy">Day by which the unit wants it completed; null when nothing is missing.</param>
/// <param name="Similar">Open requests of the same applicant against the same employer: likely the same matter.</param>
/// <param name="SameEmployer">Open requests against the same employer in the last 90 days, this one included.</param>
/// <param name="GroupSuggested">Ten workers or more against one employer (劳动争议调解仲裁法, article 7).</param>
public sealed record RegisteredRequest(
    Guid Id,
    long Version,
    IReadOnlyList<string> Missing,
    DateOnly? CompleteBy,
    IReadOnlyList<Guid> Similar,
    int SameEmployer,
    bool GroupSuggested
);

/// <summary>Parties the register knows under the ID number, phone or credit code entered; extension member
/// <c>candidates</c> of the problem <c>same_person_exists</c>.</summary>
/// <param name="Entry">Path of the entry that matched, for example <c>applicants[0]</c>.</param>
/// <param name="MatchedBy"><c>idNumber</c>, <c>phone</c> or <c>creditCode</c>.</param>
public sealed record Candidates(string Entry, string MatchedBy, IReadOnlyList<PartyHit> Parties);

/// <summary><c>POST /requests/{id}/amend</c> with If-Match: completes or corrects what was registered (待补录), until a
/// decision ends the request. Lists replace what was there; null keeps it.</summary>
public sealed record AmendRequest(
    IReadOnlyList<ApplicantEntry>? Applicants,
    IReadOnlyList<RespondentEntry>? Respondents,
    string? Facts
);

/// <summary><c>PUT /drafts/{id}</c>: what was typed is kept (暂存), encrypted, for the account that typed it and nobody
/// else, at most 30 days and 20 drafts. Last save wins.</summary>
/// <param name="Form">The form as the page wrote it, at most 65,536 characters; the service does not read it.</param>
public sealed record SaveDraft(Channel? Channel, DateTimeOffset OpenedAt, string Form);

/// <summary><c>GET /drafts/{id}</c>; <c>DELETE /drafts/{id}</c> removes it.</summary>
public sealed record Draft(Guid Id, Channel? Channel, DateTimeOffset OpenedAt, DateTimeOffset SavedAt, string Form);

/// <summary><c>GET /drafts</c>: the caller's drafts, newest first, without what was typed.</summary>
public sealed record DraftLine(Guid Id, Channel? Channel, DateTimeOffset OpenedAt, DateTimeOffset SavedAt);

/// <summary><c>POST /search</c>: the one box. The text never stands in an address, because addresses are logged.
/// Kinds are recognised by shape: 18 or 15 digits with check (ID), 18 characters with check (credit code), 11 digits
/// (phone), 4 digits (last four of phone or ID), Latin letters (pinyin initials), a case number, otherwise a name or a
/// fragment of an employer's name. Exact ID, phone and credit code are found in the whole city, because a second record
/// of the same person would be worse; all else only in the caller's subtree.</summary>
public sealed record SearchBox(string Text, int Take = 20);

/// <param name="Kind">How the text was read: idNumber, creditCode, phone, lastFour, initials, caseNumber, name.</param>
public sealed record SearchResult(string Kind, IReadOnlyList<PartyHit> Parties, IReadOnlyList<RequestHit> Requests);

public enum PartyKind
{
    Person,
    SoleTrader,
    Organisation,
}

/// <summary>A party found: persons masked, organisations in clear.</summary>
/// <param name="Earlier">Earlier requests, newest first, at most five; only those the caller may read.</param>
/// <param name="EarlierElsewhere">How many more there are in units the caller may not read.</param>
public sealed record PartyHit(
    Guid PartyId,
    PartyKind Kind,
    string Label,
    string? IdNumberMasked,
    string? PhoneMasked,
    string? CreditCode,
    IReadOnlyList<RequestHit> Earlier,
    int EarlierElsewhere
);

/// <summary>A request in a hit list.</summary>
public sealed record RequestHit(
    Guid RequestId,
    string State,
    Channel Channel,
    string Unit,
    DateOnly ReceivedOn,
    string? CaseNumber,
    Guid? DisputeId
);
