using System.Data.Common;
using System.Globalization;
using Dapper;
using Mediation.Content;
using Mediation.Contracts.Http.Intake;
using Npgsql;
using NpgsqlTypes;

namespace Mediation.Intake.Service;

/// <summary>A party as it stands in the register, without what is sealed.</summary>
internal sealed record Party(Guid PartyId, PartyKind Kind, Guid KeyId, long Version, bool Demonstration);

/// <summary>The register of parties: the only place of the whole system that holds names, numbers, addresses and
/// accounts. Persons are sealed field by field and found by search tokens; organisations stand in clear.</summary>
internal sealed class PartyRegister(NpgsqlDataSource source, FieldCipher cipher, BlindIndex index)
{
    private const string FieldTable = "party_fields";

    // What of an organisation stands in clear; the persons named in it are sealed.
    private static readonly Dictionary<PartyField, (string Column, NpgsqlDbType Type)> Clear = new()
    {
        [PartyField.Name] = ("name", NpgsqlDbType.Text),
        [PartyField.CreditCode] = ("credit_code", NpgsqlDbType.Text),
        [PartyField.Industry] = ("industry", NpgsqlDbType.Text),
        [PartyField.Ownership] = ("ownership", NpgsqlDbType.Text),
        [PartyField.RegisteredAddress] = ("registered_address", NpgsqlDbType.Text),
        [PartyField.PerformanceAddress] = ("performance_address", NpgsqlDbType.Text),
        [PartyField.PerformanceDistrict] = ("performance_district", NpgsqlDbType.Text),
        [PartyField.SeatDistrict] = ("seat_district", NpgsqlDbType.Text),
        [PartyField.StillOperating] = ("still_operating", NpgsqlDbType.Boolean),
        [PartyField.NewAddress] = ("new_address", NpgsqlDbType.Text),
        [PartyField.StaffSize] = ("staff_size", NpgsqlDbType.Integer),
        [PartyField.HasUnion] = ("has_union", NpgsqlDbType.Boolean),
    };

    private readonly BlindField idNumber = index.Field("party.id_number", Typed.Compact);
    private readonly BlindField phone = index.Field("party.phone", text => Phone.Read(text) ?? Typed.Compact(text));
    private readonly BlindField creditCode = index.Field("party.credit_code", Typed.Compact);
    private readonly BlindField lastFour = index.Field("party.last_four", Typed.Compact);
    private readonly BlindField name = index.Field("party.name", Typed.Name);
    private readonly BlindField initials = index.Field("party.initials", Typed.Compact);

    /// <summary>Statements that record a party. Without <paramref name="evenIfKnown"/> the transaction fails (SQL state
    /// RG001) when somebody recorded the same ID number or phone meanwhile: a lock per number makes two simultaneous
    /// registrations of one person wait for each other.</summary>
    public IEnumerable<NpgsqlBatchCommand> Insert(
        Guid partyId,
        Guid keyId,
        PartyData data,
        bool evenIfKnown,
        DateTimeOffset now
    )
    {
        var person = data.Kind is not PartyKind.Organisation;
        var tokens = Tokens(data.Kind, data.Fields);
        if (person && !evenIfKnown)
            foreach (var token in tokens.Known.OrderBy(t => t.Lock))
            {
                // Two statements: the second must see what was committed while the first waited.
                yield return Command("select pg_advisory_xact_lock($1)", Number(token.Lock));
                yield return Command(
                    $"""
                    select register_refuse('same_person_exists')
                    where exists (select 1 from parties where {token.Column} = $1 and party_id <> $2)
                    """,
                    Bytes(token.Value),
                    Id(partyId)
                );
            }
        yield return Command(
            """
            insert into parties (party_id, kind, key_id, demonstration, created_at, id_token, phone_token, code_token,
                                 last_four, name_token, name_pairs, initials)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            Id(partyId),
            Text(PartyData.Camel(data.Kind.ToString())),
            Id(keyId),
            new NpgsqlParameter<bool> { TypedValue = data.Demonstration },
            new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime },
            Bytes(tokens.IdNumber),
            Bytes(tokens.Phone),
            Bytes(tokens.CreditCode),
            Numbers(tokens.LastFour),
            Bytes(tokens.Name),
            Numbers(tokens.NamePairs),
            Numbers(tokens.Initials)
        );
        if (!person)
            yield return InsertOrganisation(partyId, data.Fields);
        foreach (var (field, value) in data.Fields)
            if (person || !Clear.ContainsKey(field))
                yield return Seal(partyId, field, value);
    }

    /// <summary>Statement that lets the unit's people read the party because of the request.</summary>
    public static NpgsqlBatchCommand Link(Guid partyId, Guid requestId, string unit, DateTimeOffset now) =>
        Command(
            "insert into party_units (party_id, request_id, unit, since) values ($1, $2, $3, $4) on conflict do nothing",
            Id(partyId),
            Id(requestId),
            Text(unit),
            new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime }
        );

    /// <summary>Statements that put other values in the place of the recorded ones, keep the earlier ones sealed, and
    /// renew the search tokens. The first fails with RG001 <c>changed_meanwhile</c> when the version moved on.</summary>
    /// <param name="all">Every field as it stands.</param>
    /// <param name="changes">New values; null clears.</param>
    public IEnumerable<NpgsqlBatchCommand> Change(
        Party party,
        IReadOnlyDictionary<PartyField, string> all,
        IReadOnlyDictionary<PartyField, string?> changes,
        CorrectionReason reason,
        Guid account,
        DateTimeOffset now
    )
    {
        var after = all.ToDictionary();
        foreach (var (field, value) in changes)
            if (value is null)
                after.Remove(field);
            else
                after[field] = value;
        var tokens = Tokens(party.Kind, after);
        yield return Command(
            """
            with moved as (
                update parties set version = version + 1, id_token = $3, phone_token = $4, code_token = $5, last_four = $6,
                       name_token = $7, name_pairs = $8, initials = $9
                where party_id = $1 and version = $2 returning 1
            )
            select register_refuse('changed_meanwhile') where not exists (select 1 from moved)
            """,
            Id(party.PartyId),
            Number(party.Version),
            Bytes(tokens.IdNumber),
            Bytes(tokens.Phone),
            Bytes(tokens.CreditCode),
            Numbers(tokens.LastFour),
            Bytes(tokens.Name),
            Numbers(tokens.NamePairs),
            Numbers(tokens.Initials)
        );
        foreach (var (field, value) in changes)
        {
            var before = all.TryGetValue(field, out var earlier)
                ? cipher.Encrypt(earlier, new("party_corrections", field.ToString(), party.PartyId))
                : null;
            yield return Command(
                """
                insert into party_corrections (party_id, field, sealed, at, account, reason) values ($1, $2, $3, $4, $5, $6)
                """,
                Id(party.PartyId),
                Text(field.ToString()),
                Bytes(before),
                new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime },
                Id(account),
                Text(PartyData.Camel(reason.ToString()))
            );
            if (party.Kind is PartyKind.Organisation && Clear.ContainsKey(field))
                continue;
            yield return value is null
                ? Command(
                    "delete from party_fields where party_id = $1 and field = $2",
                    Id(party.PartyId),
                    Text(field.ToString())
                )
                : Seal(party.PartyId, field, value);
        }
        if (party.Kind is PartyKind.Organisation && changes.Keys.Any(Clear.ContainsKey))
        {
            yield return Command("delete from organisations where party_id = $1", Id(party.PartyId));
            yield return InsertOrganisation(party.PartyId, after);
        }
    }

    public async Task<IReadOnlyDictionary<Guid, Party>> Find(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
            return new Dictionary<Guid, Party>();
        await using var connection = await source.OpenConnectionAsync(ct);
        return (
            await connection.QueryAsync<(Guid Id, string Kind, Guid Key, long Version, bool Demonstration)>(
                new(
                    "select party_id, kind, key_id, version, demonstration from parties where party_id = any(@ids)",
                    new { ids = ids.ToArray() },
                    cancellationToken: ct
                )
            )
        )
            .Select(r => new Party(r.Id, Enum.Parse<PartyKind>(r.Kind, true), r.Key, r.Version, r.Demonstration))
            .ToDictionary(p => p.PartyId);
    }

    /// <summary>The recorded fields of parties, opened. Whoever calls this has checked the entitlement and logs.</summary>
    /// <param name="only">Fields to open, or null for all.</param>
    public async Task<IReadOnlyDictionary<Guid, Dictionary<PartyField, string>>> Open(
        IReadOnlyCollection<Party> parties,
        IReadOnlyCollection<PartyField>? only,
        CancellationToken ct
    )
    {
        var opened = parties.ToDictionary(p => p.PartyId, _ => new Dictionary<PartyField, string>());
        if (parties.Count == 0)
            return opened;
        var ids = parties.Select(p => p.PartyId).ToArray();
        await using var connection = await source.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<(Guid Party, string Field, byte[] Sealed)>(
            new(
                """
                select party_id, field, sealed from party_fields
                where party_id = any(@ids) and (@every or field = any(@fields))
                """,
                new
                {
                    ids,
                    every = only is null,
                    fields = only?.Select(f => f.ToString()).ToArray() ?? [],
                },
                cancellationToken: ct
            )
        );
        foreach (var row in rows)
            opened[row.Party][Enum.Parse<PartyField>(row.Field)] = cipher.Decrypt(
                row.Sealed,
                new(FieldTable, row.Field, row.Party)
            );
        await using var command = new NpgsqlCommand(
            $"select party_id, {string.Join(", ", Clear.Values.Select(c => c.Column))} from organisations where party_id = any($1)",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var fields = opened[reader.GetGuid(0)];
            var column = 0;
            foreach (var field in Clear.Keys)
            {
                column++;
                if ((only is null || only.Contains(field)) && !await reader.IsDBNullAsync(column, ct))
                    fields[field] = Canonical(reader, column);
            }
        }
        return opened;
    }

    /// <summary>Parties the register knows by the numbers of what was typed, with the number that matched.</summary>
    public async Task<IReadOnlyList<(Guid PartyId, string MatchedBy)>> Known(PartyData data, CancellationToken ct)
    {
        var organisation = data.Kind is PartyKind.Organisation;
        var (id, tel) = (data[PartyField.IdNumber], data[PartyField.Phone]);
        var (code, key) = (data[PartyField.CreditCode], Typed.Name(data[PartyField.Name] ?? ""));
        await using var connection = await source.OpenConnectionAsync(ct);
        var found = organisation
            ? await connection.QueryAsync<(Guid, string)>(
                new(
                    """
                    select party_id, case when credit_code = @code then 'creditCode' else 'name' end from organisations
                    where credit_code = @code
                       or name_key = @key and (credit_code is null or @code::text is null)
                    order by (credit_code = @code) desc nulls last, party_id
                    """,
                    new { code, key },
                    cancellationToken: ct
                )
            )
            : await connection.QueryAsync<(Guid, string)>(
                new(
                    """
                    select party_id, case when id_token = @id then 'idNumber' when code_token = @code then 'creditCode'
                                          else 'phone' end
                    from parties where id_token = @id or phone_token = @tel or code_token = @code
                    order by (id_token = @id) desc nulls last, party_id limit 20
                    """,
                    new
                    {
                        id = id is null ? null : idNumber.Exact(id),
                        tel = tel is null ? null : phone.Exact(tel),
                        code = code is null ? null : creditCode.Exact(code),
                    },
                    cancellationToken: ct
                )
            );
        return [.. found];
    }

    /// <summary>Ids of parties for a text of the search box, best first.</summary>
    /// <param name="units">Units within which name, fragment, initials and last four are looked for; exact numbers are
    /// looked for everywhere.</param>
    public async Task<IReadOnlyList<Guid>> Search(
        string kind,
        string text,
        string[] units,
        int take,
        CancellationToken ct
    )
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        const string within =
            "exists (select 1 from party_units u where u.party_id = p.party_id and u.unit = any(@units))";
        var fragment = Typed.Name(text);
        var (sql, arguments) = kind switch
        {
            "idNumber" => (
                "select party_id from parties where id_token = @token",
                (object)new { token = idNumber.Exact(text), take }
            ),
            "phone" => (
                "select party_id from parties where phone_token = @token",
                new { token = phone.Exact(text), take }
            ),
            "creditCode" => (
                """
                select party_id from organisations where credit_code = @text
                union select party_id from parties where code_token = @token
                """,
                new
                {
                    text,
                    token = creditCode.Exact(text),
                    take,
                }
            ),
            "lastFour" => (
                $"select party_id from parties p where last_four @> @tokens and {within}",
                new
                {
                    tokens = new[] { lastFour.Prefix(text)!.Value },
                    units,
                    take,
                }
            ),
            "initials" => (
                $"""
                select party_id from parties p where initials @> @tokens and {within}
                union select party_id from organisations p where initials @> @clear and {within}
                """,
                new
                {
                    tokens = new[] { initials.Prefix(text)!.Value },
                    clear = new[] { Typed.Compact(text) },
                    units,
                    take,
                }
            ),
            _ => (
                $"""
                select party_id from parties p where name_token = @whole and {within}
                union select party_id from parties p where cardinality(@pairs) > 0 and name_pairs @> @pairs and {within}
                union select party_id from organisations p
                      where name_pairs @> @clear and position(@fragment in name_key) > 0 and {within}
                """,
                new
                {
                    whole = name.Exact(text),
                    pairs = name.Pairs(text),
                    clear = Pairs(fragment),
                    fragment,
                    units,
                    take,
                }
            ),
        };
        return
        [
            .. await connection.QueryAsync<Guid>(
                new($"select party_id from ({sql}) found limit @take", arguments, cancellationToken: ct)
            ),
        ];
    }

    /// <summary>What a page shows of a party without a purpose to reveal it.</summary>
    public static string Label(Party party, IReadOnlyDictionary<PartyField, string> fields) =>
        !fields.TryGetValue(PartyField.Name, out var text) ? ""
        : party.Kind is PartyKind.Organisation ? text
        : Masking.Name(text);

    /// <summary>Which fields of an organisation are public; of a person none is.</summary>
    public static bool IsPublic(PartyKind kind, PartyField field) =>
        kind is PartyKind.Organisation && Clear.ContainsKey(field);

    public static string Mask(PartyField field, string value) =>
        field switch
        {
            PartyField.Name or PartyField.LegalRepresentative or PartyField.ContactName => Masking.Name(value),
            PartyField.IdNumber or PartyField.CreditCode => Masking.IdNumber(value),
            PartyField.Phone or PartyField.ContactPhone or PartyField.LegalRepresentativePhone => Masking.Phone(value),
            PartyField.Email => Masking.Email(value),
            PartyField.BankAccount => Masking.Account(value),
            PartyField.HouseholdAddress or PartyField.UsualAddress or PartyField.MailingAddress => Masking.Address(
                value
            ),
            PartyField.IdType => value,
            _ => Masking.Whole(value),
        };

    private SearchTokens Tokens(PartyKind kind, IReadOnlyDictionary<PartyField, string> fields)
    {
        if (kind is PartyKind.Organisation)
            return new(null, null, null, [], null, [], []);
        string? Value(PartyField field) => fields.GetValueOrDefault(field);
        var (id, tel, code) = (Value(PartyField.IdNumber), Value(PartyField.Phone), Value(PartyField.CreditCode));
        var names = new[] { Value(PartyField.Name), Value(PartyField.TradeName) }.OfType<string>().ToList();
        return new(
            id is null ? null : idNumber.Exact(id),
            tel is null ? null : phone.Exact(tel),
            code is null ? null : creditCode.Exact(code),
            [
                .. new[] { id, tel }
                    .OfType<string>()
                    .Where(v => v.Length >= 4)
                    .Select(v => lastFour.Prefix(v[^4..])!.Value)
                    .Distinct(),
            ],
            names.Count == 0 ? null : name.Exact(names[0]),
            [.. names.SelectMany(name.Pairs).Distinct()],
            [.. names.SelectMany(PinyinInitials.Of).SelectMany(initials.Prefixes).Distinct()]
        );
    }

    private NpgsqlBatchCommand Seal(Guid partyId, PartyField field, string value) =>
        Command(
            """
            insert into party_fields (party_id, field, sealed) values ($1, $2, $3)
            on conflict (party_id, field) do update set sealed = excluded.sealed
            """,
            Id(partyId),
            Text(field.ToString()),
            Bytes(cipher.Encrypt(value, new(FieldTable, field.ToString(), partyId)))
        );

    private static NpgsqlBatchCommand InsertOrganisation(Guid partyId, IReadOnlyDictionary<PartyField, string> fields)
    {
        var key = Typed.Name(fields.GetValueOrDefault(PartyField.Name) ?? "");
        var read = PinyinInitials.Of(key);
        var command = Command(
            $"""
            insert into organisations (party_id, name_key, name_pairs, initials, {string.Join(
                ", ",
                Clear.Values.Select(c => c.Column)
            )})
            values ($1, $2, $3, $4, {string.Join(", ", Clear.Values.Select((_, i) => $"${i + 5}"))})
            """,
            Id(partyId),
            Text(key),
            Texts(Pairs(key)),
            Texts([
                .. read.SelectMany(r => Enumerable.Range(1, r.Length).Select(n => r[..n]))
                    .Distinct(StringComparer.Ordinal),
            ])
        );
        foreach (var (field, (_, type)) in Clear)
            command.Parameters.Add(
                new NpgsqlParameter
                {
                    NpgsqlDbType = type,
                    Value = fields.TryGetValue(field, out var value)
                        ? type switch
                        {
                            NpgsqlDbType.Boolean => value == "true",
                            NpgsqlDbType.Integer => int.Parse(value, CultureInfo.InvariantCulture),
                            _ => value,
                        }
                        : DBNull.Value,
                }
            );
        return command;
    }

    // By whole characters: half of a rare one is no text, and the database takes none.
    private static string[] Pairs(string text)
    {
        string[] characters = [.. text.EnumerateRunes().Select(r => r.ToString())];
        return characters.Length == 1
            ? characters
            : [.. characters.Zip(characters.Skip(1), string.Concat).Distinct(StringComparer.Ordinal)];
    }

    private static string Canonical(DbDataReader reader, int column) =>
        reader.GetValue(column) switch
        {
            bool flag => flag ? "true" : "false",
            int number => number.ToString(CultureInfo.InvariantCulture),
            var text => (string)text,
        };

    private static NpgsqlBatchCommand Command(string sql, params IReadOnlyList<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter<Guid> Id(Guid id) => new() { TypedValue = id };

    private static NpgsqlParameter<long> Number(long number) => new() { TypedValue = number };

    private static NpgsqlParameter<string> Text(string text) => new() { TypedValue = text };

    private static NpgsqlParameter<string[]> Texts(string[] texts) => new() { TypedValue = texts };

    private static NpgsqlParameter<long[]> Numbers(long[] numbers) => new() { TypedValue = numbers };

    private static NpgsqlParameter Bytes(byte[]? bytes) =>
        new() { NpgsqlDbType = NpgsqlDbType.Bytea, Value = (object?)bytes ?? DBNull.Value };

    private sealed record SearchTokens(
        byte[]? IdNumber,
        byte[]? Phone,
        byte[]? CreditCode,
        long[] LastFour,
        byte[]? Name,
        long[] NamePairs,
        long[] Initials
    )
    {
        /// <summary>Tokens under which one person must be found, with a number to lock while recording her.</summary>
        public IEnumerable<(string Column, byte[] Value, long Lock)> Known =>
            new[] { ("id_token", IdNumber), ("phone_token", Phone) }
                .Where(t => t.Item2 is not null)
                .Select(t => (t.Item1, t.Item2!, BitConverter.ToInt64(t.Item2!)));
    }
}
