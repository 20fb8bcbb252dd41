using Mediation.Content;
using Mediation.Contracts;
using Mediation.Contracts.Http;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Mediation.Deadlines.Service;

/// <summary>What a person does with clocks: she lengthens, suspends and resumes them by the papers that allow it, and
/// records what happened outside and no message tells.</summary>
internal sealed class MoveClock(Rights rights, EventJournal journal, ContentStore contents, Laws laws, Acting acting)
{
    /// <summary>More clocks than any case has workers of one kind.</summary>
    private const int MostTogether = 2_000;

    private const string NewEmploymentForm = "newEmploymentForm";

    private static readonly ContentRules Accepted = ContentRules.Files with
    {
        AllowedTypes = new HashSet<string>(StringComparer.Ordinal) { MediaTypes.Pdf, MediaTypes.Png, MediaTypes.Jpeg },
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/cases/{id:guid}/files",
                (Guid id, HttpRequest request, MoveClock move, CancellationToken ct) => move.Upload(id, request, ct)
            )
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(Accepted.MaximumBytes + 64 * 1024))
            .RequireRole(Rights.Movers);
        routes
            .MapGet(
                "/cases/{id:guid}/contents/{contentId:guid}",
                (Guid id, Guid contentId, HttpResponse response, MoveClock move, CancellationToken ct) =>
                    move.Read(id, contentId, response, ct)
            )
            .RequireRole(Rights.Readers);
        routes
            .MapPost(
                "/cases/{id:guid}/clocks/extend",
                (Guid id, ExtendClocks body, HttpResponse response, MoveClock move, CancellationToken ct) =>
                    move.Extend(id, body, response, ct)
            )
            .RequireRole(Rights.Movers);
        routes
            .MapPost(
                "/clocks/{id:guid}/suspend",
                (Guid id, SuspendPeriod body, HttpResponse response, MoveClock move, CancellationToken ct) =>
                    move.Suspend(id, body, response, ct)
            )
            .RequireRole(Rights.Movers);
        routes
            .MapPost(
                "/clocks/{id:guid}/resume",
                (Guid id, ResumePeriod body, HttpResponse response, MoveClock move, CancellationToken ct) =>
                    move.Resume(id, body, response, ct)
            )
            .RequireRole(Rights.Movers);
        routes
            .MapPost(
                "/clocks/{id:guid}/record",
                (Guid id, RecordClockFact body, HttpResponse response, MoveClock move, CancellationToken ct) =>
                    move.Record(id, body, response, ct)
            )
            .RequireRole(Rights.Movers);
    }

    /// <summary>Kind of the case where a rule caps extensions by it.</summary>
    public static string? CaseKind(CaseFile file, ClockSubject subject) =>
        file.Workers.Any(w =>
            w.NewEmploymentForm
            && (subject.Of == w.WorkerClaimId || subject.Of == subject.Root || w.PartyId == subject.PartyId)
        )
            ? NewEmploymentForm
            : null;

    /// <summary>Units that may be added at most in such a case; null where no cap is set.</summary>
    public static int? CapOf(Rule rule, string? kind) =>
        kind is not null && rule.Extension?.MaxFor?.TryGetValue(kind, out var max) == true ? max : rule.Extension?.Max;

    private async Task<Ok<ContentReference>> Upload(Guid id, HttpRequest request, CancellationToken ct)
    {
        var file = await rights.Case(id, ct);
        rights.Move(file);
        var sent = await SentFile.Read(request, ct) ?? throw Problem.Invalid("file", "required");
        var stored = await SentFile.Whole(() =>
            contents.PutAsync(
                file.CaseId,
                NameBasedId.From(acting.Cause, "file"),
                sent.Body,
                sent.Name,
                Accepted,
                rights.Account,
                ct
            )
        );
        return TypedResults.Ok(new ContentReference(stored.ContentId, stored.Sha256, stored.Size, stored.MediaType));
    }

    private async Task<IResult> Read(Guid id, Guid contentId, HttpResponse response, CancellationToken ct)
    {
        var file = await rights.Case(id, ct);
        if (!rights.MayMove(file) && !rights.Caller.MayActIn(file.Unit, Contracts.Identity.Role.Supervisor))
            throw Problem.Forbidden();
        await SentFile.Send(contents, response, file.CaseId, contentId, new(rights.Account, "clock"), ct);
        return Results.Empty;
    }

    private async Task<Ok<Done>> Extend(Guid id, ExtendClocks body, HttpResponse response, CancellationToken ct)
    {
        var row = await rights.Case(id, ct);
        rights.Move(row);
        if (
            body.Clocks.Count is 0 or > MostTogether
            || body.Clocks.DistinctBy(c => c.ClockId).Count() < body.Clocks.Count
        )
            throw Problem.Invalid("clocks", body.Clocks.Count == 0 ? "required" : "too_many");
        // Each clock has its version in the body; a lost race is told as with If-Match.
        acting.ExpectedVersion = body.Clocks[0].Version;
        var law = await laws.Current(ct);
        var today = rights.Today;
        foreach (
            var (day, field) in new[]
            {
                (body.WorkerConsentedOn, "workerConsentedOn"),
                (body.EmployerConsentedOn, "employerConsentedOn"),
                (body.ApprovedOn, "approvedOn"),
            }
        )
            if (day is { } given)
                NotLater(given, today, field);
        var file = (await journal.Load(Streams.Case, row.CaseId, ct: ct)).State;
        // Looked up before the decision: an unknown paper is an error of the form, not of the transaction.
        await contents.FindAsync(row.CaseId, body.Document, ct);
        var changes = new Changes(acting.Metadata(nameof(ExtendClocks)));
        var events = (await journal.Read([.. body.Clocks.Select(c => c.ClockId)], ct)).ToLookup(e => e.Stream);
        var version = 0L;
        foreach (var at in body.Clocks)
        {
            var loaded = Streams.Clock.Fold(at.ClockId, [.. events[at.ClockId]]);
            if (loaded.State is not Clock.Begun clock || clock.Armed.Subject.Root != row.CaseId)
                throw Problem.NotFound();
            if (loaded.History.Any(e => e.Metadata.Cause == acting.Cause))
                return Answer.Done(response, loaded.Version, new Done(row.CaseId, loaded.Version));
            if (loaded.Version != at.Version)
                throw new AppendConflict(AppendConflict.Kind.Version, at.ClockId);
            var rule = law.Law.Book.Version(clock.Armed.Rule, clock.Version);
            var decided = ClockDecider.Decide(
                clock,
                new ExtendClock(
                    acting.Cause,
                    body.By,
                    CaseKind(file, clock.Armed.Subject),
                    body.Document,
                    AllowedOn(rule, body),
                    today,
                    law.Law
                )
            );
            changes.Append(Streams.Clock.Name, loaded, decided);
            version = loaded.Version + decided.Count;
        }
        changes.Also(contents.Keep(row.CaseId, body.Document));
        await journal.Commit(changes, ct);
        return Answer.Done(response, version, new Done(row.CaseId, version));
    }

    private static DateOnly AllowedOn(Rule rule, ExtendClocks body) =>
        (rule.Extension ?? throw new Refused(StatuteRefusals.NoExtension, rule.Id)).AllowedOn(
            body.WorkerConsentedOn,
            body.EmployerConsentedOn,
            body.ApprovedOn
        );

    private Task<Ok<Done>> Suspend(Guid id, SuspendPeriod body, HttpResponse response, CancellationToken ct)
    {
        NotLater(body.From, rights.Today, "from");
        return One(
            id,
            response,
            (_, _, law, _) =>
                Task.FromResult<IClockCommand>(
                    new SuspendClock(
                        acting.Cause,
                        body.Cause.As<Domain.SuspensionCause>(),
                        body.From,
                        body.To,
                        rights.Today,
                        law.Law
                    )
                ),
            ct
        );
    }

    private Task<Ok<Done>> Resume(Guid id, ResumePeriod body, HttpResponse response, CancellationToken ct)
    {
        NotLater(body.To, rights.Today, "to");
        return One(
            id,
            response,
            (_, _, law, _) =>
                Task.FromResult<IClockCommand>(new ResumeClock(acting.Cause, body.To, rights.Today, law.Law)),
            ct
        );
    }

    private Task<Ok<Done>> Record(Guid id, RecordClockFact body, HttpResponse response, CancellationToken ct)
    {
        NotLater(body.On, rights.Today, "on");
        return One(
            id,
            response,
            async (clock, file, law, changes) =>
            {
                var rule = law.Law.Book.Version(clock.Armed.Rule, clock.Version);
                if (!ShowClocks.Recordable(rule, law.Connections).Any(f => f.Fact == body.Fact))
                    throw Problem.Invalid("fact", "unknown_code");
                if (body.Document is { } document)
                {
                    await contents.FindAsync(file.CaseId, document, ct);
                    changes.Also(contents.Keep(file.CaseId, document));
                }
                var (of, fact, today) = (clock.Armed.ClockId, acting.Cause, rights.Today);
                return rule.EffectOf(body.Fact) switch
                {
                    FactEffect.Stops => new StopClock(of, fact, StopCause.Done, body.On, today, law.Law),
                    FactEffect.Voids => new StopClock(of, fact, StopCause.Void, body.On, today, law.Law),
                    FactEffect.Restarts => new RestartClock(of, fact, body.On, today, law.Law),
                    _ => new TakeStopBack(of, fact, body.On, today, law.Law),
                };
            },
            ct
        );
    }

    /// <summary>Decides on one clock at the version that the person saw.</summary>
    /// <param name="command">Makes the command, and adds to the changes what belongs to it.</param>
    private async Task<Ok<Done>> One(
        Guid id,
        HttpResponse response,
        Func<Clock.Begun, CaseRow, CurrentLaw, Changes, Task<IClockCommand>> command,
        CancellationToken ct
    )
    {
        var (loaded, file) = await rights.Clock(journal, id, ct);
        rights.Move(file);
        acting.MustHaveSeen();
        if (loaded.History.Any(e => e.Metadata.Cause == acting.Cause))
            return Answer.Done(response, loaded.Version, new Done(id, loaded.Version));
        if (acting.ExpectedVersion != loaded.Version)
            throw new AppendConflict(AppendConflict.Kind.Version, id);
        var changes = new Changes(acting.Metadata(nameof(MoveClock)));
        var asked = await command((Clock.Begun)loaded.State, file, await laws.Current(ct), changes);
        var decided = ClockDecider.Decide(loaded.State, asked);
        changes.Append(Streams.Clock.Name, loaded, decided);
        await journal.Commit(changes, ct);
        var version = loaded.Version + decided.Count;
        return Answer.Done(response, version, new Done(id, version));
    }

    private static void NotLater(DateOnly day, DateOnly today, string field)
    {
        if (day > today)
            throw Problem.Invalid(field, "date_in_future");
        if (day < LegalCalendar.Range.From)
            throw Problem.Invalid(field, "date_too_early");
    }
}
