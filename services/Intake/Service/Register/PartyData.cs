using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>What was typed about a party, checked and in canonical form. Faults are collected by field, so that the
/// person sees all of them at once.</summary>
internal sealed partial class PartyData
{
    [GeneratedRegex(
        @"^[A-Za-z0-9._%+-]+@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$",
        RegexOptions.ExplicitCapture,
        100
    )]
    private static partial Regex Mailbox();

    private readonly Dictionary<PartyField, string> fields = [];

    private PartyData(PartyKind kind) => Kind = kind;

    public PartyKind Kind { get; }

    public IReadOnlyDictionary<PartyField, string> Fields => fields;

    public string? this[PartyField field] => fields.GetValueOrDefault(field);

    /// <summary>Invented for demonstration, as her phone says, or that of the employer's contact.</summary>
    public bool Demonstration =>
        (this[PartyField.Phone] ?? this[PartyField.ContactPhone]) is { } phone && Phone.OfDemonstration(phone);

    /// <summary>Reads a person or a sole trader.</summary>
    public static PartyData Of(
        PersonEntry entry,
        PartyKind kind,
        string path,
        DateOnly today,
        IDictionary<string, string> faults
    )
    {
        var data = new PartyData(kind);
        var read = new Reader(data.fields, path, faults, today);
        read.Typed(PartyField.Name, entry.Name, 100, required: true);
        read.Document(entry.IdType, entry.IdNumber, entry.BirthDate, entry.Sex);
        read.Phone(PartyField.Phone, entry.Phone);
        read.Email(entry.Email);
        read.Flag(PartyField.MessageConsent, entry.MessageConsent);
        read.Code(PartyField.HouseholdType, entry.HouseholdType);
        read.Typed(PartyField.HouseholdAddress, entry.HouseholdAddress, 200);
        read.Typed(PartyField.UsualAddress, entry.UsualAddress, 200);
        read.Typed(PartyField.MailingAddress, entry.MailingAddress, 200);
        read.Account(entry.BankAccount);
        read.Typed(PartyField.Occupation, entry.Occupation, 100);
        read.Typed(PartyField.EthnicGroup, entry.EthnicGroup, 30);
        read.Flag(PartyField.UnionMember, entry.UnionMember);
        read.Flag(PartyField.MigrantWorker, entry.MigrantWorker);
        read.Flag(PartyField.NewEmploymentForm, entry.NewEmploymentForm);
        read.Flag(PartyField.OverAge, entry.OverAge);
        read.Flag(PartyField.Disability, entry.Disability);
        read.Flag(PartyField.PregnancyOrNursing, entry.PregnancyOrNursing);
        read.Flag(PartyField.ContractSigned, entry.ContractSigned);
        read.Typed(PartyField.PlatformWorkerId, entry.PlatformWorkerId, 60);
        read.Typed(PartyField.TradeName, entry.TradeName, 100);
        read.CreditCode(entry.CreditCode);
        return data;
    }

    public static PartyData Of(OrganisationEntry entry, string path, DateOnly today, IDictionary<string, string> faults)
    {
        var data = new PartyData(PartyKind.Organisation);
        var read = new Reader(data.fields, path, faults, today);
        read.Typed(PartyField.Name, entry.Name, 200, required: true);
        read.CreditCode(entry.CreditCode);
        read.Shaped(PartyField.Industry, entry.Industry, v => v is [>= 'A' and <= 'T']);
        read.Shaped(PartyField.Ownership, entry.Ownership, v => v.Length == 3 && v.All(char.IsAsciiDigit));
        read.Typed(PartyField.RegisteredAddress, entry.RegisteredAddress, 200);
        read.Typed(PartyField.PerformanceAddress, entry.PerformanceAddress, 200);
        read.Shaped(PartyField.PerformanceDistrict, entry.PerformanceDistrict, District);
        read.Shaped(PartyField.SeatDistrict, entry.SeatDistrict, District);
        read.Flag(PartyField.StillOperating, entry.StillOperating);
        read.Typed(PartyField.NewAddress, entry.NewAddress, 200);
        read.Typed(PartyField.LegalRepresentative, entry.LegalRepresentative, 100);
        read.Typed(PartyField.LegalRepresentativePost, entry.LegalRepresentativePost, 60);
        read.Phone(PartyField.LegalRepresentativePhone, entry.LegalRepresentativePhone);
        read.Typed(PartyField.ContactName, entry.ContactName, 100);
        read.Phone(PartyField.ContactPhone, entry.ContactPhone);
        if (entry.StaffSize is { } size)
            read.Shaped(
                PartyField.StaffSize,
                size.ToString(CultureInfo.InvariantCulture),
                _ => size is >= 0 and <= 10_000_000
            );
        read.Flag(PartyField.HasUnion, entry.HasUnion);
        return data;
    }

    /// <summary>Reads one corrected value of a party whose other fields stand; null when it cannot be accepted.</summary>
    public static string? Correct(
        PartyKind kind,
        PartyField field,
        string value,
        string? idType,
        DateOnly today,
        IDictionary<string, string> faults
    )
    {
        var data = new PartyData(kind);
        var read = new Reader(data.fields, "", faults, today);
        var organisation = kind is PartyKind.Organisation;
        switch (field)
        {
            case PartyField.IdNumber:
                read.Document(idType is null ? null : Enum.Parse<IdType>(idType, ignoreCase: true), value, null, null);
                break;
            case PartyField.Phone or PartyField.LegalRepresentativePhone or PartyField.ContactPhone:
                read.Phone(field, value);
                break;
            case PartyField.BankAccount:
                read.Account(value);
                break;
            case PartyField.CreditCode:
                read.CreditCode(value);
                break;
            case PartyField.BirthDate:
                read.Shaped(field, value, v => BirthDate(v, today));
                break;
            case PartyField.Sex:
                read.Shaped(field, value, v => v is "female" or "male" or "unknown");
                break;
            case PartyField.IdType:
                read.Shaped(field, value, v => Enum.GetNames<IdType>().Any(n => Camel(n) == v));
                break;
            case PartyField.HouseholdType:
                read.Shaped(field, value, v => v is "urban" or "rural");
                break;
            case PartyField.Email:
                read.Email(value);
                break;
            case PartyField.MessageConsent
            or PartyField.UnionMember
            or PartyField.MigrantWorker
            or PartyField.NewEmploymentForm
            or PartyField.OverAge
            or PartyField.Disability
            or PartyField.PregnancyOrNursing
            or PartyField.ContractSigned
            or PartyField.StillOperating
            or PartyField.HasUnion:
                read.Shaped(field, value, v => v is "true" or "false");
                break;
            case PartyField.Industry:
                read.Shaped(field, value, v => v is [>= 'A' and <= 'T']);
                break;
            case PartyField.Ownership:
                read.Shaped(field, value, v => v.Length == 3 && v.All(char.IsAsciiDigit));
                break;
            case PartyField.PerformanceDistrict or PartyField.SeatDistrict:
                read.Shaped(field, value, District);
                break;
            case PartyField.StaffSize:
                read.Shaped(
                    field,
                    value,
                    v => int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= 10_000_000
                );
                break;
            default:
                read.Typed(field, value, organisation || field is not PartyField.Name ? 200 : 100, required: true);
                break;
        }
        return data[field];
    }

    public static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private static bool District(string code) => code.Length is 6 or 9 && code.All(char.IsAsciiDigit);

    private static bool BirthDate(string text, DateOnly today) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year >= 1900
        && day <= today;

    private sealed class Reader(
        Dictionary<PartyField, string> into,
        string path,
        IDictionary<string, string> faults,
        DateOnly today
    )
    {
        public void Typed(PartyField field, string? value, int longest, bool required = false)
        {
            var text = value?.Trim();
            if (string.IsNullOrEmpty(text))
            {
                if (required)
                    Fault(field, "required");
            }
            else if (text.Length > longest)
                Fault(field, "too_long");
            else if (text.Any(char.IsControl))
                Fault(field, "control_character");
            else
                into[field] = text;
        }

        public void Email(string? value)
        {
            var text = value?.Trim();
            if (string.IsNullOrEmpty(text))
                return;
            // One mailbox and nothing else: what stands here becomes the recipient of a message.
            if (text.Length <= 254 && Mailbox().IsMatch(text))
                into[PartyField.Email] = text;
            else
                Fault(PartyField.Email, "email_invalid");
        }

        public void Shaped(PartyField field, string? value, Func<string, bool> fits)
        {
            if (string.IsNullOrEmpty(value))
                return;
            if (fits(value))
                into[field] = value;
            else
                Fault(field, "code_unknown");
        }

        public void Code<TWord>(PartyField field, TWord? word)
            where TWord : struct, Enum
        {
            if (word is { } w)
                if (Enum.IsDefined(w))
                    into[field] = Camel(w.ToString());
                else
                    Fault(field, "code_unknown");
        }

        public void Flag(PartyField field, bool? value)
        {
            if (value is { } set)
                into[field] = set ? "true" : "false";
        }

        public void Phone(PartyField field, string? value)
        {
            if (string.IsNullOrWhiteSpace(value))
                return;
            if (Mediation.Intake.Phone.Read(value) is { } phone)
                into[field] = phone;
            else
                Fault(field, "phone_invalid");
        }

        public void Account(string? value)
        {
            if (string.IsNullOrWhiteSpace(value))
                return;
            var number = Intake.Typed.Compact(value).Replace("-", "", StringComparison.Ordinal);
            if (number.Length is >= 8 and <= 32 && number.All(char.IsAsciiDigit))
                into[PartyField.BankAccount] = number;
            else
                Fault(PartyField.BankAccount, "bank_account_invalid");
        }

        public void CreditCode(string? value)
        {
            if (string.IsNullOrWhiteSpace(value))
                return;
            if (Intake.CreditCode.Read(value, out var fault) is { } code)
                into[PartyField.CreditCode] = code.Code;
            else
                Fault(PartyField.CreditCode, fault!);
        }

        public void Document(IdType? type, string? number, DateOnly? birth, Contracts.Intake.Sex? sex)
        {
            Code(PartyField.Sex, sex);
            if (birth is { } day)
                if (BirthDate(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), today))
                    into[PartyField.BirthDate] = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                else
                    Fault(PartyField.BirthDate, "birth_date_impossible");
            if (string.IsNullOrWhiteSpace(number))
                return;
            var kind = type ?? IdType.ResidentId;
            Code<IdType>(PartyField.IdType, kind);
            string? fault = null;
            var resident = kind switch
            {
                IdType.ResidentId => ResidentId.Read(number, today, out fault),
                IdType.HongKongMacauTaiwanResidencePermit => OtherDocument.ResidencePermit(number, today),
                _ => null,
            };
            var canonical = kind switch
            {
                IdType.ResidentId or IdType.HongKongMacauTaiwanResidencePermit => resident?.Number,
                IdType.Passport => OtherDocument.Passport(number),
                IdType.HongKongMacauPermit => OtherDocument.HongKongMacauPermit(number),
                IdType.TaiwanPermit => OtherDocument.TaiwanPermit(number),
                IdType.ForeignPermanentResidence => OtherDocument.ForeignPermanentResidence(number),
                _ => OtherDocument.Other(number),
            };
            if (canonical is null)
            {
                Fault(PartyField.IdNumber, fault ?? "id_shape");
                return;
            }
            into[PartyField.IdNumber] = canonical;
            if (resident is null)
                return;
            if (birth is { } entered && entered != resident.BirthDate)
                Fault(PartyField.BirthDate, "birth_date_contradicts_id");
            if (
                sex is Contracts.Intake.Sex.Female or Contracts.Intake.Sex.Male
                && sex.ToString() != resident.Sex.ToString()
            )
                Fault(PartyField.Sex, "sex_contradicts_id");
            into[PartyField.BirthDate] = resident.BirthDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            into[PartyField.Sex] = Camel(resident.Sex.ToString());
        }

        private void Fault(PartyField field, string code) =>
            faults[path.Length == 0 ? Camel(field.ToString()) : $"{path}.{Camel(field.ToString())}"] = code;
    }
}
