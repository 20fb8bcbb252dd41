using Mediation.Contracts.Identity;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;

namespace Mediation.Deadlines.Service;

/// <summary>Who may change the law that everybody counts by. Everybody who is signed in reads it; it is changed at the city
/// only, and each unit's own lengths by those who run that unit.</summary>
internal sealed class LawRights(Caller caller, AccessCopies copies, TimeProvider clock)
{
    /// <summary>Who stands for a length that was found in no text, at the city.</summary>
    public static readonly Role[] Signers = [Role.CityLegal, Role.DistrictLegal];

    /// <summary>Who enters revisions and notices, at the city.</summary>
    public static readonly Role[] Keepers = [Role.Administrator];

    public static readonly Role[] LengthSetters = [Role.Administrator, Role.CentreHead];

    /// <summary>Who uploads a paper of the law.</summary>
    public static readonly Role[] Uploaders = [.. Signers, .. Keepers];

    /// <summary>More levels than any federation has.</summary>
    private const int DeepestLevel = 16;

    public DateOnly Today => LegalDay.Today(clock);

    public Guid Account => caller.AccountId;

    /// <summary>The unit above which there is none.</summary>
    private string City
    {
        get
        {
            var at = caller.Grants.Concat(caller.StandsInFor.SelectMany(s => s.Grants)).FirstOrDefault()?.Unit ?? "";
            for (var level = 0; level < DeepestLevel && copies.Tree.ParentOf(at, Today) is { } above; level++)
                at = above;
            return at;
        }
    }

    public bool MaySignOff => caller.MayActIn(City, Signers);

    public bool MayKeep => caller.MayActIn(City, Keepers);

    /// <summary>Units for which she keeps the law.</summary>
    public string[] KeptUnits => [.. caller.UnitsOf(Keepers)];

    /// <summary>She runs a unit in which something holds.</summary>
    public bool MaySetLengths(Func<string, bool> holdsIn) => caller.UnitsOf(LengthSetters).Any(holdsIn);

    /// <exception cref="Problem">403.</exception>
    public void SignOff() => caller.ActIn(City, Signers);

    /// <exception cref="Problem">403.</exception>
    public void Keep() => caller.ActIn(City, Keepers);

    /// <exception cref="Problem">403.</exception>
    public void Upload() => caller.ActIn(City, Uploaders);

    /// <exception cref="Problem">400 where there is no such unit, 403.</exception>
    public void SetLength(string unit)
    {
        if (!copies.Tree.IsOpen(unit, Today))
            throw Problem.Invalid("unit", "unknown_unit");
        caller.ActIn(unit, LengthSetters);
    }
}
