using System.Security.Cryptography;
using System.Text;

namespace Mediation.Content;

/// <summary>The one secret from which every other key is derived: 32 bytes, base64 in a file outside the database that
/// only the owner (and a group, for mounted secrets) can read. Whoever holds it and the database reads everything;
/// whoever loses it has lost every encrypted field and file.</summary>
public sealed class MasterKey
{
    /// <summary>The setting that names the file.</summary>
    public const string FileSetting = "MEDIATION_MASTER_KEY_FILE";
    public const int Length = 32;

    private readonly byte[] bytes;

    private MasterKey(byte[] bytes) => this.bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => bytes;

    /// <exception cref="InvalidOperationException">No such file, not base64 of 32 bytes, a key of zeros, or readable by
    /// everybody on the machine.</exception>
    public static MasterKey FromFile(string path)
    {
        if (!File.Exists(path))
            throw new InvalidOperationException($"The master key file {path} does not exist or is not readable.");
        const UnixFileMode everybody = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & everybody) != UnixFileMode.None)
            throw new InvalidOperationException(
                $"The master key file {path} can be read or written by everybody on this machine. "
                    + $"Run: chmod 600 {path} - and if others could have read it, replace the key."
            );
        byte[] read;
        try
        {
            read = Convert.FromBase64String(File.ReadAllText(path).Trim());
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException($"The master key file {path} does not hold base64.", e);
        }
        if (read.Length != Length || read.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            throw new InvalidOperationException(
                $"The master key file {path} must hold base64 of {Length} random bytes; it holds {read.Length}."
            );
        return new(read);
    }
}

/// <summary>Keys for one purpose each, derived from the master key (HKDF-SHA-256, RFC 5869), so that a key leaked from
/// one place opens nothing elsewhere.</summary>
public sealed class KeyRing(MasterKey master)
{
    /// <summary>Wraps the data keys of content owners.</summary>
    public const string ContentWrapping = "content-wrapping";

    /// <summary>Encrypts single fields.</summary>
    public const string FieldEncryption = "field-encryption";

    /// <summary>Makes search tokens of encrypted fields.</summary>
    public const string BlindIndexing = "blind-index";

    /// <summary>Seals what must be seen not to have been altered.</summary>
    public const string EventIntegrity = "event-integrity";

    /// <summary>The 32 bytes of the named purpose: always the same for the same master key, unrelated between purposes.
    /// A purpose named here once must keep its name as long as anything is stored under it.</summary>
    public byte[] Derive(string purpose)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(purpose);
        return HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            master.Bytes.ToArray(),
            outputLength: 32,
            salt: "mediation/keys/1"u8.ToArray(),
            info: Encoding.UTF8.GetBytes(purpose)
        );
    }
}
