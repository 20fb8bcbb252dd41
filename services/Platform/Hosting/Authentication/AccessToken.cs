using System.Security.Cryptography;
using System.Text.Json;

namespace Mediation.Hosting.Authentication;

/// <summary>A role at a unit; it covers the units below as well.</summary>
/// <param name="Role">Code of the role in camelCase. A code this service does not know allows nothing.</param>
public sealed record HeldGrant(string Role, string Unit);

/// <summary>An absent colleague for whom the bearer acts (代办), with the colleague's grants.</summary>
/// <param name="Version">Version of the colleague's grants that were copied.</param>
public sealed record StandIn(Guid Account, Guid Person, long Version, IReadOnlyList<HeldGrant> Grants);

/// <summary>What an access token says. No name: who reads a token or a log of one learns ids and codes.</summary>
/// <param name="Version">Version of the account's grants the token was made from. Revocations name the version from
/// which on tokens count, which needs no two clocks to agree.</param>
/// <param name="Limited">Good only for making the account usable: change the password, enrol a second factor.</param>
public sealed record AccessToken(
    Guid Account,
    Guid Person,
    long Version,
    bool Limited,
    IReadOnlyList<HeldGrant> Grants,
    IReadOnlyList<StandIn> StandsInFor
)
{
    public const string Issuer = "mediation-identity";
    public const string Audience = "mediation";

    /// <summary>Media type of RFC 9068, so that no other token signed by the same key passes for this one.</summary>
    public const string Type = "at+jwt";

    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);

    internal byte[] Write(DateTimeOffset now, TimeSpan life)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("iss", Issuer);
            json.WriteString("aud", Audience);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("nbf", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + life).ToUnixTimeSeconds());
            json.WriteString("sub", Account);
            json.WriteString("person", Person);
            json.WriteNumber("ver", Version);
            if (Limited)
                json.WriteBoolean("limited", true);
            WriteGrants(json, Grants);
            if (StandsInFor.Count > 0)
            {
                json.WriteStartArray("for");
                foreach (var absent in StandsInFor)
                {
                    json.WriteStartObject();
                    json.WriteString("sub", absent.Account);
                    json.WriteString("person", absent.Person);
                    json.WriteNumber("ver", absent.Version);
                    WriteGrants(json, absent.Grants);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    internal static AccessToken Read(byte[] payload, DateTimeOffset now, TimeSpan skew)
    {
        using var document = CompactJws.ParseObject(payload);
        if (!string.Equals(CompactJws.Text(document, "iss"), Issuer, StringComparison.Ordinal))
            throw new TokenRejected(TokenFault.Issuer);
        if (!string.Equals(CompactJws.Text(document, "aud"), Audience, StringComparison.Ordinal))
            throw new TokenRejected(TokenFault.Audience);
        var root = document.RootElement;
        try
        {
            var (issued, begins, ends) = (Instant(root, "iat"), Instant(root, "nbf"), Instant(root, "exp"));
            if (begins > now + skew || issued > now + skew)
                throw new TokenRejected(TokenFault.NotYetValid);
            if (ends <= now - skew)
                throw new TokenRejected(TokenFault.Expired);
            if (ends - begins > LongestLife || ends - issued > LongestLife)
                throw new TokenRejected(TokenFault.LivesTooLong);
            return new(
                root.GetProperty("sub").GetGuid(),
                root.GetProperty("person").GetGuid(),
                root.GetProperty("ver").GetInt64(),
                root.TryGetProperty("limited", out var limited) && limited.GetBoolean(),
                ReadGrants(root),
                root.TryGetProperty("for", out var absent)
                    ?
                    [
                        .. absent
                            .EnumerateArray()
                            .Select(a => new StandIn(
                                a.GetProperty("sub").GetGuid(),
                                a.GetProperty("person").GetGuid(),
                                a.GetProperty("ver").GetInt64(),
                                ReadGrants(a)
                            )),
                    ]
                    : []
            );
        }
        catch (Exception e)
            when (e
                    is KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentOutOfRangeException
            )
        {
            throw new TokenRejected(TokenFault.Malformed);
        }
    }

    private static DateTimeOffset Instant(JsonElement root, string name) =>
        DateTimeOffset.FromUnixTimeSeconds(root.GetProperty(name).GetInt64());

    private static void WriteGrants(Utf8JsonWriter json, IReadOnlyList<HeldGrant> grants)
    {
        json.WriteStartArray("grants");
        foreach (var grant in grants)
            json.WriteStringValue($"{grant.Role}@{grant.Unit}");
        json.WriteEndArray();
    }

    private static HeldGrant[] ReadGrants(JsonElement holder) =>
        [
            .. holder
                .GetProperty("grants")
                .EnumerateArray()
                .Select(g =>
                    g.GetString()?.Split('@') is [{ Length: > 0 } role, { Length: > 0 } unit]
                        ? new HeldGrant(role, unit)
                        : throw new FormatException()
                ),
        ];
}

/// <summary>Makes access tokens; held by Identity alone, which owns the private key.</summary>
public sealed class AccessTokenSigner(ECDsa key, string keyId)
{
    /// <param name="life">At most <see cref="AccessToken.LongestLife"/>.</param>
    public string Sign(AccessToken token, DateTimeOffset now, TimeSpan life)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, AccessToken.LongestLife);
        var payload = token.Write(now, life);
        lock (key)
            return CompactJws.Sign(payload, key, keyId, AccessToken.Type);
    }
}

/// <summary>Where a service finds the public keys.</summary>
public interface IAccessTokenKeys
{
    /// <returns>The key, or null when Identity knows none of that id.</returns>
    /// <exception cref="KeysUnavailable">No answer from Identity and nothing known of the id.</exception>
    ValueTask<PublicKey?> Find(string keyId, CancellationToken ct);
}

public sealed class KeysUnavailable(Exception inner) : Exception("Identity does not answer.", inner);

/// <summary>Accepts access tokens with public keys only.</summary>
public sealed class AccessTokenVerifier(IAccessTokenKeys keys, TimeProvider clock)
{
    /// <summary>How far the clocks of two machines may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    /// <exception cref="TokenRejected">The token is not valid now.</exception>
    /// <exception cref="KeysUnavailable">Its key cannot be had now.</exception>
    public async ValueTask<AccessToken> Verify(string token, CancellationToken ct)
    {
        var (header, payload) = await CompactJws.Verify(
            token,
            id => id is null ? ValueTask.FromResult<PublicKey?>(null) : keys.Find(id, ct)
        );
        using (header)
            if (!string.Equals(CompactJws.Text(header, "typ"), AccessToken.Type, StringComparison.OrdinalIgnoreCase))
                throw new TokenRejected(TokenFault.Malformed);
        return AccessToken.Read(payload, clock.GetUtcNow(), Skew);
    }
}
