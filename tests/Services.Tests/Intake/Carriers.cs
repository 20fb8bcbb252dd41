using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Mediation.Services.Tests.Intake;

/// <summary>The other side of notices on real sockets: an SMS gateway that keeps what it got, and a mail server that takes
/// messages by SMTP.</summary>
public sealed class Carriers : IAsyncDisposable
{
    public const string Key = "gateway-key";

    private readonly WebApplication gateway;
    private readonly TcpListener mail = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private int count;

    private Carriers(WebApplication gateway)
    {
        this.gateway = gateway;
        gateway.MapPost("/messages", Take);
        mail.Start();
        accepting = Accept();
    }

    /// <summary>Messages taken: gateway's id, number, text, reference.</summary>
    public ConcurrentQueue<(string Id, string Number, string Text, Guid Reference)> Sms { get; } = [];

    /// <summary>How often a number was tried, taken or not.</summary>
    public ConcurrentDictionary<string, int> Tries { get; } = [];

    /// <summary>Answers for numbers the gateway does not take.</summary>
    public ConcurrentDictionary<string, int> Refused { get; } = [];

    /// <summary>Mails as they came over the wire: recipient and content.</summary>
    public ConcurrentQueue<(string To, string Content)> Mails { get; } = [];

    public string SmsUrl => gateway.Urls.First() + "/messages";

    public string SmtpUrl => $"smtp://127.0.0.1:{((IPEndPoint)mail.LocalEndpoint).Port}?from=tixing@example.test";

    public static async Task<Carriers> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var carriers = new Carriers(builder.Build());
        await carriers.gateway.StartAsync();
        return carriers;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        mail.Stop();
        await accepting;
        await gateway.DisposeAsync();
        stop.Dispose();
    }

    private async Task<IResult> Take(HttpRequest request)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(request.Body);
        var number = body.GetProperty("number").GetString()!;
        Tries.AddOrUpdate(number, 1, (_, n) => n + 1);
        if (request.Headers["X-Gateway-Key"] != Key)
            return Results.Unauthorized();
        if (Refused.TryGetValue(number, out var status))
            return Results.StatusCode(status);
        var id = $"m{Interlocked.Increment(ref count)}-{Guid.NewGuid():N}";
        Sms.Enqueue((id, number, body.GetProperty("text").GetString()!, body.GetProperty("reference").GetGuid()));
        return Results.Json(new { id });
    }

    private async Task Accept()
    {
        while (!stop.IsCancellationRequested)
            try
            {
                using var client = await mail.AcceptTcpClientAsync(stop.Token);
                await Talk(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // Stopped, or the other side hung up.
            }
    }

    private async Task Talk(TcpClient client)
    {
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false))
        {
            NewLine = "\r\n",
            AutoFlush = true,
        };
        await writer.WriteLineAsync("220 test");
        var to = "";
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            var word = line.Split(' ', ':')[0].ToUpperInvariant();
            if (word == "RCPT")
                to = line[
                    (line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)
                ];
            if (word == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                var content = new StringBuilder();
                while (await reader.ReadLineAsync(stop.Token) is { } text && text != ".")
                    content.AppendLine(text);
                Mails.Enqueue((to, content.ToString()));
            }
            await writer.WriteLineAsync(word == "QUIT" ? "221 bye" : "250 ok");
            if (word == "QUIT")
                return;
        }
    }
}
