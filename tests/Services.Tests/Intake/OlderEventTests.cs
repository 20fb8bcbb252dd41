using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;
using Mediation.EventStore;
using Mediation.Intake;
using Mediation.Intake.Service;
using ApplicationForm = Mediation.Intake.ApplicationForm;
using ConsentManner = Mediation.Intake.ConsentManner;
using Http = Mediation.Contracts.Http.Intake;
using MediationInitiative = Mediation.Intake.MediationInitiative;
using Messages = Mediation.Contracts.Intake;

namespace Mediation.Services.Tests.Intake;

/// <summary>What was recorded by earlier versions is read by this one.</summary>
public sealed class OlderEventTests(IntakeHost host) : IClassFixture<IntakeHost>
{
    private readonly Person officer = host.SignIn(Role.IntakeOfficer, IntakeHost.Chaoyang);
    private readonly Person head = host.SignIn(Role.CentreHead, IntakeHost.Chaoyang);

    [Fact]
    public async Task Requests_recorded_when_events_said_less_are_read_amended_and_accepted()
    {
        var registered = await officer.Ask<RegisteredRequest>("/requests", Invented.Matter(IntakeHost.Chaoyang));
        var path = $"/requests/{registered.Id}";
        await officer.Do($"{path}/triage", Invented.Triage);
        var details = await officer.Get<RequestDetails>(path);
        // As it was stored: null members are not written.
        await using (var scope = host.Provider.CreateAsyncScope())
        {
            var journal = scope.ServiceProvider.GetRequiredService<EventJournal>();
            var loaded = await journal.Load(Aggregates.Request, registered.Id);
            object[] before =
            [
                new Mediation.Intake.MediationApplied(
                    MediationInitiative.Applicant,
                    ApplicationForm.Oral,
                    Invented.Today
                ),
                .. details
                    .Applicants.Select(a => a.PartyId)
                    .Concat(details.Respondents.Select(r => r.PartyId))
                    .Select(party => new ConsentRecorded(party, true, ConsentManner.Written, Invented.Today, null)),
            ];
            var changes = new Changes(new(Guid.CreateVersion7(), "test", Unit: IntakeHost.Chaoyang));
            await journal.Commit(changes.Append(Aggregates.Request.Name, loaded, before));
        }
        (await officer.Get<RequestDetails>(path)).AppliedOn.ShouldBe(Invented.Today);
        await officer.Do($"{path}/amend", new Http.AmendRequest(null, null, "又欠了一个月"));
        await head.Ask<AcceptedRequest>($"{path}/accept", new Http.AcceptRequest(Invented.Today));
        (await host.Told<Messages.RequestAccepted>(registered.Id)).Source.PreviousVersion.ShouldBe(1);
        host.Published.Where(m => m.Source.Stream == registered.Id)
            .Select(m => m.GetType())
            .ShouldBe([typeof(Messages.RequestRegistered), typeof(Messages.RequestAccepted)], ignoreOrder: true);
    }
}
