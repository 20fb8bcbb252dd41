using Dapper;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>Short names of units in case numbers, and the code lists of triage.</summary>
internal static class Numbering
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/numbering",
                async (NpgsqlDataSource source, CancellationToken ct) =>
                {
                    await using var connection = await source.OpenConnectionAsync(ct);
                    return await connection.QueryAsync<CaseNumbering>(
                        new("select unit, prefix from case_numbering order by unit", cancellationToken: ct)
                    );
                }
            )
            .RequireRole(Role.Administrator, Role.CentreHead);
        routes
            .MapPost(
                "/numbering",
                async (
                    CaseNumbering body,
                    Caller caller,
                    AccessCopies copies,
                    NpgsqlDataSource source,
                    TimeProvider clock,
                    CancellationToken ct
                ) =>
                {
                    if (!copies.Tree.IsOpen(body.Unit, LegalDay.Today(clock)))
                        throw Problem.Invalid("unit", "unit_unknown");
                    if (body.Prefix.Length is < 2 or > 10 || !body.Prefix.All(c => c is >= '\u4e00' and <= '\u9fff'))
                        throw Problem.Invalid("prefix", "prefix_invalid");
                    caller.ActIn(body.Unit, Role.Administrator);
                    // Two units with one prefix would give the same number to two cases.
                    if (CaseNumbers.IsDefaultOfAnother(body.Unit, body.Prefix))
                        throw new Problem(StatusCodes.Status409Conflict, "prefix_taken");
                    await using var connection = await source.OpenConnectionAsync(ct);
                    try
                    {
                        await connection.ExecuteAsync(
                            new(
                                """
                                insert into case_numbering (unit, prefix) values (@unit, @prefix)
                                on conflict (unit) do update set prefix = excluded.prefix
                                """,
                                new { unit = body.Unit, prefix = body.Prefix },
                                cancellationToken: ct
                            )
                        );
                    }
                    catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
                    {
                        throw new Problem(StatusCodes.Status409Conflict, "prefix_taken");
                    }
                    return Results.NoContent();
                }
            )
            .RequireRole(Role.Administrator);
        routes
            .MapGet(
                "/code-lists",
                (DateOnly? on, TimeProvider clock) =>
                {
                    var (version, causes) = CourtCauses.On(on ?? LegalDay.Today(clock));
                    return new CodeLists(version, [.. causes.Select(c => new CodeName(c.Code, c.Name))]);
                }
            )
            .RequireSignIn();
    }
}
