using System.Collections;

namespace Mediation.Portal.Shell;

/// <summary>Filter, sort and page of a list as they stand in its address: only the names the list knows, so that
/// nothing else is passed on to a service. Never holds a name or a number of a person.</summary>
public sealed class ListQuery : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> _pairs;

    private ListQuery(List<KeyValuePair<string, string>> pairs) => _pairs = pairs;

    public static ListQuery Of(HttpRequest request, params ReadOnlySpan<string> known)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var name in known)
            if (request.Query[name].ToString().Trim() is { Length: > 0 and <= 100 } value)
                pairs.Add(new(name, value));
        return new(pairs);
    }

    public string? this[string name] => _pairs.Find(p => string.Equals(p.Key, name, StringComparison.Ordinal)).Value;

    public ListQuery With(string name, string? value)
    {
        var pairs = _pairs.Where(p => !string.Equals(p.Key, name, StringComparison.Ordinal)).ToList();
        if (!string.IsNullOrEmpty(value))
            pairs.Add(new(name, value));
        return new(pairs);
    }

    /// <summary>The filter alone, as a sheet of everything needs it.</summary>
    public ListQuery WithoutPage() => With("page", null).With("size", null);

    public string On(string path) => path + ToString();

    public override string ToString() =>
        _pairs.Count == 0
            ? string.Empty
            : "?" + string.Join('&', _pairs.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _pairs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
