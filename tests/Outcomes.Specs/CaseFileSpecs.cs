using Mediation.Kit;
using static Mediation.Outcomes.Specs.Samples;

namespace Mediation.Outcomes.Specs;

public sealed class CaseFileSpecs()
    : DeciderSpecs<CaseFile, ICaseFileCommand, ICaseFileEvent>(
        CaseFile.Initial,
        CaseFile.Evolve,
        CaseFileDecider.Decide,
        e => (e as Refused)?.Code
    )
{
    private static readonly CaseOpened Announced = new(
        Id(12),
        Id(9),
        "2026-000001",
        "110101",
        "WalkIn",
        Accepted,
        [Id(16)]
    );

    private static readonly CaseWorkerNoted Worker = new(
        Id(12),
        Id(11),
        Id(14),
        Id(15),
        "2026-000001",
        "110101",
        Accepted,
        [new(Id(16), Id(17))],
        new("E", null, false, true, false, "Female", 30),
        [Id(10)]
    );

    [Fact]
    public void NOT_ARRIVED_to_ARRIVED_by_the_case() => Given().When(new NoteOpened(Announced)).Then(Announced);

    [Fact]
    public void NOT_ARRIVED_to_ARRIVED_by_a_worker_of_it() => Given().When(new NoteWorker(Worker)).Then(Worker);

    [Fact]
    public void The_case_may_come_after_its_worker() => Given(Worker).When(new NoteOpened(Announced)).Then(Announced);

    [Fact]
    public void Told_twice_changes_nothing()
    {
        Given(Announced).When(new NoteOpened(Announced)).ThenNothing();
        Given(Announced, Worker).When(new NoteWorker(Worker)).ThenNothing();
        Given(Announced, Worker).When(new NoteLine(Id(11), Id(10))).ThenNothing();
        Given(Announced, new CaseResponsibilityNoted("110101", Id(1)))
            .When(new NoteResponsibility("110101", Id(1)))
            .ThenNothing();
        Given(Announced, new CaseWithdrawn(Today)).When(new NoteWithdrawn(Today)).ThenNothing();
        Given(Announced, new CaseMediationFailed("refusal", Today))
            .When(new NoteMediationFailed("refusal", Today))
            .ThenNothing();
        Given(Announced, new CaseClosed("agreed", Today)).When(new NoteClosed("agreed", Today)).ThenNothing();
    }

    [Fact]
    public void ARRIVED_notes_what_happens()
    {
        Given(Announced).When(new NoteWorker(Worker)).Then(Worker);
        Given(Announced, Worker).When(new NoteLine(Id(11), Id(30))).Then(new CaseLineAdded(Id(11), Id(30)));
        Given(Announced)
            .When(new NoteResponsibility("110101", Id(1)))
            .Then(new CaseResponsibilityNoted("110101", Id(1)));
        Given(Announced).When(new NoteWithdrawn(Today)).Then(new CaseWithdrawn(Today));
        Given(Announced)
            .When(new NoteMediationFailed("refusal", Today))
            .Then(new CaseMediationFailed("refusal", Today));
        Given(Announced).When(new NoteClosed("agreed", Today)).Then(new CaseClosed("agreed", Today));
    }

    [Fact]
    public void NOT_ARRIVED_knows_nothing_else()
    {
        Given().When(new NoteLine(Id(11), Id(10))).Refused(CaseFileRefusals.CaseUnknown);
        Given().When(new NoteResponsibility("110101", null)).Refused(CaseFileRefusals.CaseUnknown);
        Given().When(new NoteWithdrawn(Today)).Refused(CaseFileRefusals.CaseUnknown);
        Given().When(new NoteMediationFailed("refusal", Today)).Refused(CaseFileRefusals.CaseUnknown);
        Given().When(new NoteClosed("agreed", Today)).Refused(CaseFileRefusals.CaseUnknown);
    }

    [Fact]
    public void A_line_belongs_to_a_worker_of_the_case() =>
        Given(Announced).When(new NoteLine(Id(11), Id(10))).Refused(CaseFileRefusals.WorkerUnknown);

    [Fact]
    public void The_state_after_everything_keeps_everything() =>
        Replay(
                Announced,
                Worker,
                new CaseLineAdded(Id(11), Id(30)),
                new CaseResponsibilityNoted("110102", Id(1)),
                new CaseMediationFailed("refusal", Today),
                new CaseWithdrawn(Today),
                new CaseClosed("agreed", Today)
            )
            .ShouldBeOfType<CaseFile.Arrived>()
            .ShouldSatisfyAllConditions(
                a => a.Worker(Id(11))!.Lines.ShouldBe([Id(10), Id(30)]),
                a => a.Responsible.ShouldBe(Id(1)),
                a => a.Unit.ShouldBe("110102"),
                a => a.FailedOn.ShouldBe(Today),
                a => a.WithdrawnOn.ShouldBe(Today),
                a => a.ClosedOn.ShouldBe(Today)
            );
}
