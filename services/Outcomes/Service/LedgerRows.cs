using Mediation.EventStore;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.Outcomes.Service;

/// <summary>Writes a line's rows anew after a change, in the transaction of the change: what the line is, how it moves,
/// its payments and its open instalments. Rows of one line are touched by nobody else, so nothing is a hot spot, and
/// every total is an exact sum.</summary>
internal static class LedgerRows
{
    /// <param name="history">All events of the line with their versions, the new ones included.</param>
    public static IEnumerable<NpgsqlBatchCommand> Of(
        Guid lineId,
        IReadOnlyList<(long Version, IRecoveryLineEvent Event)> history
    )
    {
        if (
            history.Aggregate(RecoveryLine.Initial, (s, e) => RecoveryLine.Evolve(s, e.Event))
            is not RecoveryLine.Opened line
        )
            yield break;
        var facts = line.Facts;
        yield return new(
            """
            insert into recovery_lines as l (line_id, version, dispute_id, worker_claim_id, party_id, person_id, employers,
                                             case_number, unit, type, nature)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict (line_id) do update set version = excluded.version, nature = excluded.nature
            """
        )
        {
            Parameters =
            {
                Value(lineId),
                Value(history[^1].Version),
                Value(facts.DisputeId),
                Value(facts.WorkerClaimId),
                Value(facts.PartyId),
                Value(facts.PersonId),
                Value(facts.Employers.Select(e => e.PartyId).ToArray()),
                Value(facts.CaseNumber),
                Value(facts.Unit),
                Value(facts.Type.Code()),
                Value(line.Nature.Code()),
            },
        };
        foreach (var table in (string[])["movements", "payments", "open_instalments"])
            yield return new($"delete from {table} where line_id = $1") { Parameters = { Value(lineId) } };
        var movements = Ledger.Movements(line);
        if (movements.Count > 0)
            yield return new(
                """
                insert into movements (line_id, dispute_id, person_id, unit, figure, day, fen)
                select $1, $2, $3, $4, * from unnest($5, $6, $7)
                """
            )
            {
                Parameters =
                {
                    Value(lineId),
                    Value(facts.DisputeId),
                    Value(facts.PersonId),
                    Value(facts.Unit),
                    Value(movements.Select(m => m.Column.Code()).ToArray()),
                    Value(movements.Select(m => m.Day).ToArray()),
                    Value(movements.Select(m => m.Amount.Fen).ToArray()),
                },
            };
        var counted = Ledger.Payments(line).ToDictionary(c => c.PaymentId);
        foreach (var p in line.Payments)
            yield return Payment(lineId, line, p, counted[p.Id], Touched(history, p.Id));
        foreach (var open in Ledger.Instalments(line, DateOnly.MaxValue).Where(i => i.Open > Money.Zero))
            yield return new(
                """
                insert into open_instalments (line_id, dispute_id, party_id, unit, number, due_on, open_fen)
                values ($1, $2, $3, $4, $5, $6, $7)
                """
            )
            {
                Parameters =
                {
                    Value(lineId),
                    Value(facts.DisputeId),
                    Value(facts.PartyId),
                    Value(facts.Unit),
                    Value(open.Instalment.Number),
                    Value(open.Instalment.DueOn),
                    Value(open.Open.Fen),
                },
            };
    }

    // Times come from the events, which stand in the log of this very transaction.
    private static NpgsqlBatchCommand Payment(
        Guid lineId,
        RecoveryLine.Opened line,
        Payment p,
        Counted counted,
        (long First, long Last) touched
    ) =>
        new(
            """
            insert into payments (payment_id, line_id, dispute_id, party_id, unit, case_number, nature, state, why,
                                  amount_fen, counted_fen, paid_on, means, entered_by, enterer_accounts, enterer_persons,
                                  version, entered_at, changed_at)
            select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, f.timestamp, l.timestamp
            from mt_events f, mt_events l
            where f.stream_id = $2 and f.version = $18 and l.stream_id = $2 and l.version = $19
            """
        )
        {
            Parameters =
            {
                Value(p.Id),
                Value(lineId),
                Value(line.Facts.DisputeId),
                Value(line.Facts.PartyId),
                Value(line.Facts.Unit),
                Value(line.Facts.CaseNumber),
                Value(line.Nature.Code()),
                Value(p.State.Code()),
                Value(counted.Why.Code()),
                Value(p.Details.Amount.Fen),
                Value(counted.Amount.Fen),
                Value(p.Details.PaidOn),
                Value(p.Details.Means.Code()),
                Value(p.Enterers[^1].Account),
                Value(p.Enterers.Select(s => s.Account).ToArray()),
                Value(p.Enterers.Select(s => s.Person).ToArray()),
                Value(p.Version),
                Value(touched.First),
                Value(touched.Last),
            },
        };

    /// <summary>Versions of the first and the last event of a payment.</summary>
    private static (long First, long Last) Touched(
        IReadOnlyList<(long Version, IRecoveryLineEvent Event)> history,
        Guid paymentId
    )
    {
        var versions = history.Where(h => PaymentOf(h.Event) == paymentId).Select(h => h.Version).ToList();
        return (versions[0], versions[^1]);
    }

    public static Guid? PaymentOf(IRecoveryLineEvent e) =>
        e switch
        {
            PaymentEvidenced p => p.PaymentId,
            PaymentBlocked p => p.PaymentId,
            PaymentCountersigned p => p.PaymentId,
            PaymentReturned p => p.PaymentId,
            PaymentResubmitted p => p.PaymentId,
            PaymentReversed p => p.PaymentId,
            _ => null,
        };

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };
}

/// <summary>Writes all rows anew from the events, one line per short transaction, beside the running service.</summary>
internal sealed class RebuildLedger(NpgsqlDataSource source, EventJournal journal)
{
    public async Task<int> Run(CancellationToken ct)
    {
        await using var list = source.CreateCommand("select id from mt_streams where type = $1 order by id");
        list.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Streams.Line.Name });
        var lines = new List<Guid>();
        await using (var reader = await list.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                lines.Add(reader.GetGuid(0));
        foreach (var line in lines)
            await Run(line, ct);
        return lines.Count;
    }

    private async Task Run(Guid line, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // An append of the line touches its stream row first and so waits until the rows are written, and then
        // writes its own.
        await using var hold = new NpgsqlCommand("select 1 from mt_streams where id = $1 for update", connection);
        hold.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = line, NpgsqlDbType = NpgsqlDbType.Uuid });
        await hold.ExecuteNonQueryAsync(ct);
        var history = await journal.Read(line, ct: ct);
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var command in LedgerRows.Of(line, [.. history.Select(e => (e.Version, (IRecoveryLineEvent)e.Data))]))
            batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
