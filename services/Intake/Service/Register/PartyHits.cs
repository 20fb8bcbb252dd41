using Mediation.Contracts.Http.Intake;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>Parties as hit lists show them: persons masked, with the earlier requests the caller may read and the
/// number of those she may not.</summary>
internal sealed class PartyHits(PartyRegister register, PartyAccessLog access, NpgsqlDataSource source, Caller caller)
{
    private static readonly PartyField[] Shown =
    [
        PartyField.Name,
        PartyField.IdNumber,
        PartyField.Phone,
        PartyField.CreditCode,
    ];

    public async Task<IReadOnlyList<PartyHit>> Of(IReadOnlyList<Guid> ids, AccessPurpose purpose, CancellationToken ct)
    {
        var parties = await register.Find(ids, ct);
        await access.Record("search", purpose, [.. parties.Keys], Shown, ct);
        var opened = await register.Open([.. parties.Values], Shown, ct);
        var requests = await Requests(ids, ct);
        return
        [
            .. ids.Where(parties.ContainsKey)
                .Select(id =>
                {
                    var (party, fields) = (parties[id], opened[id]);
                    var (mine, elsewhere) = requests.GetValueOrDefault(id, ([], 0));
                    return new PartyHit(
                        id,
                        party.Kind,
                        PartyRegister.Label(party, fields),
                        Masked(fields, PartyField.IdNumber),
                        Masked(fields, PartyField.Phone),
                        party.Kind is PartyKind.Organisation
                            ? fields.GetValueOrDefault(PartyField.CreditCode)
                            : Masked(fields, PartyField.CreditCode),
                        mine,
                        elsewhere
                    );
                }),
        ];
    }

    /// <summary>Requests of each party: the five newest that the caller may read, and how many others there are.</summary>
    public async Task<IReadOnlyDictionary<Guid, (List<RequestHit> Mine, int Elsewhere)>> Requests(
        IReadOnlyList<Guid> parties,
        CancellationToken ct
    )
    {
        await using var command = source.CreateCommand(
            """
            select u.party_id, r.row::text, u.unit = any($2) from party_units u
            join requests r on r.stream_id = u.request_id
            where u.party_id = any($1) order by r.received_on desc, r.stream_id limit 2000
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. parties] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. caller.UnitsOf(Rights.Read)] });
        var found = new Dictionary<Guid, (List<RequestHit> Mine, int Elsewhere)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (party, readable) = (reader.GetGuid(0), reader.GetBoolean(2));
            var (mine, elsewhere) = found.GetValueOrDefault(party, ([], 0));
            if (!readable)
                elsewhere++;
            else if (mine.Count < 5)
                mine.Add(Hit(RequestsView.Read(reader.GetString(1))));
            found[party] = (mine, elsewhere);
        }
        return found;
    }

    public static RequestHit Hit(RequestRecord row) =>
        new(
            row.Id,
            PartyData.Camel(row.State.ToString()),
            row.Channel.As<Contracts.Channel>(),
            row.Unit,
            row.ReceivedOn,
            row.CaseNumber,
            row.DisputeId
        );

    private static string? Masked(Dictionary<PartyField, string> fields, PartyField field) =>
        fields.TryGetValue(field, out var value) ? PartyRegister.Mask(field, value) : null;
}
