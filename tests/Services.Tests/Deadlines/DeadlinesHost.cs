using MassTransit;
using Mediation.Contracts;
using Mediation.Contracts.Deadlines;
using Mediation.Deadlines.Service;
using Mediation.Hosting;
using Mediation.Kit;
using Service = Mediation.Deadlines.Service;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>The Deadlines service with a clock that the tests move, on a working day far from every holiday. It asks what
/// is due when the test says so; with <see cref="Scheduled"/> by its own schedule.</summary>
public class DeadlinesHost() : MemberHost("deadlines")
{
    /// <summary>Wednesday.</summary>
    public static readonly DateOnly FirstDay = new(2026, 7, 8);

    public ManualClock Time { get; } = new(LegalDay.Begin(FirstDay).AddHours(9));

    protected override TimeProvider Clock => Time;

    /// <summary>Whether instances that serve also run the schedule.</summary>
    protected virtual bool Scheduled => false;

    public DateOnly Today
    {
        get => LegalDay.Today(Time);
        set => Time.Now = LegalDay.Begin(value).AddHours(9);
    }

    protected override void Register(ServiceHost<Message> host, bool serves)
    {
        if (serves && Scheduled)
            Schedule.Add(host.Builder);
        Service.Deadlines.Register(host);
    }

    protected override void Listen(IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        Hear<ClockChanged>(endpoint);
        Hear<NoticeDue>(endpoint);
        Hear<SupervisionChanged>(endpoint);
    }

    /// <summary>What the schedule would do now.</summary>
    public async Task AskWhatIsDue() =>
        await ActivatorUtilities.CreateInstance<AskWhatIsDue>(Provider).Execute(null!, CancellationToken.None);
}
