using Mediation.Contracts.Http.Intake;

namespace Mediation.Portal.Clients;

/// <summary>Intake: requests, drafts, search, the party register.</summary>
public sealed class IntakeClient(HttpClient http, Texts texts) : ServiceClient(http, texts)
{
    public Task<Answer<Worklist>> Worklist(string query) => Get<Worklist>($"worklist{query}");

    public Task<Answer<RegisteredRequest>> Register(RegisterRequest request, Head head) =>
        Post<RegisteredRequest>("requests", request, head);

    public Task<Answer<Page<RequestRow>>> Requests(string query) => Get<Page<RequestRow>>($"requests{query}");

    public Task<Answer<FileAnswer>> RequestSheet(string query) => Download($"requests.xlsx{query}");

    public Task<Answer<RequestDetails>> Request(Guid id) => Get<RequestDetails>($"requests/{id}");

    public Task<Answer<TextOf>> Text(Guid id, Guid contentId) => Get<TextOf>($"requests/{id}/texts/{contentId}");

    /// <summary>A command on a request; <paramref name="verb"/> is the last part of its path.</summary>
    public Task<Answer<T>> Command<T>(Guid id, string verb, object body, Head head) =>
        Post<T>($"requests/{id}/{verb}", body, head);

    public Task<Answer<Page<RequestRow>>> ByParties(ByParties request) =>
        Post<Page<RequestRow>>("cases/by-parties", request);

    public Task<Answer<SearchResult>> Search(SearchBox box) => Post<SearchResult>("search", box);

    public Task<Answer<object>> SaveDraft(Guid id, SaveDraft draft) => Put<object>($"drafts/{id}", draft);

    public Task<Answer<Draft>> Draft(Guid id) => Get<Draft>($"drafts/{id}");

    public Task<Answer<IReadOnlyList<DraftLine>>> Drafts() => Get<IReadOnlyList<DraftLine>>("drafts");

    public Task<Answer<object>> DeleteDraft(Guid id) => Delete<object>($"drafts/{id}");

    public Task<Answer<EntryTimes>> EntryTimes(DateOnly from, DateOnly to) =>
        Get<EntryTimes>($"statistics/entry-times?from={Written.Day(from)}&to={Written.Day(to)}");

    public Task<Answer<CodeLists>> CodeLists(DateOnly on) => Get<CodeLists>($"code-lists?on={Written.Day(on)}");

    public Task<Answer<PartyLabels>> Labels(LabelParties request) => Post<PartyLabels>("parties/labels", request);

    public Task<Answer<PartyCard>> Party(Guid id) => Get<PartyCard>($"parties/{id}");

    public Task<Answer<RevealedParty>> Reveal(Guid id, RevealParty request) =>
        Post<RevealedParty>($"parties/{id}/reveal", request);

    public Task<Answer<Page<PartyAccess>>> Accesses(Guid id, int page) =>
        Get<Page<PartyAccess>>($"parties/{id}/accesses?page={page}&size=20");

    public Task<Answer<Done>> Correct(Guid id, CorrectParty request, Head head) =>
        Post<Done>($"parties/{id}/correct", request, head);

    public Task<Answer<IReadOnlyList<OfficePhone>>> OfficePhones() =>
        Get<IReadOnlyList<OfficePhone>>("notices/offices");

    public Task<Answer<object>> SetOfficePhone(OfficePhone request, Head head) =>
        Post<object>("notices/offices", request, head);

    public Task<Answer<Page<NoticeRow>>> Notices(string query) => Get<Page<NoticeRow>>($"notices{query}");

    public Task<Answer<IReadOnlyList<NoticeRow>>> NoticesOf(Guid request) =>
        Get<IReadOnlyList<NoticeRow>>($"requests/{request}/notices");

    public Task<Answer<NoticeDetails>> Notice(Guid id) => Get<NoticeDetails>($"notices/{id}");

    public Task<Answer<FileAnswer>> NoticeLetter(Guid id) => Download($"notices/{id}/letter");

    /// <summary>A call or a posting; <paramref name="verb"/> is the last part of its path.</summary>
    public Task<Answer<Done>> SettleNotice(Guid id, string verb, object body, Head head) =>
        Post<Done>($"notices/{id}/{verb}", body, head);

    public Task<Answer<IReadOnlyList<CaseNumbering>>> Numbering() => Get<IReadOnlyList<CaseNumbering>>("numbering");

    public Task<Answer<object>> SetNumbering(CaseNumbering request, Head head) =>
        Post<object>("numbering", request, head);
}
