using Mediation.Contracts.Http.Disputes;

namespace Mediation.Portal.Clients;

/// <summary>Disputes: mediation cases from acceptance to closure.</summary>
public sealed class DisputesClient(HttpClient http, Texts texts) : ServiceClient(http, texts)
{
    public Task<Answer<Worklist>> Worklist(string query) => Get<Worklist>($"worklist{query}");

    public Task<Answer<Page<DisputeRow>>> Disputes(string query) => Get<Page<DisputeRow>>($"disputes{query}");

    public Task<Answer<FileAnswer>> Sheet(string query) => Download($"disputes.xlsx{query}");

    public Task<Answer<DisputeDetails>> Dispute(Guid id) => Get<DisputeDetails>($"disputes/{id}");

    /// <summary>A command on a case; <paramref name="path"/> is what follows its id.</summary>
    public Task<Answer<Done>> Command(Guid id, string path, object body, Head head) =>
        Post<Done>($"disputes/{id}/{path}", body, head);

    public Task<Answer<ContentReference>> Upload(Guid id, IFormFile file) =>
        Upload<ContentReference>($"disputes/{id}/files", file);

    /// <summary>Who may be appointed, those with the fewest open cases first.</summary>
    public Task<Answer<IReadOnlyList<MediatorLoad>>> Mediators(Guid id) =>
        Get<IReadOnlyList<MediatorLoad>>($"disputes/{id}/mediators");

    public Task<Answer<FileAnswer>> Content(Guid id, Guid contentId) => Download($"disputes/{id}/contents/{contentId}");

    public Task<Answer<FileAnswer>> Paper(Guid id, Guid paperId) => Download($"disputes/{id}/papers/{paperId}");

    public Task<Answer<IReadOnlyList<CaseOfParties>>> ByParties(IReadOnlyList<Guid> parties) =>
        Post<IReadOnlyList<CaseOfParties>>("cases/by-parties", new CasesByParties(parties));
}
