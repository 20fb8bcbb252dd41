using FluentValidation;
using Mediation.Contracts.Http.Disputes;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Mediation.Disputes.Service;

/// <summary>Sessions: planned, called off, held with attendance and minutes (调解笔录).</summary>
internal static class Sessions
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/disputes/{id:guid}/sessions", Schedule)
            .Validate<ScheduleSession>()
            .RequireRole(CaseAccess.Workers);
        routes
            .MapPost("/disputes/{id:guid}/sessions/{sessionId:guid}/cancellation", Cancel)
            .Validate<CancelSession>()
            .RequireRole(CaseAccess.Workers);
        routes
            .MapPost("/disputes/{id:guid}/sessions/{sessionId:guid}/minutes", Hold)
            .Validate<HoldSession>()
            .RequireRole(CaseAccess.Workers);
    }

    private static async Task<IResult> Schedule(
        Guid id,
        [FromBody] ScheduleSession body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var session = desk.Caseworker.NewId("session");
        var place = await desk.Caseworker.Seal(id, "place", body.Place, by, ct);
        var command = new Domain.ScheduleSession(
            session,
            body.StartsAt.ToUniversalTime(),
            desk.Now,
            body.Mode.As<Domain.SessionMode>(),
            place?.Facts.Reference(),
            by,
            desk.Today
        );
        return await desk.Do(response, id, command, ct, session, [place]);
    }

    private static async Task<IResult> Cancel(
        Guid id,
        Guid sessionId,
        [FromBody] CancelSession body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var command = new Domain.CancelSession(sessionId, body.Reason.As<Domain.SessionCancelReason>(), by, desk.Today);
        return await desk.Do(response, id, command, ct, sessionId);
    }

    private static async Task<IResult> Hold(
        Guid id,
        Guid sessionId,
        [FromBody] HoldSession body,
        Desk desk,
        HttpResponse response,
        CancellationToken ct
    )
    {
        var by = await desk.Work(id, ct);
        var minutes = await desk.Caseworker.Seal(id, "minutes", body.Minutes, by, ct);
        var facts = await desk.Caseworker.Seal(id, "undisputed", body.UndisputedFacts, by, ct);
        var signed = await desk.Caseworker.Find(id, body.SignedMinutes, ct);
        var command = new Domain.HoldSession(
            sessionId,
            body.Mode.As<Domain.SessionMode>(),
            [.. body.Attendance.Select(a => new Domain.Attendee(a.PartyId, a.Capacity.As<Domain.AttendeeCapacity>()))],
            body.RightsNotified,
            body.RecusalAsked,
            minutes!.Facts.Reference(),
            facts?.Facts.Reference(),
            signed,
            by,
            body.HeldOn,
            desk.Today
        );
        return await desk.Do(response, id, command, ct, sessionId, [minutes, facts], [signed]);
    }

    internal sealed class ScheduleValidator : AbstractValidator<ScheduleSession>
    {
        public ScheduleValidator()
        {
            RuleFor(b => b.Mode).Word();
            RuleFor(b => b.StartsAt).Must(s => s.Year is >= 2000 and <= 2100).WithErrorCode("day_not_possible");
            RuleFor(b => b.Place).Short();
        }
    }

    internal sealed class CancelValidator : AbstractValidator<CancelSession>
    {
        public CancelValidator() => RuleFor(b => b.Reason).Word();
    }

    internal sealed class HoldValidator : AbstractValidator<HoldSession>
    {
        public HoldValidator()
        {
            RuleFor(b => b.HeldOn).Day();
            RuleFor(b => b.Mode).Word();
            RuleFor(b => b.Attendance).NotNull().WithErrorCode("required").AtMost(Rules.MostWorkers);
            RuleFor(b => b.Minutes).Cascade(CascadeMode.Stop).Needed().Short();
            RuleFor(b => b.UndisputedFacts).Short();
        }
    }
}
