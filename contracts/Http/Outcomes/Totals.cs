namespace Mediation.Contracts.Http.Outcomes;

/// <summary>A figure of the totals, for drilling down.</summary>
public enum Figure
{
    AcceptedCases,
    Claimed,
    Agreed,
    Effective,
    Due,
    Recovered,
    Pending,
    Awaiting,
    Returned,
    ToFund,
    Clawback,
}

/// <summary>The figures of one unit and everything below it in one period, as the facts are known now. A case, a person
/// and a yuan are counted once at every level, so the rows below need not add up to the unit's cases and persons.</summary>
/// <param name="AcceptedCases">Cases accepted in the period.</param>
/// <param name="AcceptedPersons">Workers of those cases, each person once.</param>
/// <param name="ClaimedFen">Claimed in cases accepted in the period.</param>
/// <param name="AgreedFen">Movement of what was agreed.</param>
/// <param name="EffectiveFen">Movement of what is in force.</param>
/// <param name="DueFen">Movement of what fell due.</param>
/// <param name="RecoveredFen">挽回金额: countersigned payments covered by a title, by the day the money reached the
/// worker; net of what was given back.</param>
/// <param name="RecoveredCases">Cases with a recovered amount above zero in the period.</param>
/// <param name="PendingFen">Stock on the period's last day (or today): in force less recovered. Never add the pendings
/// of two periods.</param>
/// <param name="AwaitingFen">Entered, money day in the period, not yet countersigned.</param>
/// <param name="ReturnedFen">Sent back, money day in the period.</param>
/// <param name="ToFundFen">Contributions paid to funds: in no other column.</param>
/// <param name="ClawbackFen">Sum of the falls of the recovered amount, as a positive number; already deducted.</param>
public sealed record Totals(
    int AcceptedCases,
    int AcceptedPersons,
    long ClaimedFen,
    long AgreedFen,
    long EffectiveFen,
    long DueFen,
    long RecoveredFen,
    int RecoveredCases,
    int RecoveredPersons,
    long PendingFen,
    long AwaitingFen,
    int AwaitingPayments,
    long ReturnedFen,
    int ReturnedPayments,
    long ToFundFen,
    long ClawbackFen
);

/// <summary>`GET /totals?unit=110101&amp;period=2026-H1`, export `GET /totals/export?…&amp;format=xlsx|csv`. Periods:
/// `2026`, `2026-H1`, `2026-Q2`, `2026-03`, or `2026-03-05..2026-04-10`. Without a period the current year; without a
/// unit the highest unit the reader may see.</summary>
/// <param name="Units">The unit with those below it first, then what it handles itself where there are units below, then
/// the units directly below in administrative order. All but the first add up to the first, as far as a person or a case
/// was not counted in two of them.</param>
public sealed record TotalsView(
    string Unit,
    string Period,
    DateOnly From,
    DateOnly To,
    DateTimeOffset AsOf,
    IReadOnlyList<UnitTotals> Units
);

/// <param name="HasUnitsBelow">The row can be opened further.</param>
/// <param name="Own">Only what the unit handles itself (本级).</param>
public sealed record UnitTotals(string Unit, string Name, int Order, bool HasUnitsBelow, bool Own, Totals Totals);

/// <summary>`GET /totals/lines?unit=…&amp;period=…&amp;figure=recovered&amp;own=true&amp;page=1&amp;size=20`, export
/// `GET /totals/lines/export?…&amp;format=xlsx|csv`: the lines behind one figure, with `own` only
/// what the unit handles itself. <paramref name="SumFen"/> over all pages equals the figure to the fen.</summary>
public sealed record FigureLines(Figure Figure, long SumFen, Page<FigureLine> Lines);

/// <param name="AmountFen">The line's part of the figure; for <see cref="Figure.AcceptedCases"/> the claimed amount.</param>
/// <param name="Payments">Payments of the line whose money day lies in the period.</param>
public sealed record FigureLine(
    Guid LineId,
    Guid DisputeId,
    string CaseNumber,
    string Unit,
    Guid WorkerPartyId,
    ClaimItemType Type,
    long AmountFen,
    DateOnly LastMovedOn,
    IReadOnlyList<LinePayment> Payments
);

/// <summary>`POST /cases/by-parties`: recovery of the cases in which one of the parties takes part, as far as the
/// reader may see them.</summary>
public sealed record ByParties(IReadOnlyList<Guid> PartyIds);

public sealed record PartyRecovery(
    Guid PartyId,
    Guid DisputeId,
    string CaseNumber,
    string Unit,
    long EffectiveFen,
    long RecoveredFen
);
