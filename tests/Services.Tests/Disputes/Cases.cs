using Mediation.Contracts;
using Mediation.Contracts.Http.Disputes;
using Mediation.Contracts.Http.Intake;
using Mediation.Contracts.Intake;
using Mediation.EventStore;
using ClaimItem = Mediation.Contracts.Intake.ClaimItem;

namespace Mediation.Services.Tests.Disputes;

/// <summary>Accepted requests as Intake would tell them, and terms as mediators enter them.</summary>
internal static class Cases
{
    private static int number;

    public static RequestAccepted Accepted(params (ClaimItemType Type, long? Fen)[][] workers) =>
        Accepted(OpenedCase.Today.AddDays(-3), 1, workers);

    public static RequestAccepted Accepted(
        DateOnly on,
        int employers,
        params (ClaimItemType Type, long? Fen)[][] workers
    )
    {
        var request = Guid.CreateVersion7();
        var n = Interlocked.Increment(ref number);
        return new(
            DisputesFixture.Source(request, 3, 0),
            request,
            NameBasedId.From(request, "dispute"),
            $"朝工调〔2026〕{n}号",
            DisputesFixture.Chaoyang,
            Channel.WalkIn,
            on.AddDays(-1),
            on,
            LegalRelation.Labour,
            StatutoryHead.PayInjurySeveranceDamages,
            [
                .. workers.Select(items => new AcceptedWorker(
                    Guid.CreateVersion7(),
                    Guid.CreateVersion7(),
                    Guid.CreateVersion7(),
                    new("E", null, false, true, false, Sex.Male, 40),
                    [.. items.Select(i => new ClaimItem(Guid.CreateVersion7(), i.Type, null, null, i.Fen))]
                )),
            ],
            [
                .. Enumerable
                    .Range(0, employers)
                    .Select(_ => new AcceptedEmployer(
                        Guid.CreateVersion7(),
                        Guid.CreateVersion7(),
                        RespondentCapacity.Employer
                    )),
            ]
        );
    }

    public static ItemTerms Money(Guid item, params (long Fen, DateOnly DueOn)[] instalments) =>
        new(
            item,
            null,
            instalments.Sum(i => i.Fen),
            TaxBasis.Gross,
            Payee.Worker,
            [.. instalments.Select(i => new InstalmentTerms(i.Fen, i.DueOn))],
            null,
            DefaultClause.RestFallsDue,
            0,
            Waiver.RestOfThisItem
        );

    public static ItemTerms Done(Guid item, DateOnly by) =>
        new(item, null, 0, TaxBasis.Gross, Payee.Worker, [], by, DefaultClause.None, 0, Waiver.None);

    /// <summary>Data of the register, each value marked, for every party of a case.</summary>
    public static void Register(this DisputesFixture fixture, RequestAccepted accepted)
    {
        var n = 0;
        foreach (var worker in accepted.Workers)
            fixture.Parties[worker.PartyId] =
            [
                new(PartyField.Name, $"工人{Planted.Mark}{++n}", false),
                new(PartyField.Sex, "male", false),
                new(PartyField.IdNumber, $"{Planted.Mark}证件{n}", false),
                new(PartyField.Phone, $"{Planted.Mark}电话{n}", false),
                new(PartyField.UsualAddress, $"{Planted.Mark}住址{n}", false),
                new(PartyField.BankAccount, $"{Planted.Mark}账号{n}", false),
            ];
        foreach (var employer in accepted.Employers)
            fixture.Parties[employer.PartyId] =
            [
                new(PartyField.Name, $"单位{Planted.Mark}{++n}", false),
                new(PartyField.CreditCode, $"{Planted.Mark}信用代码{n}", false),
                new(PartyField.LegalRepresentative, $"{Planted.Mark}法人{n}", false),
                new(PartyField.RegisteredAddress, $"{Planted.Mark}注册地{n}", false),
            ];
    }
}
