using Mediation.Deadlines.Domain;

namespace Mediation.Deadlines.Service;

/// <summary>The book and the calendar as they stand with the product: the statutes and the years whose notices were known
/// when it was built.</summary>
internal static class StandardLaw
{
    /// <summary>Version of the calendar that stands with the product.</summary>
    private const int FirstVersion = 1;

    public static Law Read() =>
        new(
            StatuteBook.Parse(Text("statute-book.json")),
            StatuteBook.ParseCalendar(FirstVersion, Text("calendar.json"))
        );

    /// <summary>Which messages tell which facts.</summary>
    public static Connections Connections() => StatuteBook.ParseConnections(Text("connections.json"));

    private static string Text(string resource)
    {
        using var stream = typeof(StatuteBook).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
