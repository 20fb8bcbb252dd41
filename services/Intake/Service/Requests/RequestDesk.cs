using Mediation.Content;
using Mediation.Contracts.Http;
using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>What the commands on a registered request have in common: whether the caller may see it, under which right
/// she acts, what she typed goes sealed into the content store in the same transaction, and the answer.</summary>
internal sealed class RequestDesk(
    NpgsqlDataSource source,
    Caller caller,
    IMediator mediator,
    ContentStore content,
    TimeProvider clock
)
{
    public const int LongestText = 20_000;

    public DateOnly Today => LegalDay.Today(clock);

    /// <summary>Id of the dispute that a request becomes when it is accepted. Disputes opens it under this id, and until
    /// then the clocks of the application run under it.</summary>
    public static Guid DisputeOf(Guid requestId) => NameBasedId.From(requestId, "dispute");

    /// <summary>The request's row for a caller who may read it. Who may not learns only that there is none.</summary>
    /// <exception cref="Problem">404.</exception>
    public async Task<(RequestRecord Row, long Version)> Open(Guid id, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            """
            select r.row::text, r.version,
                   exists (select 1 from assignments a where a.dispute_id = r.dispute_id and a.account = $2)
            from requests r where r.stream_id = $1
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = caller.AccountId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            throw Problem.NotFound();
        var row = RequestsView.Read(reader.GetString(0));
        return reader.GetBoolean(2) || caller.MayActIn(row.Unit, Rights.Read)
            ? (row, reader.GetInt64(1))
            : throw Problem.NotFound();
    }

    /// <summary>Carries a command out.</summary>
    /// <param name="roles">One of them must be held at the request's unit or above.</param>
    /// <param name="day">Legal day of the fact.</param>
    /// <param name="text">What was typed, or null.</param>
    /// <param name="command">Makes the command of today and the reference to the text.</param>
    public async Task<Ok<Done>> Do<TCommand>(
        Guid id,
        Contracts.Identity.Role[] roles,
        HttpResponse response,
        DateOnly? day,
        string? text,
        Func<ContentRef?, TCommand> command,
        CancellationToken ct
    )
        where TCommand : class, IRequestCommand
    {
        var (row, _) = await Open(id, ct);
        caller.ActIn(row.Unit, roles);
        var typed = text is null ? null : await Seal(id, text, ct);
        var done = await mediator.Send(
            new Execute<TCommand>(id, command(typed?.Reference), day, typed is null ? null : typed.Add),
            ct
        );
        return Answer.Done(response, done.Version, new Done(id, done.Version));
    }

    /// <summary>Encrypts what was typed; it is written with the events that mention it.</summary>
    public async Task<TypedText> Seal(Guid requestId, string text, CancellationToken ct)
    {
        var sealing = await content.SealTextAsync(requestId, Guid.CreateVersion7(), text, caller.AccountId, ct);
        var facts = sealing.Facts;
        return new(new(facts.ContentId, facts.Sha256, facts.Size, facts.MediaType), sealing);
    }

    /// <summary>Typed text must say something and stay within its length.</summary>
    public static string Checked(string? text, string field, int longest = LongestText) =>
        string.IsNullOrWhiteSpace(text) ? throw Problem.Invalid(field, "required")
        : text.Length > longest ? throw Problem.Invalid(field, "too_long")
        : text.Contains('\0', StringComparison.Ordinal) ? throw Problem.Invalid(field, "control_character")
        : text;
}

internal sealed record TypedText(ContentRef Reference, SealedContent Sealed)
{
    public void Add(Changes changes)
    {
        foreach (var statement in Sealed.Insert())
            changes.Also(statement);
    }
}
