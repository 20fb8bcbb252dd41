using Mediation.Contracts.Http;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using Npgsql;

namespace Mediation.Identity.Service;

/// <summary>What waits for an administrator: grants about to end and accounts locked after wrong passwords.</summary>
internal static class ShowWorklist
{
    private const int DaysAhead = 14;
    private const int LargestSlice = 200;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/worklist", Handle).RequireSignIn();

    private static async Task<Worklist> Handle(
        string? cursor,
        int? size,
        Caller caller,
        Staff staff,
        GrantView view,
        NpgsqlDataSource source,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var length = Math.Clamp(size ?? 50, 1, LargestSlice);
        var (now, today) = (clock.GetUtcNow(), staff.Today);
        var items = new List<WorklistItem>();
        await using var command = source.CreateCommand(
            $"""
            select a.id, a.lockout_end, g.row::text from accounts a join {view.Table} g on g.stream_id = a.id
            where a.unit = any($1) and not g.locked
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. caller.UnitsOf(Role.Administrator)] });
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
            {
                var account = reader.GetGuid(0);
                var path = $"/admin/accounts/{account}";
                if (!reader.IsDBNull(1) && reader.GetFieldValue<DateTimeOffset>(1) is var until && until > now)
                    items.Add(
                        new(
                            NameBasedId.From(account, "locked-out"),
                            "accountLockedOut",
                            path,
                            null,
                            today,
                            until - AccountRules.LockOut,
                            []
                        )
                    );
                foreach (var role in view.Parse(reader.GetString(2)).RolesOn(today))
                    if (role.To is { } last && last.DayNumber - today.DayNumber <= DaysAhead)
                        items.Add(new(role.GrantId, "grantEnding", path, null, last, LegalDay.Begin(role.From), []));
            }
        var ordered = items.OrderBy(i => i.Due).ThenBy(i => i.Id).ToList();
        var from = cursor is null ? 0 : ordered.FindIndex(i => string.CompareOrdinal(Cursor(i), cursor) > 0);
        var slice = from < 0 ? [] : ordered.Skip(from).Take(length).ToList();
        return new(
            slice,
            from >= 0 && from + slice.Count < ordered.Count ? Cursor(slice[^1]) : null,
            ordered.GroupBy(i => i.Kind, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count())
        );
    }

    private static string Cursor(WorklistItem item) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{item.Due ?? DateOnly.MaxValue:yyyy-MM-dd}_{item.Id:N}"
        );
}
