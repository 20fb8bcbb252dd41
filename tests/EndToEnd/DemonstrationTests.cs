using Mediation.Contracts;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Http.Outcomes;
using Mediation.Demonstration;
using Mediation.Kit;

namespace Mediation.EndToEnd.Tests;

/// <summary>What somebody finds who starts the product for the first time.</summary>
[Collection(Alone.Name)]
public sealed class DemonstrationTests
{
    [Fact]
    public async Task The_invented_year_fills_every_state_list_and_total_and_is_played_once()
    {
        // A city of its own: the demonstration acts as the accounts that other tests use.
        await using var city = new City(withPortal: false);
        await city.InitializeAsync();
        using var services = city.Services();
        await DemonstrationYear.Play(services, City.Password);
        var recorded = await Recorded(city);
        (await DemonstrationYear.Play(services, City.Password)).Districts.ShouldBe(4);
        (await Recorded(city)).ShouldBe(recorded);

        var supervisor = await services.SignIn("ducha.shi", City.Password);
        var requests = await All<RequestRow>(supervisor, Service.Intake, "/requests?");
        requests.Select(r => r.State).Distinct().ShouldBe(Enum.GetValues<RequestState>(), ignoreOrder: true);
        requests.Select(r => r.Channel).Distinct().ShouldBe(Enum.GetValues<Channel>(), ignoreOrder: true);
        requests.ShouldContain(r => r.Escalated);
        var disputes = await All<DisputeRow>(supervisor, Service.Disputes, "/disputes?");
        disputes.Select(d => d.State).Distinct().ShouldBe(Enum.GetValues<DisputeState>(), ignoreOrder: true);
        disputes.Select(d => d.Unit[..6]).Distinct().Count().ShouldBe(4);
        disputes.Select(d => (d.AcceptedOn.Year, d.AcceptedOn.Month)).Distinct().Count().ShouldBeGreaterThan(8);
        var payments = await All<PaymentListItem>(supervisor, Service.Outcomes, "/payments?");
        payments.Select(p => p.State).Distinct().ShouldBe(Enum.GetValues<PaymentState>(), ignoreOrder: true);

        var year = $"{disputes.Min(d => d.AcceptedOn):yyyy-MM-dd}..{disputes.Max(d => d.AcceptedOn):yyyy-MM-dd}";
        var totals = (await supervisor.Get<TotalsView>(Service.Outcomes, $"/totals?unit=110000&period={year}"))
            .Units[0]
            .Totals;
        long[] figures =
        [
            totals.AcceptedCases,
            totals.AcceptedPersons,
            totals.ClaimedFen,
            totals.AgreedFen,
            totals.EffectiveFen,
            totals.DueFen,
            totals.RecoveredFen,
            totals.PendingFen,
            totals.AwaitingFen,
            totals.ReturnedFen,
            totals.ToFundFen,
            totals.ClawbackFen,
        ];
        figures.ShouldAllBe(f => f > 0);

        await HasToDo(
            services,
            "jiedai.chaoyang",
            Service.Intake,
            "request_triage",
            "request_consent",
            "request_complete"
        );
        await HasToDo(services, "zhuren.chaoyang", Service.Disputes, "appoint_mediator", "decide_recusal");
        await HasToDo(
            services,
            "tiaojie.chaoyang",
            Service.Disputes,
            "schedule_session",
            "hold_session",
            "record_signatures",
            "close_dispute"
        );
        await HasToDo(
            services,
            "tiaojie.chaoyang",
            Service.Outcomes,
            "instalmentDue",
            "instalmentOverdue",
            "paymentReturned"
        );
        await HasToDo(services, "fuhe.chaoyang", Service.Outcomes, "paymentToCountersign");
    }

    private static async Task HasToDo(Services services, string account, Service service, params string[] kinds)
    {
        var staff = await services.SignIn(account, City.Password);
        var worklist = await Eventually.Get(
            () => staff.Get<Worklist>(service, "/worklist"),
            w => kinds.All(k => w.Counts.GetValueOrDefault(k) > 0),
            $"{account} finds work at {service}: {string.Join(", ", kinds)}"
        );
        worklist.Items.ShouldNotBeEmpty();
    }

    private static async Task<List<T>> All<T>(Staff reader, Service service, string path)
    {
        var all = new List<T>();
        for (var page = 1; ; page++)
        {
            var one = await reader.Get<Page<T>>(service, $"{path}page={page}&size=100");
            all.AddRange(one.Items);
            if (one.Items.Count == 0 || all.Count >= one.Total)
                return all;
        }
    }

    // What people did at the front door and in the cases, once every accepted request is a case; what Outcomes tells of
    // the money may still be on its way.
    private static async Task<string> Recorded(City city)
    {
        var accepted = await city.Count("Intake", "select count(*) from mt_events where type = 'request_accepted'");
        await Eventually.Get(
            () => city.Count("Disputes", "select count(*) from mt_streams where type = 'dispute'"),
            cases => cases == accepted,
            $"{accepted} accepted requests are cases"
        );
        // What the services tell each other, and notices of what falls due, come by themselves and in their own time.
        var counts = new List<string>();
        foreach (var service in new[] { "Intake", "Disputes" })
        foreach (
            var row in await city.Databases[service]
                .Rows(
                    """
                    select e.type, count(*) from mt_events e join mt_streams s on s.id = e.stream_id
                    where e.type <> 'recovery_noted' and s.type <> 'notice' group by 1 order by 1
                    """
                )
        )
            counts.Add($"{row[0]} {row[1]}");
        return string.Join('\n', counts);
    }
}
