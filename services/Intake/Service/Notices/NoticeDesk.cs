using System.Security.Cryptography;
using System.Text;
using Dapper;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Identity;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>告知与提醒: notices as the desk reads and settles them, and the receipts of the gateway.</summary>
internal static class NoticeDesk
{
    private const string Columns = """
        n.stream_id as "Id", n.version as "Version", n.row::text as "Row", r.stream_id as "RequestId",
        r.case_number as "CaseNumber"
        """;

    private const string From = "notices n left join requests r on r.clock_case = n.dispute";

    // The mediator of a case may do what its unit may.
    private const string Readable = """
        (n.unit = any(@units)
         or exists (select 1 from assignments a where a.dispute_id = n.dispute and a.account = any(@own)))
        """;

    private sealed record Found(Guid Id, long Version, string Row, Guid? RequestId, string? CaseNumber);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/notices", List).RequireRole(Rights.Read);
        routes.MapGet("/notices/{id:guid}", Details).RequireRole(Rights.Read);
        routes.MapGet("/notices/{id:guid}/letter", Letter).RequireRole(Rights.Notify);
        routes.MapPost("/notices/{id:guid}/called", Called).RequireRole(Rights.Notify);
        routes.MapPost("/notices/{id:guid}/printed", Printed).RequireRole(Rights.Notify);
        routes.MapPost("/notices/receipts", Receipt).AllowAnonymous();
        routes
            .MapGet(
                "/requests/{id:guid}/notices",
                async (Guid id, RequestDesk desk, NoticesView view, NpgsqlDataSource source, CancellationToken ct) =>
                {
                    await desk.Open(id, ct);
                    return await OfCase(RequestDesk.DisputeOf(id), view, source, ct);
                }
            )
            .RequireRole(Rights.Read);
    }

    private static DynamicParameters Mine(Caller caller, Role[] roles)
    {
        var mine = new DynamicParameters();
        mine.Add("units", caller.UnitsOf(roles).ToArray());
        mine.Add("own", Own(caller));
        return mine;
    }

    /// <summary>Accounts whose cases she may act in: hers, and those she stands in for.</summary>
    public static Guid[] Own(Caller caller) => [caller.AccountId, .. caller.StandsInFor.Select(s => s.Account)];

    private static async Task<IReadOnlyList<NoticeRow>> OfCase(
        Guid dispute,
        NoticesView view,
        NpgsqlDataSource source,
        CancellationToken ct
    )
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<Found>(
            new(
                $"""
                select {Columns} from {From} where n.dispute = @dispute
                order by n.row ->> 'openedOn' desc, n.stream_id limit 500
                """,
                new { dispute },
                cancellationToken: ct
            )
        );
        return [.. rows.Select(f => Row(f, view))];
    }

    private static async Task<Page<NoticeRow>> List(
        string? state,
        string? unit,
        int? page,
        int? size,
        Caller caller,
        AccessCopies copies,
        NoticesView view,
        NpgsqlDataSource source,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var (number, rows) = (Math.Clamp(page ?? 1, 1, 1_000_000), Math.Clamp(size ?? 20, 1, 200));
        var arguments = Mine(caller, Rights.Read);
        var where = Readable;
        if (QueryWord.Of<NoticeState>(state, "state") is { } asked)
        {
            where += " and n.state = @state";
            arguments.Add("state", PartyData.Camel(asked.ToString()));
        }
        if (unit is not null)
        {
            where += " and n.unit = any(@within)";
            arguments.Add("within", copies.Tree.Within(unit, LegalDay.Today(clock)).ToArray());
        }
        arguments.Add("rows", rows);
        arguments.Add("skip", (long)(number - 1) * rows);
        await using var connection = await source.OpenConnectionAsync(ct);
        var total = await connection.ExecuteScalarAsync<int>(
            new($"select count(*) from notices n where {where}", arguments, cancellationToken: ct)
        );
        var found = await connection.QueryAsync<Found>(
            new(
                $"""
                select {Columns} from {From} where {where}
                order by n.state = 'settled', n.due, n.stream_id limit @rows offset @skip
                """,
                arguments,
                cancellationToken: ct
            )
        );
        return new([.. found.Select(f => Row(f, view))], total, number, rows);
    }

    private static async Task<NoticeDetails> Details(
        Guid id,
        Caller caller,
        NoticesView view,
        NpgsqlDataSource source,
        EventJournal journal,
        NoticeText text,
        HttpResponse response,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var (found, record, assigned) = await Open(id, Rights.Read, caller, view, source, ct);
        Answer.Version(response, found.Version);
        var state = (await journal.Load(Aggregates.Notice, id, ct: ct)).State;
        var (now, today) = (clock.GetUtcNow(), LegalDay.Today(clock));
        var may = caller.MayActIn(record.Key.Unit, Rights.Notify) || assigned && caller.Holds(Rights.Notify);
        ActionState Ask(string action, INoticeCommand probe)
        {
            if (!may)
                return new(action, false, "role_required", []);
            try
            {
                NoticeDecider.Decide(state, probe);
                return new(action, true, null, []);
            }
            catch (Refused refused)
            {
                return new(action, false, refused.Code, [.. refused.Arguments.Select(a => a.ToString() ?? "")]);
            }
        }
        return new(
            Row(found, view),
            found.Version,
            await text.Of(record, ct),
            record.CallReason?.As<Http.CallReason>(),
            record.Steps,
            [
                Ask("called", new RecordCall(CallMeans.Telephone, false, now, today, now)),
                Ask("printed", new RecordPosted(today, today)),
            ]
        );
    }

    private static async Task<IResult> Letter(
        Guid id,
        Caller caller,
        NoticesView view,
        NpgsqlDataSource source,
        PartyRegister register,
        PartyAccessLog access,
        NoticeText text,
        CancellationToken ct
    )
    {
        var (_, record, assigned) = await Open(id, Rights.Notify, caller, view, source, ct);
        Act(caller, record, assigned);
        PartyField[] fields = [PartyField.Name, PartyField.MailingAddress, PartyField.UsualAddress];
        var party = (await register.Find([record.Key.PartyId], ct)).GetValueOrDefault(record.Key.PartyId);
        if (party is null)
            throw Problem.NotFound("party_unknown");
        await access.Record(
            "disclose",
            AccessPurpose.Notice,
            [party.PartyId],
            fields,
            ct,
            PartyData.Camel(nameof(DisclosureRecipient.Party)),
            PartyData.Camel(nameof(LegalBasis.StatutoryDuty))
        );
        var opened = (await register.Open([party], fields, ct))[party.PartyId];
        var letter = await text.Letter(
            record,
            opened.GetValueOrDefault(PartyField.Name, ""),
            opened.GetValueOrDefault(PartyField.MailingAddress)
                ?? opened.GetValueOrDefault(PartyField.UsualAddress, ""),
            ct
        );
        return Results.File(
            letter,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "letter.docx"
        );
    }

    private static async Task<Ok<Done>> Called(
        Guid id,
        NoticeCalled body,
        Caller caller,
        Acting acting,
        NoticesView view,
        NpgsqlDataSource source,
        IMediator mediator,
        HttpResponse response,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (body.CalledAt.Year is < 2000 or > 2100)
            throw Problem.Invalid("calledAt", "date_impossible");
        var day = LegalDay.Of(body.CalledAt);
        var command = new RecordCall(
            body.Means.As<CallMeans>(),
            body.Reached,
            body.CalledAt.ToUniversalTime(),
            day,
            clock.GetUtcNow()
        );
        acting.MustHaveSeen();
        var (_, record, assigned) = await Open(id, Rights.Notify, caller, view, source, ct);
        Act(caller, record, assigned);
        var done = await mediator.Send(new Execute<RecordCall>(id, command, day), ct);
        return Answer.Done(response, done.Version, new Done(id, done.Version));
    }

    private static async Task<Ok<Done>> Printed(
        Guid id,
        NoticePosted body,
        Caller caller,
        Acting acting,
        NoticesView view,
        NpgsqlDataSource source,
        IMediator mediator,
        HttpResponse response,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        acting.MustHaveSeen();
        var (_, record, assigned) = await Open(id, Rights.Notify, caller, view, source, ct);
        Act(caller, record, assigned);
        var command = new RecordPosted(body.PostedOn, LegalDay.Today(clock));
        var done = await mediator.Send(new Execute<RecordPosted>(id, command, body.PostedOn), ct);
        return Answer.Done(response, done.Version, new Done(id, done.Version));
    }

    // The gateway may tell twice, late, or of a message of another system.
    private static async Task<IResult> Receipt(
        NoticeReceipt body,
        HttpRequest request,
        CarrierSettings settings,
        NpgsqlDataSource source,
        EventJournal journal,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers["X-Gateway-Key"].ToString()));
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(settings.SmsKey ?? ""));
        if (!CryptographicOperations.FixedTimeEquals(given, key) || string.IsNullOrEmpty(settings.SmsKey))
            throw new Problem(StatusCodes.Status401Unauthorized, "gateway_key_wrong");
        await using var find = source.CreateCommand("select notice_id from notice_sendings where gateway_id = $1");
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = body.Id });
        if (await find.ExecuteScalarAsync(ct) is not Guid notice)
            throw Problem.NotFound(NoticeRefusals.Unknown);
        for (var attempt = 1; ; attempt++)
            try
            {
                var changes = new Changes(new Metadata(Guid.CreateVersion7(), nameof(Receipt)));
                await journal.Decide(
                    Aggregates.Notice,
                    notice,
                    new RecordReceipt(body.Delivered, LegalDay.Today(clock)),
                    changes,
                    ct
                );
                await journal.Commit(changes.Also(NoticeSender.Done(notice)), ct);
                return Results.NoContent();
            }
            catch (AppendConflict) when (attempt < 5)
            {
                // Somebody acted on it in this moment; decide on what stands now.
            }
    }

    // Who may not read it learns only that there is none.
    private static async Task<(Found Found, NoticeRecord Record, bool Assigned)> Open(
        Guid id,
        Role[] roles,
        Caller caller,
        NoticesView view,
        NpgsqlDataSource source,
        CancellationToken ct
    )
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        var found = await connection.QuerySingleOrDefaultAsync<Found>(
            new($"select {Columns} from {From} where n.stream_id = @id", new { id }, cancellationToken: ct)
        );
        if (found is null)
            throw Problem.NotFound();
        var record = view.Parse(found.Row);
        var assigned = await connection.ExecuteScalarAsync<bool>(
            new(
                "select exists (select 1 from assignments where dispute_id = @dispute and account = any(@own))",
                new { dispute = record.Key.DisputeId, own = Own(caller) },
                cancellationToken: ct
            )
        );
        return assigned || caller.MayActIn(record.Key.Unit, roles) || caller.MayActIn(record.Key.Unit, Rights.Read)
            ? (found, record, assigned)
            : throw Problem.NotFound();
    }

    // The mediator of the case acts as such, whatever unit she belongs to; everybody else needs a right at the unit.
    private static void Act(Caller caller, NoticeRecord notice, bool assigned)
    {
        if (!assigned || caller.MayActIn(notice.Key.Unit, Rights.Notify))
            caller.ActIn(notice.Key.Unit, Rights.Notify);
    }

    private static NoticeRow Row(Found found, NoticesView view)
    {
        var n = view.Parse(found.Row);
        return new(
            found.Id,
            n.State,
            n.Key.DisputeId,
            found.RequestId,
            found.CaseNumber,
            n.Key.PartyId,
            n.Key.Unit,
            n.Rule,
            n.Due,
            n.Means?.As<Contracts.Intake.NoticeMeans>(),
            n.Outcome?.As<Contracts.Intake.NoticeOutcome>(),
            n.OpenedOn,
            n.SettledOn
        );
    }
}
