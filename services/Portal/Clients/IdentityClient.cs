using Mediation.Contracts.Http.Identity;

namespace Mediation.Portal.Clients;

/// <summary>Identity: sessions, accounts, the organisation tree.</summary>
public sealed class IdentityClient(HttpClient http, Texts texts) : ServiceClient(http, texts)
{
    public Task<Answer<SignedIn>> SignIn(SignIn request) => PostAsNobody<SignedIn>("sign-in", request);

    public Task<Answer<SignedIn>> Refresh(Refresh request) => PostAsNobody<SignedIn>("refresh", request);

    public Task<Answer<object>> SignOut(SignOut request) => PostAsNobody<object>("sign-out", request);

    public Task<Answer<object>> SignOutEverywhere() => Post<object>("sign-out-everywhere", null);

    public Task<Answer<SignedIn>> ChangePassword(ChangePassword request) => Post<SignedIn>("password", request);

    public Task<Answer<TotpEnrolment>> EnrolTotp() => Post<TotpEnrolment>("totp/enrol", null);

    public Task<Answer<SignedIn>> VerifyTotp(VerifyTotp request) => Post<SignedIn>("totp/verify", request);

    public Task<Answer<WhoAmI>> Me() => Get<WhoAmI>("me");

    public Task<Answer<WhoAmI>> MeWith(string accessToken) => Get<WhoAmI>("me", accessToken);

    public Task<Answer<MyAbsences>> MyAbsences() => Get<MyAbsences>("me/absences");

    public Task<Answer<Page<AccountListItem>>> Accounts(string query) => Get<Page<AccountListItem>>($"accounts{query}");

    public Task<Answer<AccountView>> Account(Guid id) => Get<AccountView>($"accounts/{id}");

    public Task<Answer<AccountCreated>> CreateAccount(CreateAccount request, Head head) =>
        Post<AccountCreated>("accounts", request, head);

    public Task<Answer<object>> EditProfile(Guid id, EditProfile request, Head head) =>
        Post<object>($"accounts/{id}/profile", request, head);

    public Task<Answer<PasswordReset>> ResetPassword(Guid id, Head head) =>
        Post<PasswordReset>($"accounts/{id}/reset-password", null, head);

    public Task<Answer<Done>> Lock(Guid id, LockAccount request, Head head) =>
        Post<Done>($"accounts/{id}/lock", request, head);

    public Task<Answer<Done>> Unlock(Guid id, Head head) => Post<Done>($"accounts/{id}/unlock", null, head);

    public Task<Answer<Done>> Grant(Guid id, GrantRole request, Head head) =>
        Post<Done>($"accounts/{id}/grants", request, head);

    public Task<Answer<Done>> RevokeGrant(Guid id, Guid grantId, Head head) =>
        Post<Done>($"accounts/{id}/grants/{grantId}/revoke", null, head);

    public Task<Answer<Done>> RecordAbsence(Guid id, RecordAbsence request, Head head) =>
        Post<Done>($"accounts/{id}/absences", request, head);

    public Task<Answer<Done>> CancelAbsence(Guid id, Guid absenceId, Head head) =>
        Post<Done>($"accounts/{id}/absences/{absenceId}/cancel", null, head);

    public Task<Answer<AccountLabels>> Labels(IReadOnlyList<Guid> ids) =>
        Post<AccountLabels>("accounts/labels", new ResolveAccounts(ids));

    public Task<Answer<IReadOnlyList<StaffMember>>> Staff(string query) =>
        Get<IReadOnlyList<StaffMember>>($"staff{query}");

    public Task<Answer<UnitTreeView>> Units(DateOnly? asOf = null) =>
        Get<UnitTreeView>(asOf is { } day ? $"units?asOf={Written.Day(day)}" : "units");

    public Task<Answer<UnitView>> Unit(string code) => Get<UnitView>($"units/{Uri.EscapeDataString(code)}");

    public Task<Answer<Done>> OpenUnit(OpenUnit request, Head head) => Post<Done>("units", request, head);

    public Task<Answer<Done>> RenameUnit(string code, RenameUnit request, Head head) =>
        Post<Done>($"units/{Uri.EscapeDataString(code)}/rename", request, head);

    public Task<Answer<Done>> MoveUnit(string code, MoveUnit request, Head head) =>
        Post<Done>($"units/{Uri.EscapeDataString(code)}/move", request, head);

    public Task<Answer<Done>> CloseUnit(string code, CloseUnit request, Head head) =>
        Post<Done>($"units/{Uri.EscapeDataString(code)}/close", request, head);
}
