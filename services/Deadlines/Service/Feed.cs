using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>A person's open clocks as a calendar (iCalendar, RFC 5545) for her telephone: case number and action only. Who
/// has the address has the calendar, so only its hash is kept, and she can end it at any time.</summary>
internal sealed class Feed(NpgsqlDataSource source, ClockViews views, Laws laws, TimeProvider clock)
{
    private const int TokenBytes = 32;
    private const int MostClocks = 1_000;
    private const int LongestLine = 75;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/me/feed", (Feed feed, Caller caller, CancellationToken ct) => feed.State(caller, ct))
            .RequireSignIn();
        routes
            .MapPost("/me/feed", (Feed feed, Caller caller, CancellationToken ct) => feed.Create(caller, ct))
            .RequireSignIn();
        routes
            .MapPost("/me/feed/revoke", (Feed feed, Caller caller, CancellationToken ct) => feed.Revoke(caller, ct))
            .RequireSignIn();
        routes
            .MapGet(
                "/feeds/{token}.ics",
                (string token, HttpResponse response, Feed feed, CancellationToken ct) =>
                    feed.Write(token, response, ct)
            )
            .AllowAnonymous();
    }

    private async Task<FeedState> State(Caller caller, CancellationToken ct)
    {
        var rows = await source.Rows(
            "select created_at, read_at from calendar_feeds where account = $1",
            r => new FeedState(
                true,
                r.GetFieldValue<DateTimeOffset>(0),
                r.IsDBNull(1) ? null : r.GetFieldValue<DateTimeOffset>(1)
            ),
            ct,
            Sql.P(caller.AccountId)
        );
        return rows.Count > 0 ? rows[0] : new(false, null, null);
    }

    private async Task<FeedCreated> Create(Caller caller, CancellationToken ct)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        await using var command = source.CreateCommand(
            """
            insert into calendar_feeds (account, token, created_at) values ($1, $2, $3)
            on conflict (account) do update set token = excluded.token, created_at = excluded.created_at, read_at = null
            """
        );
        command.Parameters.Add(Sql.P(caller.AccountId));
        command.Parameters.Add(Sql.P(Hash(token)));
        command.Parameters.Add(Sql.P(clock.GetUtcNow().UtcDateTime));
        await command.ExecuteNonQueryAsync(ct);
        return new(token);
    }

    private async Task<IResult> Revoke(Caller caller, CancellationToken ct)
    {
        await using var command = source.CreateCommand("delete from calendar_feeds where account = $1");
        command.Parameters.Add(Sql.P(caller.AccountId));
        await command.ExecuteNonQueryAsync(ct);
        return Results.NoContent();
    }

    private async Task<IResult> Write(string token, HttpResponse response, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var owner = await source.Rows(
            "update calendar_feeds set read_at = $2 where token = $1 returning account",
            r => r.GetGuid(0),
            ct,
            Sql.P(Hash(token)),
            Sql.P(now.UtcDateTime)
        );
        if (owner.Count == 0)
            throw Problem.NotFound();
        var law = await laws.Current(ct);
        var today = LegalDay.Of(now);
        var clocks = await source.Rows(
            $"""
            {views.Select} where c.open and c.due is not null and c.type in ('duty', 'right') and f.responsible = $1
            order by c.due, c.stream_id limit {MostClocks}
            """,
            r => ClockViews.Of(views.Read(r), today, law),
            ct,
            Sql.P(owner[0])
        );
        response.Headers.CacheControl = "private, max-age=900";
        return Results.Text(Calendar(clocks, now), "text/calendar; charset=utf-8", Encoding.UTF8);
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static string Calendar(IReadOnlyList<ClockView> clocks, DateTimeOffset now)
    {
        var text = new StringBuilder();
        void Line(string line)
        {
            // Folded at 75 octets; a character of three octets is not torn apart.
            var octets = 0;
            foreach (var rune in line.EnumerateRunes())
            {
                if (octets + rune.Utf8SequenceLength > LongestLine)
                {
                    text.Append("\r\n ");
                    octets = 1;
                }
                text.Append(rune.ToString());
                octets += rune.Utf8SequenceLength;
            }
            text.Append("\r\n");
        }
        Line("BEGIN:VCALENDAR");
        Line("VERSION:2.0");
        Line("PRODID:-//Mediation//Deadlines//ZH");
        Line("CALSCALE:GREGORIAN");
        Line("METHOD:PUBLISH");
        foreach (var clock in clocks)
        {
            var due = clock.Due!.Value;
            Line("BEGIN:VEVENT");
            Line($"UID:{clock.Id:N}@deadlines");
            Line(string.Create(CultureInfo.InvariantCulture, $"DTSTAMP:{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}"));
            Line(string.Create(CultureInfo.InvariantCulture, $"DTSTART;VALUE=DATE:{due:yyyyMMdd}"));
            Line(string.Create(CultureInfo.InvariantCulture, $"DTEND;VALUE=DATE:{due.AddDays(1):yyyyMMdd}"));
            Line($"SUMMARY:{Escaped($"{clock.CaseNumber} {clock.Zh}")}");
            Line(clock.Standing is ClockStanding.Running ? "STATUS:CONFIRMED" : "STATUS:TENTATIVE");
            Line("TRANSP:TRANSPARENT");
            Line("END:VEVENT");
        }
        Line("END:VCALENDAR");
        return text.ToString();
    }

    private static string Escaped(string text) =>
        text.Trim()
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace(";", "\\;", StringComparison.Ordinal)
            .Replace(",", "\\,", StringComparison.Ordinal);
}
