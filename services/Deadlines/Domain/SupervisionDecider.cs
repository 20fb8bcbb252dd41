namespace Mediation.Deadlines.Domain;

public interface ISupervisionCommand;

/// <summary>A duty was found breached.</summary>
/// <param name="By">The unit above; the unit itself where none is above.</param>
public sealed record OpenSupervision(
    Guid SupervisionId,
    Guid ClockId,
    string Rule,
    ClockSubject Subject,
    DateOnly Due,
    string Unit,
    string By,
    DateOnly Today,
    LegalCalendar Calendar
) : ISupervisionCommand;

public sealed record GiveReply(Guid Content, Guid Account, DateOnly Today) : ISupervisionCommand;

public sealed record SendReplyBack(Guid Content, Guid Account, DateOnly Today, LegalCalendar Calendar)
    : ISupervisionCommand;

/// <param name="Excused">What had been due cannot or need not be done any more.</param>
public sealed record ClearSupervision(Guid Account, bool Excused, DateOnly Today) : ISupervisionCommand;

/// <summary>The clock whose breach is followed up has gone on.</summary>
public sealed record NoteClock(ClockTurn Turn, DateOnly Today) : ISupervisionCommand;

public enum ClockTurn
{
    /// <summary>Done, too late (<see cref="EndConfirmed"/>).</summary>
    Confirmed,

    /// <summary>Done in time, entered late (<see cref="EndRebutted"/>).</summary>
    Rebutted,

    /// <summary>It runs again (<see cref="ClockReopened"/>).</summary>
    Reopened,

    /// <summary>What had been done was taken back (<see cref="AnswerTakenBack"/>).</summary>
    TakenBack,
}

/// <summary>Time passed.</summary>
/// <param name="Above">The unit above the one that supervises now; null where none is.</param>
public sealed record PassSupervisionTo(DateOnly Today, string? Above, LegalCalendar Calendar) : ISupervisionCommand;

public static class SupervisionRefusals
{
    public const string Unknown = "supervision_unknown";
    public const string Cleared = "supervision_cleared";

    /// <summary>There is no reply to look at.</summary>
    public const string NoReply = "supervision_without_reply";

    /// <summary>What had been due is still open; it is done first, or excused.</summary>
    public const string DutyOpen = "supervision_duty_open";

    /// <summary>Who replied decides on the reply of nobody, least of all on her own.</summary>
    public const string OwnReply = "supervision_own_reply";
}

public static class SupervisionDecider
{
    /// <summary>A house rule, no period of law: so many working days for a reply.</summary>
    public const int ReplyWithin = 3;

    /// <exception cref="Refused">A code of <see cref="SupervisionRefusals"/>.</exception>
    public static IReadOnlyList<ISupervisionEvent> Decide(Supervision state, ISupervisionCommand command) =>
        (state, command) switch
        {
            (Supervision.Unknown, OpenSupervision c) =>
            [
                new SupervisionOpened(
                    c.SupervisionId,
                    c.ClockId,
                    c.Rule,
                    c.Subject,
                    c.Due,
                    c.Unit,
                    c.By,
                    c.Today,
                    ReplyBy(c.Today, c.Calendar)
                ),
            ],
            (_, OpenSupervision) => [],
            // Clock and supervision are read in one order: where none was opened, no duty of ours was breached.
            (Supervision.Unknown, NoteClock or PassSupervisionTo) => [],
            (Supervision.Unknown, _) => throw new Refused(SupervisionRefusals.Unknown),

            (Supervision.Answered a, GiveReply c) when a.Reply.Content == c.Content => [],
            (Supervision.Open or Supervision.Answered, GiveReply c) => [new ReplyGiven(c.Content, c.Account, c.Today)],

            (Supervision.Answered a, SendReplyBack or ClearSupervision) when a.Reply.Account == By(command) =>
                throw new Refused(SupervisionRefusals.OwnReply),
            (Supervision.Answered, SendReplyBack c) =>
            [
                new ReplySentBack(c.Content, c.Account, c.Today, ReplyBy(c.Today, c.Calendar)),
            ],
            (Supervision.Answered { Done: false }, ClearSupervision { Excused: false }) => throw new Refused(
                SupervisionRefusals.DutyOpen
            ),
            (Supervision.Answered, ClearSupervision c) =>
            [
                new SupervisionCleared(
                    c.Excused ? ClearingGround.Excused : ClearingGround.Remedied,
                    c.Account,
                    c.Today
                ),
            ],
            (Supervision.Open, SendReplyBack or ClearSupervision) => throw new Refused(SupervisionRefusals.NoReply),
            (Supervision.Cleared, ClearSupervision) => [],
            (Supervision.Cleared, GiveReply or SendReplyBack) => throw new Refused(SupervisionRefusals.Cleared),

            (Supervision.Cleared, NoteClock) => [],
            (Supervision.Known, NoteClock { Turn: ClockTurn.Rebutted } c) =>
            [
                new SupervisionCleared(ClearingGround.Rebutted, null, c.Today),
            ],
            (Supervision.Known, NoteClock { Turn: ClockTurn.Reopened } c) =>
            [
                new SupervisionCleared(ClearingGround.Reopened, null, c.Today),
            ],
            (Supervision.Known { Done: false }, NoteClock { Turn: ClockTurn.Confirmed } c) => [new DutyDone(c.Today)],
            (Supervision.Known { Done: true }, NoteClock { Turn: ClockTurn.TakenBack } c) =>
            [
                new DutyOpenAgain(c.Today),
            ],
            (Supervision.Known, NoteClock) => [],

            (Supervision.Open o, PassSupervisionTo c) when c.Today > o.ReplyBy =>
            [
                c.Above is { } above
                    ? new SupervisionEscalated(o.By, above, c.Today, ReplyBy(c.Today, c.Calendar))
                    : new ReplyUrged(c.Today, ReplyBy(c.Today, c.Calendar)),
            ],
            (_, PassSupervisionTo) => [],
            _ => throw new InvalidOperationException($"{command.GetType().Name} is not a command of a supervision."),
        };

    private static DateOnly ReplyBy(DateOnly today, LegalCalendar calendar) =>
        Counting.Due(new Term(ReplyWithin, PeriodUnit.WorkingDay), new PeriodFacts(today), calendar).Date;

    private static Guid? By(ISupervisionCommand command) =>
        command switch
        {
            SendReplyBack c => c.Account,
            ClearSupervision c => c.Account,
            _ => null,
        };
}
