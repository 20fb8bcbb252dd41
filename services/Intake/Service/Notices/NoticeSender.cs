using Mediation.Contracts.Http.Intake;
using Mediation.EventStore;
using Mediation.Hosting;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>Works off what is to be sent and what receipts are waited for, from its own table, so that a fall of the
/// process or a second one beside it neither loses nor doubles anything. A row is taken for two minutes and sent outside
/// of any transaction.</summary>
internal sealed class NoticeSender(
    NpgsqlDataSource source,
    EventJournal journal,
    NoticesView view,
    NoticeText text,
    MailServer mail,
    IServiceScopeFactory scopes,
    IConfiguration settings,
    TimeProvider clock,
    ILogger<NoticeSender> logger
) : BackgroundService
{
    /// <summary>Without a receipt for so long somebody phones.</summary>
    public static readonly TimeSpan ReceiptWithin = TimeSpan.FromHours(24);

    private const int Batch = 20;
    private static readonly TimeSpan Taken = TimeSpan.FromMinutes(2);

    // After each failure but the last.
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(20),
        TimeSpan.FromHours(1),
    ];

    // Everything an address is chosen by; what is opened is logged.
    private static readonly PartyField[] Addresses =
    [
        PartyField.Phone,
        PartyField.Email,
        PartyField.MessageConsent,
        PartyField.MailingAddress,
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromSeconds(settings.GetValue("MEDIATION_NOTICE_SECONDS", 5.0));
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            do try
            {
                while (await Work(stoppingToken) == Batch) { }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                logger.LogWarning("No notice is sent for now: {Error}", e.GetType().Name);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    /// <summary>Works off one batch.</summary>
    /// <returns>How many rows were due.</returns>
    private async Task<int> Work(CancellationToken ct)
    {
        var due = new List<(Guid Notice, int Attempts)>();
        await using (
            var take = source.CreateCommand(
                """
                update notice_sendings s set attempts = s.attempts + 1, next_at = $2
                from (select notice_id from notice_sendings where next_at <= $1 order by next_at limit $3
                      for update skip locked) d
                where s.notice_id = d.notice_id returning s.notice_id, s.attempts
                """
            )
        )
        {
            var now = clock.GetUtcNow();
            take.Parameters.Add(Time(now));
            take.Parameters.Add(Time(now + Taken));
            take.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Batch });
            await using var reader = await take.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                due.Add((reader.GetGuid(0), reader.GetInt32(1)));
        }
        foreach (var (notice, attempts) in due)
            try
            {
                await Work(notice, attempts, ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Somebody acted on it in this moment, or it cannot be sent as it is: it is looked at again, and the
                // others do not wait for it.
                logger.LogWarning("Notice {Notice} waits: {Error}", notice, e.GetType().Name);
            }
        return due.Count;
    }

    private async Task Work(Guid id, int attempts, CancellationToken ct)
    {
        switch ((await journal.Load(Aggregates.Notice, id, ct: ct)).State)
        {
            case Notice.Waiting:
                await Send(id, attempts, ct);
                break;
            case Notice.Sent:
                await Record(id, new AskForCall(CallReason.NoReceipt, LegalDay.Today(clock)), Done(id), ct);
                break;
            default:
                await Run(Done(id), ct);
                break;
        }
    }

    private async Task Send(Guid id, int attempts, CancellationToken ct)
    {
        var notice = (await Find(id, ct))!;
        var today = LegalDay.Today(clock);
        await using var scope = scopes.CreateAsyncScope();
        var sms = scope.ServiceProvider.GetRequiredService<SmsGateway>();
        var (number, mailbox, postal) = await Resolve(notice, sms, scope.ServiceProvider, ct);
        try
        {
            if (number is not null)
            {
                var gatewayId = await sms.Send(number, await text.Of(notice, ct), id, ct);
                await Record(id, new RecordSent(NoticeMeans.Sms, today), Receipt(id, gatewayId), ct);
            }
            else if (mailbox is not null)
            {
                await mail.Send(mailbox, await text.Of(notice, ct), id, ct);
                await Record(id, new RecordSent(NoticeMeans.Email, today), Done(id), ct);
            }
            else if (postal)
                await Record(id, new AskForLetter(today), Done(id), ct);
            else
                await Record(id, new AskForCall(CallReason.NoChannel, today), Done(id), ct);
        }
        catch (CarrierRefused refused)
        {
            logger.LogWarning("Notice {Notice}: {Error} (attempt {Attempt})", id, refused.Message, attempts);
            // On the eve of the day waiting would cost the right.
            if (refused.Final || attempts > Pauses.Length || notice.Due <= today.AddDays(1))
                await Record(id, new AskForCall(CallReason.SendingFailed, today), Done(id), ct);
            else
                await Run(Again(id, clock.GetUtcNow() + Pauses[attempts - 1]), ct);
        }
    }

    /// <summary>Number for a message, else a mailbox, else whether a letter is all that is left. Messages only with her
    /// consent; a letter only where there is neither telephone nor mailbox, because a call is quicker.</summary>
    private async Task<(string? Number, string? Mailbox, bool Postal)> Resolve(
        NoticeRecord notice,
        SmsGateway sms,
        IServiceProvider services,
        CancellationToken ct
    )
    {
        var register = services.GetRequiredService<PartyRegister>();
        var parties = await register.Find([notice.Key.PartyId], ct);
        if (!parties.TryGetValue(notice.Key.PartyId, out var party))
            return (null, null, false);
        await services
            .GetRequiredService<PartyAccessLog>()
            .RecordForNotice(notice.Key.Unit, party.PartyId, Addresses, ct);
        var fields = (await register.Open([party], Addresses, ct))[party.PartyId];
        var (phone, mailbox) = (fields.GetValueOrDefault(PartyField.Phone), fields.GetValueOrDefault(PartyField.Email));
        var agreed = fields.GetValueOrDefault(PartyField.MessageConsent) == "true";
        return (
            agreed && sms.Available && phone is ['1', _, _, _, _, _, _, _, _, _, _] ? phone : null,
            agreed && mail.Available ? mailbox : null,
            phone is null && mailbox is null && fields.ContainsKey(PartyField.MailingAddress)
        );
    }

    private async Task<NoticeRecord?> Find(Guid id, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select row::text from notices where stream_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await command.ExecuteScalarAsync(ct) is string row ? view.Parse(row) : null;
    }

    private async Task Record(Guid id, INoticeCommand command, NpgsqlBatchCommand also, CancellationToken ct)
    {
        var changes = new Changes(new Metadata(Guid.CreateVersion7(), nameof(NoticeSender)));
        await journal.Decide(Aggregates.Notice, id, command, changes, ct);
        await journal.Commit(changes.Also(also), ct);
    }

    private async Task Run(NpgsqlBatchCommand statement, CancellationToken ct)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(statement);
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The statement that puts a new notice on the sender's list.</summary>
    public static NpgsqlBatchCommand Begin(Guid id, DateTimeOffset now) =>
        Statement(
            "insert into notice_sendings (notice_id, next_at) values ($1, $2) on conflict do nothing",
            id,
            Time(now)
        );

    /// <summary>The statement that takes a notice off the sender's list.</summary>
    public static NpgsqlBatchCommand Done(Guid id) =>
        Statement("update notice_sendings set next_at = 'infinity' where notice_id = $1", id);

    private static NpgsqlBatchCommand Again(Guid id, DateTimeOffset at) =>
        Statement("update notice_sendings set next_at = $2 where notice_id = $1", id, Time(at));

    private NpgsqlBatchCommand Receipt(Guid id, string gatewayId) =>
        Statement(
            "update notice_sendings set next_at = $2, gateway_id = $3 where notice_id = $1",
            id,
            Time(clock.GetUtcNow() + ReceiptWithin),
            new NpgsqlParameter<string> { TypedValue = gatewayId }
        );

    private static NpgsqlBatchCommand Statement(string sql, Guid id, params NpgsqlParameter[] more)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        foreach (var parameter in more)
            command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter<DateTime> Time(DateTimeOffset at) => new() { TypedValue = at.UtcDateTime };
}
