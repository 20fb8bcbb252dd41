using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mediation.EndToEnd.Tests;

/// <summary>Every route of every service, as its service describes it, is sent what no program of ours would send. The
/// answer is always a sentence in the caller's language with a code; never an error of ours, never what was typed, never
/// anybody's data. A new route is in it because the services' own descriptions are asked.</summary>
[Collection(Alone.Name)]
public sealed class BadInputTests(BrowserFixture fixture)
{
    private const int Oversize = 5 * 1024 * 1024;

    [Fact]
    public async Task Every_command_route_answers_bad_bodies_in_words()
    {
        var town = await Callers.Enter(fixture);
        var (sent, faults) = (new Dictionary<string, int>(StringComparer.Ordinal), new List<string>());
        foreach (var route in town.Routes.Where(r => r.Body is not null))
        {
            var caller = await town.CallerOf(route);
            foreach (var bad in BadBodies.Of(route, town.Known))
            {
                var answer = await town.Send(route, caller, bad.Body);
                sent[bad.Kind] = sent.GetValueOrDefault(bad.Kind) + 1;
                faults.AddRange(
                    answer
                        .Faults(town.Secrets)
                        .Append(bad.Accepts(answer.Status) ? null : $"answered {answer.Status}")
                        .Append(bad.Kind is "missing" && answer.Code != "invalid_input" ? "names no field" : null)
                        .OfType<string>()
                        .Select(f => $"{route} | {bad.Kind} {bad.Path}: {f} {answer.Code}")
                );
            }
        }
        faults.ShouldBeEmpty();
        // Not hollow: every kind was sent to many fields of many routes.
        town.Routes.Count(r => r.Body is not null).ShouldBeGreaterThan(50);
        sent.Values.Min().ShouldBeGreaterThan(3, string.Join(", ", sent));
        sent.Values.Sum().ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public async Task Every_route_that_takes_a_file_refuses_what_is_none()
    {
        var town = await Callers.Enter(fixture);
        var (faults, tooLarge, wrongType) = (new List<string>(), 0, 0);
        var answers = new List<string>();
        foreach (var route in town.Routes.Where(r => r.Body is null && r.Method == "POST"))
        {
            var (caller, takesFiles) = (await town.CallerOf(route), false);
            foreach (var (kind, content) in Uploads(town))
                using (content)
                {
                    Answered answer;
                    try
                    {
                        answer = await town.Upload(route, caller, content);
                    }
                    // A route that takes no file answers before it was sent whole, and hangs up.
                    catch (HttpRequestException) when (!takesFiles)
                    {
                        continue;
                    }
                    takesFiles |= answer.Status == 415;
                    answers.Add($"{route} | {kind}: {answer.Status} {answer.Code}");
                    faults.AddRange(answer.Faults(town.Secrets).Select(f => $"{route} | {kind}: {f} {answer.Code}"));
                    tooLarge += answer.Status == 413 ? 1 : 0;
                    wrongType += answer.Status == 415 ? 1 : 0;
                }
        }
        faults.ShouldBeEmpty();
        tooLarge.ShouldBeGreaterThanOrEqualTo(3, string.Join('\n', answers));
        wrongType.ShouldBeGreaterThanOrEqualTo(3, string.Join('\n', answers));
    }

    [Fact]
    public async Task Ids_of_another_district_open_nothing_and_tell_nothing()
    {
        var town = await Callers.Enter(fixture);
        var (faults, asked) = (new List<string>(), 0);
        foreach (var route in town.Routes.Where(r => Callers.BelongsToCase(r)))
        foreach (var stranger in town.Strangers)
        {
            var answer = await town.Send(
                route,
                stranger,
                route.Body is null ? null : BadBodies.Good(route, town.Known)
            );
            asked++;
            faults.AddRange(answer.Faults(town.Secrets).Select(f => $"{stranger} {route}: {f}"));
            if (answer.Status is not (400 or 403 or 404) || (route.Method == "GET" && answer.Status == 400))
                faults.Add($"{stranger} {route}: {answer.Status} {answer.Code} {answer.Body}");
        }
        faults.ShouldBeEmpty();
        asked.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task A_key_is_one_command_and_an_old_page_decides_nothing()
    {
        var town = await Callers.Enter(fixture);
        var (faults, repeated, reused, stale) = (new List<string>(), 0, 0, 0);
        foreach (var route in town.Routes.Where(r => r.Body is not null && r.Method == "POST"))
        {
            var caller = await town.CallerOf(route);
            var body = BadBodies.Good(route, town.Known);
            if (Callers.BelongsToCase(route))
            {
                var old = await town.Send(route, caller, body, ifMatch: "\"1\"");
                stale += old.Status == 412 ? 1 : 0;
                if (old.Status is < 400 && route.Service is "Disputes")
                    faults.Add($"{route}: {old.Status} for the page of yesterday");
                var blind = await town.Send(route, caller, body);
                if (
                    blind.Status < 400
                    && route.Service is "Disputes"
                    && !route.Path.EndsWith("performance", StringComparison.Ordinal)
                )
                    faults.Add($"{route}: {blind.Status} without a page");
            }
            var key = Guid.CreateVersion7().ToString();
            var version = await town.Version(route, caller);
            var first = await town.Send(route, caller, body, key, version);
            if (first.Status >= 300)
                continue;
            var events = await town.Events(route.Service);
            var again = await town.Send(route, caller, body, key, version);
            if (await town.Events(route.Service) != events)
                faults.Add($"{route}: done twice");
            if (!first.HasVersion)
                continue;
            repeated++;
            if ((again.Status, again.Body) != (first.Status, first.Body))
                faults.Add($"{route}: {first.Status} {first.Body}, then {again.Status} {again.Body}");
            var other = await town.Send(route, caller, BadBodies.Other(body), key, version);
            reused++;
            if ((other.Status, other.Code) != (422, "key_reused") && other.Status != 400)
                faults.Add($"{route}: {other.Status} {other.Code} for another body under the same key");
        }
        faults.ShouldBeEmpty();
        repeated.ShouldBeGreaterThan(4);
        reused.ShouldBeGreaterThan(4);
        stale.ShouldBeGreaterThan(4);
    }

    [Fact]
    public async Task What_is_asked_for_in_an_address_is_answered_in_words()
    {
        var town = await Callers.Enter(fixture);
        var (faults, asked) = (new List<string>(), 0);
        string[] values =
        [
            "",
            "%00",
            "-1",
            "99999999999999999999",
            "2026-02-30",
            "0001-01-01",
            "9999-12-31",
            "%3Cscript%3E" + Uri.EscapeDataString(BadBodies.Marker),
            "%ED%A0%80",
            new string('9', 5_000),
        ];
        foreach (var route in town.Routes.Where(r => r.Method == "GET"))
        {
            var caller = await town.CallerOf(route);
            foreach (var name in route.Query)
            foreach (var value in values)
            {
                var answer = await town.Send(route, caller, null, query: $"?{name}={value}");
                asked++;
                faults.AddRange(
                    answer
                        .Faults(town.Secrets)
                        .Select(f => $"{route}?{name}={value[..Math.Min(value.Length, 30)]}: {f}")
                );
            }
        }
        faults.ShouldBeEmpty();
        asked.ShouldBeGreaterThan(200);
    }

    private static IEnumerable<(string Kind, HttpContent Content)> Uploads(Callers town)
    {
        var payment = new JsonObject
        {
            ["paymentId"] = Guid.CreateVersion7().ToString(),
            ["paidOn"] = BadBodies.Today,
            ["payer"] = "employer",
            ["payee"] = "worker",
            ["means"] = "bankTransfer",
            ["shares"] = new JsonArray(
                new JsonObject { ["lineId"] = town.Known.GetValueOrDefault("lineId"), ["amountFen"] = 100 }
            ),
            ["excessConfirmed"] = false,
        }.ToJsonString();
        HttpContent Form(byte[] file, string name, string? said = null)
        {
            var form = new MultipartFormDataContent
            {
                { new StringContent(said ?? payment, Encoding.UTF8, "application/json"), "payment" },
            };
            foreach (var part in new[] { "receipt", "file" })
                form.Add(new ByteArrayContent(file), part, name);
            return form;
        }
        // One file per form where the service knows only its own names of parts.
        HttpContent One(string part, byte[] file, string name)
        {
            var form = new MultipartFormDataContent();
            if (part != "file")
                form.Add(new StringContent(payment, Encoding.UTF8, "application/json"), "payment");
            form.Add(new ByteArrayContent(file), part, name);
            return form;
        }
        foreach (var part in new[] { "receipt", "file" })
        {
            yield return ("a program", One(part, [0x4D, 0x5A, 1, 2, 3], BadBodies.Marker + ".pdf"));
            yield return (
                "a page",
                One(part, Encoding.UTF8.GetBytes("<html><script>1</script>"), BadBodies.Marker + ".png")
            );
            yield return (
                "too large",
                One(part, [.. "%PDF-1.7\n"u8, .. new byte[23 * 1024 * 1024]], BadBodies.Marker + ".pdf")
            );
            yield return ("nothing", One(part, [], BadBodies.Marker + ".pdf"));
        }
        yield return ("malformed beside a file", Form([1], "a.pdf", "{\"paidOn\":\"2026-02-30\""));
        yield return ("a wrong day beside a file", Form([1], "a.pdf", "{\"paidOn\":\"2026-02-30\"}"));
        yield return ("json instead", new StringContent("{", Encoding.UTF8, "application/json"));
        var torn = new ByteArrayContent(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF"u8.ToArray()
        );
        torn.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        yield return ("torn", torn);
        var unbounded = new ByteArrayContent("--"u8.ToArray());
        unbounded.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data");
        yield return ("without a boundary", unbounded);
    }

    /// <summary>Bytes of a body above every limit for bodies without files.</summary>
    internal static string Large { get; } = "{\"a\":\"" + new string('x', Oversize) + "\"}";
}

/// <summary>What a service answered.</summary>
internal sealed partial record Answered(
    int Status,
    string? Code,
    string Body,
    string? MediaType,
    bool English,
    bool HasVersion
)
{
    /// <summary>What is wrong with the answer itself, whatever was asked.</summary>
    public IEnumerable<string> Faults(IEnumerable<string> secrets)
    {
        if (Status >= 500)
            yield return $"{Status}";
        if (Status < 400)
            yield break;
        if (MediaType != "application/problem+json" || Code is null)
        {
            yield return $"{Status} is no problem but {MediaType}";
            yield break;
        }
        var problem = JsonNode.Parse(Body)!.AsObject();
        var sentences = new List<string?> { (string?)problem["title"], (string?)problem["detail"] };
        if (problem["errors"] is JsonObject errors)
            sentences.AddRange(errors.Select(e => (string?)e.Value?["detail"]));
        foreach (var sentence in sentences)
            if (string.IsNullOrWhiteSpace(sentence))
                yield return "says nothing";
            // A case number is Chinese in every language.
            else if (CaseNumber().Replace(sentence, "").Any(c => c is >= '\u4e00' and <= '\u9fff') == English)
                yield return $"is in the wrong language: {sentence}";
        foreach (var secret in secrets.Where(s => Body.Contains(s, StringComparison.Ordinal)))
            yield return $"repeats {secret}";
    }

    [GeneratedRegex(@"\w+〔\d{4}〕[\d-]+号", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CaseNumber();
}
