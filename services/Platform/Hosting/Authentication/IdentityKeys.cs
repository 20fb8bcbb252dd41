using System.Net.Http.Json;
using System.Security.Cryptography;

namespace Mediation.Hosting.Authentication;

/// <summary>Public keys as Identity tells them (<c>GET /keys</c>), kept in memory. An unknown id has them fetched anew,
/// because Identity may have begun with a new key; but only every few seconds, or anybody could make us ask with
/// invented ids. Fetched again every five minutes, so that a withdrawn key is forgotten.</summary>
public sealed class IdentityKeys(HttpClient identity, TimeProvider clock) : IAccessTokenKeys, IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim fetching = new(1, 1);
    private volatile Known known = new(
        new Dictionary<string, PublicKey>(StringComparer.Ordinal),
        DateTimeOffset.MinValue
    );
    private DateTimeOffset lastAttempt = DateTimeOffset.MinValue;
    private Exception? lastFailure;

    public async ValueTask<PublicKey?> Find(string keyId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var current = known;
        if (current.Keys.TryGetValue(keyId, out var key) && now - current.At < Fresh)
            return key;
        await fetching.WaitAsync(ct);
        try
        {
            if (known == current && now - lastAttempt >= Pause)
                await Fetch(ct);
        }
        finally
        {
            fetching.Release();
        }
        if (known.Keys.TryGetValue(keyId, out key))
            return key;
        return lastFailure is { } failure ? throw new KeysUnavailable(failure) : null;
    }

    private async Task Fetch(CancellationToken ct)
    {
        lastAttempt = clock.GetUtcNow();
        try
        {
            var set =
                await identity.GetFromJsonAsync<KeySet>("keys", ct)
                ?? throw new HttpRequestException("Identity answered nothing.");
            var keys = set
                .Keys.Where(k => k is { Kty: "EC", Crv: "P-256" })
                .Select(k => PublicKey.FromJwk(k.Kid, k.X, k.Y))
                .ToDictionary(k => k.Id, StringComparer.Ordinal);
            known = new(keys, lastAttempt);
            lastFailure = null;
        }
        catch (Exception e)
            when (e is HttpRequestException or CryptographicException or System.Text.Json.JsonException
                || e is TaskCanceledException && !ct.IsCancellationRequested
            )
        {
            // What is known stays good: a stopped Identity must not stop the other services within five minutes.
            lastFailure = e;
        }
    }

    public void Dispose() => fetching.Dispose();

    private sealed record Known(IReadOnlyDictionary<string, PublicKey> Keys, DateTimeOffset At);

    private sealed record KeySet(IReadOnlyList<Key> Keys);

    private sealed record Key(string Kty, string Crv, string Kid, string X, string Y);
}
