using Mediation.Deadlines.Domain;
using static Mediation.Deadlines.Specs.Facts;

namespace Mediation.Deadlines.Specs;

public sealed class BookSpecs
{
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly Connections Connections = StatuteBook.ParseConnections(Text("connections.json"));

    /// <summary>The rules that a message starts today. Whoever adds a contract takes its rules out of 未接入 here.</summary>
    [Fact]
    public void The_rules_that_no_message_starts_stand_as_unconnected()
    {
        var connected = Book.On(Today).Where(Connections.IsConnected).Select(rule => rule.Id).ToList();
        connected.ShouldBe(
            [
                "AGR_ARB_REVIEW",
                "AGR_CONFIRM",
                "AGR_PERFORM",
                "ARB_LIMIT",
                "ARB_LIMIT_WAGE",
                "MED_ACCEPT",
                "MED_GATE",
                "MED_LOCAL_CY",
                "MED_LOCAL_CY_HAND",
                "MED_RUN",
            ],
            ignoreOrder: true
        );
        Unconnected.ShouldBe(
            Book.On(Today).Where(rule => !Connections.IsConnected(rule)).Select(rule => rule.Id),
            ignoreOrder: true
        );
        Unconnected.Length.ShouldBe(70);
    }

    private static readonly string[] Unconnected =
    [
        // 1A: negotiation, review, confirmation, payment order
        .. "NEG_RESPOND ARB_REVIEW_DECIDE CONFIRM_ACCEPT CONFIRM_DECIDE CONFIRM_OBJECT CONFIRM_OBJECT_THIRD".Split(' '),
        .. "PAYORD_ACCEPT PAYORD_ISSUE PAYORD_DEBTOR PAYORD_SERVE PAYORD_FALLBACK".Split(' '),
        // 1B: arbitration
        .. "ARB_CORRECT ARB_ACCEPT ARB_SERVE ARB_PANEL ARB_DEFENCE ARB_DEF_COPY".Split(' '),
        .. "ARB_RECUSE ARB_HEAR_NOTICE ARB_HEAR_ADJOURN ARB_DELEG_MED ARB_AWARD ARB_SUE_W ARB_SETASIDE".Split(' '),
        .. "ARB_SETASIDE_SUE ARB_SUE_NF NONENF_SUE ARB_KEEP ARB_KEEP_OTHER".Split(' '),
        // 1C: court and enforcement
        .. "CM_TAKE CM_CONTACT CM_PICK CM_COURT CM_PRE CM_POST CM_POST_SIMPLE".Split(' '),
        .. "ENF_APPLY ENF_NOTICE ENF_STALL PRESERVE COURT_DOCKET APPEAL".Split(' '),
        // 1D: legal aid
        .. "LA_DECIDE LA_ASSIGN LA_URGENT LA_OBJECT LA_OBJ_REV LA_ENGAGE LA_FILE LA_SUBSIDY".Split(' '),
        .. "TU_LA_DECIDE TU_LA_ASSIGN".Split(' '),
        // 1E: hotline, petition, adjacent authorities
        .. "HL_ORDER HL_12351 HL_12345_7 HL_12345_15 PET_TELL PET_MISDIRECT PET_CLOSE".Split(' '),
        .. "PET_REVIEW_ASK PET_REVIEW PET_RECHECK_ASK PET_RECHECK INSP_RUN INSP_LIMIT".Split(' '),
        .. "WIR_EMPLOYER WIR_WORKER WIR_DECIDE WIR_DECIDE_SIMPLE WAGE_PAYDAY".Split(' '),
    ];

    /// <summary>A fact misspelt in one place would leave a rule that nothing starts or stops.</summary>
    [Fact]
    public void Every_connected_fact_is_one_of_the_book()
    {
        var facts = Book.On(Today).SelectMany(rule => rule.Facts).ToHashSet();
        Connections.Messages.Keys.Where(fact => !facts.Contains(fact)).ShouldBeEmpty();
        Connections.Messages.Count.ShouldBeGreaterThan(10);
    }

    /// <summary>Otherwise one message would both begin and end the same clock.</summary>
    [Fact]
    public void A_fact_does_one_thing_to_a_rule()
    {
        foreach (var rule in Book.On(Today))
            rule.Facts.Distinct().Count().ShouldBe(rule.Facts.Count(), rule.Id);
        MedRun.EffectOf("noSuchFact").ShouldBe(FactEffect.None);
    }

    /// <summary>The facts of a case and what each does, row by row: arms, ends (in brackets: nothing is left to do) and
    /// begins anew.</summary>
    [Theory]
    [InlineData("mediationApplied", "MED_ACCEPT MED_GATE MED_LOCAL_CY", "", "ARB_LIMIT ARB_LIMIT_WAGE")]
    [InlineData("accepted", "MED_RUN", "MED_ACCEPT", "")]
    [InlineData("notAccepted", "", "(MED_GATE) (MED_LOCAL_CY) MED_ACCEPT", "ARB_LIMIT ARB_LIMIT_WAGE")]
    [InlineData("withdrawn", "", "(MED_ACCEPT) (MED_GATE) (MED_LOCAL_CY) (MED_RUN)", "")]
    [InlineData("agreementEffective", "AGR_ARB_REVIEW AGR_CONFIRM", "(MED_GATE) MED_LOCAL_CY MED_RUN", "")]
    [InlineData("instalmentAgreed", "AGR_PERFORM", "", "")]
    [InlineData("instalmentPaid", "", "AGR_PERFORM", "")]
    [InlineData("settledOnSpot", "", "(MED_GATE) MED_LOCAL_CY MED_RUN", "")]
    [InlineData("mediationFailed", "MED_LOCAL_CY_HAND", "(MED_GATE) MED_LOCAL_CY MED_RUN", "ARB_LIMIT ARB_LIMIT_WAGE")]
    [InlineData("reviewAccepted", "ARB_REVIEW_DECIDE", "AGR_ARB_REVIEW", "")]
    [InlineData("confirmationAccepted", "CONFIRM_DECIDE", "(AGR_ARB_REVIEW) AGR_CONFIRM CONFIRM_ACCEPT", "")]
    [InlineData("performancePeriodEnded", "ENF_APPLY", "", "")]
    [InlineData("agreementBreached", "", "", "ARB_LIMIT ARB_LIMIT_WAGE")]
    [InlineData("arbitrationFiled", "ARB_ACCEPT", "ARB_LIMIT ARB_LIMIT_WAGE PRESERVE", "")]
    [InlineData("arbitrationWithdrawn", "", "(ARB_AWARD)", "ARB_LIMIT ARB_LIMIT_WAGE")]
    [InlineData("arbitrationAccepted", "ARB_AWARD ARB_PANEL ARB_SERVE", "ARB_ACCEPT ARB_CORRECT", "")]
    [InlineData("awardServedFinal", "ARB_SETASIDE ARB_SUE_W", "ARB_AWARD", "")]
    [InlineData("awardServedNotFinal", "ARB_SUE_NF", "ARB_AWARD", "")]
    [InlineData("aidApplied", "LA_DECIDE", "", "")]
    [InlineData("aidGranted", "LA_ASSIGN", "LA_DECIDE TU_LA_DECIDE", "")]
    [InlineData("aidDenied", "LA_OBJECT", "LA_DECIDE TU_LA_DECIDE", "")]
    [InlineData("aidClosed", "LA_FILE", "", "")]
    [InlineData("aidFileSubmitted", "LA_SUBSIDY", "LA_FILE", "")]
    [InlineData("courtReferralReceived", "CM_TAKE", "", "")]
    [InlineData("courtReferralTaken", "CM_CONTACT", "CM_TAKE", "")]
    [InlineData("courtReferralTakenBeforeDocketing", "CM_PRE", "", "")]
    [InlineData("courtReferralTakenOrdinary", "CM_POST", "", "")]
    [InlineData("courtReferralTakenSimplified", "CM_POST_SIMPLE", "", "")]
    public void A_fact_arms_and_stops_what_the_life_of_a_case_says(string fact, string arms, string ends, string anew)
    {
        Rules(FactEffect.Arms).ShouldBe(Words(arms), ignoreOrder: true);
        Rules(FactEffect.Stops)
            .Concat(Rules(FactEffect.Voids).Select(rule => $"({rule})"))
            .ShouldBe(Words(ends), ignoreOrder: true);
        Rules(FactEffect.Restarts).Concat(Rules(FactEffect.TakesStopBack)).ShouldBe(Words(anew), ignoreOrder: true);

        IEnumerable<string> Rules(FactEffect effect) =>
            Book.On(Today).Where(rule => rule.EffectOf(fact) == effect).Select(rule => rule.Id);

        static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void What_would_end_a_clock_and_is_told_by_nobody_is_known()
    {
        Connections.Untold(Book.On("MED_RUN", Today)).ShouldBeEmpty();
        Connections
            .Untold(Book.On("AGR_CONFIRM", Today))
            .ShouldBe(["confirmationAccepted", "reviewed"], ignoreOrder: true);
    }

    /// <summary>What the facts mark as taken from knowledge alone waits for the signature of a lawyer.</summary>
    [Fact]
    public void Rules_whose_length_was_found_in_no_text_are_unverified() =>
        Book.On(Today)
            .Where(rule => !rule.Verified)
            .Select(rule => rule.Id)
            .ShouldBe(
                [
                    "LA_ENGAGE",
                    "LA_FILE",
                    "LA_SUBSIDY",
                    "TU_LA_DECIDE",
                    "TU_LA_ASSIGN",
                    "HL_12351",
                    "HL_12345_7",
                    "HL_12345_15",
                ],
                ignoreOrder: true
            );

    [Fact]
    public void Every_rule_says_what_it_is()
    {
        var rules = Book.On(Today).ToList();
        rules.Count.ShouldBe(80);
        rules.Select(rule => rule.Table).Distinct().ShouldBe(["1A", "1B", "1C", "1D", "1E"], ignoreOrder: true);
        foreach (var rule in rules)
        {
            rule.Zh.ShouldNotBeNullOrWhiteSpace();
            rule.En.ShouldNotBeNullOrWhiteSpace();
            rule.Missed.Zh.ShouldNotBeNullOrWhiteSpace();
            rule.Missed.En.ShouldNotBeNullOrWhiteSpace();
            rule.Terms.ShouldNotBeEmpty(rule.Id);
            rule.Basis.ShouldNotBeEmpty(rule.Id);
            rule.ArmedBy.ShouldNotBeEmpty(rule.Id);
        }
    }

    [Fact]
    public void Clocks_run_per_worker_per_party_and_per_claim_item_where_their_trigger_is()
    {
        Of(RunsPer.ClaimItem).ShouldBe(["ARB_LIMIT", "ARB_LIMIT_WAGE"], ignoreOrder: true);
        Of(RunsPer.Party).ShouldContain("ARB_SUE_W");
        Of(RunsPer.Party).ShouldContain("ARB_SETASIDE");
        Of(RunsPer.Worker).ShouldContain("AGR_CONFIRM");
        Of(RunsPer.Instalment).ShouldContain("AGR_PERFORM");

        static IEnumerable<string> Of(RunsPer per) =>
            Book.On(Today).Where(rule => rule.Per == per).Select(rule => rule.Id);
    }

    [Fact]
    public void A_rule_is_asked_for_by_id_and_day()
    {
        Book.On("MED_RUN", Today).ValidFrom.ShouldBe(new DateOnly(2012, 1, 1));
        Book.Find("MED_RUN", new(2011, 12, 31)).ShouldBeNull();
        Should.Throw<Refused>(() => Book.On("NONE", Today)).Code.ShouldBe(StatuteRefusals.UnknownRule);
        Should.Throw<Refused>(() => Book.On("MED_RUN", new(2011, 12, 31))).Code.ShouldBe(StatuteRefusals.NotYetInForce);
        Should.Throw<Refused>(() => Book.Version("MED_RUN", Today)).Code.ShouldBe(StatuteRefusals.UnknownRule);
    }

    [Fact]
    public void Two_versions_of_a_rule_do_not_begin_on_one_day() =>
        Should.Throw<ArgumentException>(() => new StatuteBook([MedRun, MedRun]));

    [Fact]
    public void What_the_rule_does_not_know_is_refused()
    {
        var conditions = (PeriodFacts facts, string rule, int? length) =>
            Should.Throw<Refused>(() => StatuteBook.Due(Book.On(rule, Today), facts, Calendar, length: length)).Code;
        conditions(At(Today) with { ExtendedBy = 1 }, "AGR_CONFIRM", null).ShouldBe(StatuteRefusals.NoExtension);
        conditions(At(Today) with { ExtendedBy = 16 }, "ARB_AWARD", null).ShouldBe(StatuteRefusals.ExtensionOverCap);
        conditions(At(Today) with { Suspensions = [new(Today, Today)] }, "AGR_CONFIRM", null)
            .ShouldBe(StatuteRefusals.NoSuspension);
        conditions(At(Today), "AGR_CONFIRM", 20).ShouldBe(StatuteRefusals.NoParameter);
        conditions(At(Today) with { ExtendedBy = -1 }, "MED_RUN", null).ShouldBe(PeriodRefusals.NegativeExtension);
        conditions(At(Today) with { Suspensions = [new(Today, Today.AddDays(-1))] }, "ARB_LIMIT", null)
            .ShouldBe(PeriodRefusals.SuspensionBackwards);
    }

    /// <summary>Sunday 2026-11-22: the arbitration's five days run from Monday, a court's from Sunday itself.</summary>
    [Fact]
    public void Only_where_the_rule_says_so_is_a_filing_on_a_rest_day_dated_the_next_working_day()
    {
        var filed = new PeriodFacts(new(2026, 11, 22), ServiceMode.OnlineFiling);
        StatuteBook.Due(Book.On("ARB_ACCEPT", Today), filed, Calendar).DayZero.ShouldBe(new DateOnly(2026, 11, 23));
        StatuteBook.Due(Book.On("COURT_DOCKET", Today), filed, Calendar).DayZero.ShouldBe(new DateOnly(2026, 11, 22));
    }

    /// <summary>2026-02-09: seven days 02-24, five working days 02-14.</summary>
    [Fact]
    public void Of_two_periods_the_earlier_decides_and_the_explanation_names_the_other()
    {
        var due = StatuteBook.Due(Book.On("LA_DECIDE", Today), At(new(2026, 2, 9)), Calendar, explain: true);
        due.Date.ShouldBe(new DateOnly(2026, 2, 14));
        due.Steps[^2].Kind.ShouldBe(StepKind.OtherTerm);
        due.Steps[^2].Day.ShouldBe(new DateOnly(2026, 2, 24));
        due.Steps[^1].Kind.ShouldBe(StepKind.Due);
        due.Steps[^1].Day.ShouldBe(new DateOnly(2026, 2, 14));
    }

    /// <summary>Day 15 is watched, day 30 alarms: two texts stand side by side.</summary>
    [Fact]
    public void A_shorter_text_beside_the_rule_is_watched()
    {
        var computed = Dates(Book.On("CONFIRM_DECIDE", Today), At(Start));
        computed.Watch.ShouldBe(new DateOnly(2026, 11, 17));
        computed.Due.ShouldBe(new DateOnly(2026, 12, 2));
    }

    [Fact]
    public void A_book_that_is_none_is_not_read()
    {
        Should.Throw<System.Text.Json.JsonException>(() => StatuteBook.Parse("null"));
        Should.Throw<System.Text.Json.JsonException>(() => StatuteBook.Parse("""[{"id": "X", "lenght": 3}]"""));
        Should.Throw<System.Text.Json.JsonException>(() => StatuteBook.ParseCalendar(1, "null"));
    }

    [Fact]
    public void A_year_somebody_typed_says_what_is_wrong_with_it()
    {
        Faults(new Holiday("春节", new(2027, 2, 8), new(2027, 2, 5), [])).ShouldBe([CalendarFault.EndsBeforeItBegins]);
        Faults(new Holiday("元旦", new(2026, 12, 31), new(2027, 1, 1), [])).ShouldBe([CalendarFault.OtherYear]);
        Faults(new Holiday("元旦", new(2027, 1, 1), new(2027, 1, 1), [new(2028, 1, 2)]))
            .ShouldBe([CalendarFault.OtherYear]);
        Faults(new Holiday("元旦", new(2027, 1, 1), new(2027, 1, 1), [new(2027, 1, 4)]))
            .ShouldBe([CalendarFault.MakeUpOnWeekday]);
        Faults(
                new Holiday("元旦", new(2027, 1, 1), new(2027, 1, 2), []),
                new Holiday("春节", new(2027, 1, 2), new(2027, 1, 2), [])
            )
            .ShouldBe([CalendarFault.Twice]);
        foreach (var year in Calendar.Years)
            year.Faults().ShouldBeEmpty();

        static IEnumerable<string> Faults(params IEnumerable<Holiday> holidays) =>
            new CalendarYear(2027, "notice", [.. holidays]).Faults().Select(fault => fault.Code);
    }
}
