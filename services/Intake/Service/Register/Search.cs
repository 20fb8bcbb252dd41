using Mediation.Contracts.Http.Intake;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>The one box. What was typed is read by its shape; it stands in no address and no log.</summary>
internal static class Search
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/search",
                async (
                    SearchBox body,
                    PartyRegister register,
                    PartyHits hits,
                    Caller caller,
                    NpgsqlDataSource source,
                    TimeProvider clock,
                    CancellationToken ct
                ) =>
                {
                    if (body.Text.Length > 100 || body.Text.Contains('\0', StringComparison.Ordinal))
                        throw Problem.Invalid("text", "too_long");
                    var take = Math.Clamp(body.Take, 1, 50);
                    var (kind, text) = Kind(body.Text, LegalDay.Today(clock));
                    string[] units = [.. caller.UnitsOf(Rights.Read)];
                    if (kind is "caseNumber")
                        return new SearchResult(kind, [], await ByNumber(source, text, units, take, ct));
                    if (kind is "none")
                        return new SearchResult("name", [], []);
                    var ids = await register.Search(kind, text, units, take, ct);
                    var purpose = kind is "idNumber" or "phone"
                        ? AccessPurpose.IdentityCheck
                        : AccessPurpose.CaseHandling;
                    return new SearchResult(kind, await hits.Of(ids, purpose, ct), []);
                }
            )
            .RequireRole(Rights.Read);

    /// <summary>How a text is read, and its canonical form. <c>none</c>: too short to search for.</summary>
    public static (string Kind, string Text) Kind(string typed, DateOnly today)
    {
        var compact = Typed.Compact(typed);
        if (ResidentId.Read(compact, today, out _) is { } id)
            return ("idNumber", id.Number);
        if (CreditCode.Read(compact, out _) is { } code)
            return ("creditCode", code.Code);
        if (
            compact.Length == 4
            && compact[..3].All(char.IsAsciiDigit)
            && (char.IsAsciiDigit(compact[3]) || compact[3] == 'X')
        )
            return ("lastFour", compact);
        if (Phone.Read(compact) is { } phone)
            return ("phone", phone);
        if (compact.Contains('〔', StringComparison.Ordinal) || compact.Contains("工调", StringComparison.Ordinal))
            return ("caseNumber", compact);
        if (compact.Length is >= 2 and <= 8 && compact.All(char.IsAsciiLetterUpper))
            return ("initials", compact);
        // Passports and permits: letters and digits in one word.
        if (
            compact.Length is >= 5 and <= 20
            && compact.All(char.IsAsciiLetterOrDigit)
            && compact.Any(char.IsAsciiDigit)
        )
            return ("idNumber", compact);
        return Typed.Name(typed).Length >= 2 ? ("name", typed) : ("none", "");
    }

    private static async Task<IReadOnlyList<RequestHit>> ByNumber(
        NpgsqlDataSource source,
        string text,
        string[] units,
        int take,
        CancellationToken ct
    )
    {
        await using var command = source.CreateCommand(
            """
            select row::text from requests
            where unit = any($2) and case_number like '%' || replace(replace(replace($1, '\', '\\'), '%', '\%'), '_', '\_') || '%'
            order by received_on desc limit $3
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = units });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = take });
        var hits = new List<RequestHit>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            hits.Add(PartyHits.Hit(RequestsView.Read(reader.GetString(0))));
        return hits;
    }
}
