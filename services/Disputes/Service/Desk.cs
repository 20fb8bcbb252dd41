using FluentValidation;
using Mediation.Contracts.Http;
using Mediation.Disputes.Domain;
using Mediation.EventStore;
using Mediation.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Mediation.Disputes.Service;

internal static class Streams
{
    public const string Dispute = "dispute";
    public const string WorkerClaim = "worker_claim";

    public static Aggregate<Domain.Dispute, IDisputeCommand, IDisputeEvent> Disputes { get; } =
        new(Dispute, Domain.Dispute.Initial, Domain.Dispute.Evolve, DisputeDecider.Decide);

    public static Aggregate<Domain.WorkerClaim, IWorkerClaimCommand, IWorkerClaimEvent> WorkerClaims { get; } =
        new(WorkerClaim, Domain.WorkerClaim.Initial, Domain.WorkerClaim.Evolve, WorkerClaimDecider.Decide);
}

internal static class Paths
{
    /// <summary>Page of the Portal on which the case is worked on.</summary>
    public static string Of(Guid dispute) => $"/disputes/{dispute}";
}

/// <summary>What every slice of casework begins and ends with: may she do this with this case, which day is it, and the
/// answer with the version.</summary>
internal sealed class Desk(
    DisputeList list,
    CaseAccess access,
    Caseworker caseworker,
    Acting acting,
    TimeProvider clock
)
{
    public Caseworker Caseworker => caseworker;

    /// <summary>The human who acts, whatever account she uses.</summary>
    public Guid Person => access.Person;

    public DateTimeOffset Now => clock.GetUtcNow();

    public DateOnly Today => LegalDay.Of(Now);

    /// <returns>The account that acts as mediator, or for her.</returns>
    public async Task<Guid> Work(Guid dispute, CancellationToken ct) =>
        access.Work(access.Read(await list.Find(dispute, ct)));

    /// <returns>The account that acts as head.</returns>
    public async Task<Guid> Lead(Guid dispute, CancellationToken ct) =>
        access.Lead(access.Read(await list.Find(dispute, ct)));

    /// <summary>Records and answers. Everything about a case is decided on its page, so the version of that page must come
    /// with it. The id is that of what the command made, or of the dispute.</summary>
    public async Task<Ok<Done>> Do(
        HttpResponse response,
        Guid dispute,
        Act command,
        CancellationToken ct,
        Guid? made = null,
        IReadOnlyList<Content.SealedContent?>? texts = null,
        IReadOnlyList<ContentRef?>? files = null
    )
    {
        acting.MustHaveSeen();
        var version = await caseworker.Do(dispute, command, ct, texts, files);
        return Answer.Done(response, version, new Done(made ?? dispute, version));
    }
}

/// <summary>Codes of input that cannot be understood; each has a text in both languages.</summary>
internal static class Rules
{
    public const int LongestText = 50_000;
    public const int MostWorkers = 500;
    public const int MostItems = 100;

    public static IRuleBuilderOptions<T, TProperty> Needed<T, TProperty>(this IRuleBuilder<T, TProperty> rule) =>
        rule.NotEmpty().WithErrorCode("required");

    public static IRuleBuilderOptions<T, string?> Short<T>(this IRuleBuilder<T, string?> rule) =>
        rule.MaximumLength(LongestText).WithErrorCode("too_long");

    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> AtMost<T, TItem>(
        this IRuleBuilder<T, IReadOnlyList<TItem>?> rule,
        int count
    ) => rule.Must(l => l is null || (l.Count <= count && l.All(i => i is not null))).WithErrorCode("too_many");

    /// <summary>A legal day between 2000 and 2100: others are slips of the keyboard, and the years 0001 and 9999 break
    /// arithmetic.</summary>
    public static IRuleBuilderOptions<T, DateOnly> Day<T>(this IRuleBuilder<T, DateOnly> rule) =>
        rule.InclusiveBetween(new(2000, 1, 1), new(2100, 12, 31)).WithErrorCode("day_not_possible");

    public static IRuleBuilderOptions<T, TEnum> Word<T, TEnum>(this IRuleBuilder<T, TEnum> rule)
        where TEnum : struct, Enum => rule.IsInEnum().WithErrorCode("unknown_word");
}
