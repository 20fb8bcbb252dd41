using System.Text.Json;
using Mediation.Contracts;
using Mediation.EventStore;

namespace Mediation.Outcomes.Service;

internal static class Streams
{
    public static readonly Aggregate<RecoveryLine, IRecoveryLineCommand, IRecoveryLineEvent> Line = new(
        "recovery_line",
        RecoveryLine.Initial,
        RecoveryLine.Evolve,
        RecoveryLineDecider.Decide
    )
    {
        // The ledger's rows are made from the whole history, which stays short: one claim item of one worker.
        SnapshotFrom = int.MaxValue,
    };

    public static readonly Aggregate<CaseFile, ICaseFileCommand, ICaseFileEvent> Case = new(
        "case_file",
        CaseFile.Initial,
        CaseFile.Evolve,
        CaseFileDecider.Decide
    );

    /// <summary>The line of a claim item: known before it has arrived, so that pages can link to it.</summary>
    public static Guid LineOf(Guid workerClaimId, Guid itemId) => NameBasedId.From(workerClaimId, itemId.ToString());
}

/// <summary>Words of the domain and of the published language are the same words in two assemblies.</summary>
internal static class Words
{
    public static TTo As<TTo>(this Enum word)
        where TTo : struct, Enum => Enum.Parse<TTo>(word.ToString());

    /// <summary>As it stands in rows and JSON.</summary>
    public static string Code(this Enum word) => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());

    public static TTo Word<TTo>(this string code)
        where TTo : struct, Enum => Enum.Parse<TTo>(code, ignoreCase: true);

    public static ContentReference Reference(this Evidence evidence) =>
        new(evidence.ContentId, evidence.Sha256, evidence.Size, evidence.MediaType);
}
