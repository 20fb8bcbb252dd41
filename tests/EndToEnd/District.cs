namespace Mediation.EndToEnd.Tests;

/// <summary>Where a test's office lies: tests of one district run one after the other, those of different districts side
/// by side.</summary>
public enum District
{
    Chaoyang,
    Haidian,
}

internal static class Districts
{
    public static string Account(this District district, string post) =>
        $"{post}.{district.ToString().ToLowerInvariant()}";

    public static string Unit(this District district) => district is District.Haidian ? "110108" : "110105";

    /// <summary>Name of the district's first mediator.</summary>
    public static string Mediator(this District district) => district is District.Haidian ? "调解员丙" : "调解员甲";
}
