using Mediation.Kit;

namespace Mediation.Intake.Specs;

/// <summary>How a party comes to know that a right of hers ends.</summary>
public sealed class NoticeSpecs()
    : DeciderSpecs<Notice, INoticeCommand, INoticeEvent>(
        new Notice.None(),
        Notice.Evolve,
        NoticeDecider.Decide,
        e => (e as Refused)?.Code
    )
{
    private static readonly NoticeKey Key = new(Id(1), Id(2), Id(3), Id(4), "110105");
    private static readonly DateOnly Asked = new(2026, 11, 16);
    private static readonly DateOnly Today = new(2026, 11, 18);
    private static readonly DateTimeOffset Now = new(2026, 11, 18, 2, 0, 0, TimeSpan.Zero);

    private static readonly OpenNotice Ask = new(Key, "right_ending", "ARB_LIMIT", new(2026, 11, 30), Asked);
    private static readonly NoticeOpened Opened = new(Key, "right_ending", "ARB_LIMIT", new(2026, 11, 30), Asked);
    private static readonly RecordCall InVain = new(CallMeans.Telephone, false, Now, Today, Now);
    private static readonly RecordCall Spoken = InVain with { Reached = true };
    private static readonly CallMade Missed = new(CallMeans.Telephone, false, Now);
    private static readonly RecordPosted Posted = new(Today, Today);

    // Histories: one for every state.
    private static readonly INoticeEvent[] Waiting = [Opened];
    private static readonly INoticeEvent[] Sent = [Opened, new NoticeSent(NoticeMeans.Sms, Asked)];
    private static readonly INoticeEvent[] ToPhone = [.. Sent, new CallAsked(CallReason.NoReceipt, Today)];
    private static readonly INoticeEvent[] ToPrint = [.. ToPhone, Missed, Missed, Missed, new LetterAsked(Today)];
    private static readonly INoticeEvent[] Settled = [.. ToPhone, Closed(NoticeMeans.Call, NoticeOutcome.Told)];

    private static Guid Id(int n) => new(n, 0, 0, new byte[8]);

    private static NoticeClosed Closed(NoticeMeans? means, NoticeOutcome outcome, DateOnly? on = null) =>
        new(Key, means, outcome, on ?? Today);

    [Fact]
    public void Asked_for_twice_it_is_one_notice()
    {
        Given().When(Ask).Then(Opened);
        foreach (var history in (INoticeEvent[][])[Waiting, Sent, ToPhone, ToPrint, Settled])
            Given(history).When(Ask).ThenNothing();
    }

    [Fact]
    public void Nothing_is_done_about_a_notice_that_nobody_asked_for()
    {
        foreach (
            var command in (INoticeCommand[])
                [
                    new RecordSent(NoticeMeans.Sms, Today),
                    new RecordReceipt(true, Today),
                    new AskForCall(CallReason.NoReceipt, Today),
                    new AskForLetter(Today),
                    InVain,
                    Posted,
                    new LeaveOff(false, Today),
                ]
        )
            Given().When(command).Refused(NoticeRefusals.Unknown);
    }

    [Fact]
    public void A_message_counts_with_its_receipt_and_a_mail_when_the_server_took_it()
    {
        Given(Waiting).When(new RecordSent(NoticeMeans.Sms, Today)).Then(new NoticeSent(NoticeMeans.Sms, Today));
        Given(Sent).When(new RecordReceipt(true, Today)).Then(Closed(NoticeMeans.Sms, NoticeOutcome.Told));
        Given(Waiting)
            .When(new RecordSent(NoticeMeans.Email, Today))
            .Then(new NoticeSent(NoticeMeans.Email, Today), Closed(NoticeMeans.Email, NoticeOutcome.Sent));
    }

    [Fact]
    public void Not_delivered_or_without_receipt_or_without_channel_somebody_phones()
    {
        Given(Sent).When(new RecordReceipt(false, Today)).Then(new CallAsked(CallReason.NotDelivered, Today));
        Given(Sent).When(new AskForCall(CallReason.NoReceipt, Today)).Then(new CallAsked(CallReason.NoReceipt, Today));
        Given(Waiting)
            .When(new AskForCall(CallReason.NoChannel, Today))
            .Then(new CallAsked(CallReason.NoChannel, Today));
        Given(Waiting).When(new AskForLetter(Today)).Then(new LetterAsked(Today));
    }

    [Fact]
    public void A_receipt_that_comes_late_still_settles_it()
    {
        foreach (var history in (INoticeEvent[][])[ToPhone, ToPrint])
            Given(history).When(new RecordReceipt(true, Today)).Then(Closed(NoticeMeans.Sms, NoticeOutcome.Told));
        foreach (var history in (INoticeEvent[][])[Waiting, Settled])
            Given(history).When(new RecordReceipt(true, Today)).ThenNothing();
        foreach (var history in (INoticeEvent[][])[Waiting, ToPhone, ToPrint, Settled])
            Given(history).When(new RecordReceipt(false, Today)).ThenNothing();
    }

    [Fact]
    public void What_the_sender_tells_out_of_place_changes_nothing()
    {
        foreach (var history in (INoticeEvent[][])[Sent, ToPhone, ToPrint, Settled])
        {
            Given(history).When(new RecordSent(NoticeMeans.Sms, Today)).ThenNothing();
            Given(history).When(new AskForLetter(Today)).ThenNothing();
        }
        foreach (var history in (INoticeEvent[][])[ToPhone, ToPrint, Settled])
            Given(history).When(new AskForCall(CallReason.NoReceipt, Today)).ThenNothing();
    }

    [Fact]
    public void Spoken_to_she_is_told()
    {
        var made = Missed with { Reached = true };
        foreach (var history in (INoticeEvent[][])[ToPhone, ToPrint])
            Given(history).When(Spoken).Then(made, Closed(NoticeMeans.Call, NoticeOutcome.Told));
    }

    [Fact]
    public void Three_calls_in_vain_make_it_a_letter()
    {
        Given(ToPhone).When(InVain).Then(Missed);
        Given([.. ToPhone, Missed]).When(InVain).Then(Missed);
        Given([.. ToPhone, Missed, Missed]).When(InVain).Then(Missed, new LetterAsked(Today));
        Given(ToPrint).When(InVain).Then(Missed);
        Given(ToPrint).When(Posted).Then(Closed(NoticeMeans.Letter, NoticeOutcome.Sent));
    }

    [Fact]
    public void Calls_and_letters_belong_where_they_were_asked_for()
    {
        foreach (var history in (INoticeEvent[][])[Waiting, Sent])
            Given(history).When(Spoken).Refused(NoticeRefusals.NotToPhone);
        foreach (var history in (INoticeEvent[][])[Waiting, Sent, ToPhone])
            Given(history).When(Posted).Refused(NoticeRefusals.NotToPrint);
        foreach (var command in (INoticeCommand[])[Spoken, Posted])
            Given(Settled).When(command).Refused(NoticeRefusals.Settled);
    }

    [Fact]
    public void No_call_and_no_letter_lies_ahead_or_before_the_notice()
    {
        Given(ToPhone).When(Spoken with { At = Now.AddMinutes(1) }).Refused(NoticeRefusals.CallAhead);
        Given(ToPhone).When(Spoken with { On = Asked.AddDays(-1) }).Refused(NoticeRefusals.BeforeOpening);
        Given(ToPrint).When(Posted with { PostedOn = Today.AddDays(1) }).Refused(NoticeRefusals.PostedAhead);
        Given(ToPrint).When(Posted with { PostedOn = Asked.AddDays(-1) }).Refused(NoticeRefusals.BeforeOpening);
    }

    [Fact]
    public void What_the_clock_no_longer_asks_for_is_left_off()
    {
        Given(Waiting).When(new LeaveOff(false, Today)).Then(Closed(null, NoticeOutcome.Void));
        foreach (var history in (INoticeEvent[][])[Sent, ToPhone])
            Given(history).When(new LeaveOff(false, Today)).Then(Closed(NoticeMeans.Sms, NoticeOutcome.Void));
        Given(ToPrint).When(new LeaveOff(true, Today)).Then(Closed(NoticeMeans.Call, NoticeOutcome.NotReached));
        Given(Settled).When(new LeaveOff(true, Today)).ThenNothing();
    }
}
