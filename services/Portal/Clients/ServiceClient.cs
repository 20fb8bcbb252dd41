using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mediation.Contracts.Http.Operations;

namespace Mediation.Portal.Clients;

/// <summary>What a service answered: a value, or a problem in words for the reader.</summary>
/// <param name="Version">Version of the object, from the ETag.</param>
public sealed record Answer<T>(T? Value, Problem? Problem, long? Version = null);

/// <summary>Why there is no value.</summary>
/// <param name="Code">Code of the service, or <c>unavailable</c> when it did not answer.</param>
/// <param name="Message">In the reader's language.</param>
/// <param name="Fields">Messages by field name, as the service named the fields.</param>
/// <param name="Body">The problem as it came, for members of its own.</param>
public sealed record Problem(
    int Status,
    string Code,
    string Message,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Fields,
    JsonElement? Body = null
)
{
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> NoFields = new Dictionary<
        string,
        IReadOnlyList<string>
    >(StringComparer.Ordinal);

    public bool Unavailable => Status is 502 or 503 or 504 or 408;
    public bool NotFound => Status is 404;
    public bool Forbidden => Status is 403;

    /// <summary>Somebody else changed the object since the page was made.</summary>
    public bool Stale => Status is 412;
}

/// <summary>A file on its way through the Portal; disposing it ends the answer it comes from.</summary>
public sealed record FileAnswer(Stream Content, string MediaType, string? Name, long? Size);

/// <summary>What goes with a command: the key of the form it was sent from and the version its page was made of.</summary>
public readonly record struct Head(string? Key = null, long? Version = null);

/// <summary>Calls one service with the bearer and in the language of the reader. Nothing here throws for an answer a
/// service may give: a page can always be made.</summary>
public abstract class ServiceClient(HttpClient http, Texts texts)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>How the service is doing; every service answers this to those who run the product.</summary>
    public Task<Answer<OperationsStatus>> Operations() => Get<OperationsStatus>("operations");

    public Task<Answer<IReadOnlyList<FailedMessage>>> FailedMessages(string queue) =>
        Get<IReadOnlyList<FailedMessage>>($"operations/errors/{Uri.EscapeDataString(queue)}");

    public Task<Answer<Replayed>> Replay(string queue, Head head) =>
        Post<Replayed>($"operations/errors/{Uri.EscapeDataString(queue)}/replay", null, head);

    /// <summary>Lets a stopped subscription pass over the event it cannot handle.</summary>
    public Task<Answer<object>> Skip(string subscription, long position, Head head) =>
        Post<object>(
            string.Create(
                CultureInfo.InvariantCulture,
                $"operations/subscriptions/{Uri.EscapeDataString(subscription)}/skip/{position}"
            ),
            null,
            head
        );

    protected Task<Answer<T>> Get<T>(string path, string? bearer = null) =>
        Send<T>(() => With(new HttpRequestMessage(HttpMethod.Get, path), bearer));

    protected Task<Answer<T>> Delete<T>(string path) => Send<T>(() => new HttpRequestMessage(HttpMethod.Delete, path));

    protected Task<Answer<T>> Put<T>(string path, object body) => Write<T>(HttpMethod.Put, path, body, default);

    protected Task<Answer<T>> Post<T>(string path, object? body, Head head = default) =>
        Write<T>(HttpMethod.Post, path, body, head);

    /// <summary>For calls that make or end a session: they carry no token, and asking for one here would ask for the
    /// session that is just being looked at.</summary>
    protected Task<Answer<T>> PostAsNobody<T>(string path, object body) =>
        Send<T>(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = JsonContent.Create(body, body.GetType(), options: Json),
            };
            request.Options.Set(AsTheReader.Nobody, true);
            return request;
        });

    private Task<Answer<T>> Write<T>(HttpMethod method, string path, object? body, Head head) =>
        Send<T>(() =>
        {
            var request = new HttpRequestMessage(method, path);
            if (body is HttpContent content)
                request.Content = content;
            else if (body is not null)
                request.Content = JsonContent.Create(body, body.GetType(), options: Json);
            return With(request, null, head);
        });

    /// <summary>A file as the part of a form by which services take it.</summary>
    protected static StreamContent Part(IFormFile file)
    {
        var content = new StreamContent(file.OpenReadStream());
        if (MediaTypeHeaderValue.TryParse(file.ContentType, out var type))
            content.Headers.ContentType = type;
        return content;
    }

    protected Task<Answer<T>> Upload<T>(string path, IFormFile file) =>
        Post<T>(path, new MultipartFormDataContent { { Part(file), "file", file.FileName } });

    /// <param name="asNobody">Without the reader's token, even where somebody is signed in.</param>
    protected async Task<Answer<FileAnswer>> Download(string path, object? body = null, bool asNobody = false)
    {
        try
        {
            var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
            if (body is not null)
                request.Content = JsonContent.Create(body, body.GetType(), options: Json);
            if (asNobody)
                request.Options.Set(AsTheReader.Nobody, true);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (!response.IsSuccessStatusCode)
                using (response)
                    return new(null, await ReadProblem(response));
            var headers = response.Content.Headers;
            return new(
                new FileAnswer(
                    await response.Content.ReadAsStreamAsync(),
                    headers.ContentType?.ToString() ?? "application/octet-stream",
                    headers.ContentDisposition?.FileNameStar ?? headers.ContentDisposition?.FileName?.Trim('"'),
                    headers.ContentLength
                ),
                null
            );
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return new(null, Silent());
        }
    }

    private static HttpRequestMessage With(HttpRequestMessage request, string? bearer, Head head = default)
    {
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (head.Key is not null)
            request.Headers.Add("Idempotency-Key", head.Key);
        if (head.Version is { } version)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        return request;
    }

    private async Task<Answer<T>> Send<T>(Func<HttpRequestMessage> make)
    {
        try
        {
            using var request = make();
            using var response = await http.SendAsync(request);
            if (!response.IsSuccessStatusCode)
                return new(default, await ReadProblem(response));
            var version =
                response.Headers.ETag?.Tag.Trim('"') is { } tag
                && long.TryParse(tag, CultureInfo.InvariantCulture, out var v)
                    ? v
                    : (long?)null;
            if (response.StatusCode is HttpStatusCode.NoContent || response.Content.Headers.ContentLength is 0)
                return new(default, null, version);
            return new(await response.Content.ReadFromJsonAsync<T>(Json), null, version);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return new(default, Silent());
        }
        catch (JsonException)
        {
            return new(default, new Problem(502, "unreadable", texts["problem.unreadable"], Problem.NoFields));
        }
    }

    private Problem Silent() => new(503, "unavailable", texts["problem.unavailable"], Problem.NoFields);

    private async Task<Problem> ReadProblem(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        Details? details = null;
        JsonElement? body = null;
        if (response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true)
        {
            try
            {
                body = await response.Content.ReadFromJsonAsync<JsonElement>(Json);
                details = body.Value.Deserialize<Details>(Json);
            }
            catch (JsonException)
            {
                // The status says enough.
            }
        }
        var fields =
            details?.Errors?.ToDictionary(
                e => e.Key,
                e => (IReadOnlyList<string>)[e.Value.Detail ?? e.Value.Code ?? details.Detail ?? string.Empty],
                StringComparer.OrdinalIgnoreCase
            ) ?? Problem.NoFields;
        var message = details?.Detail;
        if (string.IsNullOrWhiteSpace(message))
            message = texts.Has($"problem.{status}") ? texts[$"problem.{status}"] : texts["problem.other", status];
        return new Problem(status, details?.Code ?? $"http_{status}", message, fields, body);
    }

    private sealed record Details(string? Code, string? Detail, Dictionary<string, FieldError>? Errors);

    private sealed record FieldError(string? Code, string? Detail);
}

/// <summary>Gives each call the reader's token and language, and once a newer token when a service asks for one.</summary>
/// <exception cref="SessionEnded">Identity ended the session; what was typed is kept and the person signs in.</exception>
public sealed class AsTheReader(IHttpContextAccessor contexts, Session session) : DelegatingHandler
{
    public static readonly HttpRequestOptionsKey<bool> Nobody = new("nobody");

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        // A service that will not take so much says so before it is sent; otherwise it hangs up in the middle, and the
        // person would read that the service is not available.
        request.Headers.ExpectContinue = request.Content is MultipartFormDataContent;
        request.Headers.AcceptLanguage.TryParseAdd(CultureInfo.CurrentUICulture.Name);
        if (
            request.Headers.Authorization is not null
            || request.Options.TryGetValue(Nobody, out _)
            || contexts.HttpContext is not { } context
        )
            return await base.SendAsync(request, cancellationToken);
        if (await Session.AccessToken(context) is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        // A body that can be sent once only (an upload) is not repeated; the next request of the page is.
        if (request.Content is { } content and not MultipartFormDataContent)
            await content.LoadIntoBufferAsync(cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.Unauthorized || request.Headers.Authorization is null)
            return response;
        if (await session.RenewNow(context) is not { } renewed || request.Content is MultipartFormDataContent)
            return response;
        response.Dispose();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", renewed);
        return await base.SendAsync(request, cancellationToken);
    }
}
