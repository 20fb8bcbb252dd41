using FsCheck;
using FsCheck.Fluent;
using static Mediation.Outcomes.Specs.Samples;

namespace Mediation.Outcomes.Specs;

/// <summary>Laws of the ledger on histories made of random commands, of which the decider keeps the accepted ones.</summary>
public sealed class LineProperties
{
    private static readonly DateOnly LastDay = new(2026, 12, 31);
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(400);

    private static Gen<DateOnly> Day => Gen.Choose(0, 200).Select(n => Accepted.AddDays(n - 10));

    private static Gen<decimal> Amount => Gen.Choose(1, 900).Select(n => n * 10.01m);

    private static Gen<Guid> PaymentId => Gen.Choose(1, 5).Select(n => Id(80 + n));

    private static Gen<IRecoveryLineCommand> Command =>
        Gen.Frequency(
            (
                6,
                from id in PaymentId
                from yuan in Amount
                from day in Day
                from slip in Gen.Choose(1, 99)
                select (IRecoveryLineCommand)
                    new EnterPayment(id, Details(yuan, day, slip, confirmed: true), null, LastDay, Mediator)
            ),
            (6, PaymentId.Select(id => (IRecoveryLineCommand)Sign(id: id))),
            (
                2,
                PaymentId.Select(id =>
                    (IRecoveryLineCommand)new ReturnPayment(id, ReturnReason.Illegible, null, Reviewing(Verifier))
                )
            ),
            (
                2,
                from id in PaymentId
                from yuan in Amount
                from day in Day
                select (IRecoveryLineCommand)
                    new ResubmitPayment(id, Details(yuan, day, confirmed: true), null, LastDay, Mediator)
            ),
            (
                1,
                PaymentId.Select(id =>
                    (IRecoveryLineCommand)new ReversePayment(id, ReversalCause.EnteredInError, null, Mediator)
                )
            ),
            (
                3,
                from n in Gen.Choose(1, 4)
                from yuan in Amount
                from day in Day
                select (IRecoveryLineCommand)new PutInForce(Id(20 + n), day, Yuan(yuan), [], false)
            ),
            (
                1,
                from n in Gen.Choose(1, 4)
                from yuan in Amount
                from first in Day
                select (IRecoveryLineCommand)
                    new PutInForce(
                        Id(30 + n),
                        first,
                        Yuan(3 * yuan),
                        [
                            new(1, Yuan(yuan), first.AddDays(10)),
                            new(2, Yuan(yuan), first.AddDays(40)),
                            new(3, Yuan(yuan), first.AddDays(70)),
                        ],
                        false
                    )
            ),
            (
                1,
                from n in Gen.Choose(1, 4)
                from yuan in Amount
                from day in Day
                select (IRecoveryLineCommand)
                    new RecordGivenBack(Id(70 + n), Yuan(yuan), day, GivenBackCause.Overpaid, null, LastDay, Mediator)
            ),
            (1, Day.Select(day => (IRecoveryLineCommand)new Withdraw(day)))
        );

    private static Arbitrary<IRecoveryLineCommand[]> Commands =>
        Gen.ListOf(Command).Select(c => c.ToArray()).ToArbitrary();

    private static List<IRecoveryLineEvent> Play(IEnumerable<IRecoveryLineCommand> commands)
    {
        var history = new List<IRecoveryLineEvent> { Opened() };
        RecoveryLine state = RecoveryLine.Evolve(RecoveryLine.Initial, history[0]);
        foreach (var command in commands)
        {
            try
            {
                var events = RecoveryLineDecider.Decide(state, command);
                history.AddRange(events);
                state = events.Aggregate(state, RecoveryLine.Evolve);
            }
            catch (Refused)
            {
                // A refused command is part of a life too; it leaves no trace.
            }
        }
        return history;
    }

    private static RecoveryLine.Opened Fold(IEnumerable<IRecoveryLineEvent> history) =>
        (RecoveryLine.Opened)history.Aggregate(RecoveryLine.Initial, RecoveryLine.Evolve);

    [Fact]
    public void The_recovered_stock_is_never_above_what_is_in_force_and_never_below_nothing() =>
        Prop.ForAll(
                Commands,
                commands =>
                {
                    var movements = Ledger.Movements(Fold(Play(commands)));
                    return movements
                        .Select(m => m.Day)
                        .Distinct()
                        .All(day =>
                        {
                            var recovered = Ledger.Stock(movements, Column.Recovered, day);
                            var due = Ledger.Stock(movements, Column.Due, day);
                            var force = Ledger.Stock(movements, Column.Effective, day);
                            return recovered >= Money.Zero && recovered <= force && due <= force;
                        });
                }
            )
            .Check(Config);

    [Fact]
    public void The_parts_of_the_payments_add_up_to_the_recovered_stock() =>
        Prop.ForAll(
                Commands,
                commands =>
                {
                    var line = Fold(Play(commands));
                    return Money.Sum(Ledger.Payments(line).Select(p => p.Amount))
                        == Ledger.Stock(Ledger.Movements(line), Column.Recovered, DateOnly.MaxValue);
                }
            )
            .Check(Config);

    [Fact]
    public void The_clawback_is_the_sum_of_the_falls() =>
        Prop.ForAll(
                Commands,
                commands =>
                {
                    var movements = Ledger.Movements(Fold(Play(commands)));
                    var falls = Money.Sum(
                        movements
                            .Where(m => m.Column == Column.Recovered && m.Amount < Money.Zero)
                            .Select(m => Money.Zero - m.Amount)
                    );
                    // A fall and a rise of one day may offset each other in the recovered column, never in this one.
                    return Ledger.Stock(movements, Column.Clawback, DateOnly.MaxValue) >= falls;
                }
            )
            .Check(Config);

    [Fact]
    public void A_reversal_keeps_both_entries() =>
        Prop.ForAll(
                Commands,
                commands =>
                {
                    var history = Play(commands);
                    var line = Fold(history);
                    return history
                        .OfType<PaymentReversed>()
                        .All(r =>
                            history.OfType<PaymentEvidenced>().Any(e => e.PaymentId == r.PaymentId)
                            && line.Find(r.PaymentId) is { State: PaymentState.Reversed }
                            && Ledger.Payments(line).Single(p => p.PaymentId == r.PaymentId).Amount == Money.Zero
                        );
                }
            )
            .Check(Config);

    [Fact]
    public void Instalments_hold_no_more_than_is_recovered_and_no_more_than_their_amount() =>
        Prop.ForAll(
                Commands,
                commands =>
                {
                    var line = Fold(Play(commands));
                    var instalments = Ledger.Instalments(line, LastDay);
                    return instalments.All(i => i.Paid >= Money.Zero && i.Open >= Money.Zero)
                        && Money.Sum(instalments.Select(i => i.Paid))
                            <= Ledger.Stock(Ledger.Movements(line), Column.Recovered, DateOnly.MaxValue);
                }
            )
            .Check(Config);

    [Fact]
    public void Title_and_payments_count_alike_in_whatever_order_they_become_known() =>
        Prop.ForAll(
                (
                    from yuan in Amount
                    from count in Gen.Choose(1, 5)
                    from payments in Gen.ListOf(from paid in Amount from day in Day select (paid, day), count)
                    from order in Gen.Shuffle(Enumerable.Range(0, count + 1).ToArray())
                    select (yuan, payments: payments.ToArray(), order)
                ).ToArbitrary(),
                sample =>
                {
                    // Each fact with the events that follow it at once: a payment and its countersignature.
                    var facts = new List<IRecoveryLineEvent[]> { new[] { Title(sample.yuan) } };
                    facts.AddRange(
                        sample.payments.Select(
                            (p, i) =>
                                new IRecoveryLineEvent[]
                                {
                                    Evidenced(p.paid, Id(80 + i), p.day),
                                    Countersigned(Id(80 + i)),
                                }
                        )
                    );
                    var straight = Fold([Opened(), .. facts.SelectMany(f => f)]);
                    var shuffled = Fold([Opened(), .. sample.order.SelectMany(i => facts[i])]);
                    return Ledger.Movements(straight).SequenceEqual(Ledger.Movements(shuffled));
                }
            )
            .Check(Config);

    [Fact]
    public void Deciding_a_payment_again_gives_nothing_new() =>
        Prop.ForAll(
                Commands,
                commands =>
                {
                    var history = Play(commands);
                    var line = Fold(history);
                    return history
                        .OfType<PaymentEvidenced>()
                        .Where(e => !history.OfType<PaymentResubmitted>().Any(r => r.PaymentId == e.PaymentId))
                        .All(e =>
                            RecoveryLineDecider
                                .Decide(line, new EnterPayment(e.PaymentId, e.Details, null, LastDay, e.By))
                                .Count == 0
                        );
                }
            )
            .Check(Config);

    [Fact]
    public void The_last_standing_told_is_the_standing_and_it_is_told_only_when_it_changes() =>
        Prop.ForAll(
                Commands,
                commands =>
                {
                    var history = Play(commands);
                    var line = Fold(history);
                    var told = history.OfType<StandingChanged>().ToList();
                    return (told.LastOrDefault() ?? new(Key, Money.Zero, Money.Zero, Money.Zero))
                            == Ledger.Standing(line)
                        && told.Zip(told.Skip(1)).All(pair => pair.First != pair.Second);
                }
            )
            .Check(Config);

    [Fact]
    public void A_history_folds_in_parts_as_in_one() =>
        Prop.ForAll(
                Commands,
                commands =>
                {
                    var history = Play(commands);
                    var half = history.Count / 2;
                    var parts = history
                        .Skip(half)
                        .Aggregate(
                            history.Take(half).Aggregate(RecoveryLine.Initial, RecoveryLine.Evolve),
                            RecoveryLine.Evolve
                        );
                    return Ledger.Movements((RecoveryLine.Opened)parts).SequenceEqual(Ledger.Movements(Fold(history)));
                }
            )
            .Check(Config);
}
