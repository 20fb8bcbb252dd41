using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.ResponseCompression;

namespace Mediation.Portal.Shell;

/// <summary>What the pages stand on.</summary>
public static class Hosting
{
    /// <summary>Largest form with its files. The services set limits per kind of file and say them.</summary>
    private const int LargestForm = 32 * 1024 * 1024;

    public static void AddPortal(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.Configuration.AddEnvironmentVariables();
        // At Information the framework writes every address with its query, and a search carries what a person typed.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = LargestForm;
        });
        if (string.IsNullOrEmpty(builder.Configuration["URLS"]))
            builder.WebHost.UseUrls(builder.Configuration["MEDIATION_PORTAL_URL"] ?? "http://127.0.0.1:5080");

        services.AddSingleton(MovedClock.Of(builder.Configuration));
        services.AddSingleton<Texts>();
        services.AddSingleton<Session>();
        services.AddSingleton<KeptForms>();
        services.AddSingleton<UnitNames>();
        services.AddHttpContextAccessor();
        services.AddScoped(s => new Reader(s.GetRequiredService<IHttpContextAccessor>().HttpContext!.User));
        services.AddScoped<Names>();
        services.AddScoped<Pages.Requests.RequestPages.Services>();
        services.AddScoped<Pages.Cases.CasePages.Services>();
        services.AddScoped<Pages.Admin.AdminPages.Services>();
        services.AddScoped<Pages.Verify.VerifyPages.Services>();
        services.AddScoped<Pages.Operations.OperationsPages.Services>();
        services.AddScoped<Pages.Clocks.ClockPages.Services>();
        services.AddSingleton<LetterBadge>();
        services.AddSingleton<RuleNames>();
        services.AddKeyRing(builder.Configuration);
        services.AddRazorComponents();
        // Without this every Chinese character leaves as a numeric entity, five times its size.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.Configure<FormOptions>(f =>
        {
            f.MultipartBodyLengthLimit = LargestForm;
            // The framework would write what is larger than this to the temporary folder, in clear: slips, signed papers.
            f.MemoryBufferThreshold = LargestForm;
            f.ValueCountLimit = 4000;
        });
        services.AddAntiforgery(a =>
        {
            a.Cookie.Name = "mediation.form";
            a.Cookie.SameSite = SameSiteMode.Strict;
            a.SuppressXFrameOptionsHeader = true;
        });
        services
            .AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(c =>
            {
                c.Cookie.Name = "mediation.session";
                c.Cookie.SameSite = SameSiteMode.Lax;
                c.LoginPath = "/sign-in";
                c.ReturnUrlParameter = "back";
                c.AccessDeniedPath = "/error/403";
                c.SlidingExpiration = false;
                c.Events.OnValidatePrincipal = context =>
                    context.HttpContext.RequestServices.GetRequiredService<Session>().Validate(context);
            });
        services
            .AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddResponseCompression(c =>
        {
            // Assets only: compressing pages that carry both secrets and echoed input would leak by length.
            c.MimeTypes = ["text/css", "text/javascript", "image/svg+xml"];
            c.EnableForHttps = true;
            c.Providers.Add<BrotliCompressionProvider>();
            c.Providers.Add<GzipCompressionProvider>();
        });
        services.AddRequestLocalization(l =>
        {
            l.SetDefaultCulture("zh-CN").AddSupportedCultures("zh-CN", "en").AddSupportedUICultures("zh-CN", "en");
            l.RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = "mediation.language" }];
        });
        services.AddTransient<AsTheReader>();
        AddClient<IdentityClient>(services, builder.Configuration, "IDENTITY", 5087);
        AddClient<IntakeClient>(services, builder.Configuration, "INTAKE", 5081);
        AddClient<DisputesClient>(services, builder.Configuration, "DISPUTES", 5082);
        AddClient<OutcomesClient>(services, builder.Configuration, "OUTCOMES", 5085);
        AddClient<DeadlinesClient>(services, builder.Configuration, "DEADLINES", 5086);
    }

    private static void AddClient<TClient>(
        IServiceCollection services,
        ConfigurationManager configuration,
        string service,
        int port
    )
        where TClient : class =>
        services
            .AddHttpClient<TClient>(http =>
            {
                var address = configuration[$"MEDIATION_{service}_URL"] ?? $"http://127.0.0.1:{port}";
                http.BaseAddress = new Uri(address.TrimEnd('/') + "/");
                // A page that waits longer shows 暂不可用 for this part and is made without it.
                http.Timeout = TimeSpan.FromSeconds(10);
            })
            .ConfigurePrimaryHttpMessageHandler(() =>
                // How long a large file waits for the service's word that it will take it.
                new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(8) }
            )
            .AddHttpMessageHandler<AsTheReader>();

    public static void UsePortal(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseRequestLocalization();
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                ExceptionHandlingPath = "/error/500",
                SuppressDiagnosticsCallback = failed =>
                {
                    // Where it happened and never the message: it may repeat what was typed.
                    failed
                        .HttpContext.RequestServices.GetRequiredService<ILogger<Program>>()
                        .LogError(
                            "Unexpected {Error} at {Route}\n{Where}",
                            failed.Exception.GetType().FullName,
                            failed.HttpContext.GetEndpoint()?.DisplayName,
                            failed.Exception.StackTrace
                        );
                    return true;
                },
            }
        );
        app.UseStatusCodePagesWithReExecute("/error/{0}");
        app.UseResponseCompression();
        app.UseStaticFiles(
            new StaticFileOptions
            {
                OnPrepareResponse = file =>
                    file.Context.Response.Headers.CacheControl = file.Context.Request.Query.ContainsKey("v")
                        ? "public, max-age=31536000, immutable"
                        : "public, max-age=3600",
            }
        );
        app.UseRouting();
        app.UseAuthentication();
        KeptForms.Use(app);
        app.UseAuthorization();
        app.MapGet("/health", () => Results.Text("ok")).AllowAnonymous();
        app.MapMethods(
                "/error/{status:int}",
                ["GET", "POST"],
                (int status) => View.Of<Pages.Shared.ErrorPage>(status, status is >= 400 and < 600 ? status : 404)
            )
            .AllowAnonymous();
        app.MapPost(
                "/language",
                async (HttpContext context) =>
                {
                    var form = await Submission.Read(context);
                    var culture = string.Equals(form.First("to"), "en", StringComparison.Ordinal) ? "en" : "zh-CN";
                    context.Response.Cookies.Append(
                        "mediation.language",
                        CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)),
                        new CookieOptions
                        {
                            IsEssential = true,
                            HttpOnly = true,
                            SameSite = SameSiteMode.Lax,
                            MaxAge = TimeSpan.FromDays(365),
                        }
                    );
                    return View.Go(context, Security.LocalPath(form.First("back")));
                }
            )
            .AllowAnonymous();
    }

    /// <summary>Every address that is answered, as <c>GET /cases/{id:guid}</c>.</summary>
    public static IEnumerable<string> Routes(IEndpointRouteBuilder app) =>
        app
            .DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .SelectMany(
                e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [],
                (e, method) => $"{method} {e.RoutePattern.RawText}"
            )
            .Order(StringComparer.Ordinal);

    /// <summary>Address of a static file; changes with every build, so that browsers may keep it for ever.</summary>
    public static string Asset(string path) => $"/{path}?v={Version}";

    private static readonly string Version = typeof(Hosting).Assembly.ManifestModule.ModuleVersionId.ToString(
        "N",
        CultureInfo.InvariantCulture
    )[..12];
}
