using Mediation.Contracts;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Outcomes;
using Http = Mediation.Contracts.Http.Outcomes;

namespace Mediation.Outcomes.Service;

/// <summary>A line as pages show it, from its state.</summary>
internal static class LineViews
{
    public static Ladder Ladder(RecoveryLine.Opened line, DateOnly today)
    {
        var movements = Ledger.Movements(line);
        var (toFund, standing) = (line.Nature is ItemNature.ToFund, Ledger.Standing(line));
        long Stock(Column column) => Ledger.Stock(movements, column, today).Fen;
        // A fund's line stands in no column of the totals; its own page still shows what is in force and paid.
        var inForce = toFund ? line.InForceTitle?.Amount.Fen ?? 0 : Stock(Column.Effective);
        return new(
            line.Facts.Claimed?.Fen,
            toFund ? inForce : Stock(Column.Agreed),
            inForce,
            toFund ? inForce : Stock(Column.Due),
            standing.Recovered.Fen,
            inForce - standing.Recovered.Fen,
            standing.Awaiting.Fen,
            line.Payments.Where(p => p.State is PaymentState.Returned).Sum(p => p.Details.Amount.Fen)
        );
    }

    public static LineStage Stage(RecoveryLine.Opened line, Ladder ladder) =>
        line switch
        {
            RecoveryLine.Withdrawn => LineStage.Withdrawn,
            RecoveryLine.Failed => LineStage.Failed,
            RecoveryLine.Claimed => LineStage.Claimed,
            _ when ladder.EffectiveFen > 0 && ladder.PendingFen == 0 => LineStage.Paid,
            _ when ladder.RecoveredFen > 0 => LineStage.PartlyPaid,
            _ when ladder.DueFen > 0 => LineStage.Due,
            _ => LineStage.InForce,
        };

    public static IReadOnlyList<InstalmentView> Instalments(RecoveryLine.Opened line, DateOnly today) =>
        [
            .. Ledger
                .Instalments(line, today)
                .Select(i => new InstalmentView(
                    i.Instalment.Number,
                    i.Instalment.Amount.Fen,
                    i.Instalment.DueOn,
                    i.Paid.Fen,
                    i.Open.Fen,
                    i.Standing.As<Http.InstalmentStanding>()
                )),
        ];

    public static IReadOnlyList<LinePayment> Payments(RecoveryLine.Opened line) =>
        [
            .. Ledger
                .Payments(line)
                .Select(c => (Counted: c, Payment: line.Find(c.PaymentId)!))
                .Select(p => new LinePayment(
                    p.Payment.Id,
                    p.Payment.State.As<Http.PaymentState>(),
                    p.Payment.Details.Amount.Fen,
                    p.Counted.Amount.Fen,
                    p.Payment.Details.PaidOn,
                    p.Payment.Details.Instalment,
                    p.Counted.Why.As<Http.WhyCounted>()
                )),
        ];

    public static LineView Of(
        RecoveryLine.Opened line,
        long version,
        DateOnly today,
        IReadOnlyList<ActionState> actions
    )
    {
        var ladder = Ladder(line, today);
        return new(
            line.Facts.LineId,
            line.Facts.WorkerClaimId,
            line.Facts.DisputeId,
            line.Facts.ItemId,
            line.Facts.PartyId,
            [.. line.Facts.Employers.Select(e => e.PartyId)],
            line.Facts.CaseNumber,
            line.Facts.Unit,
            line.Facts.AcceptedOn,
            line.Facts.Type.As<ClaimItemType>(),
            line.Nature.As<Http.ItemNature>(),
            line.Facts.PeriodFrom,
            line.Facts.PeriodTo,
            Stage(line, ladder),
            ladder,
            line.InForceTitle?.EffectiveOn,
            Instalments(line, today),
            Payments(line),
            [
                .. line.GivenBack.Select(g => new GivenBackView(
                    g.GivenBackId,
                    g.Amount.Fen,
                    g.On,
                    g.Cause.As<Http.GivenBackCause>(),
                    g.By.Account
                )),
            ],
            actions,
            version
        );
    }

    public static Ladder Sum(IReadOnlyList<LineView> lines)
    {
        var cash = lines.Where(l => l.Nature is Http.ItemNature.Cash).Select(l => l.Ladder).ToList();
        return new(
            cash.Sum(l => l.ClaimedFen ?? 0),
            cash.Sum(l => l.AgreedFen),
            cash.Sum(l => l.EffectiveFen),
            cash.Sum(l => l.DueFen),
            cash.Sum(l => l.RecoveredFen),
            cash.Sum(l => l.PendingFen),
            cash.Sum(l => l.AwaitingFen),
            cash.Sum(l => l.ReturnedFen)
        );
    }

    /// <summary>An action with the reason why it is not allowed now, asked of the decider itself.</summary>
    /// <param name="entitled">Whether the caller's role and unit allow it at all.</param>
    public static ActionState Action(string name, bool entitled, Action probe)
    {
        if (!entitled)
            return new(name, false, "forbidden", []);
        try
        {
            probe();
            return new(name, true, null, []);
        }
        catch (Refused refused)
        {
            return new(name, false, refused.Code, [.. refused.Arguments.Select(a => a.ToString() ?? "")]);
        }
    }
}
