using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Mediation.Kit;

/// <summary>A virtual host of its own in the run's RabbitMQ. Deleted at the end.</summary>
public sealed class TestBroker : IAsyncDisposable
{
    private readonly HttpClient management;
    private readonly string name;

    private TestBroker(HttpClient management, string name, Uri address) =>
        (this.management, this.name, Address) = (management, name, address);

    /// <summary>Address with user, password and virtual host.</summary>
    public Uri Address { get; }

    public static async Task<TestBroker> Create(string name)
    {
        var address = new Uri(TestDatabase.Setting("MEDIATION_TEST_RABBITMQ"));
        var api = new Uri(TestDatabase.Setting("MEDIATION_TEST_RABBITMQ_MANAGEMENT"));
        var client = new HttpClient
        {
            BaseAddress = new Uri(api.GetLeftPart(UriPartial.Authority).Replace(api.UserInfo + "@", "")),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(api.UserInfo)))
        );
        var vhost = $"{name}-{Guid.NewGuid().ToString("N")[..10]}";
        (await client.PutAsync($"/api/vhosts/{vhost}", null)).EnsureSuccessStatusCode();
        var user = Uri.UnescapeDataString(address.UserInfo.Split(':')[0]);
        var all = new
        {
            configure = ".*",
            write = ".*",
            read = ".*",
        };
        (await client.PutAsJsonAsync($"/api/permissions/{vhost}/{user}", all)).EnsureSuccessStatusCode();
        return new(client, vhost, new UriBuilder(address) { Path = vhost }.Uri);
    }

    /// <summary>The bodies and headers of all messages that stand in any queue, left where they are.</summary>
    public async Task<IReadOnlyList<string>> Everything()
    {
        var messages = new List<string>();
        foreach (var queue in await management.GetFromJsonAsync<List<Queue>>($"/api/queues/{name}") ?? [])
        {
            var get = new
            {
                count = 10_000,
                ackmode = "ack_requeue_true",
                encoding = "auto",
            };
            var answer = await management.PostAsJsonAsync(
                $"/api/queues/{name}/{Uri.EscapeDataString(queue.Name)}/get",
                get
            );
            messages.Add(await answer.Content.ReadAsStringAsync());
        }
        return messages;
    }

    /// <summary>Puts a message into a queue past every exchange, as a failure or a mistake would.</summary>
    public async Task Put(string queue, string body, IReadOnlyDictionary<string, string> headers)
    {
        var message = new
        {
            properties = new
            {
                headers,
                content_type = "application/vnd.masstransit+json",
                delivery_mode = 2,
            },
            routing_key = queue,
            payload = body,
            payload_encoding = "string",
        };
        var answer = await management.PostAsJsonAsync($"/api/exchanges/{name}/amq.default/publish", message);
        answer.EnsureSuccessStatusCode();
    }

    private sealed record Queue(string Name);

    public async ValueTask DisposeAsync()
    {
        await management.DeleteAsync($"/api/vhosts/{name}");
        management.Dispose();
    }
}
