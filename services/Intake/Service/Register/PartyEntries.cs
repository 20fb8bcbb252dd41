using System.Globalization;
using Mediation.Contracts.Http.Intake;
using Mediation.Hosting;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>A party that was chosen or typed, with what the register holds of it now and the statements that record it.</summary>
internal sealed record Entered(
    Guid PartyId,
    Guid KeyId,
    PartyKind Kind,
    IReadOnlyDictionary<PartyField, string> Fields,
    IReadOnlyList<NpgsqlBatchCommand> Statements
);

/// <summary>Turns what a form says about parties into parties of the register: a chosen one is taken as it is and its
/// blanks are filled, a known employer is taken by its credit code or licensed name, a person whose number is known is
/// never recorded a second time without somebody saying why.</summary>
internal sealed class PartyEntries(PartyRegister register, PartyAccessLog access, TimeProvider clock)
{
    private readonly Dictionary<string, string> faults = new(StringComparer.Ordinal);
    private readonly List<(string Entry, string MatchedBy, IReadOnlyList<Guid> Parties)> known = [];
    private readonly HashSet<string> numbers = new(StringComparer.Ordinal);

    /// <summary>Faults by field; the caller adds its own.</summary>
    public IDictionary<string, string> Faults => faults;

    /// <summary>Entries whose ID number or phone the register knows, and the parties it knows them of.</summary>
    public IReadOnlyList<(string Entry, string MatchedBy, IReadOnlyList<Guid> Parties)> Known => known;

    /// <param name="mustBeReachable">Phone or ID number is required of a new person.</param>
    public async Task<Entered?> Person(
        Guid? partyId,
        PersonEntry? person,
        PartyKind kind,
        bool mustBeReachable,
        DifferentPersonReason? different,
        string path,
        Guid account,
        CancellationToken ct
    )
    {
        var today = LegalDay.Today(clock);
        var data = person is null ? null : PartyData.Of(person, kind, path, today, faults);
        if (
            partyId is null
            && data is not null
            && mustBeReachable
            && data[PartyField.Phone] is null
            && data[PartyField.IdNumber] is null
        )
            faults.TryAdd($"{path}.phone", "phone_or_id_required");
        if (data is not null && partyId is null)
            foreach (var number in new[] { data[PartyField.IdNumber], data[PartyField.Phone] }.OfType<string>())
                if (!numbers.Add(number) && different is null)
                    faults.TryAdd(path, "same_person_twice");
        if (partyId is { } chosen)
            return await Chosen(chosen, data, path, account, ct);
        if (data is null)
        {
            faults.TryAdd(path, "required");
            return null;
        }
        if (faults.Count > 0)
            return null;
        var found = await register.Known(data, ct);
        if (found.Count > 0 && different is null)
        {
            known.Add((path, found[0].MatchedBy, [.. found.Select(f => f.PartyId).Distinct()]));
            return null;
        }
        return New(data, different is not null);
    }

    public async Task<Entered?> Organisation(
        Guid? partyId,
        OrganisationEntry? organisation,
        string path,
        Guid account,
        CancellationToken ct
    )
    {
        var data = organisation is null ? null : PartyData.Of(organisation, path, LegalDay.Today(clock), faults);
        if (partyId is { } chosen)
            return await Chosen(chosen, data, path, account, ct);
        if (data is null)
        {
            faults.TryAdd(path, "required");
            return null;
        }
        if (faults.Count > 0)
            return null;
        // One credit code, or one licensed name without a contradicting code, is one employer.
        var found = await register.Known(data, ct);
        return found.Count > 0 ? await Take(found[0].PartyId, data, account, ct) : New(data, evenIfKnown: false);
    }

    /// <summary>A party by its id alone: for a request that keeps the parties it has.</summary>
    public async Task<Entered> Standing(Guid partyId, CancellationToken ct)
    {
        var party = (await register.Find([partyId], ct))[partyId];
        var fields = (await register.Open([party], null, ct))[partyId];
        return new(partyId, party.KeyId, party.Kind, fields, []);
    }

    // An id alone proves nothing: the party must be the caller's to read, or she typed its ID number or phone.
    private async Task<Entered?> Chosen(Guid partyId, PartyData? data, string path, Guid account, CancellationToken ct)
    {
        if (faults.Count > 0)
            return null;
        var mine = (await access.Readable([partyId], Rights.Register, ct)).Count > 0;
        var proven = mine || data is not null && (await register.Known(data, ct)).Any(k => k.PartyId == partyId);
        if (!proven || !(await register.Find([partyId], ct)).ContainsKey(partyId))
        {
            faults.TryAdd($"{path}.partyId", "party_unknown");
            return null;
        }
        return await Take(partyId, data, account, ct);
    }

    private async Task<Entered> Take(Guid partyId, PartyData? data, Guid account, CancellationToken ct)
    {
        var party = (await register.Find([partyId], ct))[partyId];
        var fields = (await register.Open([party], null, ct))[partyId];
        await access.Record("register", AccessPurpose.CaseHandling, [partyId], [.. fields.Keys], ct);
        var blanks = (data?.Fields ?? new Dictionary<PartyField, string>())
            .Where(f => !fields.ContainsKey(f.Key))
            .ToDictionary(f => f.Key, f => (string?)f.Value);
        if (blanks.Count == 0)
            return new(partyId, party.KeyId, party.Kind, fields, []);
        var completed = fields.Concat(blanks.Select(b => KeyValuePair.Create(b.Key, b.Value!))).ToDictionary();
        return new(
            partyId,
            party.KeyId,
            party.Kind,
            completed,
            [.. register.Change(party, fields, blanks, CorrectionReason.Completed, account, clock.GetUtcNow())]
        );
    }

    private Entered New(PartyData data, bool evenIfKnown)
    {
        var (partyId, keyId) = (Guid.CreateVersion7(), Guid.NewGuid());
        return new(
            partyId,
            keyId,
            data.Kind,
            data.Fields,
            [.. register.Insert(partyId, keyId, data, evenIfKnown, clock.GetUtcNow())]
        );
    }

    /// <summary>Lower bound of the ten-year age band on a day.</summary>
    public static int? AgeBand(IReadOnlyDictionary<PartyField, string> fields, DateOnly on)
    {
        if (!fields.TryGetValue(PartyField.BirthDate, out var text))
            return null;
        var born = DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var age = on.Year - born.Year - (on < born.AddYears(on.Year - born.Year) ? 1 : 0);
        return age / 10 * 10;
    }
}
