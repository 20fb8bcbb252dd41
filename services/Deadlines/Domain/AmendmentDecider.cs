using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

public interface IRuleCommand;

/// <param name="Standard">Versions that stand with the product.</param>
/// <param name="Terms">None: as in the version before.</param>
/// <param name="Basis">None: as in the version before.</param>
public sealed record ReviseRule(
    ImmutableArray<Rule> Standard,
    DateOnly ValidFrom,
    ImmutableArray<Term> Terms,
    int? ExtensionMax,
    ImmutableArray<Basis> Basis,
    bool Verified,
    Guid Account,
    DateOnly Today
) : IRuleCommand;

/// <param name="Version">First day of the version signed for.</param>
public sealed record SignRuleOff(
    ImmutableArray<Rule> Standard,
    DateOnly Version,
    Guid Document,
    Guid Account,
    DateOnly Today
) : IRuleCommand;

public sealed record SetUnitLength(
    ImmutableArray<Rule> Standard,
    string Unit,
    int? Length,
    DateOnly From,
    Guid Account,
    DateOnly Today
) : IRuleCommand;

public static class AmendmentRefusals
{
    /// <summary>Arguments: first day of the newest version.</summary>
    public const string NotLater = "revision_not_later";

    /// <summary>It says what the newest version says already.</summary>
    public const string NothingNew = "revision_changes_nothing";

    /// <summary>Arguments: the longest possible.</summary>
    public const string Length = "revision_length_out_of_range";

    /// <summary>Arguments: the day asked for.</summary>
    public const string NoSuchVersion = "rule_version_unknown";

    /// <summary>The length was found in a text; there is nothing to stand for.</summary>
    public const string Verified = "rule_verified_already";

    public const string SignedOff = "rule_signed_off_already";

    /// <summary>Arguments: shortest and longest possible.</summary>
    public const string UnitLength = "unit_length_out_of_range";
}

/// <summary>Changes of one rule of the book.</summary>
public static class AmendmentDecider
{
    /// <summary>Units of a period; more is a slip of the hand.</summary>
    public const int Longest = 3650;

    /// <exception cref="Refused">A code of <see cref="AmendmentRefusals"/> or <see cref="StatuteRefusals"/>.</exception>
    public static IReadOnlyList<IRuleEvent> Decide(Amendments state, IRuleCommand command) =>
        command switch
        {
            ReviseRule c => Revise(state, c),
            SignRuleOff c => SignOff(state, c),
            SetUnitLength c => SetLength(state, c),
            _ => throw new InvalidOperationException($"{command.GetType().Name} is not a command of a rule."),
        };

    private static IReadOnlyList<IRuleEvent> Revise(Amendments state, ReviseRule c)
    {
        var newest = state.Over(c.Standard)[0];
        // Against the version before, so that the same revision once more is the same.
        var before = state.Over(c.Standard).FirstOrDefault(v => v.ValidFrom < c.ValidFrom) ?? newest;
        var revised = new RuleRevised(
            newest.Id,
            c.ValidFrom,
            c.Terms.IsEmpty ? before.Terms : c.Terms,
            c.ExtensionMax,
            c.Basis.IsEmpty ? before.Basis : c.Basis,
            c.Verified,
            c.Account,
            c.Today
        );
        if (state.Revisions.Any(r => r.ValidFrom == c.ValidFrom && SaysTheSame(r, revised)))
            return [];
        if (c.ValidFrom <= newest.ValidFrom)
            throw new Refused(AmendmentRefusals.NotLater, newest.ValidFrom);
        if (revised.Terms.Any(t => t.Length is < 0 or > Longest) || c.ExtensionMax is < 1 or > Longest)
            throw new Refused(AmendmentRefusals.Length, Longest);
        if (c.ExtensionMax is not null && newest.Extension is null)
            throw new Refused(StatuteRefusals.NoExtension, newest.Id);
        if (
            revised.Terms.SequenceEqual(newest.Terms)
            && revised.Basis.SequenceEqual(newest.Basis)
            && (c.ExtensionMax is null || c.ExtensionMax == newest.Extension?.Max)
            && c.Verified == newest.Verified
        )
            throw new Refused(AmendmentRefusals.NothingNew);
        return [revised];
    }

    private static bool SaysTheSame(RuleRevised one, RuleRevised other) =>
        one.Terms.SequenceEqual(other.Terms)
        && one.Basis.SequenceEqual(other.Basis)
        && one.ExtensionMax == other.ExtensionMax
        && one.Verified == other.Verified;

    private static IReadOnlyList<IRuleEvent> SignOff(Amendments state, SignRuleOff c)
    {
        if (state.SignOffs.FirstOrDefault(s => s.Version == c.Version) is { } signed)
            return signed.Account == c.Account && signed.Document == c.Document
                ? []
                : throw new Refused(AmendmentRefusals.SignedOff);
        var version =
            state.Over(c.Standard).FirstOrDefault(v => v.ValidFrom == c.Version)
            ?? throw new Refused(AmendmentRefusals.NoSuchVersion, c.Version);
        return version.Verified
            ? throw new Refused(AmendmentRefusals.Verified)
            : [new RuleSignedOff(version.Id, c.Version, c.Document, c.Account, c.Today)];
    }

    private static IReadOnlyList<IRuleEvent> SetLength(Amendments state, SetUnitLength c)
    {
        var newest = state.Over(c.Standard)[0];
        if (!newest.Parameter)
            throw new Refused(StatuteRefusals.NoParameter, newest.Id);
        if (!newest.HoldsIn(c.Unit))
            throw new Refused(StatuteRefusals.NotInUnit, newest.Id, c.Unit);
        if (c.Length is < 1 or > Longest)
            throw new Refused(AmendmentRefusals.UnitLength, 1, Longest);
        var standing = state.Lengths.FirstOrDefault(l => l.Unit == c.Unit && l.From == c.From);
        return (
            standing is null ? c.Length is null && state.LengthOf(c.Unit, c.From) is null : standing.Length == c.Length
        )
            ? []
            : [new UnitLengthSet(newest.Id, c.Unit, c.Length, c.From, c.Account, c.Today)];
    }
}
