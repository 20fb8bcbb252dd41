using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Mediation.Identity.Service;

/// <summary>Time-based one-time passwords (RFC 6238: SHA-1, 30 s, six digits, as authenticator apps expect).</summary>
internal static class Totp
{
    public const int SecretBytes = 20;
    private const int StepSeconds = 30;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The time step whose code was given, or null. A step either side is accepted for clocks that differ; a
    /// step not later than <paramref name="lastStep"/> is not, so that a code read over a shoulder works for nobody.</summary>
    public static long? Match(byte[] secret, string code, DateTimeOffset now, long lastStep)
    {
        var step = now.ToUnixTimeSeconds() / StepSeconds;
        foreach (var candidate in (long[])[step, step - 1, step + 1])
            if (
                candidate > lastStep
                && CryptographicOperations.FixedTimeEquals(
                    System.Text.Encoding.UTF8.GetBytes(Code(secret, candidate)),
                    System.Text.Encoding.UTF8.GetBytes(code)
                )
            )
                return candidate;
        return null;
    }

    public static string Code(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The algorithm is fixed by RFC 6238 and by the apps; as an HMAC it is not broken.
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & 0x7fffffff;
        return (number % 1_000_000).ToString("000000", System.Globalization.CultureInfo.InvariantCulture);
    }

    public static string ToBase32(byte[] bytes)
    {
        var text = new System.Text.StringBuilder();
        var (buffer, bits) = (0, 0);
        foreach (var b in bytes)
        {
            (buffer, bits) = ((buffer << 8) | b, bits + 8);
            for (; bits >= 5; bits -= 5)
                text.Append(Base32[(buffer >> (bits - 5)) & 31]);
            buffer &= (1 << bits) - 1;
        }
        if (bits > 0)
            text.Append(Base32[(buffer << (5 - bits)) & 31]);
        return text.ToString();
    }
}
