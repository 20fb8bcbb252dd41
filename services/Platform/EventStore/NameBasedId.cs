using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mediation.EventStore;

/// <summary>Name-based ids (RFC 9562 version 5): the same namespace and name give the same id everywhere, so that a
/// redelivered message makes the same stream and the same event, and a page can link to what is still on its way.</summary>
public static class NameBasedId
{
    public static Guid From(Guid space, string name)
    {
        Span<byte> input = stackalloc byte[16 + Encoding.UTF8.GetMaxByteCount(name.Length)];
        space.TryWriteBytes(input, bigEndian: true, out _);
        var length = 16 + Encoding.UTF8.GetBytes(name, input[16..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Version 5 is defined on SHA-1; nothing here depends on its collision resistance.
        SHA1.HashData(input[..length], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>A 64-bit key for a PostgreSQL advisory lock.</summary>
    internal static long LockKey(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }
}
