using FsCheck.Fluent;
using Mediation.Disputes.Domain;

namespace Mediation.Disputes.Specs;

/// <summary>What holds for every case, whatever was tried in whatever order.</summary>
public sealed class DisputeProperties
{
    private static void ForEveryCase(Func<PlayedCase, bool> holds) =>
        FsCheck.Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Choose(0, 1 << 20).ListOf(80).Select(choices => new PlayedCase(choices)).ToArbitrary(),
                holds
            )
        );

    [Fact]
    public void The_cases_reach_every_state_and_refuse_something()
    {
        PlayedCases.All.Sum(c => c.Refusals).ShouldBeGreaterThan(1000);
        PlayedCases
            .All.SelectMany(c => c.Accepted.Select(a => a.Before.GetType()))
            .Distinct()
            .Count()
            .ShouldBe(typeof(Dispute).GetNestedTypes().Count(t => !t.IsAbstract));
    }

    [Fact]
    public void What_happened_replays_to_the_same_state() =>
        ForEveryCase(c =>
            c.Events.Aggregate(Dispute.Initial, Dispute.Evolve).GetType() == c.State.GetType()
            && c.ClaimEvents.All(claim =>
                claim.Value.Aggregate(WorkerClaim.Initial, WorkerClaim.Evolve).GetType()
                == c.Claims[claim.Key].GetType()
            )
        );

    [Fact]
    public void The_last_accepted_command_given_again_changes_nothing() =>
        ForEveryCase(c =>
        {
            if (c.Accepted.Count == 0)
                return false;
            return DisputeDecider.Decide(c.State, c.Accepted[^1].Command).Count == 0;
        });

    [Fact]
    public void Instalments_add_up_to_the_fen_wherever_terms_stand() =>
        ForEveryCase(c =>
            c.ClaimEvents.Values.SelectMany(e => e)
                .OfType<TermsDrafted>()
                .SelectMany(e => e.Items)
                .All(i => Money.Sum(i.Instalments.Select(p => p.Amount)) == i.Amount)
        );

    [Fact]
    public void A_worker_is_bound_on_the_day_of_the_last_signature_or_seal_of_her_agreement() =>
        ForEveryCase(c =>
            c.ClaimEvents.All(claim =>
                claim
                    .Value.OfType<AgreementTookEffect>()
                    .All(e =>
                    {
                        var own = claim.Value.OfType<WorkerSigned>().Last(s => s.AgreementId == e.AgreementId);
                        var common = c
                            .Events.OfType<CommonSignatureRecorded>()
                            .Where(s => s.AgreementId == e.AgreementId)
                            .ToList();
                        return common.Count == 3 && e.EffectiveOn == common.Select(s => s.On).Append(own.On).Max();
                    })
            )
        );

    [Fact]
    public void Dispute_and_claims_say_the_same_about_every_worker() =>
        ForEveryCase(c =>
        {
            var matter = ((Dispute.Opened)c.State).Matter;
            return matter.Members.All(m =>
                    (m.Value.Outcome, c.Claims[m.Key]) switch
                    {
                        (null, WorkerClaim.Open or WorkerClaim.Drafted or WorkerClaim.AwaitingOthers) => true,
                        (Outcome.Agreed, WorkerClaim.Effective) => true,
                        (Outcome.SettledOnSpot, WorkerClaim.SettledOnSpot) => true,
                        (Outcome.Failed, WorkerClaim.Failed) => true,
                        (Outcome.Withdrawn, WorkerClaim.Withdrawn) => true,
                        (not null, WorkerClaim.Closed) => c.State is Dispute.Closed,
                        _ => false,
                    }
                )
                && matter.Open.Any() == c.State is Dispute.Accepted or Dispute.Assigned or Dispute.InSession;
        });

    [Fact]
    public void A_mediator_who_stepped_back_never_acts_again() =>
        ForEveryCase(c =>
            c.Accepted.All(a =>
                a is not { Command: Act act, Before: Dispute.Opened before }
                || !before.Matter.Recused.Contains(act.By)
                || DisputeDecider.Decide(before, act).Count == 0
            )
        );

    [Fact]
    public void Nothing_is_agreed_in_a_session_nobody_held() =>
        ForEveryCase(c => c.Events.OfType<AgreementDrafted>().All(_ => c.Events.OfType<SessionHeld>().Any()));
}
