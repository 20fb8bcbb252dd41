using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Http = Mediation.Contracts.Http.Intake;

namespace Mediation.Intake.Service;

/// <summary>The scope test.</summary>
internal static class TriageSlice
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/requests/{id:guid}/triage",
                (Guid id, Http.TriageRequest body, RequestDesk desk, HttpResponse response, CancellationToken ct) =>
                {
                    var faults = new Dictionary<string, string>(StringComparer.Ordinal);
                    if (body.GroupSize is < 1 or > 100_000)
                        faults["groupSize"] = "out_of_range";
                    if (body.Pending.Count > 10 || body.Pending.Distinct().Count() != body.Pending.Count)
                        faults["pending"] = "listed_twice";
                    if (body.LimitationOn is { Year: < 1990 or > 2100 })
                        faults["limitationOn"] = "date_impossible";
                    foreach (
                        var (field, code) in new[]
                        {
                            ("performanceDistrict", body.PerformanceDistrict),
                            ("seatDistrict", body.SeatDistrict),
                        }
                    )
                        if (code is not null && !(code.Length is 6 or 9 && code.All(char.IsAsciiDigit)))
                            faults[field] = "code_unknown";
                    if (faults.Count > 0)
                        throw new Problem(400, "invalid_input", errors: faults);
                    var triage = new Triage(
                        body.InScope,
                        body.OutOfScope?.As<OutOfScopeReason>(),
                        body.Relation.As<LegalRelation>(),
                        body.OverAgeMatter?.As<OverAgeMatter>(),
                        body.Head.As<StatutoryHead>(),
                        body.Statistics.As<StatisticsCategory>(),
                        body.CourtCause,
                        null,
                        body.LimitationOn,
                        body.PerformanceDistrict,
                        body.SeatDistrict,
                        [.. body.Pending.Select(p => p.As<PendingProcedure>())],
                        body.GroupSize,
                        body.Risk.As<RiskLevel>(),
                        body.AidEligible
                    );
                    return desk.Do(id, Rights.Handle, response, null, null, _ => new TriageRequest(triage), ct);
                }
            )
            .RequireRole(Rights.Handle);
}
