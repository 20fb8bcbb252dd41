using System.Text.RegularExpressions;
using Dapper;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>Telephone numbers of offices, as notices name them.</summary>
internal static partial class Offices
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/notices/offices",
                async (NpgsqlDataSource source, CancellationToken ct) =>
                {
                    await using var connection = await source.OpenConnectionAsync(ct);
                    return await connection.QueryAsync<OfficePhone>(
                        new("select unit, phone from office_phones order by unit", cancellationToken: ct)
                    );
                }
            )
            .RequireRole(Role.Administrator, Role.CentreHead);
        routes
            .MapPost(
                "/notices/offices",
                async (
                    OfficePhone body,
                    Caller caller,
                    AccessCopies copies,
                    NpgsqlDataSource source,
                    TimeProvider clock,
                    CancellationToken ct
                ) =>
                {
                    if (!copies.Tree.IsOpen(body.Unit, LegalDay.Today(clock)))
                        throw Problem.Invalid("unit", "unit_unknown");
                    if (!Number().IsMatch(body.Phone))
                        throw Problem.Invalid("phone", "office_phone_invalid");
                    caller.ActIn(body.Unit, Role.Administrator);
                    await using var connection = await source.OpenConnectionAsync(ct);
                    await connection.ExecuteAsync(
                        new(
                            """
                            insert into office_phones (unit, phone) values (@unit, @phone)
                            on conflict (unit) do update set phone = excluded.phone
                            """,
                            new { unit = body.Unit, phone = body.Phone },
                            cancellationToken: ct
                        )
                    );
                    return Results.NoContent();
                }
            )
            .RequireRole(Role.Administrator);
    }

    [GeneratedRegex("^[0-9][0-9-]{3,18}[0-9]$", RegexOptions.None, 100)]
    private static partial Regex Number();
}
