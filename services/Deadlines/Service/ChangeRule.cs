using Mediation.Content;
using Mediation.Contracts.Http;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using MediatR;
using Http = Mediation.Contracts.Http.Deadlines;

namespace Mediation.Deadlines.Service;

/// <summary>A rule is signed off, revised from a day on, or given a unit's own length. Clocks that run keep what they have.</summary>
internal sealed class ChangeRule(Laws laws, LawRights rights, ContentStore contents, IMediator mediator, Acting acting)
{
    private const int MostTerms = 5;
    private const int MostArticles = 20;
    private const int LongestStatute = 200;
    private const int LongestArticle = 60;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/rules/{id}/sign-off",
                (string id, Http.SignOffRule body, ChangeRule change, HttpResponse response, CancellationToken ct) =>
                    change.SignOff(id, body, response, ct)
            )
            .RequireRole(LawRights.Signers);
        routes
            .MapPost(
                "/rules/{id}/versions",
                (string id, Http.ReviseRule body, ChangeRule change, HttpResponse response, CancellationToken ct) =>
                    change.Revise(id, body, response, ct)
            )
            .RequireRole(LawRights.Keepers);
        routes
            .MapPost(
                "/rules/{id}/parameters",
                (string id, Http.SetUnitLength body, ChangeRule change, HttpResponse response, CancellationToken ct) =>
                    change.SetLength(id, body, response, ct)
            )
            .RequireRole(LawRights.LengthSetters);
    }

    private async Task<IResult> SignOff(string id, Http.SignOffRule body, HttpResponse response, CancellationToken ct)
    {
        var rule = await Rule(id, ct);
        rights.SignOff();
        try
        {
            await contents.FindAsync(LawFiles.Owner, body.Document, ct);
        }
        catch (ContentException e) when (e.Code == ContentErrors.NotFound)
        {
            throw Problem.Invalid("document", "unknown_document");
        }
        return await Do(
            id,
            new SignRuleOff([.. rule.Standard], body.Version, body.Document, rights.Account, rights.Today),
            changes => changes.Also(contents.Keep(LawFiles.Owner, body.Document)),
            response,
            ct
        );
    }

    private async Task<IResult> Revise(string id, Http.ReviseRule body, HttpResponse response, CancellationToken ct)
    {
        var rule = await Rule(id, ct);
        rights.Keep();
        Check(InCalendar(body.ValidFrom), "validFrom", "day_out_of_range");
        Check(body.Terms.Count <= MostTerms, "terms", "too_many_entries");
        Check(body.Basis.Count <= MostArticles, "basis", "too_many_entries");
        foreach (var (i, basis) in body.Basis.Index())
        {
            Check(basis.Statute.Trim().Length > 0, $"basis[{i}].statute", "required");
            Check(basis.Statute.Length <= LongestStatute, $"basis[{i}].statute", "too_long");
            Check(basis.Article.Length <= LongestArticle, $"basis[{i}].article", "too_long");
        }
        return await Do(
            id,
            new ReviseRule(
                [.. rule.Standard],
                body.ValidFrom,
                [
                    .. body.Terms.Select(
                        (t, i) =>
                            new Term(
                                t.Length,
                                Word<PeriodUnit>(t.Unit, $"terms[{i}].unit"),
                                Word<PeriodDirection>(t.Direction, $"terms[{i}].direction"),
                                Word<RollPolicy>(t.Roll, $"terms[{i}].roll")
                            )
                    ),
                ],
                body.ExtensionMax,
                [.. body.Basis.Select(b => new Basis(b.Statute.Trim(), b.Article.Trim()))],
                body.Verified,
                rights.Account,
                rights.Today
            ),
            _ => { },
            response,
            ct
        );
    }

    private async Task<IResult> SetLength(
        string id,
        Http.SetUnitLength body,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var rule = await Rule(id, ct);
        rights.SetLength(body.Unit);
        Check(InCalendar(body.From), "from", "day_out_of_range");
        return await Do(
            id,
            new SetUnitLength([.. rule.Standard], body.Unit, body.Length, body.From, rights.Account, rights.Today),
            _ => { },
            response,
            ct
        );
    }

    private async Task<AmendedRule> Rule(string id, CancellationToken ct) =>
        (await laws.Current(ct)).Rules.TryGetValue(id, out var rule) ? rule : throw Problem.NotFound();

    private async Task<IResult> Do<TCommand>(
        string id,
        TCommand command,
        Action<Changes> also,
        HttpResponse response,
        CancellationToken ct
    )
        where TCommand : class
    {
        acting.MustHaveSeen();
        var stream = Streams.RuleOf(id);
        var done = await mediator.Send(new Execute<TCommand>(stream, command, Also: also), ct);
        return Answer.Done(response, done.Version, new Done(stream, done.Version));
    }

    private static bool InCalendar(DateOnly day) => day >= LegalCalendar.Range.From && day <= LegalCalendar.Range.To;

    private static T Word<T>(string text, string field)
        where T : struct, Enum => QueryWord.Of<T>(text, field) ?? throw Problem.Invalid(field, "required");

    private static void Check(bool holds, string field, string code)
    {
        if (!holds)
            throw Problem.Invalid(field, code);
    }
}
