using Mediation.Contracts.Identity;

namespace Mediation.Contracts.Http.Identity;

/// <summary><c>POST /sign-in</c>, without a token. 401 <c>sign_in_failed</c> (one answer for an unknown name, a wrong
/// password and an account an administrator has locked, so that the answer tells nothing about who exists),
/// 401 <c>totp_required</c> when a code is due and missing, 429 <c>sign_in_locked</c> with the minutes to wait.</summary>
/// <param name="Code">Six digits of the second factor, when the account has one.</param>
public sealed record SignIn(string AccountName, string Password, string? Code = null);

/// <summary>Answer of sign-in, refresh and change of password.</summary>
/// <param name="AccessToken">Sent as <c>Authorization: Bearer</c> to every service; lives at most five minutes. A
/// service that answers 401 <c>token_stale</c> knows that grants were changed: refresh once and repeat.</param>
/// <param name="RefreshToken">Works once; the next one comes with the answer. Using an old one a second time ends
/// the whole session, because then two parties hold it.</param>
/// <param name="MustChangePassword">The access token carries no grants until the password was changed.</param>
/// <param name="MustEnrolTotp">The access token carries no grants until a second factor was enrolled.</param>
public sealed record SignedIn(
    Guid AccountId,
    string AccessToken,
    DateTimeOffset AccessTokenExpiresAt,
    string RefreshToken,
    DateTimeOffset RefreshTokenExpiresAt,
    bool MustChangePassword,
    bool MustEnrolTotp
);

/// <summary><c>POST /refresh</c>, without an access token. 401 <c>refresh_refused</c>: sign in again.</summary>
public sealed record Refresh(string RefreshToken);

/// <summary><c>POST /sign-out</c> ends this session; always 204. <c>POST /sign-out-everywhere</c> (no body, with
/// access token) ends all sessions of the account and voids its access tokens in every service.</summary>
public sealed record SignOut(string RefreshToken);

/// <summary><c>POST /password</c>, with access token. Ends all other sessions and answers <see cref="SignedIn"/>.
/// 422 <c>password_wrong</c>, <c>password_same</c>; 400 with the rules the new password breaks.</summary>
public sealed record ChangePassword(string Current, string New);

/// <summary>Answer of <c>POST /totp/enrol</c> (no body): the secret for an authenticator app, shown once. It counts
/// only after <see cref="VerifyTotp"/>.</summary>
/// <param name="Uri"><c>otpauth://</c> address for a QR code.</param>
public sealed record TotpEnrolment(string Secret, string Uri);

/// <summary><c>POST /totp/verify</c> answers <see cref="SignedIn"/>; <c>POST /totp/remove</c> (same body) answers 204.
/// 422 <c>totp_wrong</c>, <c>totp_not_enrolled</c>, <c>totp_required_for_role</c>.</summary>
public sealed record VerifyTotp(string Code);

/// <summary><c>GET /me</c>: who is signed in and what she may do today.</summary>
/// <param name="PersonId">The human behind the account; two accounts of one person may not countersign each other.</param>
/// <param name="Unit">Code of the home unit.</param>
/// <param name="StandsInFor">Absent colleagues she stands in for today (代办).</param>
public sealed record WhoAmI(
    Guid AccountId,
    Guid PersonId,
    string AccountName,
    string DisplayName,
    string Unit,
    string UnitName,
    IReadOnlyList<GrantView> Grants,
    IReadOnlyList<StandInView> StandsInFor,
    bool MustChangePassword,
    bool TotpEnrolled,
    bool TotpRequired
);

/// <summary>A colleague who is away, with the grants of hers that the reader may use until the day, included.</summary>
public sealed record StandInView(
    Guid AccountId,
    string DisplayName,
    DateOnly From,
    DateOnly To,
    IReadOnlyList<GrantView> Grants
);

/// <param name="From">First legal day on which the grant counts.</param>
/// <param name="To">Last day, included; null while it has no end.</param>
/// <param name="ActiveToday">Counts on the legal day of the answer.</param>
public sealed record GrantView(
    Guid GrantId,
    Role Role,
    string Unit,
    string UnitName,
    DateOnly From,
    DateOnly? To,
    bool ActiveToday
);

/// <summary>Answer of <c>GET /keys</c>, without a token: public keys of access tokens (RFC 7517).</summary>
public sealed record KeySet(IReadOnlyList<Key> Keys);

/// <summary>A P-256 public key: <paramref name="Kty"/> is <c>EC</c>, <paramref name="Crv"/> <c>P-256</c>,
/// <paramref name="Alg"/> <c>ES256</c>, coordinates in base64url.</summary>
public sealed record Key(string Kty, string Crv, string X, string Y, string Kid, string Use, string Alg);
