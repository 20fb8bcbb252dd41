namespace Mediation.Disputes.Service;

/// <summary>All routes of the service.</summary>
internal static class Routes
{
    /// <summary>The service's own tables.</summary>
    public static string Schema { get; } = Resource("Schema.sql");

    public static void Map(IEndpointRouteBuilder routes)
    {
        DisputeList.Map(routes);
        DisputePage.Map(routes);
        WorklistOfCases.Map(routes);
        AppointingMediator.Map(routes);
        Recusing.Map(routes);
        Sessions.Map(routes);
        Offers.Map(routes);
        DraftingAgreement.Map(routes);
        Signing.Map(routes);
        SettlingOnSpot.Map(routes);
        Ending.Map(routes);
        Closing.Map(routes);
        Files.Map(routes);
        AgreementPaper.Map(routes);
    }

    public static string Resource(string name)
    {
        using var stream = typeof(Routes).Assembly.GetManifestResourceStream("Mediation.Disputes.Service." + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
