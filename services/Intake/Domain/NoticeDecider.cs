namespace Mediation.Intake;

public interface INoticeCommand;

public sealed record OpenNotice(NoticeKey Notice, string Template, string Rule, DateOnly Due, DateOnly Today)
    : INoticeCommand;

/// <summary>The sender handed the message over.</summary>
public sealed record RecordSent(NoticeMeans Means, DateOnly On) : INoticeCommand;

/// <summary>The gateway told what became of the message.</summary>
public sealed record RecordReceipt(bool Delivered, DateOnly On) : INoticeCommand;

public sealed record AskForCall(CallReason Reason, DateOnly On) : INoticeCommand;

public sealed record AskForLetter(DateOnly On) : INoticeCommand;

/// <param name="At">When she was called.</param>
/// <param name="On">Legal day of <paramref name="At"/>.</param>
public sealed record RecordCall(CallMeans Means, bool Reached, DateTimeOffset At, DateOnly On, DateTimeOffset Now)
    : INoticeCommand;

public sealed record RecordPosted(DateOnly PostedOn, DateOnly Today) : INoticeCommand;

/// <summary>The clock no longer asks for it: the right does not end on that day, or it ended.</summary>
/// <param name="Ended">The right ended; else it does not end on the day the notice names.</param>
public sealed record LeaveOff(bool Ended, DateOnly On) : INoticeCommand;

public static class NoticeRefusals
{
    public const string Unknown = "notice_unknown";
    public const string Settled = "notice_settled";
    public const string NotToPhone = "notice_not_to_phone";
    public const string NotToPrint = "notice_not_to_print";
    public const string CallAhead = "notice_call_ahead";
    public const string BeforeOpening = "notice_before_opening";
    public const string PostedAhead = "notice_posted_ahead";
}

/// <summary>How a party comes to know that a right of hers ends. What a machine tells late, or twice, changes nothing and
/// is no fault; what a person enters out of place is refused.</summary>
public static class NoticeDecider
{
    /// <summary>Calls in vain after which a letter goes out.</summary>
    public const int Tries = 3;

    public static IReadOnlyList<INoticeEvent> Decide(Notice state, INoticeCommand command) =>
        (state, command) switch
        {
            (Notice.None, OpenNotice c) => [new NoticeOpened(c.Notice, c.Template, c.Rule, c.Due, c.Today)],
            (Notice.None, _) => throw new Refused(NoticeRefusals.Unknown),
            (_, OpenNotice) => [],

            (Notice.Waiting s, RecordSent c) => Sent(s, c),
            (Notice.Waiting or Notice.Sent, AskForCall c) => [new CallAsked(c.Reason, c.On)],
            (Notice.Waiting, AskForLetter c) => [new LetterAsked(c.On)],
            (Notice.Open { Means: not null } s, RecordReceipt { Delivered: true } c) =>
            [
                new NoticeClosed(s.Key, NoticeMeans.Sms, NoticeOutcome.Told, c.On),
            ],
            (Notice.Sent, RecordReceipt c) => [new CallAsked(CallReason.NotDelivered, c.On)],
            (Notice.Open s, LeaveOff c) =>
            [
                new NoticeClosed(s.Key, s.Means, c.Ended ? NoticeOutcome.NotReached : NoticeOutcome.Void, c.On),
            ],
            (_, RecordSent or AskForCall or AskForLetter or RecordReceipt or LeaveOff) => [],

            (Notice.Settled, _) => throw new Refused(NoticeRefusals.Settled),
            (Notice.ToPhone s, RecordCall c) => Call(s, c),
            (Notice.ToPrint s, RecordCall c) => Call(s, c),
            (_, RecordCall) => throw new Refused(NoticeRefusals.NotToPhone),
            (Notice.ToPrint s, RecordPosted c) => Post(s, c),
            (_, RecordPosted) => throw new Refused(NoticeRefusals.NotToPrint),

            _ => throw new InvalidOperationException($"{command.GetType().Name} in {state.GetType().Name}"),
        };

    // A mail server gives no receipt: what it took is sent, and that is all that will be known.
    private static IReadOnlyList<INoticeEvent> Sent(Notice.Waiting state, RecordSent c)
    {
        var sent = new NoticeSent(c.Means, c.On);
        return c.Means is NoticeMeans.Email
            ? [sent, new NoticeClosed(state.Key, c.Means, NoticeOutcome.Sent, c.On)]
            : [sent];
    }

    private static IReadOnlyList<INoticeEvent> Call(Notice.Open state, RecordCall c)
    {
        if (c.At > c.Now)
            throw new Refused(NoticeRefusals.CallAhead);
        if (c.On < state.OpenedOn)
            throw new Refused(NoticeRefusals.BeforeOpening, state.OpenedOn);
        var made = new CallMade(c.Means, c.Reached, c.At);
        if (c.Reached)
            return [made, new NoticeClosed(state.Key, NoticeMeans.Call, NoticeOutcome.Told, c.On)];
        return state is Notice.ToPhone && state.Tries + 1 >= Tries ? [made, new LetterAsked(c.On)] : [made];
    }

    private static IReadOnlyList<INoticeEvent> Post(Notice.ToPrint state, RecordPosted c)
    {
        if (c.PostedOn > c.Today)
            throw new Refused(NoticeRefusals.PostedAhead);
        if (c.PostedOn < state.OpenedOn)
            throw new Refused(NoticeRefusals.BeforeOpening, state.OpenedOn);
        return [new NoticeClosed(state.Key, NoticeMeans.Letter, NoticeOutcome.Sent, c.PostedOn)];
    }
}
