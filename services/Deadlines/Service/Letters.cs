using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Deadlines.Service;

/// <summary>Makes of the clocks that warned one letter per person and day (提醒). A clock that warns when she has had hers
/// stands in tomorrow's.</summary>
internal sealed class Letters(
    NpgsqlDataSource source,
    ClockList clocks,
    StaffList staff,
    AccessCopies copies,
    TimeProvider clock
)
{
    private const int Batch = 500;

    /// <returns>How many letters were written.</returns>
    public async Task<int> Write(CancellationToken ct)
    {
        if (!await Waiting(ct))
            return 0;
        var today = LegalDay.Today(clock);
        var responsibility = await Responsibility.Load(source, staff, copies.Tree, today, ct);
        while (await Address(responsibility, ct) == Batch) { }
        return await Fold(today, ct);
    }

    private async Task<bool> Waiting(CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            "select exists (select 1 from warnings where letter_id is null)"
        );
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    // A warning becomes one per person who answers; a clock that has ended since warns nobody.
    private async Task<int> Address(Responsibility responsibility, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var take = new NpgsqlCommand(
            $"""
            with taken as (
                delete from warnings where ctid = any (array(
                    select ctid from warnings where letter_id is null and person is null
                    order by warned_on limit $1 for update skip locked))
                returning clock_id, stage, due, warned_on
            )
            select t.clock_id, t.stage, t.due, t.warned_on, c.unit, f.responsible, c.standing = 'running'
            from taken t join {clocks.Table} c on c.stream_id = t.clock_id left join cases f on f.stream_id = c.case_id
            """,
            connection,
            transaction
        );
        take.Parameters.Add(Sql.P(Batch));
        var taken = await take.Rows(
            r =>
                (
                    Clock: r.GetGuid(0),
                    Stage: r.GetInt32(1),
                    Due: r.GetFieldValue<DateOnly>(2),
                    On: r.GetFieldValue<DateOnly>(3),
                    Unit: r.GetString(4),
                    Responsible: r.IsDBNull(5) ? (Guid?)null : r.GetGuid(5),
                    Runs: r.GetBoolean(6)
                ),
            ct
        );
        var addressed = (
            from t in taken
            where t.Runs
            from to in responsibility.Warned(t.Responsible, t.Unit)
            select (Warning: t, To: to)
        ).ToList();
        await using var put = new NpgsqlCommand(
            """
            insert into warnings (clock_id, stage, due, warned_on, person, as_head)
            select * from unnest($1, $2, $3, $4, $5, $6)
            """,
            connection,
            transaction
        );
        put.Parameters.Add(Sql.P(addressed.Select(a => a.Warning.Clock).ToArray()));
        put.Parameters.Add(Sql.P(addressed.Select(a => a.Warning.Stage).ToArray()));
        put.Parameters.Add(Sql.P(addressed.Select(a => a.Warning.Due).ToArray()));
        put.Parameters.Add(Sql.P(addressed.Select(a => a.Warning.On).ToArray()));
        put.Parameters.Add(Sql.P(addressed.Select(a => a.To.Person).ToArray()));
        put.Parameters.Add(Sql.P(addressed.Select(a => a.To.AsHead).ToArray()));
        await put.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return taken.Count;
    }

    private async Task<int> Fold(DateOnly today, CancellationToken ct)
    {
        var waiting = await source.Rows(
            """
            select person, clock_id, stage, due from warnings w
            where letter_id is null and person is not null
              and not exists (select 1 from warning_letters l where l.person = w.person and l.on_day = $1)
            """,
            r => new Warning(r.GetGuid(0), r.GetGuid(1), r.GetInt32(2), r.GetFieldValue<DateOnly>(3)),
            ct,
            Sql.P(today)
        );
        var letters = Warnings.Fold(today, waiting, new HashSet<Guid>());
        foreach (var letter in letters)
            await Send(letter, ct);
        return letters.Length;
    }

    // Two processes that write the same letter: the second finds the person's day taken and leaves the lines to it.
    private async Task Send(WarningLetter letter, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        var id = NameBasedId.From(letter.Person, $"letter {letter.On:yyyy-MM-dd}");
        var insert = new NpgsqlBatchCommand(
            "insert into warning_letters (letter_id, person, on_day, created_at) values ($1, $2, $3, $4) on conflict do nothing"
        );
        insert.Parameters.Add(Sql.P(id));
        insert.Parameters.Add(Sql.P(letter.Person));
        insert.Parameters.Add(Sql.P(letter.On));
        insert.Parameters.Add(Sql.P(clock.GetUtcNow().UtcDateTime));
        batch.BatchCommands.Add(insert);
        // Of several warnings of one clock the last stands in the letter.
        var drop = new NpgsqlBatchCommand(
            """
            delete from warnings w using unnest($2, $3) as l (clock_id, stage)
            where w.person = $1 and w.letter_id is null and w.clock_id = l.clock_id and w.stage < l.stage
            """
        );
        var lines = new NpgsqlBatchCommand(
            """
            update warnings w set letter_id = $4 from unnest($2, $3) as l (clock_id, stage)
            where w.person = $1 and w.letter_id is null and w.clock_id = l.clock_id and w.stage = l.stage
            """
        );
        foreach (var command in new[] { drop, lines })
        {
            command.Parameters.Add(Sql.P(letter.Person));
            command.Parameters.Add(Sql.P(letter.Warnings.Select(w => w.ClockId).ToArray()));
            command.Parameters.Add(Sql.P(letter.Warnings.Select(w => w.Stage).ToArray()));
            batch.BatchCommands.Add(command);
        }
        lines.Parameters.Add(Sql.P(id));
        await batch.ExecuteNonQueryAsync(ct);
    }
}
