using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mediation.Content;

/// <summary>AES-256-GCM with a version byte in front: <c>1 | nonce 12 | tag 16 | ciphertext</c>. A later algorithm or
/// key gets the next version, and both are read while rows are rewritten.</summary>
internal static class Envelope
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    public const int Overhead = 1 + NonceLength + TagLength;

    public static byte[] Seal(byte[] key, byte[] associated, ReadOnlySpan<byte> plaintext)
    {
        var envelope = new byte[Overhead + plaintext.Length];
        plaintext.CopyTo(envelope.AsSpan(Overhead));
        SealInPlace(key, associated, envelope);
        return envelope;
    }

    /// <summary>The plaintext stands at <see cref="Overhead"/>; it is replaced by its ciphertext. A file of 20 MB is held
    /// in memory once, not twice.</summary>
    public static void SealInPlace(byte[] key, byte[] associated, Span<byte> envelope)
    {
        envelope[0] = Version;
        var nonce = envelope.Slice(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        var body = envelope[Overhead..];
        aes.Encrypt(nonce, body, body, envelope.Slice(1 + NonceLength, TagLength), associated);
    }

    /// <exception cref="ContentException"><see cref="ContentErrors.Tampered"/>.</exception>
    public static byte[] Open(byte[] key, byte[] associated, ReadOnlySpan<byte> envelope)
    {
        if (envelope.Length < Overhead || envelope[0] != Version)
            throw new ContentException(ContentErrors.Tampered);
        var plaintext = new byte[envelope.Length - Overhead];
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(
                envelope.Slice(1, NonceLength),
                envelope[Overhead..],
                envelope.Slice(1 + NonceLength, TagLength),
                plaintext,
                associated
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new ContentException(ContentErrors.Tampered);
        }
        return plaintext;
    }

    /// <summary>Associated data from parts, each with its length in front, so that ("ab", "c") differs from
    /// ("a", "bc").</summary>
    public static byte[] Associated(params ReadOnlySpan<object> parts)
    {
        using var buffer = new MemoryStream();
        foreach (var part in parts)
        {
            byte[] bytes = part switch
            {
                string text => Encoding.UTF8.GetBytes(text),
                Guid id => id.ToByteArray(bigEndian: true),
                long number => Number(number),
                byte[] raw => raw,
                _ => throw new ArgumentException($"{part.GetType()} has no fixed form in bytes."),
            };
            buffer.Write(Number(bytes.Length));
            buffer.Write(bytes);
        }
        return buffer.ToArray();
    }

    private static byte[] Number(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}
