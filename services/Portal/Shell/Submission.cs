using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace Mediation.Portal.Shell;

/// <summary>A form as a person filled it in: read field by field into a command, and shown again as it was typed when
/// something is wrong with it, whoever found that: this page, the service, or the network.</summary>
public sealed class Submission
{
    public const string NameField = "_form";
    public const string KeyField = "_key";
    public const string VersionField = "_version";
    public const string BoxesField = "_boxes";

    private readonly Texts _texts;
    private readonly Dictionary<string, StringValues> _values;
    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.OrdinalIgnoreCase);

    private Submission(
        Texts texts,
        Dictionary<string, StringValues> values,
        IFormFileCollection? files,
        string path = "/"
    )
    {
        _texts = texts;
        _values = values;
        Files = files;
        Path = path;
    }

    /// <summary>Address the form was sent to.</summary>
    public string Path { get; }

    /// <summary>Which form of its page this is; also the action it asks for.</summary>
    public string Name => First(NameField);

    /// <summary>Key of the rendered form: sent twice, it is done once.</summary>
    public string Key => First(KeyField) is { Length: > 0 } key ? key : Guid.CreateVersion7().ToString();

    /// <summary>Version of the object on the page the person decided on.</summary>
    public long? Version =>
        long.TryParse(First(VersionField), CultureInfo.InvariantCulture, out var version) ? version : null;

    public Head Head => new(Key, Version);

    /// <summary>Id for what the form makes: the same when it is sent twice.</summary>
    public Guid NewId => Guid.TryParse(Key, out var id) ? id : Guid.CreateVersion7();
    public IFormFileCollection? Files { get; }
    public string? Message { get; private set; }
    public Problem? Problem { get; private set; }
    public IReadOnlyDictionary<string, StringValues> Values => _values;
    public bool Valid => _errors.Count == 0 && Message is null;
    public IEnumerable<KeyValuePair<string, List<string>>> Errors => _errors;

    public static async Task<Submission> Read(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        return new(
            context.RequestServices.GetRequiredService<Texts>(),
            form.ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal),
            form.Files,
            $"{context.Request.Path}{context.Request.QueryString}"
        );
    }

    /// <summary>A form filled from a draft or from what is known already.</summary>
    public static Submission From(Texts texts, IReadOnlyDictionary<string, StringValues> values) =>
        new(texts, new Dictionary<string, StringValues>(values, StringComparer.Ordinal), null);

    /// <summary>What was typed, for a draft; without what belongs to this rendering only.</summary>
    public string ToDraft() =>
        JsonSerializer.Serialize(
            _values
                .Where(v => v.Key is not (KeyField or "__RequestVerificationToken"))
                .ToDictionary(v => v.Key, v => v.Value.ToArray(), StringComparer.Ordinal)
        );

    public static Submission FromDraft(Texts texts, string draft)
    {
        var values = JsonSerializer.Deserialize<Dictionary<string, string?[]>>(draft) ?? [];
        return new(
            texts,
            values.ToDictionary(v => v.Key, v => new StringValues(v.Value), StringComparer.Ordinal),
            null
        );
    }

    public string First(string field) => _values.TryGetValue(field, out var v) ? v.ToString().Trim() : string.Empty;

    public IReadOnlyList<string> All(string field) =>
        _values.TryGetValue(field, out var v) ? [.. v.Where(x => !string.IsNullOrEmpty(x)).Select(x => x!)] : [];

    public void Set(string field, string value) => _values[field] = value;

    public bool Flag(string field) => First(field) is "true" or "on";

    /// <summary>Yes, no, or not asked.</summary>
    public bool? YesNo(string field) =>
        First(field) switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        };

    public string? Optional(string field) => First(field) is { Length: > 0 } text ? text : null;

    public string Required(string field)
    {
        var text = First(field);
        if (text.Length == 0)
            Wrong(field, "field.required");
        return text;
    }

    public DateOnly RequiredDay(string field)
    {
        if (First(field).Length == 0)
            Wrong(field, "field.required");
        return Day(field) ?? default;
    }

    public DateOnly? Day(string field)
    {
        if (First(field) is not { Length: > 0 } text)
            return null;
        if (Written.ParseDay(text) is { } day)
            return day;
        Wrong(field, "field.day");
        return null;
    }

    /// <summary>Days typed one after the other, or from one to another as <c>2026-10-01..2026-10-07</c>.</summary>
    /// <param name="most">More are refused.</param>
    public IReadOnlyList<DateOnly> Days(string field, int most)
    {
        var days = new SortedSet<DateOnly>();
        foreach (
            var part in First(field)
                .Split([' ', '\t', '\r', '\n', ',', '，', '、', ';', '；'], StringSplitOptions.RemoveEmptyEntries)
        )
        {
            var ends = part.Split(["..", "~", "～", "至"], StringSplitOptions.None);
            if (
                ends.Length > 2
                || Written.ParseDay(ends[0]) is not { } from
                || Written.ParseDay(ends[^1]) is not { } to
            )
            {
                Wrong(field, "field.days", part.Length > 30 ? part[..30] : part);
                return [];
            }
            if (
                to < from
                || to.DayNumber - from.DayNumber >= most
                || days.Count + to.DayNumber - from.DayNumber >= most
            )
            {
                Wrong(field, "field.daysMost", most);
                return [];
            }
            // By number: after the last day that there is comes none.
            for (var day = from.DayNumber; day <= to.DayNumber; day++)
                days.Add(DateOnly.FromDayNumber(day));
        }
        return [.. days];
    }

    public DateTimeOffset RequiredInstant(string field)
    {
        if (Written.Instant(First(field)) is { } instant)
            return instant;
        Wrong(field, First(field).Length == 0 ? "field.required" : "field.moment");
        return default;
    }

    public long RequiredFen(string field)
    {
        if (First(field).Length == 0)
            Wrong(field, "field.required");
        return Fen(field) ?? 0;
    }

    /// <summary>An amount typed in yuan; nothing typed is null. No form asks for less than nothing: what is given back or
    /// reversed has forms of its own.</summary>
    public long? Fen(string field)
    {
        if (First(field) is not { Length: > 0 } text)
            return null;
        if (Written.ParseYuan(text) is { } fen and >= 0)
            return fen;
        Wrong(field, "field.amount");
        return null;
    }

    public int? Number(string field)
    {
        if (First(field) is not { Length: > 0 } text)
            return null;
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var number))
            return number;
        Wrong(field, "field.number");
        return null;
    }

    /// <summary>A number that has to be there, within bounds.</summary>
    public int RequiredNumber(string field, int least, int most)
    {
        if (First(field).Length == 0)
            Wrong(field, "field.required");
        if (Number(field) is not { } number)
            return least;
        if (number < least || number > most)
            Wrong(field, "field.between", least, most);
        return number;
    }

    /// <summary>A number the page itself wrote, within bounds; the least where it is not there.</summary>
    public int Count(string field, int least, int most) =>
        int.TryParse(First(field), CultureInfo.InvariantCulture, out var n) ? Math.Clamp(n, least, most) : least;

    public Guid RequiredId(string field)
    {
        if (Guid.TryParse(First(field), out var id))
            return id;
        Wrong(field, "field.choose");
        return default;
    }

    public Guid? Id(string field) => Guid.TryParse(First(field), out var id) ? id : null;

    public TEnum RequiredChoice<TEnum>(string field)
        where TEnum : struct, Enum
    {
        if (Codes.Parse<TEnum>(First(field)) is { } value)
            return value;
        Wrong(field, "field.choose");
        return default;
    }

    public TEnum? Choice<TEnum>(string field)
        where TEnum : struct, Enum
    {
        if (First(field) is not { Length: > 0 } code)
            return null;
        if (Codes.Parse<TEnum>(code) is { } value)
            return value;
        Wrong(field, "field.choose");
        return null;
    }

    public IFormFile? File(string field) => Files?.GetFile(field) is { Length: > 0 } file ? file : null;

    public void Wrong(string field, string key, params object?[] arguments)
    {
        if (!_errors.TryGetValue(field, out var messages))
            _errors[field] = messages = [];
        messages.Add(_texts[key, arguments]);
    }

    public IReadOnlyList<string> ErrorsOf(string field) => _errors.TryGetValue(field, out var e) ? e : [];

    /// <summary>Keeps the answer of a service with what was typed. An outdated page gets its new version with the next
    /// rendering, so that the person decides again on what she then sees.</summary>
    /// <param name="rename">Where a field of the service stands in this form, if under another name.</param>
    public Submission Failed(Problem problem, Func<string, string>? rename = null)
    {
        Problem = problem;
        Message = problem.Stale ? _texts["problem.stale"] : problem.Message;
        foreach (var (field, messages) in problem.Fields)
        {
            var name = field.Length == 0 ? "" : Codes.Camel(field.TrimStart('$', '.'));
            name = rename?.Invoke(name) ?? name;
            if (!_errors.TryGetValue(name, out var list))
                _errors[name] = list = [];
            list.AddRange(messages);
        }
        // An answer used the key up; without an answer the next press must be the same command, done once.
        if (!problem.Unavailable)
            _values[KeyField] = Guid.CreateVersion7().ToString();
        return this;
    }

    public Submission Say(string key, params object?[] arguments)
    {
        Message = _texts[key, arguments];
        return this;
    }

    /// <summary>Sends the command when the form could be read; leads on when it was done, shows the page again with
    /// what was typed when not.</summary>
    public async Task<IResult> Send<T>(
        Func<Task<Answer<T>>> send,
        Func<Answer<T>, IResult> done,
        Func<Submission, Task<IResult>> again,
        Func<string, string>? rename = null
    )
    {
        if (!Valid)
            return await again(this);
        var answer = await send();
        return answer.Problem is { } problem ? await again(Failed(problem, rename)) : done(answer);
    }
}
