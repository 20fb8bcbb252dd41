using Mediation.Contracts.Http.Deadlines;

namespace Mediation.Portal.Clients;

/// <summary>Deadlines: the statute book, the calendar, the clocks of every case, and what is followed up.</summary>
public sealed class DeadlinesClient(HttpClient http, Texts texts) : ServiceClient(http, texts)
{
    public Task<Answer<Worklist>> Worklist(string query) => Get<Worklist>($"worklist{query}");

    public Task<Answer<CaseClocks>> OfCase(Guid caseId) => Get<CaseClocks>($"cases/{caseId}/clocks");

    public Task<Answer<ClockDetails>> Clock(Guid id) => Get<ClockDetails>($"clocks/{id}");

    /// <summary>Several clocks of one case are lengthened together, all or none.</summary>
    public Task<Answer<Done>> Extend(Guid caseId, ExtendClocks request, Head head) =>
        Post<Done>($"cases/{caseId}/clocks/extend", request, head);

    /// <summary>A command on one clock; <paramref name="verb"/> is the last part of its path.</summary>
    public Task<Answer<Done>> Command(Guid clockId, string verb, object body, Head head) =>
        Post<Done>($"clocks/{clockId}/{verb}", body, head);

    public Task<Answer<ContentReference>> UploadToCase(Guid caseId, IFormFile file) =>
        Upload<ContentReference>($"cases/{caseId}/files", file);

    public Task<Answer<FileAnswer>> ContentOfCase(Guid caseId, Guid contentId) =>
        Download($"cases/{caseId}/contents/{contentId}");

    public Task<Answer<DeadlineOverview>> Overview(string query) => Get<DeadlineOverview>($"overview{query}");

    public Task<Answer<SweepStatus>> Sweeps() => Get<SweepStatus>("sweeps");

    public Task<Answer<Page<ClockView>>> Clocks(string query) => Get<Page<ClockView>>($"clocks{query}");

    public Task<Answer<FileAnswer>> ClockSheet(string query) => Download($"clocks.xlsx{query}");

    public Task<Answer<DeadlineMonth>> Month(string query) => Get<DeadlineMonth>($"month{query}");

    public Task<Answer<Page<SupervisionRow>>> Supervisions(string query) =>
        Get<Page<SupervisionRow>>($"supervisions{query}");

    public Task<Answer<SupervisionView>> Supervision(Guid id) => Get<SupervisionView>($"supervisions/{id}");

    public Task<Answer<Done>> Supervise(Guid id, string verb, object body, Head head) =>
        Post<Done>($"supervisions/{id}/{verb}", body, head);

    /// <summary>The statute book of today.</summary>
    public Task<Answer<IReadOnlyList<RuleRow>>> Rules() => Get<IReadOnlyList<RuleRow>>("rules");

    public Task<Answer<IReadOnlyList<RuleRow>>> FindRules(FindRules request) =>
        Post<IReadOnlyList<RuleRow>>("rules/search", request);

    public Task<Answer<RuleView>> Rule(string id) => Get<RuleView>($"rules/{Uri.EscapeDataString(id)}");

    public Task<Answer<Done>> ChangeRule(string id, string verb, object body, Head head) =>
        Post<Done>($"rules/{Uri.EscapeDataString(id)}/{verb}", body, head);

    public Task<Answer<ContentReference>> UploadLaw(IFormFile file) => Upload<ContentReference>("law/files", file);

    public Task<Answer<FileAnswer>> LawFile(Guid id) => Download($"law/files/{id}");

    public Task<Answer<CalendarView>> Calendar() => Get<CalendarView>("calendar");

    public Task<Answer<AnnounceYear>> ReadCalendarFile(IFormFile file) => Upload<AnnounceYear>("calendar/read", file);

    public Task<Answer<CalendarEffect>> PreviewYear(AnnounceYear year) =>
        Post<CalendarEffect>("calendar/preview", year);

    public Task<Answer<Done>> AnnounceYear(AnnounceYear year, Head head) =>
        Post<Done>($"calendar/{year.Year}", year, head);

    public Task<Answer<Counted>> SimulateDate(SimulateDate question) => Post<Counted>("simulate/date", question);

    public Task<Answer<CalendarEffect>> SimulateDays(SimulateDays question) =>
        Post<CalendarEffect>("simulate/days", question);

    public Task<Answer<AbsenceEffect>> SimulateAbsence(SimulateAbsence question) =>
        Post<AbsenceEffect>("simulate/absence", question);

    public Task<Answer<Page<LetterView>>> Letters(string query) => Get<Page<LetterView>>($"me/letters{query}");

    public Task<Answer<UnreadLetters>> Unread() => Get<UnreadLetters>("me/letters/unread");

    public Task<Answer<object>> MarkRead(Guid letterId, Head head) =>
        Post<object>($"me/letters/{letterId}/read", null, head);

    public Task<Answer<FeedState>> Feed() => Get<FeedState>("me/feed");

    public Task<Answer<FeedCreated>> MakeFeed(Head head) => Post<FeedCreated>("me/feed", null, head);

    public Task<Answer<object>> RevokeFeed(Head head) => Post<object>("me/feed/revoke", null, head);

    /// <summary>The calendar behind an address that somebody keeps in her calendar program: asked for as nobody, since the
    /// address alone entitles.</summary>
    public Task<Answer<FileAnswer>> FeedOf(string token) =>
        Download($"feeds/{Uri.EscapeDataString(token)}.ics", asNobody: true);
}
