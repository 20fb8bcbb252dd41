using Mediation.Deadlines.Domain;
using Mediation.Kit;
using static Mediation.Deadlines.Specs.Facts;

namespace Mediation.Deadlines.Specs;

/// <summary>A street's mediation was due on 2026-11-17; the breach was found on Wednesday 2026-11-18.</summary>
public sealed class SupervisionSpecs()
    : DeciderSpecs<Supervision, ISupervisionCommand, ISupervisionEvent>(
        Supervision.Initial,
        Supervision.Evolve,
        SupervisionDecider.Decide,
        e => (e as Refused)?.Code
    )
{
    private const string Street = "110105021";
    private const string District = "110105";
    private const string City = "110000";

    private static readonly Guid Secretary = Id(61);
    private static readonly Guid Head = Id(62);
    private static readonly DateOnly Found = new(2026, 11, 18);

    // 11-19 Thu 1, 11-20 Fri 2, weekend, 11-23 Mon 3.
    private static readonly DateOnly ReplyBy = new(2026, 11, 23);

    private static readonly SupervisionOpened Opened = new(
        Id(60),
        ClockId,
        "MED_RUN",
        Subject,
        Due,
        Street,
        District,
        Found,
        ReplyBy
    );

    private static readonly ReplyGiven Replied = new(Id(70), Secretary, new(2026, 11, 20));
    private static readonly SupervisionCleared Done = new(ClearingGround.Remedied, Head, new(2026, 11, 24));

    private static readonly ISupervisionEvent[] OPEN = [Opened];
    private static readonly ISupervisionEvent[] ANSWERED = [Opened, Replied];
    private static readonly ISupervisionEvent[] DONE = [Opened, Replied, new DutyDone(Replied.On)];
    private static readonly ISupervisionEvent[] CLEARED = [.. DONE, Done];

    private static OpenSupervision Open =>
        new(Id(60), ClockId, "MED_RUN", Subject, Due, Street, District, Found, Calendar);

    private static GiveReply Reply(int content = 70) => new(Id(content), Secretary, Replied.On);

    private static SendReplyBack SendBack(Guid? by = null) => new(Id(71), by ?? Head, new(2026, 11, 24), Calendar);

    private static ClearSupervision Clear(bool excused = false, Guid? by = null) => new(by ?? Head, excused, Done.On);

    private static NoteClock Turned(ClockTurn turn) => new(turn, new(2026, 11, 25));

    private static PassSupervisionTo Pass(DateOnly today, string? above = City) => new(today, above, Calendar);

    [Fact]
    public void UNKNOWN_to_OPEN_by_a_breach()
    {
        Given().When(Open).Then(Opened);
        foreach (var state in (ISupervisionEvent[][])[OPEN, ANSWERED, CLEARED])
            Given(state).When(Open).ThenNothing();
    }

    [Fact]
    public void OPEN_to_ANSWERED_by_a_reply_that_can_be_added_to()
    {
        Given(OPEN).When(Reply()).Then(Replied);
        Given(ANSWERED).When(Reply()).ThenNothing();
        Given(ANSWERED).When(Reply(72)).Then(Replied with { Content = Id(72) });
    }

    [Fact]
    public void ANSWERED_to_OPEN_when_the_reply_does_not_suffice()
    {
        // 11-25 Wed 1, 11-26 Thu 2, 11-27 Fri 3.
        var back = new ReplySentBack(Id(71), Head, new(2026, 11, 24), new(2026, 11, 27));
        Given(ANSWERED).When(SendBack()).Then(back);
        Given([.. ANSWERED, back]).When(Reply(72)).Then(Replied with { Content = Id(72) });
        Given(OPEN).When(SendBack()).Refused(SupervisionRefusals.NoReply);
    }

    [Fact]
    public void ANSWERED_to_CLEARED_when_what_was_due_is_done()
    {
        Given(DONE).When(Clear()).Then(Done);
        Given(CLEARED).When(Clear()).ThenNothing();
        Given(ANSWERED).When(Clear()).Refused(SupervisionRefusals.DutyOpen);
        Given(OPEN).When(Clear()).Refused(SupervisionRefusals.NoReply);
    }

    [Fact]
    public void ANSWERED_to_CLEARED_without_it_when_it_is_excused() =>
        Given(ANSWERED).When(Clear(excused: true)).Then(Done with { Ground = ClearingGround.Excused });

    [Fact]
    public void Nobody_decides_on_her_own_reply()
    {
        Given(DONE).When(Clear(by: Secretary)).Refused(SupervisionRefusals.OwnReply);
        Given(ANSWERED).When(SendBack(Secretary)).Refused(SupervisionRefusals.OwnReply);
    }

    [Fact]
    public void What_is_cleared_takes_no_reply_any_more()
    {
        Given(CLEARED).When(Reply(72)).Refused(SupervisionRefusals.Cleared);
        Given(CLEARED).When(SendBack()).Refused(SupervisionRefusals.Cleared);
    }

    [Fact]
    public void What_was_never_opened_takes_nothing()
    {
        Given().When(Reply()).Refused(SupervisionRefusals.Unknown);
        Given().When(SendBack()).Refused(SupervisionRefusals.Unknown);
        Given().When(Clear()).Refused(SupervisionRefusals.Unknown);
        Given().When(Turned(ClockTurn.Confirmed)).ThenNothing();
        Given().When(Pass(ReplyBy.AddDays(1))).ThenNothing();
    }

    [Fact]
    public void OPEN_and_ANSWERED_to_CLEARED_when_there_was_no_breach()
    {
        foreach (var state in (ISupervisionEvent[][])[OPEN, ANSWERED])
        {
            Given(state)
                .When(Turned(ClockTurn.Rebutted))
                .Then(new SupervisionCleared(ClearingGround.Rebutted, null, new(2026, 11, 25)));
            Given(state)
                .When(Turned(ClockTurn.Reopened))
                .Then(new SupervisionCleared(ClearingGround.Reopened, null, new(2026, 11, 25)));
        }
        foreach (var turn in Enum.GetValues<ClockTurn>())
            Given(CLEARED).When(Turned(turn)).ThenNothing();
    }

    [Fact]
    public void What_was_due_is_done_late_and_may_be_taken_back()
    {
        foreach (var state in (ISupervisionEvent[][])[OPEN, ANSWERED])
        {
            Given(state).When(Turned(ClockTurn.Confirmed)).Then(new DutyDone(new(2026, 11, 25)));
            Given(state).When(Turned(ClockTurn.TakenBack)).ThenNothing();
        }
        Given(DONE).When(Turned(ClockTurn.Confirmed)).ThenNothing();
        Given(DONE).When(Turned(ClockTurn.TakenBack)).Then(new DutyOpenAgain(new(2026, 11, 25)));
        Given([.. DONE, new DutyOpenAgain(new(2026, 11, 25))]).When(Clear()).Refused(SupervisionRefusals.DutyOpen);
    }

    [Fact]
    public void OPEN_goes_from_the_district_to_the_city_when_no_reply_comes()
    {
        var escalated = new SupervisionEscalated(District, City, new(2026, 11, 24), new(2026, 11, 27));
        Given(OPEN).When(Pass(ReplyBy)).ThenNothing();
        Given(OPEN).When(Pass(new(2026, 11, 24))).Then(escalated);
        Given([.. OPEN, escalated]).When(Pass(new(2026, 11, 24))).ThenNothing();
        // At the city nobody is above: it asks once more.
        Given([.. OPEN, escalated])
            .When(Pass(new(2026, 11, 30), null))
            .Then(new ReplyUrged(new(2026, 11, 30), new(2026, 12, 3)));
        Given([.. OPEN, escalated, new ReplyUrged(new(2026, 11, 30), new(2026, 12, 3))])
            .When(Pass(new(2026, 12, 1), null))
            .ThenNothing();
    }

    [Fact]
    public void Who_has_answered_or_is_cleared_is_left_in_peace()
    {
        Given(ANSWERED).When(Pass(ReplyBy.AddDays(9))).ThenNothing();
        Given(CLEARED).When(Pass(ReplyBy.AddDays(9))).ThenNothing();
    }
}
