using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Npgsql;

namespace Mediation.Portal.Shell;

/// <summary>The keys of cookies and form tokens, in the Portal's only table, so that several Portals work as one. Each
/// is encrypted under a key derived from the master key, which is not in the database.</summary>
public static class KeyRing
{
    private const string Table = """
        create table if not exists data_protection_keys (
            id uuid primary key,
            friendly_name text not null unique,
            xml text not null,
            stored_at timestamptz not null default now()
        )
        """;

    public static IServiceCollection AddKeyRing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => NpgsqlDataSource.Create(Required(configuration, "MEDIATION_DATABASE")));
        services.AddSingleton(_ => MasterKey.Read(Required(configuration, "MEDIATION_MASTER_KEY_FILE")));
        services.AddSingleton<Repository>();
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<Repository, MasterKey>(
                (options, repository, master) =>
                {
                    options.XmlRepository = repository;
                    options.XmlEncryptor = new Encryptor(master);
                }
            );
        services.AddDataProtection().SetApplicationName("mediation-portal");
        return services;
    }

    /// <summary>Creates the table where it is missing; run by the owner before the Portal starts.</summary>
    public static async Task Migrate(IConfiguration configuration)
    {
        var schema = Schema(configuration);
        await using var source = NpgsqlDataSource.Create(
            configuration["MEDIATION_DATABASE_OWNER"] ?? Required(configuration, "MEDIATION_DATABASE")
        );
        await using var command = source.CreateCommand($"set search_path to {schema}; {Table}");
        await command.ExecuteNonQueryAsync();
    }

    private static string Schema(IConfiguration configuration)
    {
        var schema = configuration["MEDIATION_SCHEMA"] ?? "portal";
        return schema.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? schema
            : throw new InvalidOperationException("MEDIATION_SCHEMA must be letters, digits and underscores.");
    }

    private static string Required(IConfiguration configuration, string name) =>
        configuration[name] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"{name} is not set; the Portal cannot keep its keys.");

    private sealed class Repository(NpgsqlDataSource source, IConfiguration configuration) : IXmlRepository
    {
        private readonly string _table = $"{Schema(configuration)}.data_protection_keys";

        public IReadOnlyCollection<XElement> GetAllElements()
        {
            using var command = source.CreateCommand($"select xml from {_table} order by friendly_name");
            using var reader = command.ExecuteReader();
            var elements = new List<XElement>();
            while (reader.Read())
                elements.Add(XElement.Parse(reader.GetString(0)));
            return elements;
        }

        public void StoreElement(XElement element, string friendlyName)
        {
            using var command = source.CreateCommand(
                $"insert into {_table} (id, friendly_name, xml) values ($1, $2, $3) on conflict (friendly_name) do nothing"
            );
            command.Parameters.Add(new() { Value = Guid.CreateVersion7() });
            command.Parameters.Add(new() { Value = friendlyName });
            command.Parameters.Add(new() { Value = element.ToString(SaveOptions.DisableFormatting) });
            command.ExecuteNonQuery();
        }
    }

    private sealed class Encryptor(MasterKey master) : IXmlEncryptor
    {
        public EncryptedXmlInfo Encrypt(XElement plaintextElement)
        {
            var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
            var element = new XElement("sealed", Convert.ToBase64String(master.Seal(plain)));
            return new EncryptedXmlInfo(element, typeof(Decryptor));
        }
    }

    /// <summary>Made by the framework from the type named beside the encrypted key.</summary>
    internal sealed class Decryptor(IServiceProvider services) : IXmlDecryptor
    {
        public XElement Decrypt(XElement encryptedElement) =>
            XElement.Parse(
                Encoding.UTF8.GetString(
                    services.GetRequiredService<MasterKey>().Open(Convert.FromBase64String(encryptedElement.Value))
                )
            );
    }
}

/// <summary>Seals with AES-256-GCM under a key derived from the installation's master key for this one purpose.</summary>
internal sealed class MasterKey
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private readonly byte[] _key;

    private MasterKey(byte[] master) =>
        _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, info: "portal key ring"u8.ToArray());

    /// <summary>The file holds at least 32 random bytes in whatever form the installation wrote them; its owner alone
    /// may read it.</summary>
    public static MasterKey Read(string file)
    {
        var bytes = File.ReadAllBytes(file);
        return bytes.Length >= 32
            ? new MasterKey(bytes)
            : throw new InvalidOperationException("The master key file holds fewer than 32 bytes.");
    }

    public byte[] Seal(byte[] plain)
    {
        var sealedBytes = new byte[NonceSize + TagSize + plain.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceSize));
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(
            sealedBytes.AsSpan(0, NonceSize),
            plain,
            sealedBytes.AsSpan(NonceSize + TagSize),
            sealedBytes.AsSpan(NonceSize, TagSize)
        );
        return sealedBytes;
    }

    public byte[] Open(byte[] sealedBytes)
    {
        var plain = new byte[sealedBytes.Length - NonceSize - TagSize];
        using var aes = new AesGcm(_key, TagSize);
        aes.Decrypt(
            sealedBytes.AsSpan(0, NonceSize),
            sealedBytes.AsSpan(NonceSize + TagSize),
            sealedBytes.AsSpan(NonceSize, TagSize),
            plain
        );
        return plain;
    }
}
