using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Identity;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>Whether days pass unseen: the last runs that found something, and what waits for the next.</summary>
internal static class ShowSweeps
{
    private const int Shown = 10;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/sweeps", Get).RequireRole(Role.Administrator, Role.Supervisor);

    private static async Task<SweepStatus> Get(NpgsqlDataSource source, TimeProvider clock, CancellationToken ct)
    {
        var waiting = await source.Rows(
            "select count(*)::int, min(wakes) from clocks where wakes <= $1",
            r => (Clocks: r.GetInt32(0), Since: r.IsDBNull(1) ? (DateOnly?)null : r.GetFieldValue<DateOnly>(1)),
            ct,
            Sql.P(LegalDay.Today(clock))
        );
        return new(
            waiting[0].Clocks,
            waiting[0].Since,
            await source.Rows(
                "select at, clocks, days_late from sweeps order by at desc limit $1",
                r => new SweepRun(r.GetFieldValue<DateTimeOffset>(0), r.GetInt32(1), r.GetInt32(2)),
                ct,
                Sql.P(Shown)
            )
        );
    }
}
