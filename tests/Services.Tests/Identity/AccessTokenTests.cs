using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mediation.Hosting.Authentication;
using Mediation.Kit;

namespace Mediation.Services.Tests.Identity;

/// <summary>What a service accepts as an access token, held by the example of the standard and by forgeries.</summary>
public sealed class AccessTokenTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 9, 21, 1, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private static readonly AccessToken Token = new(
        Guid.CreateVersion7(Now),
        Guid.CreateVersion7(Now),
        Version: 7,
        Limited: false,
        [new("mediator", "110105"), new("verifier", "110106")],
        [new(Guid.CreateVersion7(Now), Guid.CreateVersion7(Now), 3, [new("centreHead", "110105")])]
    );

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ManualClock clock = new(Now);

    public void Dispose() => key.Dispose();

    // RFC 7515, appendix A.3: payload, key and signature as printed there.
    private const string StandardToken =
        "eyJhbGciOiJFUzI1NiJ9"
        + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    private static readonly PublicKey StandardKey = PublicKey.FromJwk(
        "",
        "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    );

    [Fact]
    public async Task The_example_of_RFC_7515_A3_verifies()
    {
        var (header, payload) = await CompactJws.Verify(StandardToken, _ => new(StandardKey));
        using (header)
            Encoding
                .UTF8.GetString(payload)
                .ShouldBe("{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
    }

    [Fact]
    public async Task No_byte_of_the_example_of_RFC_7515_A3_can_be_changed()
    {
        var refused = 0;
        for (var i = 0; i < StandardToken.Length; i++)
        {
            if (StandardToken[i] == '.')
                continue;
            var forged = Replace(StandardToken, i, StandardToken[i] == 'A' ? 'B' : 'A');
            await Should.ThrowAsync<TokenRejected>(async () => await CompactJws.Verify(forged, _ => new(StandardKey)));
            refused++;
        }
        refused.ShouldBe(StandardToken.Length - 2);
    }

    [Fact]
    public async Task What_was_signed_is_what_is_read()
    {
        var read = await Verify(Sign());
        read.ShouldBe(Token with { Grants = read.Grants, StandsInFor = read.StandsInFor });
        read.Grants.ShouldBe(Token.Grants);
        var absent = read.StandsInFor.ShouldHaveSingleItem();
        absent.ShouldBe(Token.StandsInFor[0] with { Grants = absent.Grants });
        absent.Grants.ShouldBe(Token.StandsInFor[0].Grants);
    }

    [Fact]
    public async Task A_limited_token_stays_limited() =>
        (await Verify(Sign(Token with { Limited = true }))).Limited.ShouldBeTrue();

    [Fact]
    public async Task No_byte_of_a_token_can_be_changed()
    {
        var token = Sign();
        for (var i = 0; i < token.Length; i++)
            if (token[i] != '.')
            {
                var forged = Replace(token, i, token[i] == 'A' ? 'B' : 'A');
                await Should.ThrowAsync<TokenRejected>(async () => await Verify(forged));
            }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("ES384")]
    [InlineData("es256")]
    public async Task Another_algorithm_is_refused_whatever_its_signature(string algorithm)
    {
        var forged = SignBy(
            new()
            {
                ["alg"] = algorithm,
                ["typ"] = "at+jwt",
                ["kid"] = "k1",
            },
            Payload()
        );
        (await Fault(forged)).ShouldBe(TokenFault.Algorithm);
        (await Fault(forged[..(forged.LastIndexOf('.') + 1)])).ShouldBe(TokenFault.Algorithm);
    }

    [Fact]
    public async Task A_MAC_under_the_public_key_is_refused()
    {
        var (header, payload) = (
            Segment(
                new JsonObject
                {
                    ["alg"] = "HS256",
                    ["typ"] = "at+jwt",
                    ["kid"] = "k1",
                }
            ),
            Segment(Payload())
        );
        var mac = HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes($"{header}.{payload}"));
        (await Fault($"{header}.{payload}.{Base64Url.EncodeToString(mac)}")).ShouldBe(TokenFault.Algorithm);
    }

    [Fact]
    public async Task A_signature_in_another_form_is_refused()
    {
        var (header, payload) = (Segment(Header()), Segment(Payload()));
        var der = key.SignData(
            Encoding.ASCII.GetBytes($"{header}.{payload}"),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
        (await Fault($"{header}.{payload}.{Base64Url.EncodeToString(der)}")).ShouldBe(TokenFault.Signature);
        (await Fault($"{header}.{payload}.{Base64Url.EncodeToString(new byte[64])}")).ShouldBe(TokenFault.Signature);
        (await Fault($"{header}.{payload}.")).ShouldBe(TokenFault.Signature);
    }

    [Fact]
    public async Task An_extension_that_insists_is_refused()
    {
        var header = Header();
        header["crit"] = new JsonArray("b64");
        (await Fault(SignBy(header, Payload()))).ShouldBe(TokenFault.CriticalHeader);
    }

    [Fact]
    public async Task A_key_named_or_carried_by_the_token_itself_is_not_used()
    {
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = forger.ExportParameters(includePrivateParameters: false).Q;
        var header = Header();
        header["jwk"] = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(q.X),
            ["y"] = Base64Url.EncodeToString(q.Y),
        };
        (await Fault(SignBy(header, Payload(), forger))).ShouldBe(TokenFault.Signature);
    }

    [Theory]
    [InlineData("k2")]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_unknown_key_id_is_refused(string? keyId)
    {
        var header = Header();
        if (keyId is null)
            header.Remove("kid");
        else
            header["kid"] = keyId;
        (await Fault(SignBy(header, Payload()))).ShouldBe(TokenFault.UnknownKey);
    }

    [Fact]
    public async Task Another_kind_of_token_is_refused()
    {
        var header = Header();
        header["typ"] = "JWT";
        (await Fault(SignBy(header, Payload()))).ShouldBe(TokenFault.Malformed);
    }

    [Theory]
    [InlineData("iss", "someone-else", TokenFault.Issuer)]
    [InlineData("iss", null, TokenFault.Issuer)]
    [InlineData("aud", "another-system", TokenFault.Audience)]
    [InlineData("aud", null, TokenFault.Audience)]
    [InlineData("sub", "not-a-guid", TokenFault.Malformed)]
    [InlineData("sub", null, TokenFault.Malformed)]
    [InlineData("exp", null, TokenFault.Malformed)]
    [InlineData("nbf", null, TokenFault.Malformed)]
    [InlineData("ver", "7", TokenFault.Malformed)]
    [InlineData("grants", "mediator@110105", TokenFault.Malformed)]
    public async Task A_wrong_or_missing_claim_is_refused(string claim, string? value, TokenFault fault)
    {
        var payload = Payload();
        if (value is null)
            payload.Remove(claim);
        else
            payload[claim] = value;
        (await Fault(SignBy(Header(), payload))).ShouldBe(fault);
    }

    [Fact]
    public async Task A_token_for_several_audiences_is_refused()
    {
        var payload = Payload();
        payload["aud"] = new JsonArray("mediation", "another-system");
        (await Fault(SignBy(Header(), payload))).ShouldBe(TokenFault.Malformed);
    }

    [Fact]
    public async Task A_claim_given_twice_is_refused()
    {
        var payload = Payload().ToJsonString();
        var twice = payload[..^1] + ",\"sub\":\"00000000-0000-7000-8000-000000000000\"}";
        (await Fault(SignBy(Header(), Encoding.UTF8.GetBytes(twice)))).ShouldBe(TokenFault.Malformed);
    }

    [Fact]
    public async Task It_counts_from_its_first_to_its_last_second_and_the_skew()
    {
        var token = Sign();
        clock.Now = Now - AccessTokenVerifier.Skew;
        await Verify(token);
        clock.Now = Now - AccessTokenVerifier.Skew - TimeSpan.FromSeconds(1);
        (await Fault(token)).ShouldBe(TokenFault.NotYetValid);
        clock.Now = Now + Life + AccessTokenVerifier.Skew - TimeSpan.FromSeconds(1);
        await Verify(token);
        clock.Now = Now + Life + AccessTokenVerifier.Skew;
        (await Fault(token)).ShouldBe(TokenFault.Expired);
    }

    [Fact]
    public async Task A_validly_signed_token_that_lives_too_long_is_refused()
    {
        var payload = Payload();
        payload["exp"] = (Now + Life + TimeSpan.FromSeconds(1)).ToUnixTimeSeconds();
        (await Fault(SignBy(Header(), payload))).ShouldBe(TokenFault.LivesTooLong);
        payload["nbf"] = (Now + TimeSpan.FromSeconds(5)).ToUnixTimeSeconds();
        (await Fault(SignBy(Header(), payload))).ShouldBe(TokenFault.LivesTooLong);
        payload["exp"] = long.MaxValue;
        (await Fault(SignBy(Header(), payload))).ShouldBe(TokenFault.Malformed);
    }

    [Fact]
    public void No_token_is_made_that_lives_too_long() =>
        Should.Throw<ArgumentOutOfRangeException>(() =>
            new AccessTokenSigner(key, "k1").Sign(Token, Now, Life + TimeSpan.FromSeconds(1))
        );

    [Theory]
    [InlineData("")]
    [InlineData("...")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("e30.e30.e30")]
    [InlineData("bnVsbA.e30.e30")]
    [InlineData("工人甲.工人乙.工人丙")]
    public async Task Rubbish_is_refused(string token) => await Should.ThrowAsync<TokenRejected>(() => Verify(token));

    [Fact]
    public async Task A_huge_token_is_refused_unread() =>
        (await Fault(new string('a', CompactJws.LongestToken + 1))).ShouldBe(TokenFault.Malformed);

    [Fact]
    public async Task Another_spelling_of_the_same_bytes_is_refused()
    {
        var token = Sign();
        (await Fault(token + "=")).ShouldBe(TokenFault.Malformed);
        (await Fault(token.Insert(5, "\n"))).ShouldBe(TokenFault.Malformed);
        // 64 bytes leave four unused bits in the last character; set, they decode to the same signature.
        var last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".IndexOf(
            token[^1],
            StringComparison.Ordinal
        );
        var other = Replace(token, token.Length - 1, "BRhx"[last / 16]);
        (await Fault(other)).ShouldBe(TokenFault.Malformed);
    }

    [Fact]
    public async Task Keys_are_fetched_once_kept_and_fetched_anew_for_an_unknown_id()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var identity = new FakeIdentity { Keys = { Jwk("k1", key) } };
        using var keys = new IdentityKeys(identity.Client, clock);
        var verifier = new AccessTokenVerifier(keys, clock);
        for (var i = 0; i < 5; i++)
            await verifier.Verify(Sign(), default);
        identity.Calls.ShouldBe(1);

        identity.Keys.Add(Jwk("k2", other));
        clock.Now += TimeSpan.FromSeconds(4);
        await verifier.Verify(new AccessTokenSigner(other, "k2").Sign(Token, clock.Now, Life), default);
        identity.Calls.ShouldBe(2);

        for (var i = 0; i < 5; i++)
            (await keys.Find("invented-" + i, default)).ShouldBeNull();
        identity.Calls.ShouldBe(2);

        identity.Keys.RemoveAt(0);
        clock.Now += TimeSpan.FromMinutes(6);
        (await keys.Find("k1", default)).ShouldBeNull();
        identity.Calls.ShouldBe(3);
    }

    [Fact]
    public async Task Known_keys_outlast_Identity_and_an_unknown_one_is_then_no_verdict()
    {
        var identity = new FakeIdentity { Keys = { Jwk("k1", key) } };
        using var keys = new IdentityKeys(identity.Client, clock);
        (await keys.Find("k1", default)).ShouldNotBeNull();
        identity.Down = true;
        clock.Now += TimeSpan.FromHours(1);
        (await keys.Find("k1", default)).ShouldNotBeNull();
        await Should.ThrowAsync<KeysUnavailable>(async () => await keys.Find("k2", default));
    }

    private string Sign(AccessToken? token = null) => new AccessTokenSigner(key, "k1").Sign(token ?? Token, Now, Life);

    private async Task<AccessToken> Verify(string token) =>
        await new AccessTokenVerifier(new OneKey(Public("k1", key)), clock).Verify(token, default);

    private async Task<TokenFault> Fault(string token) =>
        (await Should.ThrowAsync<TokenRejected>(() => Verify(token))).Fault;

    private static JsonObject Header() =>
        new()
        {
            ["alg"] = "ES256",
            ["typ"] = "at+jwt",
            ["kid"] = "k1",
        };

    private JsonObject Payload() => JsonNode.Parse(Base64Url.DecodeFromChars(Sign().Split('.')[1]))!.AsObject();

    private string SignBy(JsonObject header, JsonObject payload, ECDsa? by = null) =>
        SignBy(header, JsonSerializer.SerializeToUtf8Bytes(payload), by);

    private string SignBy(JsonObject header, byte[] payload, ECDsa? by = null)
    {
        var input = $"{Segment(header)}.{Base64Url.EncodeToString(payload)}";
        var signature = (by ?? key).SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Segment(JsonObject json) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));

    private static string Replace(string text, int at, char by) => text[..at] + by + text[(at + 1)..];

    private static PublicKey Public(string id, ECDsa key)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        return new(id, q.X!, q.Y!);
    }

    private static object Jwk(string id, ECDsa key)
    {
        var (x, y) = Public(id, key).Coordinates;
        return new
        {
            kty = "EC",
            crv = "P-256",
            kid = id,
            x,
            y,
            use = "sig",
            alg = "ES256",
        };
    }

    private sealed class OneKey(PublicKey key) : IAccessTokenKeys
    {
        public ValueTask<PublicKey?> Find(string keyId, CancellationToken ct) => new(keyId == key.Id ? key : null);
    }

    private sealed class FakeIdentity : HttpMessageHandler
    {
        public List<object> Keys { get; } = [];

        public int Calls { get; private set; }

        public bool Down { get; set; }

        public HttpClient Client => new(this) { BaseAddress = new("http://identity.test") };

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Calls++;
            if (Down)
                throw new HttpRequestException("refused");
            request.RequestUri!.AbsolutePath.ShouldBe("/keys");
            return Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(new { keys = Keys }) }
            );
        }
    }
}
