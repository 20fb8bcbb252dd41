using FluentValidation;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;
using Contract = Mediation.Contracts.Identity;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

/// <summary>Colleagues by name or by what they may do somewhere.</summary>
internal static class FindStaff
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/accounts/labels",
                async (Http.ResolveAccounts body, Staff staff, CancellationToken ct) =>
                    new Http.AccountLabels([
                        .. (await staff.Names(body.Ids, ct)).Select(n => new Http.AccountLabel(n.Key, n.Value)),
                    ])
            )
            .Validate<Http.ResolveAccounts>()
            .RequireSignIn();
        routes.MapGet("/staff", Handle).RequireSignIn();
    }

    private static async Task<IReadOnlyList<Http.StaffMember>> Handle(
        string unit,
        bool? below,
        string? role,
        string? search,
        Caller caller,
        Staff staff,
        Grants grants,
        NpgsqlDataSource source,
        CancellationToken ct
    )
    {
        // A unit of hers, below it or above it: she may choose a colleague of the unit above, not of a neighbour. Of the
        // units below one she sees the people only where she has a role above them.
        if (!caller.Grants.Any(g => staff.IsWithin(unit, g.Unit) || below != true && staff.IsWithin(g.Unit, unit)))
            throw Problem.Forbidden("outside_your_units");
        var wanted = QueryWord.Of<Contract.Role>(role, "role");
        var today = staff.Today;
        var holders = (await grants.All(ct))
            .Where(g => !g.Row.Locked)
            .Select(g =>
                (
                    Held: g,
                    Roles: g.Row.RolesOn(today)
                        .Where(r => staff.IsWithin(unit, r.Unit) || below == true && staff.IsWithin(r.Unit, unit))
                        .Select(r => Staff.RoleOf(r.Role))
                        .Distinct()
                        .ToList()
                )
            )
            .Where(h => h.Roles.Count > 0 && (wanted is null || h.Roles.Contains(wanted.Value)))
            .ToDictionary(h => h.Held.Account);
        await using var command = source.CreateCommand(
            """
            select id, display_name, unit from accounts
            where id = any($1) and ($2::text is null or display_name ilike $2)
            order by display_name collate "zh-x-icu", id limit $3
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. holders.Keys] });
        command.Parameters.Add(Staff.Pattern(search));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        var found = new List<Http.StaffMember>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var holder = holders[reader.GetGuid(0)];
            var absence = holder.Held.Row.AbsenceOn(today);
            found.Add(
                new(
                    reader.GetGuid(0),
                    reader.GetString(1),
                    reader.GetString(2),
                    staff.UnitName(reader.GetString(2)),
                    holder.Roles,
                    absence is not null,
                    absence?.SubstituteAccountId
                )
            );
        }
        return found;
    }

    internal sealed class Validator : AbstractValidator<Http.ResolveAccounts>
    {
        public Validator()
        {
            RuleFor(x => x.Ids).NotNull().WithErrorCode("required");
            RuleFor(x => x.Ids).Must(ids => ids is null || ids.Count <= Most).WithErrorCode("too_many");
        }
    }
}
