using System.Resources;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mediation.Content;

public static class ContentServices
{
    /// <summary>Texts of <see cref="ContentErrors"/> in Chinese and English.</summary>
    public static ResourceManager Texts { get; } = new("Mediation.Content.Texts", typeof(ContentServices).Assembly);

    /// <summary>Registers keys, field encryption, blind indexes and the content store over the service's data source. The
    /// master key is read from the file that the setting <c>MEDIATION_MASTER_KEY_FILE</c> names.</summary>
    public static IServiceCollection AddContent(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(s => new KeyRing(MasterKey.FromFile(KeyFile(s))));
        services.TryAddSingleton<FieldCipher>();
        services.TryAddSingleton<BlindIndex>();
        services.TryAddSingleton<ContentStore>();
        return services;
    }

    private static string KeyFile(IServiceProvider services) =>
        services.GetRequiredService<IConfiguration>()[MasterKey.FileSetting]
        ?? throw new InvalidOperationException(
            $"{MasterKey.FileSetting} is not set. It names the file with the master key (base64 of {MasterKey.Length} bytes)."
        );
}
