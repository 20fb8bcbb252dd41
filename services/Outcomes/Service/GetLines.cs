using Mediation.Contracts.Http.Outcomes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Outcomes;

namespace Mediation.Outcomes.Service;

/// <summary>The money of a case: its strip and its lines.</summary>
internal sealed class GetLines(Rights rights, Bookkeeper books, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/disputes/{disputeId:guid}/lines",
                (Guid disputeId, GetLines get, CancellationToken ct) => get.OfDispute(disputeId, null, ct)
            )
            .RequireRole(Rights.Readers);
        routes
            .MapGet(
                "/claims/{workerClaimId:guid}/lines",
                (Guid workerClaimId, GetLines get, CancellationToken ct) => get.OfClaim(workerClaimId, ct)
            )
            .RequireRole(Rights.Readers);
        routes
            .MapGet(
                "/lines/{lineId:guid}",
                async (Guid lineId, GetLines get, HttpResponse response, CancellationToken ct) =>
                {
                    var line = await get.One(lineId, ct);
                    Answer.Version(response, line.Version);
                    return line;
                }
            )
            .RequireRole(Rights.Readers);
    }

    private async Task<DisputeLines> OfDispute(Guid dispute, Guid? workerClaim, CancellationToken ct)
    {
        var row = await rights.Find(dispute, ct);
        // A dispute announced elsewhere and not arrived here looks like an unknown id: nothing is told of either.
        if (row is null)
            return new(dispute, false, null, null, 0, LineViews.Sum([]), 0, [], []);
        if (!rights.MaySee(row))
            throw Problem.NotFound();
        var lines = new List<LineView>();
        foreach (var line in row.Lines)
            if (await View(row, line, ct) is { } view && (workerClaim is null || view.WorkerClaimId == workerClaim))
                lines.Add(view);
        return new(
            dispute,
            true,
            row.CaseNumber,
            row.Unit,
            lines.Select(l => l.WorkerClaimId).Distinct().Count(),
            LineViews.Sum(lines),
            lines.Where(l => l.Nature is Http.ItemNature.ToFund).Sum(l => l.Ladder.RecoveredFen),
            lines,
            [
                LineViews.Action(
                    "enterPayment",
                    rights.MayEnter(row),
                    () =>
                    {
                        if (!lines.Exists(l => l.Nature is Http.ItemNature.Cash or Http.ItemNature.ToFund))
                            throw new Refused(RecoveryLineRefusals.NothingPayable);
                    }
                ),
            ]
        );
    }

    private async Task<DisputeLines> OfClaim(Guid workerClaim, CancellationToken ct)
    {
        var dispute = await rights.DisputeOf(workerClaim, ct);
        return await OfDispute(dispute ?? Guid.Empty, workerClaim, ct);
    }

    private async Task<LineView> One(Guid lineId, CancellationToken ct)
    {
        if ((await books.Load(lineId, ct)).State is not RecoveryLine.Opened line)
            throw Problem.NotFound();
        var row = await rights.Case(line.Facts.DisputeId, ct);
        return await View(row, lineId, ct) ?? throw Problem.NotFound();
    }

    private async Task<LineView?> View(CaseRow row, Guid lineId, CancellationToken ct)
    {
        var loaded = await books.Load(lineId, ct);
        if (loaded.State is not RecoveryLine.Opened line)
            return null;
        var today = LegalDay.Today(clock);
        var probe = new RecordGivenBack(Guid.Empty, new(1), today, GivenBackCause.Overpaid, null, today, rights.Staff);
        return LineViews.Of(
            line,
            loaded.Version,
            today,
            [LineViews.Action("recordGivenBack", rights.MayReduce(row), () => RecoveryLineDecider.Decide(line, probe))]
        );
    }
}
