using System.Globalization;
using System.Numerics;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Http.Operations;

namespace Mediation.Portal.Pages.Operations;

/// <summary>One service with its answer, or why there is none.</summary>
public sealed record ServiceShare(string Service, OperationsStatus? Status, Problem? Problem);

/// <summary>How what a consumer applied stands to what was sent.</summary>
public enum Standing
{
    Same,
    Behind,
    Ahead,

    /// <summary>As many messages, but not the same ones.</summary>
    OtherMessages,

    /// <summary>A sender does not answer, so that nothing can be said.</summary>
    Unknown,
}

/// <summary>What a consumer applied of a contract.</summary>
public sealed record AppliedCount(string Service, string Queue, long Messages, string Digest, Standing Standing);

/// <summary>A contract: what all its senders sent together, and what each consumer applied.</summary>
public sealed record ContractCount(
    string Contract,
    IReadOnlyList<string> Senders,
    long Messages,
    string Digest,
    IReadOnlyList<AppliedCount> Applied
);

/// <param name="Sweeps">Null where Deadlines does not answer.</param>
public sealed record OperationsModel(
    IReadOnlyList<ServiceShare> Services,
    IReadOnlyList<ContractCount> Contracts,
    SweepStatus? Sweeps,
    DateTimeOffset At,
    Submission? State
);

/// <param name="Messages">Null where the service does not answer.</param>
public sealed record FailedModel(
    string Service,
    string Queue,
    IReadOnlyList<FailedMessage>? Messages,
    Problem? Problem,
    Submission? State
);

/// <summary>运行: how the services are doing, and what an operator repairs without an engineer.</summary>
public static class OperationsPages
{
    /// <summary>A message that waits longer for its predecessor is an alarm.</summary>
    public static readonly TimeSpan LongestParked = TimeSpan.FromMinutes(5);

    /// <summary>The subscription that seals the log; its lag is the part of the log not yet sealed.</summary>
    public const string Seal = "AuditChain:All";

    /// <summary>The service that watches the days.</summary>
    public const string Watch = "deadlines";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/operations", (HttpContext context, Services s) => Show(context, s, null));
        app.MapPost("/operations", Command);
        app.MapGet(
            "/operations/errors",
            (string? service, string? queue, Services s) => Failed(service ?? "", queue ?? "", s, null)
        );
        app.MapPost("/operations/errors", ReplayFailed);
    }

    /// <summary>What the handlers of this area work with.</summary>
    public sealed class Services(
        IdentityClient identity,
        IntakeClient intake,
        DisputesClient disputes,
        OutcomesClient outcomes,
        DeadlinesClient deadlines,
        TimeProvider time
    )
    {
        public TimeProvider Time => time;
        public DeadlinesClient Deadlines => deadlines;

        /// <summary>In the order in which a case passes them.</summary>
        public IReadOnlyList<(string Name, ServiceClient Client)> All =>
            [
                ("identity", identity),
                ("intake", intake),
                ("disputes", disputes),
                ("outcomes", outcomes),
                (Watch, deadlines),
            ];

        public ServiceClient? Find(string name) =>
            All.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.Ordinal)).Client;
    }

    private static async Task<IResult> Show(HttpContext context, Services s, Submission? state)
    {
        var asked = s.All.Select(x => (x.Name, Answer: x.Client.Operations())).ToList();
        var sweeps = s.Deadlines.Sweeps();
        await Task.WhenAll([sweeps, .. asked.Select(a => a.Answer)]);
        var shares = new List<ServiceShare>();
        foreach (var (name, answer) in asked)
        {
            var (status, problem, _) = await answer;
            shares.Add(new(name, status, problem));
        }
        // A role is the same to all of them: one that refuses, refuses what the page is for.
        if (shares.Any(x => x.Problem is { Forbidden: true }) && shares.All(x => x.Status is null))
            return View.Problem(shares.First(x => x.Problem is { Forbidden: true }).Problem!);
        var model = new OperationsModel(shares, Compare(shares), (await sweeps).Value, s.Time.GetUtcNow(), state);
        return View.IsFragment(context.Request)
            ? View.Of<ServicesPart>(model)
            : View.Of<OperationsPage>(model, state is null ? 200 : state.Problem?.Status ?? 422);
    }

    /// <summary>Counts and digests add up over senders, so what a consumer applied is compared with all that was sent.</summary>
    private static List<ContractCount> Compare(IReadOnlyList<ServiceShare> shares)
    {
        var silent = shares.Any(x => x.Status is null);
        var counts = shares
            .SelectMany(x => (x.Status?.Messages ?? []).Select(m => (x.Service, Count: m)))
            .ToLookup(x => x.Count.Contract, StringComparer.Ordinal);
        var contracts = new List<ContractCount>();
        foreach (var contract in counts.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            var sent = contract.Where(x => x.Count.Direction is "sent").ToList();
            var messages = sent.Sum(x => x.Count.Messages);
            var digest = sent.Aggregate(BigInteger.Zero, (sum, x) => sum + Number(x.Count.Digest));
            contracts.Add(
                new(
                    contract.Key,
                    [.. sent.Select(x => x.Service)],
                    messages,
                    digest.ToString(CultureInfo.InvariantCulture),
                    [
                        .. contract
                            .Where(x => x.Count.Direction is "applied")
                            .Select(x => new AppliedCount(
                                x.Service,
                                x.Count.Party,
                                x.Count.Messages,
                                x.Count.Digest,
                                (x.Count.Messages.CompareTo(messages), Number(x.Count.Digest) == digest) switch
                                {
                                    (0, true) => Standing.Same,
                                    _ when silent => Standing.Unknown,
                                    (< 0, _) => Standing.Behind,
                                    (> 0, _) => Standing.Ahead,
                                    _ => Standing.OtherMessages,
                                }
                            )),
                    ]
                )
            );
        }
        return contracts;
    }

    private static BigInteger Number(string digest) =>
        BigInteger.TryParse(digest, CultureInfo.InvariantCulture, out var number) ? number : BigInteger.MinusOne;

    private static async Task<IResult> Command(HttpContext context, Services s)
    {
        var form = await Submission.Read(context);
        if (s.Find(form.First("service")) is not { } client)
            return View.Of<Shared.ErrorPage>(400, 400);
        return form.Name.Split('-')[0] switch
        {
            "skip" => await form.Send(
                () => client.Skip(form.Required("subscription"), Position(form), form.Head),
                _ =>
                    View.Go(
                        context,
                        "/operations",
                        "operations.skipped",
                        Position(form).ToString("0", CultureInfo.InvariantCulture)
                    ),
                again => Show(context, s, again)
            ),
            "replay" => await form.Send(
                () => client.Replay(form.Required("queue"), form.Head),
                done => Replayed(context, done),
                again => Show(context, s, again)
            ),
            _ => View.Of<Shared.ErrorPage>(400, 400),
        };
    }

    private static long Position(Submission form) =>
        long.TryParse(form.First("position"), CultureInfo.InvariantCulture, out var position) ? position : -1;

    private static IResult Replayed(HttpContext context, Answer<Replayed> done) =>
        View.Go(
            context,
            "/operations",
            "operations.replayed",
            (done.Value?.Messages ?? 0).ToString(CultureInfo.InvariantCulture)
        );

    private static async Task<IResult> Failed(string service, string queue, Services s, Submission? state)
    {
        if (s.Find(service) is not { } client || queue.Length is 0 or > 200)
            return View.Of<Shared.ErrorPage>(404, 404);
        var (messages, problem, _) = await client.FailedMessages(queue);
        if (problem is { Forbidden: true } or { NotFound: true })
            return View.Problem(problem);
        return View.Of<FailedPage>(
            new FailedModel(service, queue, messages, problem, state),
            state is null ? 200 : state.Problem?.Status ?? 422
        );
    }

    private static async Task<IResult> ReplayFailed(HttpContext context, Services s)
    {
        var form = await Submission.Read(context);
        var (service, queue) = (form.First("service"), form.First("queue"));
        if (s.Find(service) is not { } client)
            return View.Of<Shared.ErrorPage>(400, 400);
        return await form.Send(
            () => client.Replay(form.Required("queue"), form.Head),
            done => Replayed(context, done),
            again => Failed(service, queue, s, again)
        );
    }
}
