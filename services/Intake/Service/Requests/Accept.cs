using System.Globalization;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>受理: the case gets the next number of its unit, series and year. The counter's row stays locked from
/// drawing to commit, and a refused or lost acceptance rolls the draw back: no gap, no number twice. The row is locked
/// only when nothing but the number is missing, so that a refusal makes nobody wait.</summary>
internal static class AcceptSlice
{
    private const string Probe = "?";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/requests/{id:guid}/accept",
                async (
                    Guid id,
                    Http.AcceptRequest body,
                    RequestDesk desk,
                    EventJournal journal,
                    NpgsqlDataSource source,
                    Caller caller,
                    Acting acting,
                    AccessCopies copies,
                    HttpResponse response,
                    CancellationToken ct
                ) =>
                {
                    var (row, _) = await desk.Open(id, ct);
                    caller.ActIn(row.Unit, Rights.Accept);
                    var command = new AcceptRequest(
                        RequestDesk.DisputeOf(id),
                        Probe,
                        copies.Tree.IsOpen(row.Unit, desk.Today),
                        body.AcceptedOn,
                        desk.Today
                    );
                    for (var attempt = 1; ; attempt++)
                    {
                        var loaded = await journal.Load(Aggregates.Request, id, ct: ct);
                        if (acting.ExpectedVersion is { } seen && seen != loaded.Version)
                            throw new AppendConflict(AppendConflict.Kind.Version, id);
                        // Refuses here, before the counter is touched.
                        if (
                            Aggregates.Request.Decide(loaded.State, command).Count == 0
                            && loaded.State is Request.Accepted already
                        )
                            return Accepted(response, id, loaded.Version, command.DisputeId, already.CaseNumber);
                        await using var connection = await source.OpenConnectionAsync(ct);
                        await using var transaction = await connection.BeginTransactionAsync(ct);
                        var number = await CaseNumbers.Draw(connection, row.Unit, body.AcceptedOn.Year, ct);
                        var events = Aggregates.Request.Decide(loaded.State, command with { CaseNumber = number });
                        var changes = new Changes(acting.Metadata(nameof(AcceptRequest), body.AcceptedOn));
                        changes.Append(Aggregates.Request.Name, loaded, events);
                        try
                        {
                            var done = await journal.Commit(changes, connection, transaction, ct);
                            await transaction.CommitAsync(ct);
                            journal.Signal();
                            return Accepted(response, id, done.Version, command.DisputeId, number);
                        }
                        catch (AppendConflict e)
                            when (acting.ExpectedVersion is null
                                && attempt < 6
                                && e.Reason is AppendConflict.Kind.Version or AppendConflict.Kind.AlreadyRecorded
                            )
                        {
                            // Somebody was faster; decide again on what stands now.
                        }
                    }
                }
            )
            .RequireRole(Rights.Accept);

    private static Ok<Http.AcceptedRequest> Accepted(
        HttpResponse response,
        Guid id,
        long version,
        Guid disputeId,
        string number
    ) => Answer.Done(response, version, new Http.AcceptedRequest(id, version, disputeId, number));
}

/// <summary>Case numbers: 朝工调〔2026〕12号 for a district, 朝工调〔2026〕021-12号 for a street, whose last three digits keep
/// the streets of a district apart. An administrator may give a unit another short name for its next numbers.</summary>
internal static class CaseNumbers
{
    public const string Series = "mediation";

    // First character of each unit's name as it is used in document numbers; 京 for the city.
    private static readonly Dictionary<string, string> Short = new(StringComparer.Ordinal)
    {
        ["110000"] = "京",
        ["110101"] = "东",
        ["110102"] = "西",
        ["110105"] = "朝",
        ["110106"] = "丰",
        ["110107"] = "石",
        ["110108"] = "海",
        ["110109"] = "门",
        ["110111"] = "房",
        ["110112"] = "通",
        ["110113"] = "顺",
        ["110114"] = "昌",
        ["110115"] = "兴",
        ["110116"] = "怀",
        ["110117"] = "平",
        ["110118"] = "密",
        ["110119"] = "延",
        ["110115403"] = "经开",
    };

    /// <summary>Draws the next number and keeps its row locked until the transaction of the connection ends.</summary>
    public static async Task<string> Draw(NpgsqlConnection connection, string unit, int year, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with next as (
                insert into case_numbers as n (unit, series, year, last) values ($1, $2, $3, 1)
                on conflict (unit, series, year) do update set last = n.last + 1 returning last
            )
            select last, (select prefix from case_numbering where unit = $1) from next
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = unit });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Series });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = year });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return Format(unit, year, reader.GetInt32(0), await reader.IsDBNullAsync(1, ct) ? null : reader.GetString(1));
    }

    public static string Format(string unit, int year, int number, string? prefix)
    {
        var own = Short.ContainsKey(unit) || prefix is not null;
        var place = own ? "" : $"{unit[^Math.Min(3, unit.Length)..]}-";
        return string.Create(CultureInfo.InvariantCulture, $"{prefix ?? Default(unit)}〔{year}〕{place}{number}号");
    }

    /// <summary>Whether the short name already stands for another unit (a street may bear that of no district).</summary>
    public static bool IsDefaultOfAnother(string unit, string prefix) =>
        Short.Any(s => s.Value + "工调" == prefix && s.Key != unit);

    private static string Default(string unit) =>
        (Short.GetValueOrDefault(unit) ?? Short.GetValueOrDefault(unit[..Math.Min(6, unit.Length)]) ?? "京") + "工调";
}
