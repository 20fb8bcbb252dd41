namespace Mediation.Outcomes;

/// <summary>A column of the totals in which a line moves.</summary>
public enum Column
{
    Claimed,
    Agreed,
    Effective,
    Due,
    Recovered,
    Clawback,
    ToFund,
}

/// <summary>A line's movement in one column on one legal day. The sum of a column's movements up to a day is its stock.</summary>
public sealed record Movement(DateOnly Day, Column Column, Money Amount);

/// <summary>Why a payment counts or does not.</summary>
public enum WhyCounted
{
    Counted,
    CountedInPart,
    NothingLeftInForce,
    WaitsForTitle,
    WaitsForCountersignature,
    Returned,
    Reversed,
    ReceiptInUse,
    BeforeAcceptance,
    AfterWithdrawal,
    GivenBack,
    ToFund,
}

/// <summary>What a payment adds to the recovered amount, and why.</summary>
public sealed record Counted(Guid PaymentId, Money Amount, WhyCounted Why);

public enum InstalmentStanding
{
    NotYetDue,
    PartlyPaid,
    Paid,
    Overdue,
}

public sealed record InstalmentPaid(Instalment Instalment, Money Paid, InstalmentStanding Standing)
{
    public Money Open => Instalment.Amount - Paid;
}

/// <summary>What a line counts. On every day the recovered stock is the smaller of what was paid, countersigned and
/// kept, and of what was in force; the period's figure is the movement of that stock. Money paid before its title waits
/// and counts on the day the title takes effect. Nothing here depends on the order in which the facts became known,
/// except that of two instruments of one day the one recorded last is in force.</summary>
public static class Ledger
{
    /// <summary>All movements of the line, by day; due days lie in the future too. Within one day: instruments, then
    /// payments, then money given back, then withdrawal.</summary>
    public static IReadOnlyList<Movement> Movements(RecoveryLine.Opened line)
    {
        if (line.Nature is ItemNature.Counterclaim or ItemNature.NoMoney)
            return [];
        var moved = new List<Movement>();
        var (force, paid, recovered, due) = (Money.Zero, Money.Zero, Money.Zero, Money.Zero);
        TitleTookEffect? title = null;
        if (line.Facts.Claimed is { } claimed)
            moved.Add(new(line.Facts.AcceptedOn, Column.Claimed, claimed));
        foreach (var step in Steps(line))
        {
            var before = force;
            switch (step.Fact)
            {
                case TitleTookEffect t:
                    moved.Add(new(step.Day, Column.Agreed, t.Amount - (title?.Amount ?? Money.Zero)));
                    (title, force) = (t, t.Amount);
                    break;
                case Payment p:
                    paid += p.Details.Amount;
                    break;
                case MoneyGivenBack g:
                    paid -= g.Amount;
                    break;
                case Withdrawal:
                    force = recovered;
                    break;
            }
            moved.Add(new(step.Day, Column.Effective, force - before));
            var nowDue = Smaller(FallenDue(title, step.Day), force);
            moved.Add(new(step.Day, Column.Due, nowDue - due));
            due = nowDue;
            var now = Larger(Smaller(paid, force), Money.Zero);
            moved.Add(new(step.Day, Column.Recovered, now - recovered));
            if (now < recovered)
                moved.Add(new(step.Day, Column.Clawback, recovered - now));
            recovered = now;
        }
        return
        [
            .. moved
                .Where(m => line.Nature is ItemNature.Cash || m.Column is Column.Recovered)
                .Select(m => line.Nature is ItemNature.Cash ? m : m with { Column = Column.ToFund })
                .GroupBy(m => (m.Day, m.Column))
                .Select(g => new Movement(g.Key.Day, g.Key.Column, Money.Sum(g.Select(m => m.Amount))))
                .Where(m => m.Amount != Money.Zero)
                .OrderBy(m => m.Day)
                .ThenBy(m => m.Column),
        ];
    }

    /// <summary>Stock of a column at the end of a day.</summary>
    public static Money Stock(IEnumerable<Movement> movements, Column column, DateOnly day) =>
        Money.Sum(movements.Where(m => m.Column == column && m.Day <= day).Select(m => m.Amount));

    /// <summary>Each payment's part of what the line counts, by money day and then by entry; the parts add up to the
    /// recovered stock (to the fund's column where the money goes to a fund).</summary>
    public static IReadOnlyList<Counted> Payments(RecoveryLine.Opened line)
    {
        var movements = Movements(line);
        var left = Money.Sum(movements.Where(m => m.Column is Column.Recovered or Column.ToFund).Select(m => m.Amount));
        var parts = new List<Counted>();
        foreach (var p in line.Payments.OrderBy(p => p.Details.PaidOn).ThenBy(p => p.Order))
        {
            var counts = Counts(line, p) ? Smaller(p.Details.Amount, left) : Money.Zero;
            left -= counts;
            parts.Add(new(p.Id, counts, Why(line, p, counts)));
        }
        return parts;
    }

    /// <summary>The instalments of the instrument in force with what is recovered on them: first as the payer
    /// designated, the rest to the earliest. None after a withdrawal: nothing falls due any more.</summary>
    public static IReadOnlyList<InstalmentPaid> Instalments(RecoveryLine.Opened line, DateOnly today)
    {
        var instalments = InForce(line);
        var paid = PaidBy(line, instalments, DateOnly.MaxValue);
        return
        [
            .. instalments.Select(i => new InstalmentPaid(
                i,
                paid[i.Number],
                paid[i.Number] >= i.Amount ? InstalmentStanding.Paid
                    : i.DueOn < today ? InstalmentStanding.Overdue
                    : paid[i.Number] > Money.Zero ? InstalmentStanding.PartlyPaid
                    : InstalmentStanding.NotYetDue
            )),
        ];
    }

    /// <summary>The day on which each instalment in force was complete. What counts of the payments is shared out as in
    /// <see cref="Instalments"/>; a reversal or money given back opens an instalment again.</summary>
    public static IReadOnlyList<InstalmentDone> Completed(RecoveryLine.Opened line)
    {
        var instalments = InForce(line);
        var done = instalments.ToDictionary(i => i.Number, _ => (DateOnly?)null);
        // More days never take from an instalment what fewer gave it, so the first day it is full is its day.
        if (instalments.Count > 0)
            foreach (var day in line.Payments.Select(p => p.Details.PaidOn).Distinct().Order())
            {
                var paid = PaidBy(line, instalments, day);
                foreach (var i in instalments)
                    if (done[i.Number] is null && paid[i.Number] >= i.Amount)
                        done[i.Number] = day;
            }
        return [.. instalments.Select(i => new InstalmentDone(i.Number, i.DueOn, done[i.Number]))];
    }

    private static List<Instalment> InForce(RecoveryLine.Opened line) =>
        line is RecoveryLine.Withdrawn || line.InForceTitle is not { } title
            ? []
            : [.. title.Instalments.OrderBy(i => i.DueOn).ThenBy(i => i.Number)];

    // What each instalment has of the payments that count and came until a day.
    private static Dictionary<int, Money> PaidBy(
        RecoveryLine.Opened line,
        IReadOnlyList<Instalment> instalments,
        DateOnly until
    )
    {
        var paid = instalments.ToDictionary(i => i.Number, _ => Money.Zero);
        var loose = Money.Zero;
        var counted = Payments(line).ToDictionary(c => c.PaymentId, c => c.Amount);
        foreach (var p in line.Payments.Where(p => p.Details.PaidOn <= until))
        {
            var amount = counted[p.Id];
            if (instalments.FirstOrDefault(i => i.Number == p.Details.Instalment) is { } meant)
            {
                var fits = Smaller(amount, meant.Amount - paid[meant.Number]);
                paid[meant.Number] += fits;
                amount -= fits;
            }
            loose += amount;
        }
        foreach (var i in instalments)
        {
            var fits = Smaller(loose, i.Amount - paid[i.Number]);
            paid[i.Number] += fits;
            loose -= fits;
        }
        return paid;
    }

    /// <summary>What the line counts now: in force, recovered (by a fund where the money goes there), awaiting.</summary>
    public static StandingChanged Standing(RecoveryLine.Opened line)
    {
        var movements = Movements(line);
        return new(
            line.Key,
            Stock(movements, Column.Effective, DateOnly.MaxValue),
            Money.Sum(movements.Where(m => m.Column is Column.Recovered or Column.ToFund).Select(m => m.Amount)),
            Money.Sum(line.Payments.Where(p => p.State is PaymentState.Awaiting).Select(p => p.Details.Amount)),
            Completed(line)
        );
    }

    /// <summary>Entered and live on the line, countersigned or not, less what was given back.</summary>
    internal static Money Entered(RecoveryLine.Opened line, Guid except) =>
        Money.Sum(
            line.Payments.Where(p => p.Live && p.Id != except && !BeforeAcceptance(line, p))
                .Select(p => p.Details.Amount)
        ) - Money.Sum(line.GivenBack.Select(g => g.Amount));

    /// <summary>Countersigned and not given back: what the worker holds.</summary>
    internal static Money Held(RecoveryLine.Opened line) =>
        Money.Sum(line.Payments.Where(p => Counts(line, p)).Select(p => p.Details.Amount))
        - Money.Sum(line.GivenBack.Select(g => g.Amount));

    private static WhyCounted Why(RecoveryLine.Opened line, Payment p, Money counted) =>
        p.State switch
        {
            PaymentState.Blocked => WhyCounted.ReceiptInUse,
            PaymentState.Reversed => WhyCounted.Reversed,
            PaymentState.Returned => WhyCounted.Returned,
            PaymentState.Awaiting => WhyCounted.WaitsForCountersignature,
            _ when BeforeAcceptance(line, p) => WhyCounted.BeforeAcceptance,
            _ when line.Titles.Count == 0 => WhyCounted.WaitsForTitle,
            _ when counted == p.Details.Amount => line.Nature is ItemNature.ToFund
                ? WhyCounted.ToFund
                : WhyCounted.Counted,
            _ when counted > Money.Zero => WhyCounted.CountedInPart,
            _ when line is RecoveryLine.Withdrawn && p.Details.PaidOn > line.Withdrawals[^1] =>
                WhyCounted.AfterWithdrawal,
            _ when line.GivenBack.Count > 0 => WhyCounted.GivenBack,
            _ => WhyCounted.NothingLeftInForce,
        };

    private static bool BeforeAcceptance(RecoveryLine.Opened line, Payment p) =>
        p.Details.PaidOn < line.Facts.AcceptedOn;

    private static bool Counts(RecoveryLine.Opened line, Payment p) =>
        p.State is PaymentState.Countersigned && !BeforeAcceptance(line, p);

    private static Money FallenDue(TitleTookEffect? title, DateOnly day) =>
        title is null ? Money.Zero
        : title.Instalments.Count == 0 ? title.Amount
        : Money.Sum(title.Instalments.Where(i => i.DueOn <= day).Select(i => i.Amount));

    private static IEnumerable<Step> Steps(RecoveryLine.Opened line) =>
        line
            .Titles.Select((t, i) => new Step(t.EffectiveOn, 0, i, t))
            .Concat(
                line.Titles.SelectMany(t => t.Instalments).Select(i => new Step(i.DueOn, 1, i.Number, new DueDay()))
            )
            .Concat(line.Payments.Where(p => Counts(line, p)).Select(p => new Step(p.Details.PaidOn, 2, p.Order, p)))
            .Concat(line.GivenBack.Select((g, i) => new Step(g.On, 3, i, g)))
            .Concat(line.Withdrawals.Select((on, i) => new Step(on, 4, i, new Withdrawal())))
            .OrderBy(s => s.Day)
            .ThenBy(s => s.Rank)
            .ThenBy(s => s.Order);

    private static Money Smaller(Money a, Money b) => a < b ? a : b;

    private static Money Larger(Money a, Money b) => a > b ? a : b;

    private sealed record Step(DateOnly Day, int Rank, int Order, object Fact);

    private sealed record DueDay;

    private sealed record Withdrawal;
}
