using System.Text.Json;
using Mediation.EventStore;
using Mediation.Identity.Domain;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.Identity.Service;

/// <summary>What an account holds and who stands in for it.</summary>
/// <param name="Revocation">Version of the stream from which on access tokens count.</param>
/// <param name="RevokedEpoch">Seconds since 1970 of that event: a token older than ten minutes is dead anyway.</param>
internal sealed record GrantRow(
    Guid PersonId,
    bool Locked,
    IReadOnlyList<HeldRole> Roles,
    IReadOnlyList<Absence> Absences,
    long Revocation,
    long RevokedEpoch
)
{
    public IEnumerable<HeldRole> RolesOn(DateOnly day) =>
        Roles.Where(r => r.From <= day && (r.To is null || r.To >= day));

    public Absence? AbsenceOn(DateOnly day) =>
        Absences.FirstOrDefault(a => !a.Cancelled && a.From <= day && a.To >= day);
}

internal sealed class GrantView : StreamView<GrantRow>
{
    public override string Table => "grants";

    public override string StreamType => Aggregates.Grant.Name;

    public override (string Columns, string Indexes) Ddl =>
        (
            """
            locked boolean generated always as ((row ->> 'locked')::boolean) stored,
            revocation bigint generated always as ((row ->> 'revocation')::bigint) stored,
            revoked_epoch bigint generated always as ((row ->> 'revokedEpoch')::bigint) stored
            """,
            """
            create index {table}_absences on {table} using gin ((row -> 'absences') jsonb_path_ops);
            create index {table}_revoked on {table} (revoked_epoch)
            """
        );

    protected override GrantRow? Fold(GrantRow? row, StoredEvent stored) =>
        (row, (IGrantEvent)stored.Data) switch
        {
            (null, AccountEnrolled e) => new(e.PersonId, Locked: false, [], [], 0, 0),
            ({ } r, RoleGranted e) => Revoked(r with { Roles = e.Held }, stored),
            ({ } r, RoleRevoked e) => Revoked(r with { Roles = e.Held }, stored),
            ({ } r, AbsenceRecorded e) => r with
            {
                Absences = [.. r.Absences, new(e.AbsenceId, e.SubstituteAccountId, e.From, e.To, Cancelled: false)],
            },
            ({ } r, AbsenceCancelled e) => Revoked(
                r with
                {
                    Absences =
                    [
                        .. r.Absences.Select(a => a.AbsenceId == e.AbsenceId ? a with { Cancelled = true } : a),
                    ],
                },
                stored
            ),
            ({ } r, TokensRevoked) => Revoked(r, stored),
            ({ } r, AccountLocked) => Revoked(r with { Locked = true }, stored),
            ({ } r, AccountUnlocked) => r with { Locked = false },
            _ => throw new InvalidOperationException($"{stored.Name} does not fit the row of its stream."),
        };

    private static GrantRow Revoked(GrantRow row, StoredEvent stored) =>
        row with
        {
            Revocation = stored.Version,
            RevokedEpoch = stored.RecordedAt.ToUnixTimeSeconds(),
        };
}

internal sealed record HeldGrants(Guid Account, long Version, GrantRow Row);

/// <summary>Queries over the view.</summary>
internal sealed class Grants(NpgsqlDataSource source, GrantView view)
{
    public const string Revocations = """
        select stream_id, revocation from grants where revoked_epoch > extract(epoch from now())::bigint - 600
        """;

    public async Task<HeldGrants?> Find(Guid account, CancellationToken ct) =>
        await Find([account], ct) is [var held] ? held : null;

    public Task<IReadOnlyList<HeldGrants>> Find(IReadOnlyList<Guid> accounts, CancellationToken ct) =>
        Read("stream_id = any($1)", new NpgsqlParameter<Guid[]> { TypedValue = [.. accounts] }, ct);

    /// <summary>Accounts for which another was ever recorded as substitute.</summary>
    public Task<IReadOnlyList<HeldGrants>> WithSubstitute(Guid substitute, CancellationToken ct) =>
        Read(
            "row -> 'absences' @> $1",
            new NpgsqlParameter<string>
            {
                TypedValue = JsonSerializer.Serialize(new[] { new { substituteAccountId = substitute } }),
                NpgsqlDbType = NpgsqlDbType.Jsonb,
            },
            ct
        );

    public Task<IReadOnlyList<HeldGrants>> All(CancellationToken ct) =>
        Read("$1", new NpgsqlParameter<bool> { TypedValue = true }, ct);

    private async Task<IReadOnlyList<HeldGrants>> Read(string where, NpgsqlParameter parameter, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            $"select stream_id, version, row::text from {view.Table} where {where}"
        );
        command.Parameters.Add(parameter);
        var found = new List<HeldGrants>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found.Add(new(reader.GetGuid(0), reader.GetInt64(1), view.Parse(reader.GetString(2))));
        return found;
    }
}
