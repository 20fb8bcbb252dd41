using Mediation.Contracts.Intake;

namespace Mediation.Intake.Service;

/// <summary>Words of the domain in the published language, shared by messages and pages.</summary>
internal static class Contract_
{
    public static WorkerProfile Contract(this Profile p) =>
        new(
            p.Industry,
            p.Ownership,
            p.NewEmploymentForm,
            p.MigrantWorker,
            p.UnionMember,
            p.Sex.As<Contracts.Intake.Sex>(),
            p.AgeBand
        );

    public static Contracts.Intake.ClaimItem Contract(this ClaimItem i) =>
        new(i.ItemId, i.Type.As<Contracts.ClaimItemType>(), i.PeriodFrom, i.PeriodTo, i.Claimed?.Fen, i.InfringedOn);

    public static ApplyingWorker Applying(this Applicant a) =>
        new(
            a.WorkerClaimId,
            a.PartyId,
            a.Profile.NewEmploymentForm,
            a.EmploymentEndedOn,
            [.. a.Items.Select(i => i.Contract())]
        );
}
