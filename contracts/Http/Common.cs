namespace Mediation.Contracts.Http;

/// <summary>One page of a list: items in the order asked for, and how many there are in all.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total, int Number, int Size);

/// <summary>An action on an object: allowed now, or the coded reason why not, so that a page can say it.</summary>
public sealed record ActionState(string Action, bool Allowed, string? RefusalCode, IReadOnlyList<string> Arguments);

/// <summary>One line of a person's worklist. Lists of several services are merged by (Due, Id).</summary>
/// <param name="Kind">Code of what has to be done; its text is a resource of the Portal.</param>
/// <param name="Path">Portal path of the page on which it is done.</param>
/// <param name="Due">Nearest legal day, or null where none runs.</param>
/// <param name="PartyIds">Parties whose names the Portal may resolve for an entitled reader.</param>
public sealed record WorklistItem(
    Guid Id,
    string Kind,
    string Path,
    string? CaseNumber,
    DateOnly? Due,
    DateTimeOffset Since,
    IReadOnlyList<Guid> PartyIds
);

/// <summary>A slice of a worklist with the cursor of the next one and the number of open items of each kind.</summary>
public sealed record Worklist(IReadOnlyList<WorklistItem> Items, string? Next, IReadOnlyDictionary<string, int> Counts);

/// <summary>What a command did: the object's id and its new version, also sent as ETag.</summary>
public sealed record Done(Guid Id, long Version);
