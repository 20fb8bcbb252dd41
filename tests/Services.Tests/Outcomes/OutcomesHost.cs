using System.Security.Cryptography;
using MassTransit;
using Mediation.Contracts;
using Mediation.Contracts.Disputes;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Contracts.Intake;
using Mediation.Contracts.Outcomes;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Kit;
using Service = Mediation.Outcomes.Service;

namespace Mediation.Services.Tests.Outcomes;

/// <summary>The Outcomes service.</summary>
public sealed class OutcomesHost() : MemberHost("outcomes")
{
    protected override void Register(ServiceHost<Message> host, bool serves) => Service.Outcomes.Register(host);

    protected override void Listen(IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        Hear<PaymentEvidenced>(endpoint);
        Hear<PaymentCountersigned>(endpoint);
        Hear<PaymentReturned>(endpoint);
        Hear<PaymentReversed>(endpoint);
        Hear<RecoveryStanding>(endpoint);
    }
}

/// <summary>Invented papers and entries.</summary>
internal static class Papers
{
    /// <summary>A slip whose bytes no other has.</summary>
    public static byte[] Slip() =>
        [.. "%PDF-1.7\n"u8, .. System.Text.Encoding.ASCII.GetBytes(Guid.NewGuid().ToString()), .. "\n%%EOF"u8];

    public static MultipartFormDataContent Form(
        object said,
        byte[]? receipt,
        string fileName = "slip.pdf",
        byte[]? debtPaper = null
    )
    {
        var form = new MultipartFormDataContent
        {
            { JsonContent.Create(said, said.GetType(), null, EventTypes.Json), "payment" },
        };
        if (receipt is not null)
            form.Add(new ByteArrayContent(receipt), "receipt", fileName);
        if (debtPaper is not null)
            form.Add(new ByteArrayContent(debtPaper), "debtPaper", "debt.pdf");
        return form;
    }

    public static EnterPayment Payment(DateOnly on, params (Guid Line, long Fen)[] shares) =>
        new(
            Guid.CreateVersion7(),
            on,
            PayerKind.Employer,
            PayeeKind.Worker,
            PaymentMeans.BankTransfer,
            [.. shares.Select(s => new Share(s.Line, s.Fen))]
        );
}

/// <summary>A case as Disputes tells it: one stream of the dispute, one per worker.</summary>
internal sealed class ToldCase(OutcomesHost host, string unit, DateOnly acceptedOn, Guid? mediator = null)
{
    private static int numbers;
    private readonly string number = $"测试〔2025〕{Interlocked.Increment(ref numbers):D5}";

    public Guid Dispute { get; } = Guid.CreateVersion7();

    public Guid Employer { get; } = Guid.CreateVersion7();

    public Guid EmployerGroup { get; } = Guid.CreateVersion7();

    public string Number => number;

    public DisputeOpened Opened(long version = 1) =>
        new(
            OutcomesHost.Source(Dispute, version, version - 1),
            Dispute,
            Guid.CreateVersion7(),
            number,
            unit,
            Channel.WalkIn,
            acceptedOn,
            [Employer]
        );

    public ResponsibilityChanged Appointed(long version = 2) =>
        new(OutcomesHost.Source(Dispute, version, version - 1), Dispute, unit, mediator);

    /// <summary>Tells the case with its mediator and waits until it has arrived.</summary>
    public async Task<ToldCase> Tell()
    {
        await host.Tell(Opened());
        await host.Tell(Appointed());
        await Eventually.True(
            async () =>
                await host.Count($"select count(*) from inbox where source_stream = '{Dispute}' and version = 2") == 1,
            "the case arrives"
        );
        return this;
    }

    public ToldWorker Worker(params (ClaimItemType Type, long Fen)[] items) =>
        new(host, this, unit, number, acceptedOn, items);
}

internal sealed class ToldWorker(
    OutcomesHost host,
    ToldCase of,
    string unit,
    string number,
    DateOnly acceptedOn,
    (ClaimItemType Type, long Fen)[] items
)
{
    private long version;

    public Guid Claim { get; } = Guid.CreateVersion7();

    public Guid Party { get; } = Guid.CreateVersion7();

    public Guid Person { get; } = Guid.CreateVersion7();

    public IReadOnlyList<Guid> Items { get; } = [.. items.Select(_ => Guid.CreateVersion7())];

    public Guid Line(int item) => NameBasedId.From(Claim, Items[item].ToString());

    public WorkerJoined Joined() =>
        new(
            Next(),
            Claim,
            of.Dispute,
            number,
            unit,
            Channel.WalkIn,
            acceptedOn,
            Party,
            Person,
            [new(of.Employer, of.EmployerGroup)],
            new("E", null, false, true, false, Sex.Female, 30),
            [.. items.Select((i, n) => new ClaimItem(Items[n], i.Type, null, null, i.Fen))]
        );

    public AgreementEffective Agreed(
        DateOnly on,
        params (int Item, long Fen, (long Fen, DateOnly Due)[] Parts)[] terms
    ) =>
        new(
            Next(on),
            Claim,
            of.Dispute,
            Guid.CreateVersion7(),
            on,
            [
                .. terms.Select(t => new AgreedItem(
                    Items[t.Item],
                    t.Fen,
                    [.. t.Parts.Select((p, n) => new Instalment(n + 1, p.Fen, p.Due))]
                )),
            ]
        );

    public SettledOnSpot Settled(DateOnly on, byte[] slip, Person by, params (int Item, long Fen)[] paid) =>
        new(
            Next(on),
            Claim,
            of.Dispute,
            on,
            [.. paid.Select(p => new AgreedItem(Items[p.Item], p.Fen, [new(1, p.Fen, on)]))],
            new(Guid.CreateVersion7(), Convert.ToHexStringLower(SHA256.HashData(slip)), slip.Length, "application/pdf"),
            by.Account,
            by.Human
        );

    public WorkerClaimWithdrawn Withdrawn(DateOnly on) => new(Next(on), Claim, of.Dispute, "partyAsked", on);

    public async Task Tell(Message message)
    {
        await host.Tell(message);
        await Arrived(message.Source.Version);
    }

    public Task Arrived(long upTo) =>
        Eventually.True(
            async () =>
                await host.Count($"select count(*) from inbox where source_stream = '{Claim}' and version >= {upTo}")
                == 1,
            "the message arrives"
        );

    private SourceEvent Next(DateOnly? on = null) => OutcomesHost.Source(Claim, ++version, version - 1, on);
}

[CollectionDefinition("outcomes")]
public sealed class OutcomesCollection : ICollectionFixture<OutcomesHost>;
