using System.Globalization;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Deadlines.Domain;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;
using RuleType = Mediation.Contracts.Deadlines.RuleType;

namespace Mediation.Deadlines.Service;

/// <summary>The statute book of a day, and one rule with all its versions.</summary>
internal sealed class ShowRules(Laws laws, LawRights rights, Rights readers, ClockList clocks, NpgsqlDataSource source)
{
    private const int LongestText = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/rules",
                (string? type, string? table, bool? connected, DateOnly? on, ShowRules show, CancellationToken ct) =>
                    show.Found(new(null, QueryWord.Of<RuleType>(type, "type"), table, connected, on), ct)
            )
            .RequireSignIn();
        routes
            .MapPost("/rules/search", (FindRules body, ShowRules show, CancellationToken ct) => show.Found(body, ct))
            .RequireSignIn();
        routes
            .MapGet(
                "/rules/{id}",
                async (string id, ShowRules show, HttpResponse response, CancellationToken ct) =>
                {
                    var rule = await show.One(id, ct);
                    Answer.Version(response, rule.Version);
                    return rule;
                }
            )
            .RequireSignIn();
    }

    private async Task<IReadOnlyList<RuleRow>> Found(FindRules find, CancellationToken ct)
    {
        if (find.Text?.Length > LongestText)
            throw Problem.Invalid("text", "too_long");
        var law = await laws.Current(ct);
        if (find.Table is { } table && law.Law.Book.On(rights.Today).All(r => r.Table != table))
            throw Problem.Invalid("table", "code_unknown");
        var words = (find.Text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. from rule in law.Law.Book.On(find.On ?? rights.Today)
            let row = Row(rule, law)
            where
                (find.Type is null || row.Type == find.Type)
                && (find.Table is null || row.Table == find.Table)
                && (find.Connected is null || row.Connected == find.Connected)
                && words.All(word => Says(rule, word))
            select row,
        ];
    }

    private static bool Says(Rule rule, string word) =>
        new[] { rule.Id, rule.Zh, rule.En, Explanation.Article(rule) }
            .Concat(rule.Basis.SelectMany(b => new[] { b.Statute, b.Article }))
            .Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    private async Task<RuleView> One(string id, CancellationToken ct)
    {
        var law = await laws.Current(ct);
        if (!law.Rules.TryGetValue(id, out var amended))
            throw Problem.NotFound();
        var versions = law.Law.Book.Versions(id);
        var rule = law.Law.Book.Find(id, rights.Today) ?? versions[^1];
        return new(
            Row(rule, law),
            rule.Missed.Zh,
            rule.Missed.En,
            rule.OnlyFor,
            [.. versions.Select(v => Version(v, amended.Amendments))],
            [.. Facts(rule, law.Connections)],
            [
                .. from l in amended.Amendments.Lengths
                orderby l.Unit, l.From descending
                select new UnitLength(l.Unit, l.Length, l.From, l.Account),
            ],
            await Open(id, ct),
            [.. Actions(versions)],
            amended.Version
        );
    }

    private static RuleRow Row(Rule rule, CurrentLaw law) =>
        new(
            rule.Id,
            rule.Table,
            rule.Zh,
            rule.En,
            rule.Type.As<RuleType>(),
            rule.Bound,
            string.Join(
                " / ",
                rule.Terms.Select(t =>
                    Explanation.Text("term_" + t.Unit.Code(), CultureInfo.CurrentUICulture, t.Length)
                )
            ),
            Explanation.Article(rule),
            rule.ValidFrom,
            rule.Verified,
            SignOff(rule, law.Rules[rule.Id].Amendments)?.On,
            law.Connections.IsConnected(rule),
            rule.Parameter
        );

    private static RuleVersion Version(Rule version, Amendments amendments)
    {
        var signed = SignOff(version, amendments);
        var revised = amendments.Revisions.FirstOrDefault(r => r.ValidFrom == version.ValidFrom);
        return new(
            version.ValidFrom,
            [.. version.Terms.Select(t => new RuleTerm(t.Length, t.Unit.Code(), t.Direction.Code(), t.Roll.Code()))],
            version.Extension?.By.Code(),
            version.Extension?.Unit.Code(),
            version.Extension?.Max,
            version.Suspension.Code(),
            [.. version.Basis.Select(b => new RuleBasis(b.Statute, b.Article))],
            Explanation.Article(version),
            version.Verified,
            signed?.On,
            signed?.Account,
            signed?.Document,
            revised?.On,
            revised?.Account
        );
    }

    private static RuleSignedOff? SignOff(Rule version, Amendments amendments) =>
        amendments.SignOffs.FirstOrDefault(s => s.Version == version.ValidFrom);

    private static IEnumerable<RuleFact> Facts(Rule rule, Connections connections) =>
        from fact in rule.Facts.Distinct(StringComparer.Ordinal)
        select new RuleFact(
            fact,
            rule.EffectOf(fact).Code(),
            connections.Messages.TryGetValue(fact, out var messages) ? messages : []
        );

    private IEnumerable<ActionState> Actions(IReadOnlyList<Rule> versions)
    {
        if (versions.Any(v => !v.Verified))
            yield return State("signOff", rights.MaySignOff);
        yield return State("revise", rights.MayKeep);
        if (versions[0].Parameter)
            yield return State("setLength", rights.MaySetLengths(versions[0].HoldsIn));
    }

    private static ActionState State(string action, bool entitled) =>
        new(action, entitled, entitled ? null : "forbidden", []);

    private async Task<int> Open(string id, CancellationToken ct) =>
        (
            await source.Rows(
                $"select count(*) from {clocks.Table} where open and rule = $1 and unit = any($2)",
                r => (int)r.GetInt64(0),
                ct,
                Sql.P(id),
                Sql.P(readers.ReadableUnits)
            )
        )[0];
}
