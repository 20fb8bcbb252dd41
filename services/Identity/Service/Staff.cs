using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using Npgsql;
using NpgsqlTypes;
using Contract = Mediation.Contracts.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

/// <summary>What pages show of an account's row and grants, in the words of the HTTP language.</summary>
internal sealed class Staff(NpgsqlDataSource source, AccessCopies copies, TimeProvider clock)
{
    public DateOnly Today => LegalDay.Today(clock);

    public string UnitName(string code) => copies.Tree.NameOf(code, Today) ?? code;

    public IReadOnlySet<string> Within(string unit) => copies.Tree.Within(unit, Today);

    public bool IsWithin(string unit, string ancestor) => copies.Tree.IsWithin(unit, ancestor, Today);

    public bool UnitIsOpen(string unit, DateOnly on) => copies.Tree.IsOpen(unit, on);

    public Http.GrantView View(HeldRole held) =>
        new(
            held.GrantId,
            RoleOf(held.Role),
            held.Unit,
            UnitName(held.Unit),
            held.From,
            held.To,
            held.From <= Today && (held.To is null || held.To >= Today)
        );

    public static Contract.Role RoleOf(Role role) => Enum.Parse<Contract.Role>(role.ToString());

    public static Role RoleOf(Contract.Role role) => Enum.Parse<Role>(role.ToString());

    /// <summary>Display names of accounts; unknown ids are left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> Names(IEnumerable<Guid> accounts, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select id, display_name from accounts where id = any($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. accounts.Distinct()] });
        var names = new Dictionary<Guid, string>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            names.Add(reader.GetGuid(0), reader.GetString(1));
        return names;
    }

    public static Http.AccountState State(bool locked, DateTimeOffset? lockedOutUntil, DateTimeOffset now) =>
        locked ? Http.AccountState.Locked
        : lockedOutUntil > now ? Http.AccountState.LockedOut
        : Http.AccountState.Active;

    /// <summary>A search text as pattern of <c>ilike</c>, in which its own wildcards stand for themselves.</summary>
    public static NpgsqlParameter Pattern(string? search) =>
        new()
        {
            Value = string.IsNullOrWhiteSpace(search)
                ? DBNull.Value
                : "%"
                    + search
                        .Trim()
                        .Replace("\\", "\\\\", StringComparison.Ordinal)
                        .Replace("%", "\\%", StringComparison.Ordinal)
                        .Replace("_", "\\_", StringComparison.Ordinal)
                    + "%",
            NpgsqlDbType = NpgsqlDbType.Text,
        };
}
