using Mediation.Contracts.Http.Intake;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>How long it takes to take a matter down, per channel. The target is 90 seconds.</summary>
internal static class EntryTimesSlice
{
    private const double Target = 90;
    private const long LeftOpen = 3_600_000;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/statistics/entry-times",
                async (
                    DateOnly from,
                    DateOnly to,
                    string? unit,
                    Caller caller,
                    AccessCopies copies,
                    NpgsqlDataSource source,
                    TimeProvider clock,
                    CancellationToken ct
                ) =>
                {
                    if (to < from || to.DayNumber - from.DayNumber > 3660)
                        throw Problem.Invalid("to", "date_impossible");
                    var mine = caller.UnitsOf(Rights.Read);
                    var units = unit is null
                        ? mine
                        : copies.Tree.Within(unit, LegalDay.Today(clock)).Where(mine.Contains);
                    await using var command = source.CreateCommand(
                        """
                        select channel, count(*) filter (where entry_ms <= $4)::int,
                               percentile_cont(0.5) within group (order by entry_ms) filter (where entry_ms <= $4),
                               percentile_cont(0.9) within group (order by entry_ms) filter (where entry_ms <= $4),
                               count(*) filter (where entry_ms > $4)::int
                        from requests where saved_on between $1 and $2 and unit = any($3) group by channel
                        """
                    );
                    command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = from });
                    command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = to });
                    command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. units] });
                    command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LeftOpen });
                    var channels = new List<ChannelEntryTime>();
                    await using var reader = await command.ExecuteReaderAsync(ct);
                    while (await reader.ReadAsync(ct))
                        channels.Add(
                            new(
                                Enum.Parse<Contracts.Channel>(reader.GetString(0), true),
                                reader.GetInt32(1),
                                await Seconds(reader, 2, ct),
                                await Seconds(reader, 3, ct),
                                reader.GetInt32(4)
                            )
                        );
                    return new EntryTimes(from, to, [.. channels.OrderBy(c => c.Channel)], Target);
                }
            )
            .RequireRole(Rights.Read);

    private static async Task<double> Seconds(NpgsqlDataReader reader, int column, CancellationToken ct) =>
        await reader.IsDBNullAsync(column, ct) ? 0 : Math.Round(reader.GetDouble(column) / 1000, 1);
}
