using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mediation.Hosting;

/// <summary>Traces, meters and logs to an OTLP/HTTP collector at MEDIATION_OTLP; without that setting nothing leaves.</summary>
internal static class Telemetry
{
    public static readonly ActivitySource Source = new("Mediation");

    public static void AddTelemetry(this IHostApplicationBuilder builder, string service)
    {
        if (builder.Configuration["MEDIATION_OTLP"] is not { Length: > 0 } collector)
            return;
        var resource = ResourceBuilder.CreateDefault().AddService(service);
        void Signal(OtlpExporterOptions options, string path)
        {
            options.Protocol = OtlpExportProtocol.HttpProtobuf;
            options.Endpoint = new Uri(new Uri(collector), path);
        }
        builder.Services.AddSingleton(_ =>
            Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MassTransit", "Mediation")
                .AddOtlpExporter(o => Signal(o, "/v1/traces"))
                .Build()!
        );
        builder.Services.AddSingleton(_ =>
            Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(resource)
                .AddMeter("Microsoft.AspNetCore.Hosting", "Npgsql", "MassTransit", "Mediation")
                .AddOtlpExporter(o => Signal(o, "/v1/metrics"))
                .Build()!
        );
        builder.Logging.AddOpenTelemetry(o =>
        {
            o.SetResourceBuilder(resource);
            o.AddOtlpExporter(e => Signal(e, "/v1/logs"));
        });
        // First of the hosted services, so that the providers listen before anything emits.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, Providers>());
    }

    /// <summary>Names and tags the bare server spans, which otherwise carry neither route nor status. The route is the
    /// template, never the address with its values.</summary>
    public static void UseSpanNames(this IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                await next();
                if (Activity.Current is not { } span)
                    return;
                var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unmatched";
                span.DisplayName = $"{context.Request.Method} {route}";
                span.SetTag("http.route", route);
                span.SetTag("http.request.method", context.Request.Method);
                span.SetTag("http.response.status_code", context.Response.StatusCode);
                if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
                    span.SetStatus(ActivityStatusCode.Error);
            }
        );

    private sealed class Providers(TracerProvider tracer, MeterProvider meter) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) =>
            await Task.Run(() => tracer.ForceFlush() & meter.ForceFlush(), cancellationToken);
    }
}
