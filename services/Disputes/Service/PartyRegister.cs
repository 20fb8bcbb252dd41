using System.Net;
using Mediation.Contracts.Http.Intake;
using Mediation.EventStore;
using Mediation.Hosting;

namespace Mediation.Disputes.Service;

/// <summary>The register's disclosure: the one call to another service while a person waits. What it answers is used in
/// memory and never stored outside encrypted content. It is made in the name of the person who asks.</summary>
internal sealed class PartyRegister(HttpClient http, IHttpContextAccessor request)
{
    private static readonly PartyField[] ForPapers =
    [
        PartyField.Name,
        PartyField.Sex,
        PartyField.IdNumber,
        PartyField.Phone,
        PartyField.MailingAddress,
        PartyField.UsualAddress,
        PartyField.BankAccount,
        PartyField.CreditCode,
        PartyField.RegisteredAddress,
        PartyField.LegalRepresentative,
        PartyField.ContactPhone,
    ];

    public static void Configure(HttpClient client, IConfiguration configuration)
    {
        client.BaseAddress = new Uri(configuration["MEDIATION_INTAKE_URL"] ?? "http://127.0.0.1:5081");
        client.Timeout = TimeSpan.FromSeconds(10);
    }

    /// <summary>The parties' data for a paper of the mediation file.</summary>
    /// <exception cref="Problem">503 when the register does not answer; 422 when it does not give every party.</exception>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyDictionary<PartyField, string>>> Disclose(
        IReadOnlyList<Guid> parties,
        CancellationToken ct
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "parties/disclose")
        {
            Content = JsonContent.Create(
                new DiscloseParties(
                    parties,
                    ForPapers,
                    AccessPurpose.Paper,
                    DisclosureRecipient.MediationFile,
                    LegalBasis.StatutoryDuty
                ),
                options: EventTypes.Json
            ),
        };
        message.Headers.TryAddWithoutValidation(
            "Authorization",
            (string?)request.HttpContext?.Request.Headers.Authorization
        );
        try
        {
            using var response = await http.SendAsync(message, ct);
            if (response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
                throw Problem.Forbidden();
            response.EnsureSuccessStatusCode();
            var disclosed = await response.Content.ReadFromJsonAsync<DisclosedParties>(EventTypes.Json, ct);
            var found = disclosed!.Parties.ToDictionary(
                p => p.Id,
                p =>
                    (IReadOnlyDictionary<PartyField, string>)
                        p.Fields.Where(f => !f.Masked).ToDictionary(f => f.Field, f => f.Value)
            );
            return parties.All(found.ContainsKey)
                ? found
                : throw new Problem(StatusCodes.Status422UnprocessableEntity, "party_not_disclosed");
        }
        catch (Exception e)
            when (e is HttpRequestException || e is TaskCanceledException && !ct.IsCancellationRequested)
        {
            throw new Problem(StatusCodes.Status503ServiceUnavailable, "register_unavailable");
        }
    }
}
