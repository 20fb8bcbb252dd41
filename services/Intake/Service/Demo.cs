using Mediation.Content;
using Mediation.Contracts.Http.Intake;
using Mediation.EventStore;
using Mediation.Hosting;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>Visibly invented people and matters for a first look: 工人甲 and her colleagues, phones 1990000xxxx, flagged as
/// demonstration in the register. Running it again adds nothing.</summary>
internal sealed class Demo(
    EventJournal journal,
    NpgsqlDataSource source,
    PartyRegister register,
    ContentStore content,
    TimeProvider clock
)
{
    private const string Chaoyang = "110105";
    private const string Haidian = "110108";

    private static readonly (
        string Unit,
        Channel Channel,
        string Worker,
        string Employer,
        ClaimItemType Item,
        long Fen,
        string Facts,
        int Steps
    )[] Matters =
    [
        (
            Chaoyang,
            Channel.WalkIn,
            "工人甲",
            "演示建筑劳务有限公司",
            ClaimItemType.Wages,
            1_860_000,
            "演示：三个月工资未发。",
            5
        ),
        (
            Chaoyang,
            Channel.Hotline12351,
            "工人乙",
            "演示餐饮管理有限公司",
            ClaimItemType.Overtime,
            420_000,
            "演示：休息日加班未付加班费。",
            5
        ),
        (
            Chaoyang,
            Channel.ArbitrationDesk,
            "工人丙",
            "演示网络科技有限公司",
            ClaimItemType.Severance,
            5_200_000,
            "演示：被裁员，要求经济补偿。",
            4
        ),
        (
            Chaoyang,
            Channel.Online,
            "工人丁",
            "演示物流有限公司",
            ClaimItemType.DoubleWage,
            2_400_000,
            "演示：入职八个月未签合同。",
            3
        ),
        (
            Chaoyang,
            Channel.CourtDelegated,
            "工人戊",
            "演示建筑劳务有限公司",
            ClaimItemType.Wages,
            960_000,
            "演示：法院委派调解。",
            2
        ),
        (
            Chaoyang,
            Channel.WalkIn,
            "工人己",
            "演示家政服务有限公司",
            ClaimItemType.DepositRefund,
            50_000,
            "演示：离职不退押金。",
            1
        ),
        (
            Haidian,
            Channel.WalkIn,
            "工人庚",
            "演示教育咨询有限公司",
            ClaimItemType.CommissionOrBonus,
            1_100_000,
            "演示：提成未结清。",
            5
        ),
        (
            Haidian,
            Channel.Petition,
            "工人辛",
            "演示物流有限公司",
            ClaimItemType.AnnualLeavePay,
            180_000,
            "演示：未休年休假工资。",
            1
        ),
    ];

    public static Task<int> Run(IServiceProvider services, CancellationToken ct) =>
        ActivatorUtilities.CreateInstance<Demo>(services).Create(ct);

    private async Task<int> Create(CancellationToken ct)
    {
        for (var i = 0; i < Matters.Length; i++)
            await Create(i, ct);
        return 0;
    }

    private async Task Create(int i, CancellationToken ct)
    {
        var matter = Matters[i];
        var id = NameBasedId.From(Guid.Empty, $"intake demonstration {i}");
        var (today, now) = (LegalDay.Today(clock), clock.GetUtcNow());
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var worker = PartyData.Of(
            new PersonEntry(
                matter.Worker,
                Phone: $"1990000{i:D4}",
                MigrantWorker: i % 2 == 0,
                UsualAddress: "北京市演示区演示路1号"
            ),
            PartyKind.Person,
            "worker",
            today,
            faults
        );
        var employer = PartyData.Of(new OrganisationEntry(matter.Employer, Industry: "E"), "employer", today, faults);
        if (faults.Count > 0)
            throw new InvalidOperationException(string.Join(", ", faults.Keys));
        var (workerId, workerKey) = (NameBasedId.From(id, "worker"), NameBasedId.From(id, "person"));
        var known = await register.Known(employer, ct);
        var employerId = known.Count > 0 ? known[0].PartyId : NameBasedId.From(id, "employer");
        var employerKey =
            known.Count > 0 ? (await register.Find([employerId], ct))[employerId].KeyId : NameBasedId.From(id, "group");
        var facts = await content.SealTextAsync(id, NameBasedId.From(id, "facts"), matter.Facts, Guid.Empty, ct);
        var reference = new ContentRef(
            facts.Facts.ContentId,
            facts.Facts.Sha256,
            facts.Facts.Size,
            facts.Facts.MediaType
        );
        var applicant = new Applicant(
            NameBasedId.From(id, $"worker:{workerId:N}"),
            workerId,
            workerKey,
            new("E", null, false, i % 2 == 0, false, Sex.Unknown, null),
            [new(NameBasedId.From(id, "item"), matter.Item, null, null, new Money(matter.Fen))]
        );
        var registration = new RegisterRequest(
            id,
            matter.Unit,
            matter.Channel,
            today,
            true,
            null,
            [applicant],
            [new(employerId, employerKey, RespondentCapacity.Employer)],
            reference,
            new(true, "2026-1", ConsentForm.Oral, false),
            [MissingFact.IdNumber, MissingFact.CreditCode],
            now.AddSeconds(-60 - 5 * i),
            now,
            today
        );
        if ((await journal.Load(Aggregates.Request, id, ct: ct)).Version > 0)
            return;
        await Do(id, matter.Unit, registration, Record, ct);
        if (matter.Steps > 1)
            await Do(id, matter.Unit, Triaged(today), null, ct);
        if (matter.Steps > 2)
            await Do(
                id,
                matter.Unit,
                new ApplyForMediation(MediationInitiative.Applicant, ApplicationForm.Oral, today, today),
                null,
                ct
            );
        if (matter.Steps > 3)
            await Do(
                id,
                matter.Unit,
                new RecordConsent(employerId, true, ConsentManner.Telephone, today, null, today),
                null,
                ct
            );
        if (matter.Steps > 4)
            await Accept(id, matter.Unit, today, ct);

        void Record(Changes changes)
        {
            foreach (var statement in facts.Insert())
                changes.Also(statement);
            foreach (var statement in register.Insert(workerId, workerKey, worker, true, evenIfKnown: true, now))
                changes.Also(statement);
            if (known.Count == 0)
                foreach (var statement in register.Insert(employerId, employerKey, employer, true, true, now))
                    changes.Also(statement);
            changes.Also(PartyRegister.Link(workerId, id, matter.Unit, now));
            changes.Also(PartyRegister.Link(employerId, id, matter.Unit, now));
        }
    }

    private async Task Do<TCommand>(Guid id, string unit, TCommand command, Action<Changes>? also, CancellationToken ct)
        where TCommand : class, IRequestCommand =>
        await journal.Execute(
            Aggregates.Request,
            id,
            command,
            By(unit, typeof(TCommand).Name),
            also: (changes, _, _) => also?.Invoke(changes),
            ct: ct
        );

    private async Task Accept(Guid id, string unit, DateOnly today, CancellationToken ct)
    {
        var loaded = await journal.Load(Aggregates.Request, id, ct: ct);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var number = await CaseNumbers.Draw(connection, unit, today.Year, ct);
        var changes = new Changes(By(unit, nameof(AcceptRequest)));
        changes.Append(
            Aggregates.Request.Name,
            loaded,
            Aggregates.Request.Decide(
                loaded.State,
                new AcceptRequest(NameBasedId.From(id, "dispute"), number, true, today, today)
            )
        );
        await journal.Commit(changes, connection, transaction, ct);
        await transaction.CommitAsync(ct);
    }

    private static Metadata By(string unit, string handler) => new(Guid.CreateVersion7(), handler, Unit: unit);

    private static TriageRequest Triaged(DateOnly today) =>
        new(
            new(
                true,
                null,
                LegalRelation.Labour,
                null,
                StatutoryHead.PayInjurySeveranceDamages,
                StatisticsCategory.Pay,
                null,
                null,
                today.AddMonths(8),
                null,
                null,
                [],
                1,
                RiskLevel.None,
                null
            )
        );
}
