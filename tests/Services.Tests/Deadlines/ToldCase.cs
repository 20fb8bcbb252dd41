using Mediation.Contracts;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Intake;
using Mediation.EventStore;
using Mediation.Kit;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>A case as Intake and Disputes tell of it: one stream of the request, one of the dispute, one per worker.</summary>
internal sealed class ToldCase(DeadlinesHost host, string unit, int workers = 1, bool newForm = false)
{
    private readonly Dictionary<Guid, long> versions = [];

    public Guid Request { get; } = Guid.CreateVersion7();

    public Guid Dispute => NameBasedId.From(Request, "dispute");

    public string Unit => unit;

    public string CaseNumber { get; } = "测" + Guid.NewGuid().ToString("N")[..8];

    public IReadOnlyList<ToldWorker> Workers { get; } =
    [
        .. Enumerable
            .Range(0, workers)
            .Select(_ => new ToldWorker(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), newForm)),
    ];

    public ToldWorker Worker => Workers[0];

    /// <summary>Day on which the worker knew that her right was infringed.</summary>
    public DateOnly? InfringedOn { get; init; }

    public MediationApplied Applied(DateOnly on) =>
        new(
            Source(Request),
            Request,
            Dispute,
            unit,
            Channel.WalkIn,
            on,
            [
                .. Workers.Select(w => new ApplyingWorker(
                    w.Claim,
                    w.Party,
                    w.NewForm,
                    null,
                    [new(w.Item, ClaimItemType.Severance, null, null, 1_000_00, InfringedOn)]
                )),
            ]
        );

    public RequestAccepted Accepted(DateOnly received, DateOnly on) =>
        new(
            Source(Request),
            Request,
            Dispute,
            CaseNumber,
            unit,
            Channel.WalkIn,
            received,
            on,
            LegalRelation.Labour,
            StatutoryHead.PayInjurySeveranceDamages,
            [],
            []
        );

    public RequestWithdrawn Withdrawn(DateOnly on) => new(Source(Request), Request, unit, on);

    public ResponsibilityChanged Responsible(Guid? account) => new(Source(Dispute), Dispute, unit, account);

    public DisputeOpened Opened(DateOnly on) =>
        new(Source(Dispute), Dispute, Request, CaseNumber, unit, Channel.WalkIn, on, []);

    public WorkerJoined Joined(ToldWorker w, DateOnly acceptedOn) =>
        new(
            Source(w.Claim),
            w.Claim,
            Dispute,
            CaseNumber,
            unit,
            Channel.WalkIn,
            acceptedOn,
            w.Party,
            Guid.CreateVersion7(),
            [],
            new(null, null, w.NewForm, false, false, Sex.Unknown, null),
            [new(w.Item, ClaimItemType.Severance, null, null, 1_000_00, InfringedOn)]
        );

    public AgreementEffective Effective(ToldWorker w, DateOnly on, params DateOnly[] instalments) =>
        new(
            Source(w.Claim),
            w.Claim,
            Dispute,
            Guid.CreateVersion7(),
            on,
            [new(w.Item, 1_000_00, [.. instalments.Select((d, i) => new Instalment(i + 1, 1_000_00, d))])]
        );

    public WorkerClaimFailed Failed(ToldWorker w, DateOnly on) => new(Source(w.Claim), w.Claim, Dispute, "refused", on);

    /// <summary>Applied for, accepted and opened, with somebody who answers for it; waits until its clocks run.</summary>
    public async Task<ToldCase> Accept(DateOnly received, DateOnly on, Guid? responsible)
    {
        await host.Tell(Applied(received));
        await host.Tell(Accepted(received, on));
        await host.Tell(Opened(on));
        await host.Tell(Responsible(responsible));
        foreach (var worker in Workers)
            await host.Tell(Joined(worker, on));
        await Eventually.True(
            async () =>
                await host.Count($"select count(*) from clocks where case_id = '{Dispute}' and rule = 'MED_RUN'")
                    == Workers.Count
                && await host.Count(
                    $"select count(*) from clocks where case_id = '{Dispute}' and rule = 'MED_ACCEPT' and standing <> 'running'"
                ) == 1
                && await host.Count(
                    $"select count(*) from cases where stream_id = '{Dispute}' and row ->> 'caseNumber' is not null"
                        + (responsible is { } who ? $" and responsible = '{who}'" : "")
                ) == 1,
            "the clocks of the case run"
        );
        return this;
    }

    /// <summary>The next message of a stream of another service.</summary>
    public SourceEvent Source(Guid stream)
    {
        var version = versions.GetValueOrDefault(stream) + 1;
        versions[stream] = version;
        return new(Guid.CreateVersion7(), stream, version, version - 1, host.Time.GetUtcNow());
    }
}

internal sealed record ToldWorker(Guid Claim, Guid Party, Guid Item, bool NewForm);
