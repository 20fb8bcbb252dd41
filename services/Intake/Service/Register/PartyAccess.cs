using System.Diagnostics;
using Mediation.Contracts.Http.Intake;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>Who may read which party, and the record of every reading. A party may be read by the people of a unit in
/// which it has a request, of the units above, and by whoever answers for a dispute of it.</summary>
internal sealed class PartyAccessLog(NpgsqlDataSource source, Caller caller, TimeProvider clock)
{
    /// <summary>Those of the parties that the caller may read under one of the roles.</summary>
    public async Task<IReadOnlySet<Guid>> Readable(
        IReadOnlyCollection<Guid> parties,
        Contracts.Identity.Role[] roles,
        CancellationToken ct
    )
    {
        if (parties.Count == 0)
            return new HashSet<Guid>();
        await using var command = source.CreateCommand(
            """
            select party_id from party_units where party_id = any($1) and unit = any($2)
            union
            select u.party_id from party_units u
            join requests r on r.stream_id = u.request_id
            join assignments a on a.dispute_id = r.dispute_id
            where u.party_id = any($1) and a.account = $3
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. parties] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. caller.UnitsOf(roles)] });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = caller.AccountId });
        var readable = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            readable.Add(reader.GetGuid(0));
        return readable;
    }

    /// <summary>Records a reading. Call it before the answer leaves: a reading that cannot be recorded does not happen.</summary>
    public async Task Record(
        string kind,
        AccessPurpose purpose,
        IReadOnlyCollection<Guid> parties,
        IReadOnlyCollection<PartyField> fields,
        CancellationToken ct,
        string? recipient = null,
        string? legalBasis = null
    )
    {
        if (parties.Count == 0)
            return;
        await Write(caller.AccountId, Unit(), kind, purpose, parties, fields, recipient, legalBasis, ct);
    }

    /// <summary>Records that the service itself read where to reach a party, to send her a notice. It has no account.</summary>
    public Task RecordForNotice(
        string unit,
        Guid party,
        IReadOnlyCollection<PartyField> fields,
        CancellationToken ct
    ) =>
        Write(
            Guid.Empty,
            unit,
            "disclose",
            AccessPurpose.Notice,
            [party],
            fields,
            PartyData.Camel(nameof(DisclosureRecipient.Party)),
            PartyData.Camel(nameof(LegalBasis.StatutoryDuty)),
            ct
        );

    private async Task Write(
        Guid account,
        string unit,
        string kind,
        AccessPurpose purpose,
        IReadOnlyCollection<Guid> parties,
        IReadOnlyCollection<PartyField> fields,
        string? recipient,
        string? legalBasis,
        CancellationToken ct
    )
    {
        await using var command = source.CreateCommand(
            """
            insert into party_access (at, account, unit, kind, purpose, party_id, fields, recipient, legal_basis, correlation)
            select $1, $2, $3, $4, $5, party, $7, $8, $9, $10 from unnest($6) party
            """
        );
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = account });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = unit });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = kind });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = PartyData.Camel(purpose.ToString()) });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. parties] });
        command.Parameters.Add(
            new NpgsqlParameter<string[]> { TypedValue = [.. fields.Select(f => PartyData.Camel(f.ToString()))] }
        );
        command.Parameters.Add(Text(recipient));
        command.Parameters.Add(Text(legalBasis));
        command.Parameters.Add(Text(Activity.Current?.TraceId.ToString()));
        await command.ExecuteNonQueryAsync(ct);
    }

    private string Unit() => caller.Grants is [{ Unit: var unit }, ..] ? unit : "";

    private static NpgsqlParameter Text(string? text) =>
        new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)text ?? DBNull.Value };
}
