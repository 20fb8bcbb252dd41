using Mediation.Content;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Npgsql;

namespace Mediation.Disputes.Service;

/// <summary>Carries out a command on a dispute and on the claims of its workers in one transaction.</summary>
internal sealed class Caseworker(
    EventJournal journal,
    Aggregate<Dispute, IDisputeCommand, IDisputeEvent> disputes,
    Aggregate<WorkerClaim, IWorkerClaimCommand, IWorkerClaimEvent> claims,
    ContentStore contents,
    Acting acting
)
{
    private const int Attempts = 6;

    /// <summary>Ids of what a command makes come from the command's own id, so that its repetition makes nothing new.</summary>
    public Guid NewId(string what) => NameBasedId.From(acting.Cause, what);

    public Task<Loaded<Dispute>> Load(Guid dispute, CancellationToken ct) => journal.Load(disputes, dispute, ct: ct);

    public Task<Loaded<WorkerClaim>> LoadClaim(Guid claim, CancellationToken ct) => journal.Load(claims, claim, ct: ct);

    /// <summary>Text typed by a person becomes content of the case, written with the events that mention it.</summary>
    public async Task<SealedContent?> Seal(Guid dispute, string what, string? text, Guid actor, CancellationToken ct) =>
        string.IsNullOrWhiteSpace(text) ? null : await contents.SealTextAsync(dispute, NewId(what), text, actor, ct);

    /// <summary>A file sent before; size, type and hash come from the store.</summary>
    /// <exception cref="ContentException">No such file of this case.</exception>
    public async Task<ContentRef?> Find(Guid dispute, Guid? file, CancellationToken ct) =>
        file is { } id ? (await contents.FindAsync(dispute, id, ct)).Reference() : null;

    /// <summary>Decides and appends. The version the person saw is that of the dispute; when only a worker's stream moved
    /// meanwhile (money noted by a message), the decision is taken again.</summary>
    /// <param name="texts">Sealed content that the events mention.</param>
    /// <param name="files">Content stored before that the events mention.</param>
    public async Task<long> Do(
        Guid dispute,
        Act command,
        CancellationToken ct,
        IReadOnlyList<SealedContent?>? texts = null,
        IReadOnlyList<ContentRef?>? files = null
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var changes = new Changes(acting.Metadata(command.GetType().Name, command.On));
            var (loaded, events) = await Decide(dispute, command, changes, ct);
            if (events.Count == 0)
                return loaded.Version;
            if (acting.ExpectedVersion is { } expected && expected != loaded.Version)
                throw new AppendConflict(AppendConflict.Kind.Version, dispute);
            foreach (var statement in (texts ?? []).OfType<SealedContent>().SelectMany(t => t.Insert()))
                changes.Also(statement);
            foreach (var file in (files ?? []).OfType<ContentRef>())
                changes.Also(contents.Keep(dispute, file.ContentId));
            try
            {
                await journal.Commit(changes, ct);
                return loaded.Version + events.Count;
            }
            catch (AppendConflict e) when (e.Reason is AppendConflict.Kind.Version && attempt < Attempts)
            {
                // Somebody was faster; what stands now decides, and a page that is stale by now is told so above.
            }
            catch (Exception e)
                when (e is AppendConflict { Reason: AppendConflict.Kind.AlreadyRecorded }
                    || e is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
                )
            {
                return (await Load(dispute, ct)).Version;
            }
        }
    }

    /// <summary>Decides on the dispute and on every claim it concerns and adds all of it to the changes.</summary>
    public async Task<(Loaded<Dispute> Loaded, IReadOnlyList<IDisputeEvent> Events)> Decide(
        Guid dispute,
        IDisputeCommand command,
        Changes changes,
        CancellationToken ct
    )
    {
        var loaded = await Load(dispute, ct);
        var events = disputes.Decide(loaded.State, command);
        changes.Append(disputes.Name, loaded, events);
        var consequences = Casework.Consequences(loaded.State, command, events);
        foreach (var claim in consequences.GroupBy(c => c.WorkerClaimId, c => c.Command))
        {
            var one = await LoadClaim(claim.Key, ct);
            var state = one.State;
            var happened = new List<IWorkerClaimEvent>();
            foreach (var consequence in claim)
            {
                var decided = claims.Decide(state, consequence);
                happened.AddRange(decided);
                state = decided.Aggregate(state, claims.Evolve);
            }
            changes.Append(claims.Name, one, happened);
        }
        return (loaded, events);
    }

    /// <summary>Why the command cannot be carried out now: refused, or already so (<c>already_recorded</c>); null when it
    /// can. Nothing is recorded.</summary>
    public Refused? Probe(Dispute state, IDisputeCommand command)
    {
        try
        {
            return disputes.Decide(state, command).Count == 0 ? new("already_recorded") : null;
        }
        catch (Refused refused)
        {
            return refused;
        }
    }
}
