using Mediation.Contracts.Http.Intake;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>The register's two answers to other services, on behalf of the person who acts there: data for a paper, an
/// exchange or a notice, and the party for data that came in. Both are recorded.</summary>
internal static class Disclose
{
    private const int MostParties = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/parties/disclose",
                async (DiscloseParties body, PartyRegister register, PartyAccessLog access, CancellationToken ct) =>
                {
                    if (body.Ids.Count is 0 or > MostParties)
                        throw Problem.Invalid("ids", body.Ids.Count == 0 ? "required" : "too_many");
                    if (body.Fields.Count == 0 || !body.Fields.All(Enum.IsDefined))
                        throw Problem.Invalid("fields", "code_unknown");
                    if (
                        !Enum.IsDefined(body.Purpose)
                        || !Enum.IsDefined(body.Recipient)
                        || !Enum.IsDefined(body.LegalBasis)
                    )
                        throw Problem.Invalid("purpose", "code_unknown");
                    var ids = body.Ids.Distinct().ToList();
                    var readable = await access.Readable(ids, Rights.Disclose, ct);
                    var parties = await register.Find([.. readable], ct);
                    // A paper with a party left out would be wrong; it is all or nothing.
                    if (parties.Count != ids.Count)
                        throw Problem.NotFound("party_unknown");
                    await access.Record(
                        "disclose",
                        body.Purpose,
                        ids,
                        body.Fields,
                        ct,
                        PartyData.Camel(body.Recipient.ToString()),
                        PartyData.Camel(body.LegalBasis.ToString())
                    );
                    var opened = await register.Open([.. parties.Values], body.Fields, ct);
                    return new DisclosedParties([
                        .. ids.Select(id => new RevealedParty(
                            id,
                            [.. opened[id].OrderBy(f => f.Key).Select(f => new PartyFieldValue(f.Key, f.Value, false))]
                        )),
                    ]);
                }
            )
            .RequireRole(Rights.Disclose);
        routes
            .MapPost(
                "/parties/match-or-create",
                async (
                    MatchOrCreateParty body,
                    PartyRegister register,
                    PartyAccessLog access,
                    Caller caller,
                    NpgsqlDataSource source,
                    TimeProvider clock,
                    CancellationToken ct
                ) =>
                {
                    if (!Enum.IsDefined(body.Purpose) || !Enum.IsDefined(body.LegalBasis))
                        throw Problem.Invalid("purpose", "code_unknown");
                    if (body.PartyId == Guid.Empty || body.Person is null == body.Organisation is null)
                        throw Problem.Invalid("person", "one_of_both");
                    caller.ActIn(body.Unit, Rights.Disclose);
                    var faults = new Dictionary<string, string>(StringComparer.Ordinal);
                    var today = LegalDay.Today(clock);
                    var data = body.Person is { } person
                        ? PartyData.Of(person, PartyKind.Person, "person", today, faults)
                        : PartyData.Of(body.Organisation!, "organisation", today, faults);
                    if (faults.Count > 0)
                        throw new Problem(400, "invalid_input", errors: faults);
                    var keyId = NameBasedId.From(body.PartyId, "key");
                    for (var attempt = 1; ; attempt++)
                    {
                        if (await Match(body.PartyId, data, register, ct) is { } match)
                        {
                            await Link(source, match.PartyId, body, clock.GetUtcNow(), ct);
                            await access.Record(
                                "match",
                                body.Purpose,
                                [match.PartyId],
                                [.. data.Fields.Keys],
                                ct,
                                legalBasis: PartyData.Camel(body.LegalBasis.ToString())
                            );
                            return new MatchedParty(match.PartyId, match.KeyId, false);
                        }
                        await using var connection = await source.OpenConnectionAsync(ct);
                        await using var batch = new NpgsqlBatch(connection);
                        // A phone alone does not say who somebody is: the same phone under another name is another person.
                        foreach (
                            var statement in register.Insert(
                                body.PartyId,
                                keyId,
                                data,
                                data[PartyField.IdNumber] is null,
                                clock.GetUtcNow()
                            )
                        )
                            batch.BatchCommands.Add(statement);
                        // Until its request arrives the party belongs to the unit that received it.
                        batch.BatchCommands.Add(
                            PartyRegister.Link(body.PartyId, body.PartyId, body.Unit, clock.GetUtcNow())
                        );
                        try
                        {
                            await batch.ExecuteNonQueryAsync(ct);
                            await access.Record(
                                "match",
                                body.Purpose,
                                [body.PartyId],
                                [.. data.Fields.Keys],
                                ct,
                                legalBasis: PartyData.Camel(body.LegalBasis.ToString())
                            );
                            return new MatchedParty(body.PartyId, keyId, true);
                        }
                        catch (PostgresException e)
                            when (attempt < 3 && e.SqlState is "RG001" or PostgresErrorCodes.UniqueViolation)
                        {
                            // Recorded by somebody else in this moment; now it can be matched.
                        }
                    }
                }
            )
            .RequireRole(Rights.Disclose);
    }

    // Who brought the number of a party may read it from now on, as if it had been registered there.
    private static async Task Link(
        NpgsqlDataSource source,
        Guid partyId,
        MatchOrCreateParty body,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(PartyRegister.Link(partyId, body.PartyId, body.Unit, now));
        await batch.ExecuteNonQueryAsync(ct);
    }

    // By ID number or credit code; by phone only together with the same name.
    private static async Task<Party?> Match(Guid partyId, PartyData data, PartyRegister register, CancellationToken ct)
    {
        if ((await register.Find([partyId], ct)).TryGetValue(partyId, out var made))
            return made;
        foreach (var (id, matchedBy) in await register.Known(data, ct))
        {
            var party = (await register.Find([id], ct))[id];
            if (matchedBy is not "phone")
                return party;
            var name =
                (await register.Open([party], [PartyField.Name], ct))[id].GetValueOrDefault(PartyField.Name) ?? "";
            if (Typed.Name(name) == Typed.Name(data[PartyField.Name]!))
                return party;
        }
        return null;
    }
}
