using System.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mediation.Content;

public static class ContentServices
{
    /// <summary>Texts of <see cref="ContentErrors"/> in Chinese and English.</summary>
    public static ResourceManager Texts { get; } = new("Mediation.Content.Texts", typeof(ContentServices).Assembly);

    /// <summary>Registers keys, field encryption, blind indexes and the content store over the service's data source. The
    /// master key is read at once: a service without it does not start.</summary>
    public static IServiceCollection AddContent(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(new KeyRing(MasterKey.FromEnvironment()))
            .AddSingleton<FieldCipher>()
            .AddSingleton<BlindIndex>()
            .AddSingleton<ContentStore>()
            .AddSingleton(Texts);
    }
}
