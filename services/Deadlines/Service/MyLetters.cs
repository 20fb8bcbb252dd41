using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>提醒: the letters of the person who is signed in, and of nobody else.</summary>
internal sealed class MyLetters(Rights rights, NpgsqlDataSource source, ClockViews views, Laws laws, TimeProvider clock)
{
    private const int LargestPage = 60;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/me/letters",
                (int? page, int? size, MyLetters letters, CancellationToken ct) => letters.List(page, size, ct)
            )
            .RequireSignIn();
        routes
            .MapGet("/me/letters/unread", (MyLetters letters, CancellationToken ct) => letters.Unread(ct))
            .RequireSignIn();
        routes
            .MapPost(
                "/me/letters/{id:guid}/read",
                (Guid id, MyLetters letters, CancellationToken ct) => letters.Read(id, ct)
            )
            .RequireSignIn();
    }

    private async Task<Page<LetterView>> List(int? page, int? asked, CancellationToken ct)
    {
        var size = Math.Clamp(asked ?? 20, 1, LargestPage);
        var number = Math.Max(page ?? 1, 1);
        var total = 0;
        var letters = await source.Rows(
            """
            select letter_id, on_day, read_at, (count(*) over ())::int from warning_letters
            where person = $1 order by on_day desc limit $2 offset $3
            """,
            r =>
            {
                total = r.GetInt32(3);
                return (
                    Id: r.GetGuid(0),
                    On: r.GetFieldValue<DateOnly>(1),
                    ReadAt: r.IsDBNull(2) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(2)
                );
            },
            ct,
            Sql.P(rights.Account),
            Sql.P(size),
            Sql.P((number - 1L) * size)
        );
        var lines = (
            await source.Rows(
                "select letter_id, clock_id, due, as_head from warnings where letter_id = any($1) order by due, clock_id",
                r =>
                    (
                        Letter: r.GetGuid(0),
                        Clock: r.GetGuid(1),
                        Due: r.GetFieldValue<DateOnly>(2),
                        AsHead: r.GetBoolean(3)
                    ),
                ct,
                Sql.P(letters.Select(l => l.Id).ToArray())
            )
        ).ToLookup(l => l.Letter);
        var clocks = await views.ByIds([.. lines.SelectMany(l => l).Select(l => l.Clock).Distinct()], ct);
        var law = await laws.Current(ct);
        return new(
            [
                .. letters.Select(l => new LetterView(
                    l.Id,
                    l.On,
                    l.ReadAt,
                    [
                        .. lines[l.Id]
                            .Select(x => new LetterLine(
                                ClockViews.Of(clocks[x.Clock], rights.Today, law),
                                x.Due,
                                x.AsHead
                            )),
                    ]
                )),
            ],
            total,
            number,
            size
        );
    }

    private async Task<UnreadLetters> Unread(CancellationToken ct) =>
        new(
            (
                await source.Rows(
                    "select count(*)::int from warning_letters where person = $1 and read_at is null",
                    r => r.GetInt32(0),
                    ct,
                    Sql.P(rights.Account)
                )
            )[0]
        );

    private async Task<IResult> Read(Guid id, CancellationToken ct)
    {
        var found = await source.Rows(
            """
            update warning_letters set read_at = coalesce(read_at, $3) where letter_id = $1 and person = $2
            returning letter_id
            """,
            r => r.GetGuid(0),
            ct,
            Sql.P(id),
            Sql.P(rights.Account),
            Sql.P(clock.GetUtcNow().UtcDateTime)
        );
        return found.Count > 0 ? Results.NoContent() : throw Problem.NotFound();
    }
}
