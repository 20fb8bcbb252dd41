using Mediation.Content;
using Mediation.Contracts.Deadlines;
using Mediation.Contracts.Http;
using Mediation.Contracts.Identity;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Answer = Mediation.Hosting.Answer;
using Http = Mediation.Contracts.Http.Deadlines;

namespace Mediation.Deadlines.Service;

/// <summary>督办: breaches followed up at the unit above. The unit that breached replies; the unit above sends the reply back
/// or clears it. Reply and remark are content of the case, read by both.</summary>
internal sealed class Supervisions(
    Rights rights,
    EventJournal journal,
    ContentStore contents,
    ClockViews views,
    SupervisionList list,
    Laws laws,
    NpgsqlDataSource source,
    Acting acting
)
{
    private const int LargestPage = 200;
    private const int LongestText = 2_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/supervisions",
                (
                    string? side,
                    string? state,
                    string? unit,
                    int? page,
                    int? size,
                    Supervisions all,
                    CancellationToken ct
                ) => all.List(side, state, unit, page, size, ct)
            )
            .RequireRole([Role.Mediator, .. Rights.Followers, Role.ReportReviewer]);
        routes
            .MapGet(
                "/supervisions/{id:guid}",
                async (Guid id, Supervisions all, HttpResponse response, CancellationToken ct) =>
                {
                    var view = await all.One(id, ct);
                    Answer.Version(response, view.Version);
                    return view;
                }
            )
            .RequireRole([Role.Mediator, .. Rights.Followers, Role.ReportReviewer]);
        routes
            .MapPost(
                "/supervisions/{id:guid}/reply",
                (Guid id, Http.SupervisionText body, Supervisions all, HttpResponse response, CancellationToken ct) =>
                    all.Write(
                        id,
                        body.Text,
                        Side.Of,
                        (content, at) => new GiveReply(content, at.Account, at.Day),
                        response,
                        ct
                    )
            )
            .RequireRole([Role.Mediator, .. Rights.Answerers]);
        routes
            .MapPost(
                "/supervisions/{id:guid}/send-back",
                (Guid id, Http.SupervisionText body, Supervisions all, HttpResponse response, CancellationToken ct) =>
                    all.Write(
                        id,
                        body.Text,
                        Side.By,
                        (content, at) => new SendReplyBack(content, at.Account, at.Day, at.Law.Calendar),
                        response,
                        ct
                    )
            )
            .RequireRole(Rights.Followers);
        routes
            .MapPost(
                "/supervisions/{id:guid}/clear",
                (Guid id, Http.ClearSupervision body, Supervisions all, HttpResponse response, CancellationToken ct) =>
                    all.Clear(id, body, response, ct)
            )
            .RequireRole(Rights.Followers);
    }

    /// <summary>On which side of a supervision somebody stands.</summary>
    private enum Side
    {
        /// <summary>The unit that supervises.</summary>
        By,

        /// <summary>The unit that breached.</summary>
        Of,
    }

    private readonly record struct At(Guid Account, DateOnly Day, Law Law);

    private async Task<Page<Http.SupervisionRow>> List(
        string? sideWord,
        string? stateWord,
        string? unit,
        int? page,
        int? asked,
        CancellationToken ct
    )
    {
        var side = QueryWord.Of<Side>(sideWord, "side");
        var state = QueryWord.Of<SupervisionState>(stateWord, "state");
        var size = Math.Clamp(asked ?? 50, 1, LargestPage);
        var number = Math.Max(page ?? 1, 1);
        var where = $"""
            where (s.unit = any($1) or s.by_unit = any($1) or f.responsible = any($2))
              and ($3::text is null or s.state = $3) and ($4::text is null or s.unit = any($5) or s.by_unit = $4)
              {side switch
              {
                  Side.By => "and s.by_unit = any($6)",
                  Side.Of => "and (s.unit = any($7) or f.responsible = any($2))",
                  _ => "",
              }}
            """;
        NpgsqlParameter[] Parameters()
        {
            var parameters = new List<NpgsqlParameter>
            {
                Sql.P(rights.ReadableUnits),
                Sql.P(rights.OwnAccounts),
                Sql.Maybe(state?.Code()),
                Sql.Maybe(unit),
                Sql.P(unit is null ? [] : rights.Within(unit)),
            };
            // The server takes a parameter that no statement names for an error of its type.
            if (side is Side.By)
                parameters.Add(Sql.P(rights.Caller.UnitsOf(Rights.Followers).ToArray()));
            if (side is Side.Of)
                parameters.Add(Sql.P(rights.Caller.UnitsOf(Rights.Answerers).ToArray()));
            return [.. parameters];
        }
        if (side is Side.Of)
            where = where.Replace("$7", "$6", StringComparison.Ordinal);
        var from = $"from {list.Table} s left join cases f on f.stream_id = s.case_id";
        var total = await source.Rows($"select count(*) {from} {where}", r => (int)r.GetInt64(0), ct, Parameters());
        var law = await laws.Current(ct);
        var rows = await source.Rows(
            $"""
            select s.row::text, f.row::text {from} {where}
            order by s.state = 'cleared', s.reply_by nulls last, s.stream_id limit {size} offset {(number - 1L) * size}
            """,
            r => Row(list.Parse(r.GetString(0)), r.IsDBNull(1) ? null : rights.Parse(r.GetString(1)), law),
            ct,
            Parameters()
        );
        return new(rows, total[0], number, size);
    }

    private Http.SupervisionRow Row(SupervisionListRow row, CaseRow? file, CurrentLaw law)
    {
        var opened = row.Opened;
        var rule = law.Law.Book.Versions(opened.Rule)[0];
        var late = row.ReplyBy is { } by ? rights.Today.DayNumber - by.DayNumber : 0;
        return new(
            opened.SupervisionId,
            opened.ClockId,
            opened.Subject.Root,
            file?.CaseNumber,
            opened.Rule,
            rule.Zh,
            rule.En,
            opened.Due,
            opened.Unit,
            row.By,
            row.State,
            opened.OpenedOn,
            row.ReplyBy,
            late > 0 ? late : null,
            row.Done,
            file?.Responsible
        );
    }

    private async Task<Http.SupervisionView> One(Guid id, CancellationToken ct)
    {
        var (loaded, file) = await Load(id, ct);
        var state = (Domain.Supervision.Known)loaded.State;
        var law = await laws.Current(ct);
        var row = list.Of(loaded.History)!;
        var texts = await contents.GetTextsAsync(
            file.CaseId,
            [.. loaded.History.Select(e => ContentOf(e.Data)).OfType<Guid>()],
            new(rights.Account, "supervision"),
            ct
        );
        var clock = (await views.ByIds([state.Opened.ClockId], ct))[state.Opened.ClockId];
        return new(
            Row(row, file, law),
            ClockViews.Of(clock, rights.Today, law),
            row.Ground?.Code(),
            [.. loaded.History.Select(e => Line(e, texts))],
            [.. Actions(state, file, law)],
            loaded.Version
        );
    }

    private IEnumerable<ActionState> Actions(Domain.Supervision.Known state, CaseRow file, CurrentLaw law)
    {
        var (today, any) = (rights.Today, Guid.CreateVersion7());
        ActionState Action(string name, Side side, ISupervisionCommand probe)
        {
            if (!May(side, state, file))
                return new(name, false, "forbidden", []);
            try
            {
                SupervisionDecider.Decide(state, probe);
                return new(name, true, null, []);
            }
            catch (Refused refused)
            {
                return new(name, false, refused.Code, [.. refused.Arguments.Select(a => a.ToString() ?? "")]);
            }
        }
        yield return Action("reply", Side.Of, new GiveReply(any, rights.Account, today));
        yield return Action("sendBack", Side.By, new SendReplyBack(any, rights.Account, today, law.Law.Calendar));
        yield return Action("clear", Side.By, new ClearSupervision(rights.Account, false, today));
        yield return Action("excuse", Side.By, new ClearSupervision(rights.Account, true, today));
    }

    private bool May(Side side, Domain.Supervision.Known state, CaseRow file) =>
        side is Side.By
            ? rights.Caller.MayActIn(state.By, Rights.Followers)
            : rights.IsMediator(file) || rights.Caller.MayActIn(state.Opened.Unit, Rights.Answerers);

    private async Task<(Loaded<Domain.Supervision> Supervision, CaseRow Case)> Load(Guid id, CancellationToken ct)
    {
        var loaded = await journal.Load(Streams.Supervision, id, ct: ct);
        if (loaded.State is not Domain.Supervision.Known known)
            throw Problem.NotFound();
        var file = await rights.Find(known.Opened.Subject.Root, ct);
        return file is not null && (rights.MaySee(file) || rights.Caller.MayActIn(known.By, Rights.Followers))
            ? (loaded, file)
            : throw Problem.NotFound();
    }

    private async Task<Ok<Done>> Write(
        Guid id,
        string text,
        Side side,
        Func<Guid, At, ISupervisionCommand> command,
        HttpResponse response,
        CancellationToken ct
    )
    {
        if (text.Trim() is not { Length: > 0 and <= LongestText } typed)
            throw Problem.Invalid("text", text.Trim().Length == 0 ? "required" : "too_long");
        var (loaded, file) = await Load(id, ct);
        var sealedText = await contents.SealTextAsync(
            file.CaseId,
            NameBasedId.From(acting.Cause, "text"),
            typed,
            rights.Account,
            ct
        );
        return await Decide(
            loaded,
            file,
            side,
            at => command(sealedText.Facts.ContentId, at),
            changes =>
            {
                foreach (var statement in sealedText.Insert())
                    changes.Also(statement);
            },
            response,
            ct
        );
    }

    private async Task<Ok<Done>> Clear(Guid id, Http.ClearSupervision body, HttpResponse response, CancellationToken ct)
    {
        var (loaded, file) = await Load(id, ct);
        return await Decide(
            loaded,
            file,
            Side.By,
            at => new ClearSupervision(at.Account, body.Excused, at.Day),
            _ => { },
            response,
            ct
        );
    }

    private async Task<Ok<Done>> Decide(
        Loaded<Domain.Supervision> loaded,
        CaseRow file,
        Side side,
        Func<At, ISupervisionCommand> command,
        Action<Changes> also,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var state = (Domain.Supervision.Known)loaded.State;
        if (side is Side.By)
            rights.Caller.ActIn(state.By, Rights.Followers);
        else
            rights.Caller.ActIn(state.Opened.Unit, rights.IsMediator(file) ? [Role.Mediator] : Rights.Answerers);
        acting.MustHaveSeen();
        if (loaded.History.Any(e => e.Metadata.Cause == acting.Cause))
            return Answer.Done(response, loaded.Version, new Done(loaded.Stream, loaded.Version));
        if (acting.ExpectedVersion != loaded.Version)
            throw new AppendConflict(AppendConflict.Kind.Version, loaded.Stream);
        var law = await laws.Current(ct);
        var decided = SupervisionDecider.Decide(state, command(new(rights.Account, rights.Today, law.Law)));
        var version = loaded.Version + decided.Count;
        if (decided.Count > 0)
        {
            var changes = new Changes(acting.Metadata(nameof(Supervisions)));
            changes.Append(Streams.Supervision.Name, loaded, decided);
            also(changes);
            await journal.Commit(changes, ct);
        }
        return Answer.Done(response, version, new Done(loaded.Stream, version));
    }

    private static Guid? ContentOf(object e) =>
        e switch
        {
            ReplyGiven r => r.Content,
            ReplySentBack b => b.Content,
            _ => null,
        };

    private static Http.SupervisionLine Line(StoredEvent stored, IReadOnlyDictionary<Guid, string> texts)
    {
        Http.SupervisionLine At(DateOnly on, Guid? account = null, string? unit = null, DateOnly? replyBy = null) =>
            new(
                stored.Name,
                stored.RecordedAt,
                on,
                account,
                ContentOf(stored.Data) is { } content ? texts.GetValueOrDefault(content) : null,
                unit,
                replyBy
            );
        return stored.Data switch
        {
            SupervisionOpened e => At(e.OpenedOn, unit: e.By, replyBy: e.ReplyBy),
            ReplyGiven e => At(e.On, e.Account),
            ReplySentBack e => At(e.On, e.Account, replyBy: e.ReplyBy),
            SupervisionEscalated e => At(e.On, unit: e.To, replyBy: e.ReplyBy),
            ReplyUrged e => At(e.On, replyBy: e.ReplyBy),
            DutyDone e => At(e.On),
            DutyOpenAgain e => At(e.On),
            SupervisionCleared e => At(e.On, e.Account),
            _ => throw new InvalidOperationException($"{stored.Name} is not an event of a supervision."),
        };
    }
}
