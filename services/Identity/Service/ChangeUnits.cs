using FluentValidation;
using Mediation.Contracts.Http;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Mediation.Identity.Domain;
using MediatR;
using Http = Mediation.Contracts.Http.Identity;

namespace Mediation.Identity.Service;

/// <summary>The tree is changed one at a time: what is looked up about parents and children still holds when it is
/// decided on.</summary>
internal static class ChangeUnits
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/units", Open).Validate<Http.OpenUnit>().RequireRole(Role.Administrator);
        routes.MapPost("/units/{code}/rename", Rename).Validate<Http.RenameUnit>().RequireRole(Role.Administrator);
        routes.MapPost("/units/{code}/move", Move).Validate<Http.MoveUnit>().RequireRole(Role.Administrator);
        routes.MapPost("/units/{code}/close", Close).Validate<Http.CloseUnit>().RequireRole(Role.Administrator);
    }

    private static async Task<IResult> Open(
        Http.OpenUnit body,
        Caller caller,
        OrgUnits units,
        IMediator mediator,
        AccessCopies copies,
        HttpResponse response,
        CancellationToken ct
    )
    {
        caller.ActIn(body.ParentCode, Role.Administrator);
        await using var alone = await units.Exclusively(ct);
        var command = new OpenUnit(
            body.Code,
            body.ParentCode,
            OrgUnits.ParentFact(await units.All(ct), body.ParentCode, body.From),
            body.Name.Trim(),
            Enum.Parse<UnitLevel>(body.Level.ToString()),
            body.Order,
            body.From
        );
        return await Send(body.Code, command, body.From, mediator, copies, response, ct);
    }

    private static async Task<IResult> Rename(
        string code,
        Http.RenameUnit body,
        Caller caller,
        OrgUnits units,
        IMediator mediator,
        AccessCopies copies,
        HttpResponse response,
        CancellationToken ct
    )
    {
        await Known(code, caller, units, ct);
        return await Send(code, new RenameUnit(body.Name.Trim(), body.From), body.From, mediator, copies, response, ct);
    }

    private static async Task<IResult> Move(
        string code,
        Http.MoveUnit body,
        Caller caller,
        OrgUnits units,
        IMediator mediator,
        AccessCopies copies,
        HttpResponse response,
        CancellationToken ct
    )
    {
        await using var alone = await units.Exclusively(ct);
        var all = await Known(code, caller, units, ct);
        // Neither district's administrator may take a street from the other or push one onto it alone.
        caller.ActIn(body.ParentCode, Role.Administrator);
        var command = new MoveUnit(body.ParentCode, OrgUnits.ParentFact(all, body.ParentCode, body.From), body.From);
        return await Send(code, command, body.From, mediator, copies, response, ct);
    }

    private static async Task<IResult> Close(
        string code,
        Http.CloseUnit body,
        Caller caller,
        OrgUnits units,
        IMediator mediator,
        AccessCopies copies,
        HttpResponse response,
        CancellationToken ct
    )
    {
        await using var alone = await units.Exclusively(ct);
        var all = await Known(code, caller, units, ct);
        var command = new CloseUnit(OrgUnits.ChildrenFrom(all, code, body.From), body.From);
        return await Send(code, command, body.From, mediator, copies, response, ct);
    }

    private static async Task<IReadOnlyDictionary<string, OrgUnitRow>> Known(
        string code,
        Caller caller,
        OrgUnits units,
        CancellationToken ct
    )
    {
        var all = await units.All(ct);
        if (!all.ContainsKey(code))
            throw Problem.NotFound(OrgUnitRefusals.UnitUnknown);
        caller.ActIn(code, Role.Administrator);
        return all;
    }

    private static async Task<IResult> Send<TCommand>(
        string code,
        TCommand command,
        DateOnly from,
        IMediator mediator,
        AccessCopies copies,
        HttpResponse response,
        CancellationToken ct
    )
        where TCommand : class, IOrgUnitCommand
    {
        var stream = OrgUnits.StreamOf(code);
        var done = await mediator.Send(new Execute<TCommand>(stream, command, EffectiveOn: from), ct);
        // Who opens a unit goes on with it at once; her next request is authorized by the tree in memory.
        await copies.Refresh(ct);
        return Answer.Done(response, done.Version, new Done(stream, done.Version));
    }

    private static void Name<T>(AbstractValidator<T> rules, System.Linq.Expressions.Expression<Func<T, string>> name)
    {
        rules.RuleFor(name).Must(n => !string.IsNullOrWhiteSpace(n)).WithErrorCode("required");
        rules.RuleFor(name).MaximumLength(60).WithErrorCode("too_long");
        rules.RuleFor(name).Must(n => n is null || !n.Any(char.IsControl)).WithErrorCode("control_character");
    }

    private static void Day<T>(AbstractValidator<T> rules, System.Linq.Expressions.Expression<Func<T, DateOnly>> day) =>
        rules.RuleFor(day).InclusiveBetween(Days.First, Days.Last).WithErrorCode("date_out_of_range");

    internal sealed class OpenValidator : AbstractValidator<Http.OpenUnit>
    {
        public OpenValidator()
        {
            RuleFor(x => x.Code).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.Code).Matches("^([0-9]{6}|[0-9]{9})$").WithErrorCode("unit_code_malformed");
            RuleFor(x => x.ParentCode).NotEmpty().WithErrorCode("required");
            RuleFor(x => x.Level).IsInEnum().WithErrorCode("unknown_value");
            RuleFor(x => x.Order).InclusiveBetween(0, 10_000).WithErrorCode("out_of_range");
            Name(this, x => x.Name);
            Day(this, x => x.From);
        }
    }

    internal sealed class RenameValidator : AbstractValidator<Http.RenameUnit>
    {
        public RenameValidator()
        {
            Name(this, x => x.Name);
            Day(this, x => x.From);
        }
    }

    internal sealed class MoveValidator : AbstractValidator<Http.MoveUnit>
    {
        public MoveValidator()
        {
            RuleFor(x => x.ParentCode).NotEmpty().WithErrorCode("required");
            Day(this, x => x.From);
        }
    }

    internal sealed class CloseValidator : AbstractValidator<Http.CloseUnit>
    {
        public CloseValidator() => Day(this, x => x.From);
    }
}
