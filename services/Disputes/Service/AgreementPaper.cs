using System.Globalization;
using FluentValidation;
using Mediation.Content;
using Mediation.Contracts;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Intake;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Mediation.Disputes.Service;

/// <summary>调解协议书 as paper: filled once with the names the register discloses, kept as encrypted content; a reprint is
/// the same bytes. Papers are in Chinese whatever the reader's language is.</summary>
internal static class AgreementPaper
{
    private const int TemplateVersion = 1;
    private static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh-CN");

    private static readonly Lazy<WordTemplate> Template = new(() =>
        WordTemplate.FromText(Routes.Resource("Papers.mediation-agreement.txt"))
    );

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/disputes/{id:guid}/agreements/{agreementId:guid}/paper", Issue)
            .Validate<IssuePaper>()
            .RequireRole(CaseAccess.Workers);
        routes.MapGet("/disputes/{id:guid}/papers/{paperId:guid}", Reprint).RequireRole(CaseAccess.Readers);
    }

    private static async Task<IResult> Issue(
        Guid id,
        Guid agreementId,
        [FromBody] IssuePaper body,
        Desk desk,
        CaseAccess access,
        DisputeList list,
        WorkerClaims claims,
        PartyRegister register,
        ContentStore contents,
        AccessCopies units,
        EventJournal journal,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var row = (await list.Find(id, ct))!;
        var paper = NameBasedId.From(agreementId, "paper");
        var loaded = await desk.Caseworker.Load(id, ct);
        var command = new IssueAgreementPaper(
            paper,
            agreementId,
            TemplateVersion,
            body.Originals,
            new(paper, "", 0, ""),
            by,
            desk.Today
        );
        // Asked before anything is disclosed: a paper that stands or may not be issued needs no personal data.
        var refused = desk.Caseworker.Probe(loaded.State, command);
        if (refused?.Code == "already_recorded")
            return await desk.Do(response, id, command, ct, paper);
        if (refused is not null)
            throw refused;
        var matter = ((Dispute.Opened)loaded.State).Matter;
        var drafted = (await journal.Read(id, ct: ct))
            .Select(e => e.Data)
            .OfType<AgreementDrafted>()
            .Single(e => e.AgreementId == agreementId);
        var workers = (await claims.Of(id, ct)).Where(w => w.Terms.ContainsKey(agreementId)).ToList();
        var parties = await register.Disclose([.. workers.Select(w => w.Worker.PartyId), .. matter.Employers], ct);
        var freeTerms = drafted.FreeTerms is { } terms
            ? await contents.GetTextAsync(id, terms.ContentId, new(by, "paper"), ct)
            : "无。";
        var docx = Fill(
            row,
            matter,
            drafted,
            workers,
            parties,
            units.Tree.NameOf(row.Unit, desk.Today) ?? row.Unit,
            freeTerms,
            body.Originals
        );
        using var bytes = new MemoryStream(docx, writable: false);
        var content = await contents.SealAsync(id, paper, bytes, "调解协议书.docx", ContentRules.Files, by, ct);
        return await desk.Do(response, id, command with { Content = content.Facts.Reference() }, ct, paper, [content]);
    }

    private static async Task<IResult> Reprint(
        Guid id,
        Guid paperId,
        CaseAccess access,
        DisputeList list,
        EventJournal journal,
        ContentStore contents,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var row = access.Read(await list.Find(id, ct));
        if (!access.MaySeeEvidence(row))
            throw Problem.Forbidden();
        var paper =
            (await journal.Read(id, ct: ct))
                .Select(e => e.Data)
                .OfType<AgreementPaperIssued>()
                .FirstOrDefault(p => p.PaperId == paperId)
            ?? throw Problem.NotFound();
        await SentFile.Send(contents, response, id, paper.Content.ContentId, new(access.Account, "paper"), ct);
        return Results.Empty;
    }

    internal static byte[] Fill(
        DisputeListRow row,
        Matter matter,
        AgreementDrafted drafted,
        IReadOnlyList<WorkerClaimRow> workers,
        IReadOnlyDictionary<Guid, IReadOnlyDictionary<PartyField, string>> parties,
        string organisation,
        string freeTerms,
        int originals
    )
    {
        var terms = workers
            .SelectMany(w => w.Terms[drafted.AgreementId].Items, (w, item) => (Worker: w.Worker, Item: item))
            .ToList();
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["number"] = DisputeDecider.PaperNumber(matter, matter.Agreements[drafted.AgreementId]),
            ["caseNumber"] = row.CaseNumber,
            ["organisation"] = organisation,
            ["acceptedOn"] = Day(row.AcceptedOn),
            ["manner"] = Word(drafted.Manner),
            ["total"] = Yuan(terms.Sum(t => t.Item.AmountFen)),
            ["freeTerms"] = freeTerms,
            ["originals"] = originals.ToString(CultureInfo.InvariantCulture),
        };
        string Name(WorkerOfDispute worker) => Of(parties[worker.PartyId], PartyField.Name);
        var repeated = new Dictionary<string, IReadOnlyList<PaperLine>>(StringComparer.Ordinal)
        {
            ["worker"] = [.. workers.Select(w => Person(parties[w.Worker.PartyId]))],
            ["employer"] = [.. matter.Employers.Select(e => Organisation(parties[e]))],
            ["claim"] =
            [
                .. workers.SelectMany(
                    w => w.Worker.Items.Where(i => !i.Added),
                    (w, i) =>
                        new PaperLine
                        {
                            ["worker"] = Name(w.Worker),
                            ["item"] = Word(i.Type),
                            ["period"] =
                                i.PeriodFrom is null && i.PeriodTo is null
                                    ? "—"
                                    : $"{Day(i.PeriodFrom)}至{Day(i.PeriodTo)}",
                            ["amount"] = i.ClaimedFen is { } fen ? Yuan(fen) : "—",
                        }
                ),
            ],
            ["term"] =
            [
                .. terms.Select(t => new PaperLine
                {
                    ["worker"] = Name(t.Worker),
                    ["item"] = Word(TypeOf(t.Worker, t.Item)),
                    ["amount"] = t.Item.Instalments.Count > 0 ? Yuan(t.Item.AmountFen) : "—",
                    ["tax"] = t.Item.Instalments.Count > 0 ? Word(t.Item.Tax) : "—",
                    ["payee"] = t.Item.Instalments.Count > 0 ? Word(t.Item.Payee) : "—",
                    ["default"] =
                        t.Item.PenaltyFen > 0
                            ? $"{Word(t.Item.DefaultClause)}（违约金 {Yuan(t.Item.PenaltyFen)} 元）"
                            : Word(t.Item.DefaultClause),
                    ["waiver"] = Word(t.Item.Waiver),
                }),
            ],
            ["instalment"] =
            [
                .. terms.SelectMany(t =>
                    t.Item.Instalments.Count > 0
                        ? t.Item.Instalments.Select(
                            (p, n) =>
                                new PaperLine
                                {
                                    ["worker"] = Name(t.Worker),
                                    ["item"] = Word(TypeOf(t.Worker, t.Item)),
                                    ["part"] = $"第{n + 1}期",
                                    ["amount"] = Yuan(p.AmountFen),
                                    ["dueOn"] = $"{Day(p.DueOn)}前",
                                }
                        )
                        :
                        [
                            new PaperLine
                            {
                                ["worker"] = Name(t.Worker),
                                ["item"] = Word(TypeOf(t.Worker, t.Item)),
                                ["part"] = "—",
                                ["amount"] = "—",
                                ["dueOn"] = $"{Day(t.Item.DoneBy)}前办理",
                            },
                        ]
                ),
            ],
            ["account"] =
            [
                .. workers.Select(w => new PaperLine
                {
                    ["worker"] = Name(w.Worker),
                    ["account"] = Of(parties[w.Worker.PartyId], PartyField.BankAccount),
                }),
            ],
            ["workerSignature"] = [.. workers.Select(w => new PaperLine { ["name"] = Name(w.Worker) })],
            ["employerSignature"] =
            [
                .. matter.Employers.Select(e => new PaperLine { ["name"] = Of(parties[e], PartyField.Name) }),
            ],
        };
        return Template.Value.Fill(fields, repeated);
    }

    private static PaperLine Person(IReadOnlyDictionary<PartyField, string> party) =>
        new()
        {
            ["name"] = Of(party, PartyField.Name),
            ["sex"] = Of(party, PartyField.Sex) switch
            {
                "female" => "女",
                "male" => "男",
                var other => other,
            },
            ["idNumber"] = Of(party, PartyField.IdNumber),
            ["phone"] = Of(party, PartyField.Phone),
            ["address"] = Of(party, PartyField.MailingAddress, PartyField.UsualAddress),
        };

    private static PaperLine Organisation(IReadOnlyDictionary<PartyField, string> party) =>
        new()
        {
            ["name"] = Of(party, PartyField.Name),
            ["creditCode"] = Of(party, PartyField.CreditCode, PartyField.IdNumber),
            ["legalRepresentative"] = Of(party, PartyField.LegalRepresentative),
            ["address"] = Of(party, PartyField.RegisteredAddress, PartyField.MailingAddress),
            ["phone"] = Of(party, PartyField.ContactPhone, PartyField.Phone),
        };

    // A place the register has nothing for stays open on paper, to be filled by hand.
    private static string Of(IReadOnlyDictionary<PartyField, string> party, params PartyField[] fields) =>
        fields.Select(f => party.GetValueOrDefault(f)).FirstOrDefault(v => !string.IsNullOrWhiteSpace(v))
        ?? "＿＿＿＿＿＿";

    private static ClaimItemType TypeOf(WorkerOfDispute worker, Contracts.Http.Disputes.ItemTerms item) =>
        item.AddedType ?? worker.Items.First(i => i.ItemId == item.ItemId).Type;

    private static string Yuan(long fen) => (fen / 100m).ToString("N2", Chinese);

    private static string Day(DateOnly? day) => day?.ToString("yyyy年M月d日", Chinese) ?? "—";

    private static string Word(Enum word) =>
        TextsOfPapers.ResourceManager.GetString(
            $"{System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(word.GetType().Name)}_{word.Code()}",
            Chinese
        ) ?? throw new InvalidOperationException($"Papers have no word for {word.GetType().Name}.{word}.");

    internal sealed class Validator : AbstractValidator<IssuePaper>
    {
        public Validator() => RuleFor(b => b.Originals).InclusiveBetween(1, 50).WithErrorCode("originals_not_possible");
    }
}

/// <summary>Chinese words of codes on papers; papers have no other language.</summary>
internal static class TextsOfPapers
{
    public static System.Resources.ResourceManager ResourceManager { get; } =
        new("Mediation.Disputes.Service.PaperWords", typeof(TextsOfPapers).Assembly);
}
