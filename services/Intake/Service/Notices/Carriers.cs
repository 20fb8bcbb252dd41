using System.Net;
using System.Net.Mail;
using System.Text.Json.Serialization;

namespace Mediation.Intake.Service;

/// <summary>Where messages go out, from the environment. What is not set is not there: then somebody phones.</summary>
/// <param name="SmsUrl">MEDIATION_SMS_URL: address of the gateway.</param>
/// <param name="SmsKey">MEDIATION_SMS_KEY: shared key, in both directions.</param>
/// <param name="SmtpUrl">MEDIATION_SMTP_URL: smtp://user:password@host:port?from=address, smtps for STARTTLS.</param>
internal sealed record CarrierSettings(Uri? SmsUrl, string? SmsKey, Uri? SmtpUrl)
{
    /// <exception cref="InvalidOperationException">A setting is no address, or the gateway has no key.</exception>
    public static CarrierSettings Of(IConfiguration settings)
    {
        var (url, key) = (Address("MEDIATION_SMS_URL", "http", "https"), settings["MEDIATION_SMS_KEY"]);
        if (url is not null && string.IsNullOrEmpty(key))
            throw new InvalidOperationException("MEDIATION_SMS_URL is set and MEDIATION_SMS_KEY is not.");
        return new(url, key, Address("MEDIATION_SMTP_URL", "smtp", "smtps"));

        Uri? Address(string name, params string[] schemes) =>
            settings[name] is not { Length: > 0 } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme, StringComparer.Ordinal)
                ? uri
            : throw new InvalidOperationException($"{name} is no address of {string.Join(" or ", schemes)}.");
    }
}

/// <summary>The carrier did not take a message.</summary>
internal sealed class CarrierRefused(string where, bool final, Exception? cause = null)
    : Exception($"{where} did not take the message.", cause)
{
    /// <summary>It never will: trying again is of no use.</summary>
    public bool Final => final;
}

/// <summary>The SMS gateway over HTTP: JSON in, its id of the message out. Another vendor is another class like this.</summary>
internal sealed class SmsGateway(HttpClient http, CarrierSettings settings)
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public bool Available => settings.SmsUrl is not null;

    /// <param name="reference">Same for every attempt of a message, so that the gateway can drop what it has.</param>
    /// <returns>The gateway's id of the message; its receipt names it.</returns>
    /// <exception cref="CarrierRefused">Not taken, or no answer in time.</exception>
    public async Task<string> Send(string number, string text, Guid reference, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.SmsUrl)
        {
            Content = JsonContent.Create(new Message(number, text, reference)),
        };
        request.Headers.Add("X-Gateway-Key", settings.SmsKey);
        try
        {
            using var response = await http.SendAsync(request, ct);
            if (!response.IsSuccessStatusCode)
                throw new CarrierRefused(
                    "The SMS gateway",
                    response.StatusCode
                        is >= HttpStatusCode.BadRequest
                            and < HttpStatusCode.InternalServerError
                            and not HttpStatusCode.RequestTimeout
                            and not HttpStatusCode.TooManyRequests
                            // A wrong key is put right by an operator.
                            and not HttpStatusCode.Unauthorized
                            and not HttpStatusCode.Forbidden
                );
            var taken = await response.Content.ReadFromJsonAsync<Taken>(ct);
            return taken is { Id: { Length: > 0 and <= 100 } id }
                ? id
                : throw new CarrierRefused("The SMS gateway", final: false);
        }
        catch (Exception e)
            when (e is HttpRequestException or System.Text.Json.JsonException
                || e is TaskCanceledException && !ct.IsCancellationRequested
            )
        {
            throw new CarrierRefused("The SMS gateway", final: false, e);
        }
    }

    private sealed record Message(
        [property: JsonPropertyName("number")] string Number,
        [property: JsonPropertyName("text")] string Text,
        [property: JsonPropertyName("reference")] Guid Reference
    );

    private sealed record Taken([property: JsonPropertyName("id")] string? Id);
}

/// <summary>The mail server. The framework's own client: see the decision record for why no other.</summary>
internal sealed class MailServer(CarrierSettings settings)
{
    private const string Subject = "期限提醒";

    public bool Available => settings.SmtpUrl is not null;

    /// <exception cref="CarrierRefused">Not taken, or no answer in time.</exception>
    public async Task Send(string address, string text, Guid reference, CancellationToken ct)
    {
        var server = settings.SmtpUrl!;
        var user = Uri.UnescapeDataString(server.UserInfo).Split(':', 2);
        var from = System.Web.HttpUtility.ParseQueryString(server.Query)["from"] ?? user[0];
        using var client = new SmtpClient(server.Host, server.Port > 0 ? server.Port : 25);
        client.EnableSsl = server.Scheme == "smtps";
        if (user is [{ Length: > 0 }, var password])
            client.Credentials = new NetworkCredential(user[0], password);
        using var message = new MailMessage(from, address, Subject, text);
        // A server that sees it twice may know it.
        message.Headers.Add("Message-ID", $"<{reference:N}@{server.Host}>");
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(SmsGateway.Timeout);
        try
        {
            await client.SendMailAsync(message, late.Token);
        }
        catch (Exception e) when (e is SmtpException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            throw new CarrierRefused(
                "The mail server",
                e
                    is SmtpException
                    {
                        StatusCode: SmtpStatusCode.MailboxUnavailable
                            or SmtpStatusCode.MailboxNameNotAllowed
                            or SmtpStatusCode.UserNotLocalTryAlternatePath
                    },
                e
            );
        }
    }
}
