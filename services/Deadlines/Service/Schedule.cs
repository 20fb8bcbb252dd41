using Quartz;

namespace Mediation.Deadlines.Service;

/// <summary>When to ask what is due. Quartz, clustered on this service's own tables, lets one process ask at a time and
/// another go on within seconds when it dies; what is due stands in the tables of clocks and supervisions, so a firing that
/// is missed loses nothing.</summary>
internal static class Schedule
{
    private const string Name = "deadlines";
    private const string Tables = "Quartz.Impl.AdoJobStore.Schema.create_postgres.sql";
    private const string Prefix = "qrtz_";

    /// <summary>Every five seconds. A cron trigger: others would fire in a burst what they missed.</summary>
    private const string Often = "0/5 * * * * ?";

    /// <summary>The package's own script; the service's role may not create tables, so the migration does.</summary>
    public static string Sql()
    {
        using var stream =
            typeof(IScheduler).Assembly.GetManifestResourceStream(Tables)
            ?? throw new InvalidOperationException($"Quartz has no {Tables}.");
        using var reader = new StreamReader(stream);
        return reader
            .ReadToEnd()
            .Replace("{0}", Prefix, StringComparison.Ordinal)
            .Replace("{1}", Prefix, StringComparison.Ordinal);
    }

    public static void Add(WebApplicationBuilder builder)
    {
        builder.AddQuartz(
            Name,
            quartz =>
            {
                quartz.UsePersistentStore(store =>
                {
                    store.UsePostgres(Connection(builder.Configuration));
                    store.UseClustering(cluster =>
                    {
                        cluster.CheckinInterval = TimeSpan.FromSeconds(2);
                        cluster.CheckinMisfireThreshold = TimeSpan.FromSeconds(4);
                    });
                });
                quartz.ScheduleJob<AskWhatIsDue>(
                    trigger => trigger.WithIdentity(Name).WithCronSchedule(Often),
                    job => job.WithIdentity(Name).RequestRecovery()
                );
            }
        );
        builder.Services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
    }

    private static string Connection(ConfigurationManager configuration) =>
        new Npgsql.NpgsqlConnectionStringBuilder(configuration["MEDIATION_DATABASE"])
        {
            SearchPath = configuration["MEDIATION_SCHEMA"] ?? Name,
            ApplicationName = "deadlines-schedule",
        }.ConnectionString;
}

/// <summary>Clocks are counted on the newest calendar first, so that none ends on a day that holds no more; then what is
/// due, then those who supervise breaches, then the letters about what warned.</summary>
[DisallowConcurrentExecution]
internal sealed class AskWhatIsDue(Recomputing recomputing, Sweep sweep, SupervisionSweep supervisions, Letters letters)
    : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        await recomputing.Run(cancellationToken);
        await sweep.Run(cancellationToken);
        await supervisions.Run(cancellationToken);
        await letters.Write(cancellationToken);
    }
}
