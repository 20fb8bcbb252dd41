using Dapper;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Intake;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>One party: the masked card, fields in clear for a purpose, and who read what.</summary>
internal static class Cards
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/parties/{id:guid}",
                async (
                    Guid id,
                    PartyRegister register,
                    PartyAccessLog access,
                    PartyHits hits,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    var party = await Readable(id, register, access, Rights.Read, ct);
                    var fields = (await register.Open([party], null, ct))[id];
                    await access.Record("card", AccessPurpose.CaseHandling, [id], [.. fields.Keys], ct);
                    var requests = await hits.Requests([id], ct);
                    Answer.Version(response, party.Version);
                    return new PartyCard(
                        id,
                        party.Version,
                        party.Kind,
                        PartyRegister.Label(party, fields),
                        party.Demonstration,
                        [
                            .. fields
                                .OrderBy(f => f.Key)
                                .Select(f =>
                                    PartyRegister.IsPublic(party.Kind, f.Key)
                                        ? new PartyFieldValue(f.Key, f.Value, false)
                                        : new PartyFieldValue(f.Key, PartyRegister.Mask(f.Key, f.Value), true)
                                ),
                        ],
                        requests.TryGetValue(id, out var found) ? found.Mine : []
                    );
                }
            )
            .RequireRole(Rights.Read);
        routes
            .MapPost(
                "/parties/{id:guid}/reveal",
                async (
                    Guid id,
                    RevealParty body,
                    PartyRegister register,
                    PartyAccessLog access,
                    CancellationToken ct
                ) =>
                {
                    if (body.Fields.Count == 0 || !body.Fields.All(Enum.IsDefined))
                        throw Problem.Invalid("fields", body.Fields.Count == 0 ? "required" : "code_unknown");
                    if (!Enum.IsDefined(body.Purpose))
                        throw Problem.Invalid("purpose", "code_unknown");
                    var party = await Readable(id, register, access, Rights.Reveal, ct);
                    var asked = body.Fields.Distinct().ToList();
                    await access.Record("reveal", body.Purpose, [id], asked, ct);
                    var fields = (await register.Open([party], asked, ct))[id];
                    return new RevealedParty(
                        id,
                        [.. fields.OrderBy(f => f.Key).Select(f => new PartyFieldValue(f.Key, f.Value, false))]
                    );
                }
            )
            .RequireRole(Rights.Reveal);
        routes
            .MapGet(
                "/parties/{id:guid}/accesses",
                async (
                    Guid id,
                    int? page,
                    int? size,
                    PartyRegister register,
                    PartyAccessLog access,
                    NpgsqlDataSource source,
                    CancellationToken ct
                ) =>
                {
                    await Readable(id, register, access, Rights.AccessLog, ct);
                    var (number, rows) = (Math.Clamp(page ?? 1, 1, 100_000), Math.Clamp(size ?? 20, 1, 200));
                    await using var connection = await source.OpenConnectionAsync(ct);
                    var total = await connection.ExecuteScalarAsync<int>(
                        new("select count(*) from party_access where party_id = @id", new { id }, cancellationToken: ct)
                    );
                    await using var command = new NpgsqlCommand(
                        """
                        select access_id, at, account, unit, kind, purpose, fields, recipient, legal_basis, correlation
                        from party_access where party_id = $1 order by access_id desc limit $2 offset $3
                        """,
                        connection
                    );
                    command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
                    command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = rows });
                    command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (long)(number - 1) * rows });
                    var found = new List<PartyAccess>();
                    await using var reader = await command.ExecuteReaderAsync(ct);
                    string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
                    while (await reader.ReadAsync(ct))
                        found.Add(
                            new(
                                reader.GetInt64(0),
                                reader.GetFieldValue<DateTimeOffset>(1),
                                reader.GetGuid(2),
                                reader.GetString(3),
                                reader.GetString(4),
                                Enum.Parse<AccessPurpose>(reader.GetString(5), true),
                                [.. reader.GetFieldValue<string[]>(6).Select(f => Enum.Parse<PartyField>(f, true))],
                                Text(7),
                                Text(8),
                                Text(9)
                            )
                        );
                    return new Page<PartyAccess>(found, total, number, rows);
                }
            )
            .RequireRole(Rights.AccessLog);
    }

    /// <summary>The party for a caller who may read it. Who may not learns only that there is none.</summary>
    /// <exception cref="Problem">404.</exception>
    public static async Task<Party> Readable(
        Guid id,
        PartyRegister register,
        PartyAccessLog access,
        Contracts.Identity.Role[] roles,
        CancellationToken ct
    ) =>
        (await access.Readable([id], roles, ct)).Contains(id)
        && (await register.Find([id], ct)).TryGetValue(id, out var party)
            ? party
            : throw Problem.NotFound();
}
