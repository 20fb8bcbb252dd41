using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Identity;

namespace Mediation.Demonstration;

public enum Service
{
    Identity,
    Intake,
    Disputes,
    Outcomes,
}

/// <summary>Where the services are.</summary>
public sealed class Services(Func<Service, Uri> address) : IDisposable
{
    private readonly Dictionary<Service, HttpClient> clients = Enum.GetValues<Service>()
        .ToDictionary(s => s, s => new HttpClient { BaseAddress = address(s), Timeout = TimeSpan.FromMinutes(1) });

    internal HttpClient this[Service service] => clients[service];

    /// <summary>Signs somebody in.</summary>
    public async Task<Staff> SignIn(string account, string password)
    {
        var staff = new Staff(this, account, password);
        await staff.Renew();
        return staff;
    }

    public void Dispose()
    {
        foreach (var client in clients.Values)
            client.Dispose();
    }
}

/// <summary>A service said no. The message holds the address, the status and the code, and never what was sent.</summary>
public sealed class NotDone(string request, HttpStatusCode status, string code)
    : Exception($"{request}: {(int)status} {code}")
{
    public HttpStatusCode Status => status;

    public string Code => code;
}

/// <summary>Somebody signed in, who asks the services as herself. Her token is renewed when a service asks for it.</summary>
public sealed class Staff
{
    /// <summary>JSON as the services write and read it.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly Services services;
    private readonly string name;
    private string password;
    private SignedIn? signedIn;

    internal Staff(Services services, string name, string password) =>
        (this.services, this.name, this.password) = (services, name, password);

    public Guid Account => signedIn!.AccountId;

    /// <summary>Takes a password of her own instead of the temporary one an administrator gave her.</summary>
    public async Task TakePassword(string own)
    {
        signedIn = await Post<SignedIn>(Service.Identity, "/password", new ChangePassword(password, own));
        password = own;
    }

    public async Task<T> Get<T>(Service service, string path) =>
        await Find<T>(service, path) ?? throw new NotDone($"GET {path}", HttpStatusCode.NotFound, "not_found");

    /// <summary>What is there, or null where nothing is or nothing is hers to see.</summary>
    public async Task<T?> Find<T>(Service service, string path)
    {
        using var response = await Send(service, () => new(HttpMethod.Get, path));
        return response.StatusCode is HttpStatusCode.NotFound ? default : await Read<T>(response, $"GET {path}");
    }

    /// <param name="key">The same key again is the same command again.</param>
    public async Task<T> Post<T>(Service service, string path, object? body, long? version = null, string? key = null)
    {
        key ??= Guid.NewGuid().ToString();
        using var response = await Send(
            service,
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, path)
                {
                    Content = body switch
                    {
                        null => null,
                        Func<HttpContent> make => make(),
                        _ => JsonContent.Create(body, body.GetType(), options: Json),
                    },
                };
                request.Headers.Add("Idempotency-Key", key);
                if (version is { } seen)
                    request.Headers.TryAddWithoutValidation(
                        "If-Match",
                        string.Create(CultureInfo.InvariantCulture, $"\"{seen}\"")
                    );
                return request;
            }
        );
        return await Read<T>(response, $"POST {path}");
    }

    public Task<Done> Do(Service service, string path, object? body, long? version = null, string? key = null) =>
        Post<Done>(service, path, body, version, key);

    internal async Task Renew() =>
        signedIn = await Read<SignedIn>(
            await services[Service.Identity].PostAsJsonAsync("/sign-in", new SignIn(name, password), Json),
            "POST /sign-in"
        );

    private async Task<HttpResponseMessage> Send(Service service, Func<HttpRequestMessage> make)
    {
        for (var renewed = false; ; renewed = true)
        {
            using var request = make();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", signedIn!.AccessToken);
            var response = await services[service].SendAsync(request);
            if (response.StatusCode is not HttpStatusCode.Unauthorized || renewed)
                return response;
            response.Dispose();
            await Renew();
        }
    }

    private static async Task<T> Read<T>(HttpResponseMessage response, string request)
    {
        if (response.IsSuccessStatusCode)
            return (await response.Content.ReadFromJsonAsync<T>(Json))!;
        var code = "";
        if (response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true)
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
            code = problem.TryGetProperty("code", out var said) ? said.GetString() ?? "" : "";
            // Which fields, not what stood in them.
            if (problem.TryGetProperty("errors", out var errors) && errors.ValueKind is JsonValueKind.Object)
                code += ": " + string.Join(", ", errors.EnumerateObject().Select(e => e.Name));
        }
        throw new NotDone(request, response.StatusCode, code);
    }
}
