using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mediation.Hosting.Authentication;

/// <summary>Why a token is not accepted. Told to operators by name and to callers only as "invalid" or "expired".</summary>
public enum TokenFault
{
    Malformed,
    Algorithm,
    CriticalHeader,
    UnknownKey,
    Signature,
    Issuer,
    Audience,
    NotYetValid,
    Expired,
    LivesTooLong,
}

public sealed class TokenRejected(TokenFault fault) : Exception(fault.ToString())
{
    public TokenFault Fault { get; } = fault;
}

/// <summary>JSON Web Signature in compact form (RFC 7515) with the one algorithm ES256 (RFC 7518, 3.4). The header's
/// <c>alg</c> is compared and never obeyed, so neither <c>none</c> nor an HMAC under a public key can pass.</summary>
public static class CompactJws
{
    /// <summary>Longer input is refused before anything of it is decoded.</summary>
    public const int LongestToken = 8 * 1024;

    private const int SignatureBytes = 64;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static string Sign(ReadOnlySpan<byte> payload, ECDsa key, string keyId, string type)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["alg"] = "ES256",
                ["typ"] = type,
                ["kid"] = keyId,
            }
        );
        var input = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(input),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        );
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Verifies the signature and returns header and payload as they were signed.</summary>
    /// <param name="findKey">Public key of a <c>kid</c> (null when the header has none); null when there is no such key.</param>
    /// <exception cref="TokenRejected">The token is not what it should be.</exception>
    public static async ValueTask<(JsonDocument Header, byte[] Payload)> Verify(
        string token,
        Func<string?, ValueTask<PublicKey?>> findKey
    )
    {
        if (token.Length > LongestToken)
            throw new TokenRejected(TokenFault.Malformed);
        var parts = token.Split('.');
        if (parts.Length != 3)
            throw new TokenRejected(TokenFault.Malformed);
        var header = ParseObject(Decode(parts[0]));
        try
        {
            if (Text(header, "alg") is not "ES256")
                throw new TokenRejected(TokenFault.Algorithm);
            // We understand no extension, so by RFC 7515, 4.1.11 a token that insists on one is invalid.
            if (header.RootElement.TryGetProperty("crit", out _))
                throw new TokenRejected(TokenFault.CriticalHeader);
            var payload = Decode(parts[1]);
            var signature = Decode(parts[2]);
            var key = await findKey(Text(header, "kid")) ?? throw new TokenRejected(TokenFault.UnknownKey);
            var input = Encoding.ASCII.GetBytes(token[..(parts[0].Length + 1 + parts[1].Length)]);
            if (signature.Length != SignatureBytes || !key.Verifies(input, signature))
                throw new TokenRejected(TokenFault.Signature);
            return (header, payload);
        }
        catch
        {
            header.Dispose();
            throw;
        }
    }

    internal static JsonDocument ParseObject(byte[] utf8)
    {
        try
        {
            var document = JsonDocument.Parse(utf8, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (JsonException) { }
        throw new TokenRejected(TokenFault.Malformed);
    }

    internal static string? Text(JsonDocument document, string name)
    {
        if (!document.RootElement.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : throw new TokenRejected(TokenFault.Malformed);
    }

    // Decoders forgive padding, white space and unused bits; then one signature would have many spellings. Only the
    // one spelling that encoding gives is accepted.
    private static byte[] Decode(string part)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(part);
            if (string.Equals(Base64Url.EncodeToString(bytes), part, StringComparison.Ordinal))
                return bytes;
        }
        catch (FormatException) { }
        throw new TokenRejected(TokenFault.Malformed);
    }
}
