using System.Globalization;
using System.Text;
using System.Text.Json;
using Mediation.Contracts.Http;
using Mediation.Contracts.Identity;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>What waits at the front door: 待分诊, 待征询, 待受理, 待补录, and who is to be phoned or written to. Ordered by
/// (due, id) for merging with the lists of other services; due is the nearest day of the request's clocks, or the last
/// day of the right a party is told of.</summary>
internal static class WorklistSlice
{
    // Kind, who does it, and for which requests it waits.
    private static readonly (string Kind, Role[] Roles, string Waits, string Due)[] Kinds =
    [
        ("request_triage", Rights.Handle, "state in ('registered', 'triaged')", "next_due"),
        (
            "request_consent",
            Rights.AskConsent,
            "state = 'mediationApplied' and consents_open > 0 and not consent_refused",
            "next_due"
        ),
        (
            "request_accept",
            Rights.Accept,
            "state = 'mediationApplied' and (consents_open = 0 or consent_refused)",
            "next_due"
        ),
        ("request_complete", Rights.Register, "missing > 0 and not ended", "complete_by"),
    ];

    // Notices wait for those of the unit, and for the mediator of the case.
    private static readonly (string Kind, string State)[] Notices =
    [
        ("notice_phone", "toPhone"),
        ("notice_print", "toPrint"),
    ];

    private static readonly string All = string.Join(
        " union all ",
        [
            .. Kinds.Select(k =>
                $"""
                    select stream_id, '{k.Kind}' as kind, {k.Due} as due, case_number, row ->> 'changedAt' as since,
                           row -> 'parties' as parties
                    from requests {CaseClocks.Next("clock_case")}
                    where not ended and {k.Waits} and unit = any(@{k.Kind})
                    """
            ),
            .. Notices.Select(n =>
                $"""
                    select n.stream_id, '{n.Kind}', n.due, r.case_number, n.row ->> 'since', jsonb_build_array(n.party)
                    from notices n left join requests r on r.clock_case = n.dispute
                    where n.state = '{n.State}' and (n.unit = any(@notify) or exists (
                        select 1 from assignments a where a.dispute_id = n.dispute and a.account = any(@own)))
                    """
            ),
        ]
    );

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/worklist",
                async (
                    string? cursor,
                    int? take,
                    string? kind,
                    Caller caller,
                    NpgsqlDataSource source,
                    CancellationToken ct
                ) =>
                {
                    var size = Math.Clamp(take ?? 50, 1, 200);
                    var (afterDue, afterId) = Cursor(cursor);
                    var counts = Kinds
                        .Select(k => k.Kind)
                        .Concat(Notices.Select(n => n.Kind))
                        .ToDictionary(k => k, _ => 0, StringComparer.Ordinal);
                    await using (
                        var count = source.CreateCommand($"select kind, count(*)::int from ({All}) w group by kind")
                    )
                    {
                        Units(count, caller);
                        await using var reader = await count.ExecuteReaderAsync(ct);
                        while (await reader.ReadAsync(ct))
                            counts[reader.GetString(0)] = reader.GetInt32(1);
                    }
                    // One request can wait for two things; its second line has an id of its own.
                    await using var list = source.CreateCommand(
                        $"""
                        select kind, due, case_number, since::timestamptz, parties::text, stream_id from ({All}) w
                        where (coalesce(due, 'infinity'), stream_id, kind) > (@afterDue, @afterStream, @afterKind)
                          and (@kind::text is null or kind = @kind)
                        order by coalesce(due, 'infinity'), stream_id, kind limit @take
                        """
                    );
                    Units(list, caller);
                    list.Parameters.Add(new NpgsqlParameter<DateOnly>("afterDue", afterDue));
                    list.Parameters.Add(new NpgsqlParameter<Guid>("afterStream", afterId.Stream));
                    list.Parameters.Add(new NpgsqlParameter<string>("afterKind", afterId.Kind));
                    list.Parameters.Add(new NpgsqlParameter<int>("take", size + 1));
                    list.Parameters.Add(
                        new NpgsqlParameter
                        {
                            ParameterName = "kind",
                            NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text,
                            Value = (object?)kind ?? DBNull.Value,
                        }
                    );
                    var items = new List<(WorklistItem Item, Guid Stream, string Kind)>();
                    await using (var reader = await list.ExecuteReaderAsync(ct))
                        while (await reader.ReadAsync(ct))
                        {
                            var (what, stream) = (reader.GetString(0), reader.GetGuid(5));
                            items.Add(
                                (
                                    new(
                                        what is "request_complete" ? NameBasedId.From(stream, what) : stream,
                                        what,
                                        what is "notice_phone" or "notice_print"
                                            ? $"/notices/{stream}"
                                            : $"/requests/{stream}",
                                        await reader.IsDBNullAsync(2, ct) ? null : reader.GetString(2),
                                        await reader.IsDBNullAsync(1, ct) ? null : reader.GetFieldValue<DateOnly>(1),
                                        reader.GetFieldValue<DateTimeOffset>(3),
                                        JsonSerializer.Deserialize<Guid[]>(reader.GetString(4))!
                                    ),
                                    stream,
                                    what
                                )
                            );
                        }
                    var page = items.Take(size).ToList();
                    var next = items.Count > size ? Cursor(page[^1]) : null;
                    return new Worklist([.. page.Select(i => i.Item)], next, counts);
                }
            )
            .RequireRole(Rights.Read);

    private static void Units(NpgsqlCommand command, Caller caller)
    {
        foreach (var (kind, roles, _, _) in Kinds)
            command.Parameters.Add(new NpgsqlParameter<string[]>(kind, [.. caller.UnitsOf(roles)]));
        command.Parameters.Add(new NpgsqlParameter<string[]>("notify", [.. caller.UnitsOf(Rights.Notify)]));
        command.Parameters.Add(new NpgsqlParameter<Guid[]>("own", NoticeDesk.Own(caller)));
    }

    private static string Cursor((WorklistItem Item, Guid Stream, string Kind) last) =>
        Convert.ToBase64String(
            Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{last.Item.Due ?? DateOnly.MaxValue:yyyy-MM-dd}|{last.Stream}|{last.Kind}"
                )
            )
        );

    private static (DateOnly Due, (Guid Stream, string Kind) Id) Cursor(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return (DateOnly.MinValue, (Guid.Empty, ""));
        try
        {
            var parts = Encoding.UTF8.GetString(Convert.FromBase64String(cursor)).Split('|');
            var due = DateOnly.ParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture);
            return (due, (Guid.Parse(parts[1]), parts[2]));
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException)
        {
            throw Problem.Invalid("cursor", "code_unknown");
        }
    }
}
