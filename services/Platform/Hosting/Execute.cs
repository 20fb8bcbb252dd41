using System.Diagnostics;
using Mediation.EventStore;
using MediatR;
using Microsoft.Extensions.Logging;

namespace Mediation.Hosting;

/// <summary>Asks an aggregate to carry out a command: load, decide, append. The version the person saw is taken from
/// the request; a lost race is then hers to look at and no longer ours to retry.</summary>
/// <param name="EffectiveOn">Legal day of the fact where it happened before it is recorded.</param>
/// <param name="Also">Statements and further streams for the same transaction.</param>
public sealed record Execute<TCommand>(
    Guid Stream,
    TCommand Command,
    DateOnly? EffectiveOn = null,
    Action<Changes>? Also = null
) : IRequest<Appended>
    where TCommand : class;

/// <summary>The one handler of all plain commands; slices write their own only when they must look something up first.</summary>
internal sealed class ExecuteHandler<TState, TFamily, TEvent, TCommand>(
    EventJournal journal,
    Aggregate<TState, TFamily, TEvent> aggregate,
    Acting acting
) : IRequestHandler<Execute<TCommand>, Appended>
    where TState : class
    where TFamily : class
    where TEvent : class
    where TCommand : class, TFamily
{
    public Task<Appended> Handle(Execute<TCommand> request, CancellationToken cancellationToken) =>
        journal.Execute(
            aggregate,
            request.Stream,
            request.Command,
            acting.Metadata(typeof(TCommand).Name, request.EffectiveOn),
            acting.ExpectedVersion,
            (changes, _, events) =>
            {
                if (events.Count > 0)
                    request.Also?.Invoke(changes);
            },
            cancellationToken
        );
}

/// <summary>A span and a log line per request of the mediator: its name, how long it took and how it ended; never its
/// content.</summary>
internal sealed class TraceBehaviour<TRequest, TResponse>(ILogger<TraceBehaviour<TRequest, TResponse>> logger)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    private static readonly string Name = typeof(TRequest).IsGenericType
        ? typeof(TRequest).GetGenericArguments()[0].Name
        : typeof(TRequest).Name;

    public async Task<TResponse> Handle(
        TRequest request,
        CancellationToken cancellationToken,
        RequestHandlerDelegate<TResponse> next
    )
    {
        using var span = Telemetry.Source.StartActivity(Name);
        var watch = Stopwatch.GetTimestamp();
        try
        {
            var response = await next();
            logger.LogInformation(
                "{Request} done in {Elapsed} ms",
                Name,
                Stopwatch.GetElapsedTime(watch).TotalMilliseconds
            );
            return response;
        }
        catch (Exception e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            logger.LogInformation("{Request} ended with {Error}", Name, e.GetType().Name);
            throw;
        }
    }
}
