using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Intake;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>更正: another value in the place of the recorded one; the earlier one is kept, sealed, with who and why.</summary>
internal static class Correct
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/parties/{id:guid}/correct",
                async (
                    Guid id,
                    CorrectParty body,
                    PartyRegister register,
                    PartyAccessLog access,
                    Caller caller,
                    Acting acting,
                    NpgsqlDataSource source,
                    TimeProvider clock,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    if (body.Corrections.Count is 0 or > 40 || !body.Corrections.All(c => Enum.IsDefined(c.Field)))
                        throw Problem.Invalid("corrections", "required");
                    if (body.Corrections.DistinctBy(c => c.Field).Count() != body.Corrections.Count)
                        throw Problem.Invalid("corrections", "listed_twice");
                    if (!Enum.IsDefined(body.Reason))
                        throw Problem.Invalid("reason", "code_unknown");
                    var party = await Cards.Readable(id, register, access, Rights.Correct, ct);
                    if (acting.ExpectedVersion is { } seen && seen != party.Version)
                        throw new Problem(StatusCodes.Status412PreconditionFailed, "changed_meanwhile");
                    var all = (await register.Open([party], null, ct))[id];
                    var changes = Read(party, all, body.Corrections, LegalDay.Today(clock));
                    if (changes.Count == 0)
                        return Answer.Done(response, party.Version, new Done(id, party.Version));
                    await access.Record("correct", AccessPurpose.Correction, [id], [.. changes.Keys], ct);
                    await using var connection = await source.OpenConnectionAsync(ct);
                    await using var batch = new NpgsqlBatch(connection);
                    foreach (
                        var statement in register.Change(
                            party,
                            all,
                            changes,
                            body.Reason,
                            caller.AccountId,
                            clock.GetUtcNow()
                        )
                    )
                        batch.BatchCommands.Add(statement);
                    try
                    {
                        await batch.ExecuteNonQueryAsync(ct);
                    }
                    catch (PostgresException e) when (e.SqlState == "RG001")
                    {
                        throw new Problem(StatusCodes.Status412PreconditionFailed, "changed_meanwhile");
                    }
                    catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
                    {
                        throw new Problem(StatusCodes.Status409Conflict, "credit_code_taken");
                    }
                    return Answer.Done(response, party.Version + 1, new Done(id, party.Version + 1));
                }
            )
            .RequireRole(Rights.Correct);

    private static Dictionary<PartyField, string?> Read(
        Party party,
        Dictionary<PartyField, string> all,
        IReadOnlyList<PartyCorrection> corrections,
        DateOnly today
    )
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var changes = new Dictionary<PartyField, string?>();
        var idType =
            corrections.FirstOrDefault(c => c.Field is PartyField.IdType)?.Value
            ?? all.GetValueOrDefault(PartyField.IdType);
        foreach (var (field, value) in corrections)
        {
            var name = PartyData.Camel(field.ToString());
            if (!Fits(party.Kind, field))
                faults[name] = "field_not_of_this_kind";
            else if (string.IsNullOrWhiteSpace(value))
            {
                if (field is PartyField.Name)
                    faults[name] = "required";
                else if (all.ContainsKey(field))
                    changes[field] = null;
            }
            else if (PartyData.Correct(party.Kind, field, value.Trim(), idType, today, faults) is { } canonical)
            {
                if (all.GetValueOrDefault(field) != canonical)
                    changes[field] = canonical;
            }
        }
        return faults.Count == 0 ? changes : throw new Problem(400, "invalid_input", errors: faults);
    }

    private static bool Fits(PartyKind kind, PartyField field) =>
        field is PartyField.Name or PartyField.CreditCode
        || kind is PartyKind.Organisation == field >= PartyField.Industry;
}
