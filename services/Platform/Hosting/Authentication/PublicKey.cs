using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Mediation.Hosting.Authentication;

/// <summary>A P-256 public key. Verifications run side by side; an ECDsa object is not promised to bear that, so each
/// borrows one.</summary>
public sealed class PublicKey
{
    private const int CoordinateBytes = 32;
    private readonly ECParameters parameters;
    private readonly ConcurrentBag<ECDsa> idle = [];

    /// <exception cref="CryptographicException">The coordinates are not a point of the curve.</exception>
    public PublicKey(string id, byte[] x, byte[] y)
    {
        if (x.Length != CoordinateBytes || y.Length != CoordinateBytes)
            throw new CryptographicException("A coordinate of P-256 has 32 bytes.");
        Id = id;
        parameters = new()
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = x, Y = y },
        };
        idle.Add(ECDsa.Create(parameters));
    }

    public string Id { get; }

    /// <summary>Coordinates in base64url, as in a JSON Web Key (RFC 7518, 6.2).</summary>
    public (string X, string Y) Coordinates =>
        (Base64Url.EncodeToString(parameters.Q.X), Base64Url.EncodeToString(parameters.Q.Y));

    public static PublicKey FromJwk(string id, string x, string y)
    {
        try
        {
            return new(id, Base64Url.DecodeFromChars(x), Base64Url.DecodeFromChars(y));
        }
        catch (FormatException e)
        {
            throw new CryptographicException("A coordinate is not base64url.", e);
        }
    }

    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (!idle.TryTake(out var key))
            key = ECDsa.Create(parameters);
        var verified = key.VerifyData(
            data,
            signature,
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        );
        idle.Add(key);
        return verified;
    }
}
