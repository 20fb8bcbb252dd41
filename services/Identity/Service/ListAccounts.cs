using Mediation.Contracts.Http;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using Npgsql;
using NpgsqlTypes;
using Contract = Mediation.Contracts.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

internal static class ListAccounts
{
    private const int LargestPage = 200;

    private static readonly Dictionary<string, string> Orders = new(StringComparer.Ordinal)
    {
        ["accountName"] = "a.user_name",
        ["displayName"] = "a.display_name collate \"zh-x-icu\"",
        ["unit"] = "a.unit",
        ["lastSignIn"] = "a.last_sign_in_at",
    };

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/accounts", Handle).RequireRole(Role.Administrator);

    private static async Task<Page<Http.AccountListItem>> Handle(
        string? search,
        string? unit,
        string? role,
        string? state,
        string? sort,
        int? page,
        int? size,
        Caller caller,
        Staff staff,
        GrantView view,
        NpgsqlDataSource source,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var (number, length) = (page ?? 1, size ?? 50);
        if (number is < 1 or > 100_000)
            throw Problem.Invalid("page", "out_of_range");
        if (length is < 1 or > LargestPage)
            throw Problem.Invalid("size", "out_of_range");
        var column = (sort ?? "accountName").TrimStart('-');
        if (!Orders.TryGetValue(column, out var order))
            throw Problem.Invalid("sort", "unknown_value");
        var direction = sort?.StartsWith('-') == true ? "desc" : "asc";
        var units = caller.UnitsOf(Role.Administrator);
        if (unit is not null)
            units = staff.Within(unit).Where(units.Contains).ToHashSet(StringComparer.Ordinal);
        var now = clock.GetUtcNow();
        await using var command = source.CreateCommand(
            $"""
            select a.id, a.user_name, a.display_name, a.unit, a.lockout_end, a.last_sign_in_at, g.row::text, count(*) over ()
            from accounts a join {view.Table} g on g.stream_id = a.id
            where a.unit = any($1)
              and ($2::text is null or a.user_name ilike $2 or a.display_name ilike $2 or a.phone_number ilike $2)
              and ($3::text is null or g.row -> 'roles' @> jsonb_build_array(jsonb_build_object('role', $3::text)))
              and ($4::text is null or $4 = case when g.locked then 'locked' when a.lockout_end > $5 then 'lockedOut'
                                                 else 'active' end)
            order by {order} {direction} nulls last, a.id limit $6 offset $7
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. units] });
        command.Parameters.Add(Staff.Pattern(search));
        command.Parameters.Add(Text(QueryWord.Of<Contract.Role>(role, "role") is { } r ? Roles.Code(r) : null));
        command.Parameters.Add(Text(QueryWord.Of<Http.AccountState>(state, "state") is { } s ? Roles.Code(s) : null));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = length });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = (number - 1) * length });
        var items = new List<Http.AccountListItem>();
        var total = 0L;
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var held = view.Parse(reader.GetString(6));
            total = reader.GetInt64(7);
            items.Add(
                new(
                    reader.GetGuid(0),
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetString(3),
                    staff.UnitName(reader.GetString(3)),
                    Staff.State(held.Locked, Instant(reader, 4), now),
                    [.. held.Roles.Select(staff.View)],
                    Instant(reader, 5)
                )
            );
        }
        return new(items, (int)total, number, length);
    }

    private static DateTimeOffset? Instant(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    private static NpgsqlParameter Text(string? value) =>
        new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
