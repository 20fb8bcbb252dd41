using System.Diagnostics;
using System.Globalization;
using System.Net;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Disputes;
using Mediation.EventStore;
using Mediation.Services.Tests.Disputes;

namespace Mediation.Benchmarks;

/// <summary>A command through the real Disputes service over HTTP: token checked, role and unit checked, case loaded and
/// decided on, event appended with the case list and the stored answer; against appends of the store alone.</summary>
internal static class HttpBenchmark
{
    private const int Clients = 8;
    private const int PerRound = 60;
    private const int PerCase = 10;
    private const double MedianAtMost = 10;
    private const double TailAtMost = 60;

    public static async Task Run(Report report, int rounds)
    {
        await using var service = new DisputesFixture();
        await service.InitializeAsync();
        var cases = await Task.WhenAll(
            Enumerable.Range(0, Clients * (rounds + 1) * PerRound / PerCase).Select(_ => Opened(service))
        );
        var used = -1;
        var times = new List<double>();
        async Task<long> Round()
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, Clients)
                    .Select(_ =>
                        Task.Run(async () =>
                        {
                            using var client = service.As(service.Mediator);
                            var own = new List<double>();
                            for (var n = 0; n < PerRound / PerCase; n++)
                                await Sessions(client, cases[Interlocked.Increment(ref used)], own);
                            lock (times)
                                times.AddRange(own);
                        })
                    )
            );
            return Clients * PerRound;
        }
        // In a log of its own: the service knows no such events.
        await using var beside = await AppendBenchmark.Store.Create();
        var appends = new AppendBenchmark.Appender(beside.Journal, Clients);
        var figures = await Rounds.Alternate(
            rounds,
            await Processor.Of(beside.Source),
            [("http", Round), ("append", () => Rounds.Clients(Clients, TimeSpan.FromSeconds(2), appends.Append))]
        );
        // The first round warmed up.
        var all = new Figures([.. times.Skip(Clients * PerRound)]);
        report.Row($"HTTP command, {Clients} clients", figures["http"].ToString());
        report.Row(
            $"append by the store alone, {Clients} writers, while the service runs",
            figures["append"].ToString()
        );
        report.Row(
            "HTTP command in appends",
            string.Create(
                CultureInfo.InvariantCulture,
                $"one command costs as much time as {figures["append"].Median / figures["http"].Median:0.0} appends"
            )
        );
        report.Limit($"HTTP command p50, {Clients} clients", all.Quantile(0.5), MedianAtMost);
        report.Limit($"HTTP command p99, {Clients} clients", all.Quantile(0.99), TailAtMost);
    }

    private static async Task<(Guid Id, long Version)> Opened(DisputesFixture service)
    {
        var opened = await service.Open(Cases.Accepted([(Mediation.Contracts.ClaimItemType.Wages, 5_200_000)]));
        var done = await opened.Do(
            service.Head,
            "/mediator",
            new AppointMediator(service.Mediator.Account, OpenedCase.Today)
        );
        return (opened.Id, done.Version);
    }

    private static async Task Sessions(HttpClient client, (Guid Id, long Version) on, List<double> times)
    {
        var version = on.Version;
        for (var n = 0; n < PerCase; n++)
        {
            var begun = Stopwatch.GetTimestamp();
            using var message = new HttpRequestMessage(HttpMethod.Post, $"/disputes/{on.Id}/sessions")
            {
                Content = JsonContent.Create(
                    new ScheduleSession(TimeProvider.System.GetUtcNow().AddHours(2), SessionMode.InPerson),
                    options: EventTypes.Json
                ),
            };
            message.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
            message.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString());
            using var response = await client.SendAsync(message);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new InvalidOperationException(await response.Content.ReadAsStringAsync());
            version = (await response.Content.ReadFromJsonAsync<Done>(EventTypes.Json))!.Version;
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
    }
}
