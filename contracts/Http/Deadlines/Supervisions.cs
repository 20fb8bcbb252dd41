using Mediation.Contracts.Deadlines;

namespace Mediation.Contracts.Http.Deadlines;

/// <summary><c>GET /supervisions?side=by|of&amp;state=&amp;unit=&amp;page=</c>: breaches followed up (督办), those with the
/// nearest reply first. <c>by</c>: supervised by the caller's units; <c>of</c>: to be answered by them.</summary>
/// <param name="Late">Days for which the reply is overdue; null where it is not.</param>
/// <param name="DutyDone">What had been due is done by now.</param>
public sealed record SupervisionRow(
    Guid Id,
    Guid ClockId,
    Guid CaseId,
    string? CaseNumber,
    string Rule,
    string Zh,
    string En,
    DateOnly Due,
    string Unit,
    string By,
    SupervisionState State,
    DateOnly OpenedOn,
    DateOnly? ReplyBy,
    int? Late,
    bool DutyDone,
    Guid? Responsible
);

/// <summary><c>GET /supervisions/{id}</c>, with ETag.</summary>
/// <param name="Ground">Why it was cleared: <c>remedied</c>, <c>excused</c>, <c>rebutted</c>, <c>reopened</c>.</param>
public sealed record SupervisionView(
    SupervisionRow Row,
    ClockView Clock,
    string? Ground,
    IReadOnlyList<SupervisionLine> History,
    IReadOnlyList<ActionState> Actions,
    long Version
);

/// <param name="Event">Code of what happened, such as <c>reply_given</c>.</param>
/// <param name="Text">What was written, for those who may read it.</param>
/// <param name="Unit">The unit that took over, where one did.</param>
public sealed record SupervisionLine(
    string Event,
    DateTimeOffset RecordedAt,
    DateOnly On,
    Guid? Account,
    string? Text,
    string? Unit,
    DateOnly? ReplyBy
);

/// <summary><c>POST /supervisions/{id}/reply</c> with If-Match: why, and what is done about it, 1 to 2,000 characters;
/// kept encrypted as content. <c>POST /supervisions/{id}/send-back</c>: what is missing in the reply.</summary>
public sealed record SupervisionText(string Text);

/// <summary><c>POST /supervisions/{id}/clear</c> with If-Match (销号).</summary>
/// <param name="Excused">What had been due cannot or need not be done any more.</param>
public sealed record ClearSupervision(bool Excused);
