using System.Globalization;
using Mediation.Contracts.Http.Disputes;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Mediation.Hosting;

namespace Mediation.Disputes.Service;

/// <summary>What happened in a case, one entry an event, newest first.</summary>
internal static class DisputeTimeline
{
    /// <summary>The account that recorded the event, or null where a service did.</summary>
    public static Guid? Account(StoredEvent e) => Guid.TryParse(e.Metadata.Account, out var id) ? id : null;

    public static List<TimelineEntry> Of(IReadOnlyList<StoredEvent> all, bool privileged) =>
        [
            .. all.Select(e => (Stored: e, Entry: Entry(e, privileged)))
                .Where(e => e.Entry is not null)
                .OrderByDescending(e => e.Stored.Position)
                .Select(e => e.Entry!),
        ];

    // What workers' streams repeat of the dispute's is told once, by the dispute.
    private static TimelineEntry? Entry(StoredEvent stored, bool privileged)
    {
        (DateOnly? On, Guid? Party, (string, object?)[] Arguments)? told = stored.Data switch
        {
            DisputeOpened e => (e.AcceptedOn, null, [("caseNumber", e.CaseNumber), ("workers", e.Workers.Count)]),
            MediatorAppointed e => (e.On, null, [("mediator", e.Mediator)]),
            MediatorReplaced e => (
                e.On,
                null,
                [("mediator", e.Mediator), ("previous", e.Previous), ("reason", e.Reason)]
            ),
            RecusalRaised e => (e.On, e.PartyId, [("source", e.Source), ("ground", e.Ground)]),
            RecusalAccepted e => (e.On, null, [("mediator", e.Mediator)]),
            RecusalDeclined e => (e.On, null, [("mediator", e.Mediator)]),
            SessionScheduled e => (LegalDay.Of(e.StartsAt), null, [("startsAt", e.StartsAt), ("mode", e.Mode)]),
            SessionCancelled e => (null, null, [("reason", e.Reason)]),
            SessionHeld e => (e.HeldOn, null, [("mode", e.Mode), ("attended", e.Attendance.Count)]),
            OfferMade e => privileged ? (e.On, null, [("side", e.Side), ("amountFen", e.Amount.Fen)]) : null,
            OfferAnswered e => privileged ? (e.On, null, [("answer", e.Answer)]) : null,
            AgreementDrafted e => (e.On, null, [("number", e.Number), ("workers", e.Workers.Count)]),
            CommonSignatureRecorded e => (e.On, e.Employer, [("signatory", e.Signatory), ("mode", e.Mode)]),
            WorkerSignatureNoted e => (e.On, null, [("workerClaim", e.WorkerClaimId)]),
            WorkersBound e => (e.EffectiveOn, null, [("workers", e.Workers.Count)]),
            WorkerSettled e => (e.On, null, [("workerClaim", e.WorkerClaimId)]),
            MediationFailed e => (e.On, null, [("reason", e.Reason), ("workers", e.Workers.Count)]),
            WorkersWithdrew e => (e.On, null, [("reason", e.Reason), ("workers", e.Workers.Count)]),
            MediationConcluded e => (e.On, null, [("outcome", e.Outcome)]),
            AgreementPaperIssued e => (null, null, [("number", e.Number), ("paper", e.PaperId)]),
            DisputeClosed e => (e.On, null, [("outcome", e.Outcome)]),
            ItemPerformed e => (e.On, null, [("item", e.ItemId)]),
            RecoveryNoted e => (
                null,
                null,
                [("item", e.ItemId), ("countersignedFen", e.Countersigned.Fen), ("awaitingFen", e.Awaiting.Fen)]
            ),
            _ => null,
        };
        return told is not { } entry
            ? null
            : new(
                stored.Version,
                stored.Stream,
                stored.RecordedAt,
                entry.On,
                stored.Name,
                Account(stored),
                entry.Party,
                entry.Arguments.ToDictionary(a => a.Item1, a => Text(a.Item2), StringComparer.Ordinal)
            );
    }

    /// <summary>A coded argument as it travels.</summary>
    public static string Text(object? value) =>
        value switch
        {
            Enum word => word.Code(),
            DateTimeOffset at => at.ToString("O", CultureInfo.InvariantCulture),
            DateOnly on => on.ToString("O", CultureInfo.InvariantCulture),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value?.ToString() ?? "",
        };
}
