using Mediation.EventStore;
using Mediation.Identity.Domain;
using Npgsql;

namespace Mediation.Identity.Service;

internal enum FactKind
{
    Opened,
    Renamed,
    Moved,
    Closed,
}

internal sealed record DatedFact(
    long Version,
    DateOnly From,
    FactKind Kind,
    string? Name,
    string? ParentCode,
    DateTimeOffset RecordedAt
);

/// <summary>One unit with all its dated facts, in the order they were recorded.</summary>
internal sealed record OrgUnitRow(string Code, UnitLevel Level, int Order, IReadOnlyList<DatedFact> Facts)
{
    public DateOnly Since => Facts[0].From;

    public DateOnly? ClosedFrom => Facts.LastOrDefault(f => f.Kind is FactKind.Closed)?.From;

    public bool IsOpenOn(DateOnly day) => Since <= day && !(ClosedFrom <= day);

    public string NameOn(DateOnly day) => (Latest(day, f => f.Name is not null) ?? Facts[0]).Name!;

    public string? ParentOn(DateOnly day) => (Latest(day, f => f.ParentCode is not null) ?? Facts[0]).ParentCode;

    // Facts of one kind are recorded in the order of their days, and of two for the same day the later record counts.
    private DatedFact? Latest(DateOnly day, Func<DatedFact, bool> tells) =>
        Facts.LastOrDefault(f => f.From <= day && tells(f));
}

internal sealed class OrgUnitView : StreamView<OrgUnitRow>
{
    public override string Table => "org_units";

    public override string StreamType => Aggregates.OrgUnit.Name;

    public override (string Columns, string Indexes) Ddl =>
        ("code text generated always as (row ->> 'code') stored", "create unique index {table}_code on {table} (code)");

    protected override OrgUnitRow? Fold(OrgUnitRow? row, StoredEvent stored) =>
        (row, (IOrgUnitEvent)stored.Data) switch
        {
            (null, UnitOpened e) => new(
                e.Code,
                e.Level,
                e.Order,
                [Fact(stored, e.From, FactKind.Opened, e.Name, e.ParentCode)]
            ),
            ({ } r, UnitRenamed e) => With(r, Fact(stored, e.From, FactKind.Renamed, e.Name, null)),
            ({ } r, UnitMoved e) => With(r, Fact(stored, e.From, FactKind.Moved, null, e.ParentCode)),
            ({ } r, UnitClosed e) => With(r, Fact(stored, e.From, FactKind.Closed, null, null)),
            _ => throw new InvalidOperationException($"{stored.Name} does not fit the row of its stream."),
        };

    private static OrgUnitRow With(OrgUnitRow row, DatedFact fact) => row with { Facts = [.. row.Facts, fact] };

    private static DatedFact Fact(StoredEvent stored, DateOnly from, FactKind kind, string? name, string? parent) =>
        new(stored.Version, from, kind, name, parent, stored.RecordedAt);
}

/// <summary>Queries over the view. The tree has a few hundred rows; questions about a day are answered in memory.</summary>
internal sealed class OrgUnits(NpgsqlDataSource source, OrgUnitView view)
{
    public const string Marker = "select coalesce(sum(version), 0) from org_units";

    public const string Facts = """
        select u.code, (f ->> 'version')::bigint, (f ->> 'from')::date, f ->> 'name', f ->> 'parentCode',
               f ->> 'kind' = 'closed'
        from org_units u, jsonb_array_elements(u.row -> 'facts') f
        """;

    /// <summary>Stream of the unit with the code; always the same, so that no look-up is needed and no code has two.</summary>
    public static Guid StreamOf(string code) => NameBasedId.From(Guid.Empty, "org-unit:" + code);

    public async Task<IReadOnlyDictionary<string, OrgUnitRow>> All(CancellationToken ct)
    {
        await using var command = source.CreateCommand($"select row::text from {view.Table}");
        var units = new Dictionary<string, OrgUnitRow>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var row = view.Parse(reader.GetString(0));
            units.Add(row.Code, row);
        }
        return units;
    }

    /// <summary>Holds off other changes of the tree while one looks up parents and children and decides: a district
    /// must not close between a street's look at it and the street's move.</summary>
    public async Task<IAsyncDisposable> Exclusively(CancellationToken ct)
    {
        var connection = await source.OpenConnectionAsync(ct);
        try
        {
            var transaction = await connection.BeginTransactionAsync(ct);
            await using var command = new NpgsqlCommand(
                "select pg_advisory_xact_lock(hashtextextended(current_schema() || ':org-units', 0))",
                connection,
                transaction
            );
            await command.ExecuteNonQueryAsync(ct);
            return new Held(connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the decider must know of a parent on a day.</summary>
    public static ParentFact? ParentFact(
        IReadOnlyDictionary<string, OrgUnitRow> units,
        string? parent,
        DateOnly from
    ) =>
        parent is not null && units.TryGetValue(parent, out var row)
            ? new(row.Level, row.Since <= from && row.ClosedFrom is null)
            : null;

    /// <summary>Units that stand below the unit on the day or come to stand there later.</summary>
    public static int ChildrenFrom(IReadOnlyDictionary<string, OrgUnitRow> units, string code, DateOnly from) =>
        units.Values.Count(u =>
            !(u.ClosedFrom <= from)
            && (
                string.Equals(u.ParentOn(from), code, StringComparison.Ordinal)
                || u.Facts.Any(f => f.From > from && string.Equals(f.ParentCode, code, StringComparison.Ordinal))
            )
        );

    private sealed class Held(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
