using Mediation.Identity.Domain;
using Mediation.Kit;

namespace Mediation.Identity.Specs;

public sealed class GrantSpecs()
    : DeciderSpecs<Grant, IGrantCommand, IGrantEvent>(
        Grant.Initial,
        Grant.Evolve,
        GrantDecider.Decide,
        e => (e as Refused)?.Code
    )
{
    private static readonly Guid Account = new("00000000-0000-7000-8000-000000000001");
    private static readonly Guid Person = new("00000000-0000-7000-8000-000000000002");
    private static readonly Guid Administrator = new("00000000-0000-7000-8000-000000000003");
    private static readonly Guid GrantId = new("00000000-0000-7000-8000-000000000004");
    private static readonly Guid OtherGrantId = new("00000000-0000-7000-8000-000000000005");
    private static readonly Guid AbsenceId = new("00000000-0000-7000-8000-000000000006");
    private static readonly Guid OtherAbsenceId = new("00000000-0000-7000-8000-000000000007");
    private static readonly DateOnly Today = new(2026, 9, 21);
    private static readonly DateOnly Friday = new(2026, 9, 25);

    private static readonly SubstituteFact Colleague = new(
        new("00000000-0000-7000-8000-000000000008"),
        new("00000000-0000-7000-8000-000000000009"),
        Active: true,
        Away: false
    );

    private static readonly AccountEnrolled Enrolled = new(Account, Person);
    private static readonly HeldRole Mediator = new(GrantId, Role.Mediator, "110105", Today, To: null);
    private static readonly RoleRevoked Revoked = new(Person, GrantId, []);
    private static readonly AbsenceRecorded Away = new(AbsenceId, Colleague.AccountId, Today, Friday);
    private static readonly AccountLocked Locked = new(LockReason.Left);

    private static GrantRole Granting(HeldRole r) =>
        new(r.GrantId, r.Role, r.Unit, UnitOpen: true, r.From, r.To, Administrator);

    /// <summary>The last of the roles was granted, the others stood before.</summary>
    private static RoleGranted Granted(params HeldRole[] held) => new(Person, held[^1], held);

    private static RecordAbsence Recording(AbsenceRecorded e) => new(e.AbsenceId, Colleague, e.From, e.To, Today);

    [Fact]
    public void NONE_to_ACTIVE() => Given().When(new EnrolAccount(Account, Person)).Then(Enrolled);

    [Fact]
    public void NONE_cannot_be_granted_a_role() => Given().When(Granting(Mediator)).Refused("account_unknown");

    [Fact]
    public void NONE_has_no_role_to_revoke() => Given().When(new RevokeRole(GrantId)).Refused("account_unknown");

    [Fact]
    public void NONE_cannot_be_absent() => Given().When(Recording(Away)).Refused("account_unknown");

    [Fact]
    public void NONE_has_no_absence_to_cancel() =>
        Given().When(new CancelAbsence(AbsenceId, Today)).Refused("account_unknown");

    [Fact]
    public void NONE_has_no_tokens() =>
        Given().When(new RevokeTokens(TokenRevocation.SignedOutEverywhere)).Refused("account_unknown");

    [Fact]
    public void NONE_cannot_be_locked() =>
        Given().When(new LockAccount(LockReason.Left, Administrator)).Refused("account_unknown");

    [Fact]
    public void NONE_cannot_be_unlocked() => Given().When(new UnlockAccount()).Refused("account_unknown");

    [Fact]
    public void ACTIVE_enrolling_again_is_already_so() =>
        Given(Enrolled).When(new EnrolAccount(Account, Person)).ThenNothing();

    [Fact]
    public void ACTIVE_belongs_to_one_person_for_ever() =>
        Given(Enrolled).When(new EnrolAccount(Account, Administrator)).Refused("account_id_taken");

    [Fact]
    public void ACTIVE_granted_a_role_at_a_unit() => Given(Enrolled).When(Granting(Mediator)).Then(Granted(Mediator));

    [Fact]
    public void ACTIVE_the_same_role_elsewhere_is_another_grant() =>
        Given(Enrolled, Granted(Mediator))
            .When(Granting(Mediator with { GrantId = OtherGrantId, Unit = "110106" }))
            .Then(Granted(Mediator, Mediator with { GrantId = OtherGrantId, Unit = "110106" }));

    [Fact]
    public void ACTIVE_a_role_held_on_all_the_days_is_already_so() =>
        Given(Enrolled, Granted(Mediator))
            .When(Granting(Mediator with { GrantId = OtherGrantId, From = Friday, To = Friday.AddDays(30) }))
            .ThenNothing();

    [Fact]
    public void ACTIVE_a_role_held_for_a_shorter_time_can_be_granted_for_longer() =>
        Given(Enrolled, Granted(Mediator with { To = Friday }))
            .When(Granting(Mediator with { GrantId = OtherGrantId }))
            .Then(Granted(Mediator with { To = Friday }, Mediator with { GrantId = OtherGrantId }));

    [Fact]
    public void ACTIVE_a_role_that_begins_later_can_be_granted_from_today() =>
        Given(Enrolled, Granted(Mediator with { From = Friday }))
            .When(Granting(Mediator with { GrantId = OtherGrantId }))
            .Then(Granted(Mediator with { From = Friday }, Mediator with { GrantId = OtherGrantId }));

    [Fact]
    public void ACTIVE_a_revoked_role_can_be_granted_again() =>
        Given(Enrolled, Granted(Mediator), Revoked)
            .When(Granting(Mediator with { GrantId = OtherGrantId }))
            .Then(Granted(Mediator with { GrantId = OtherGrantId }));

    [Fact]
    public void ACTIVE_nobody_grants_to_herself() =>
        Given(Enrolled).When(Granting(Mediator) with { By = Account }).Refused("own_grant");

    [Fact]
    public void ACTIVE_no_grant_ends_before_it_begins() =>
        Given(Enrolled).When(Granting(Mediator with { To = Today.AddDays(-1) })).Refused("end_before_start");

    [Fact]
    public void ACTIVE_no_grant_at_a_unit_that_does_not_exist_then() =>
        Given(Enrolled).When(Granting(Mediator) with { UnitOpen = false }).Refused("unit_not_open");

    [Fact]
    public void ACTIVE_a_role_is_revoked() =>
        Given(Enrolled, Granted(Mediator)).When(new RevokeRole(GrantId)).Then(Revoked);

    [Fact]
    public void ACTIVE_revoking_again_is_already_so() =>
        Given(Enrolled, Granted(Mediator), Revoked).When(new RevokeRole(GrantId)).ThenNothing();

    [Fact]
    public void ACTIVE_an_unknown_grant_cannot_be_revoked() =>
        Given(Enrolled, Granted(Mediator)).When(new RevokeRole(OtherGrantId)).Refused("grant_unknown");

    [Fact]
    public void ACTIVE_is_absent_and_another_stands_in() => Given(Enrolled).When(Recording(Away)).Then(Away);

    [Fact]
    public void ACTIVE_recording_the_same_absence_again_is_already_so() =>
        Given(Enrolled, Away).When(Recording(Away)).ThenNothing();

    [Fact]
    public void ACTIVE_an_absence_may_follow_another() =>
        Given(Enrolled, Away)
            .When(Recording(new(OtherAbsenceId, Colleague.AccountId, Friday.AddDays(1), Friday.AddDays(2))))
            .Then(new AbsenceRecorded(OtherAbsenceId, Colleague.AccountId, Friday.AddDays(1), Friday.AddDays(2)));

    [Fact]
    public void ACTIVE_absences_do_not_overlap() =>
        Given(Enrolled, Away)
            .When(Recording(new(OtherAbsenceId, Colleague.AccountId, Friday, Friday.AddDays(2))))
            .Refused("absence_overlaps");

    [Fact]
    public void ACTIVE_a_cancelled_absence_does_not_overlap() =>
        Given(Enrolled, Away, new AbsenceCancelled(AbsenceId))
            .When(Recording(Away with { AbsenceId = OtherAbsenceId }))
            .Then(Away with { AbsenceId = OtherAbsenceId });

    [Fact]
    public void ACTIVE_nobody_is_her_own_substitute() =>
        Given(Enrolled)
            .When(Recording(Away) with { Substitute = Colleague with { AccountId = Account } })
            .Refused("substitute_is_self");

    [Fact]
    public void ACTIVE_nobody_is_her_own_substitute_under_a_second_account() =>
        Given(Enrolled)
            .When(Recording(Away) with { Substitute = Colleague with { PersonId = Person } })
            .Refused("substitute_is_self");

    [Fact]
    public void ACTIVE_a_locked_account_is_no_substitute() =>
        Given(Enrolled)
            .When(Recording(Away) with { Substitute = Colleague with { Active = false } })
            .Refused("substitute_not_active");

    [Fact]
    public void ACTIVE_an_absent_colleague_is_no_substitute() =>
        Given(Enrolled)
            .When(Recording(Away) with { Substitute = Colleague with { Away = true } })
            .Refused("substitute_away");

    [Fact]
    public void ACTIVE_no_absence_ends_before_it_begins() =>
        Given(Enrolled).When(Recording(Away with { From = Friday, To = Today })).Refused("end_before_start");

    [Fact]
    public void ACTIVE_no_absence_is_recorded_when_it_is_over() =>
        Given(Enrolled)
            .When(Recording(Away with { From = Today.AddDays(-3), To = Today.AddDays(-1) }))
            .Refused("absence_over");

    [Fact]
    public void ACTIVE_an_absence_is_cancelled() =>
        Given(Enrolled, Away).When(new CancelAbsence(AbsenceId, Today)).Then(new AbsenceCancelled(AbsenceId));

    [Fact]
    public void ACTIVE_cancelling_again_is_already_so() =>
        Given(Enrolled, Away, new AbsenceCancelled(AbsenceId)).When(new CancelAbsence(AbsenceId, Today)).ThenNothing();

    [Fact]
    public void ACTIVE_an_unknown_absence_cannot_be_cancelled() =>
        Given(Enrolled, Away).When(new CancelAbsence(OtherAbsenceId, Today)).Refused("absence_unknown");

    [Fact]
    public void ACTIVE_an_absence_that_is_over_stays() =>
        Given(Enrolled, Away).When(new CancelAbsence(AbsenceId, Friday.AddDays(1))).Refused("absence_over");

    [Fact]
    public void ACTIVE_signed_out_everywhere() =>
        Given(Enrolled)
            .When(new RevokeTokens(TokenRevocation.SignedOutEverywhere))
            .Then(new TokensRevoked(TokenRevocation.SignedOutEverywhere));

    [Fact]
    public void ACTIVE_signed_out_everywhere_a_second_time_counts_again() =>
        Given(Enrolled, new TokensRevoked(TokenRevocation.SignedOutEverywhere))
            .When(new RevokeTokens(TokenRevocation.PasswordChanged))
            .Then(new TokensRevoked(TokenRevocation.PasswordChanged));

    [Fact]
    public void ACTIVE_to_LOCKED() =>
        Given(Enrolled).When(new LockAccount(LockReason.Left, Administrator)).Then(Locked);

    [Fact]
    public void ACTIVE_nobody_locks_herself_out() =>
        Given(Enrolled).When(new LockAccount(LockReason.Left, Account)).Refused("own_lock");

    [Fact]
    public void ACTIVE_unlocking_is_already_so() => Given(Enrolled).When(new UnlockAccount()).ThenNothing();

    [Fact]
    public void LOCKED_enrolling_again_is_already_so() =>
        Given(Enrolled, Locked).When(new EnrolAccount(Account, Person)).ThenNothing();

    [Fact]
    public void LOCKED_is_granted_nothing() =>
        Given(Enrolled, Locked).When(Granting(Mediator)).Refused("account_locked");

    [Fact]
    public void LOCKED_roles_are_revoked_when_she_has_left() =>
        Given(Enrolled, Granted(Mediator), Locked).When(new RevokeRole(GrantId)).Then(Revoked);

    [Fact]
    public void LOCKED_records_no_new_absence() =>
        Given(Enrolled, Locked).When(Recording(Away)).Refused("account_locked");

    [Fact]
    public void LOCKED_a_recorded_absence_can_be_cancelled() =>
        Given(Enrolled, Away, Locked).When(new CancelAbsence(AbsenceId, Today)).Then(new AbsenceCancelled(AbsenceId));

    [Fact]
    public void LOCKED_its_tokens_are_void_already() =>
        Given(Enrolled, Locked).When(new RevokeTokens(TokenRevocation.PasswordReset)).ThenNothing();

    [Fact]
    public void LOCKED_locking_is_already_so() =>
        Given(Enrolled, Locked).When(new LockAccount(LockReason.Compromised, Administrator)).ThenNothing();

    [Fact]
    public void LOCKED_to_ACTIVE() => Given(Enrolled, Locked).When(new UnlockAccount()).Then(new AccountUnlocked());

    [Fact]
    public void LOCKED_to_ACTIVE_roles_and_absences_are_kept()
    {
        var before = (Grant.Active)Replay(Enrolled, Granted(Mediator), Away);
        var after = Replay(Enrolled, Granted(Mediator), Away, Locked, new AccountUnlocked())
            .ShouldBeOfType<Grant.Active>();
        after.Roles.ShouldBe(before.Roles);
        after.Absences.ShouldBe(before.Absences);
    }
}
