using Mediation.EventStore;
using Mediation.Hosting;
using Mediation.Identity.Domain;
using MediatR;

namespace Mediation.Identity.Service;

/// <summary>Demonstration accounts with visibly invented names, in several districts so that the walls between them show.
/// All have one password, made for this installation and printed once for whoever runs the demonstration; nobody is
/// asked to change it, because it is printed on that screen anyway. A real installation never runs this; it makes its
/// first administrator by <c>create-administrator</c>.</summary>
internal sealed class Demo(AccountMaker maker, Seed seed, IMediator mediator, TimeProvider clock)
{
    private sealed record Person(string Name, string Display, Role Role, string Unit);

    private static readonly Person[] People =
    [
        new("guanli.shi", "市级管理员甲", Role.Administrator, "110000"),
        new("ducha.shi", "督查甲", Role.Supervisor, "110000"),
        new("jiedai.chaoyang", "接待甲", Role.IntakeOfficer, "110105"),
        new("zhuren.chaoyang", "中心主任甲", Role.CentreHead, "110105"),
        new("tiaojie.chaoyang", "调解员甲", Role.Mediator, "110105"),
        new("tiaojie2.chaoyang", "调解员乙", Role.Mediator, "110105"),
        new("fuhe.chaoyang", "复核甲", Role.Verifier, "110105"),
        new("ducha.chaoyang", "督查乙", Role.Supervisor, "110105"),
        new("guanli.chaoyang", "管理员乙", Role.Administrator, "110105"),
        new("jiedai.haidian", "接待丙", Role.IntakeOfficer, "110108"),
        new("zhuren.haidian", "中心主任丙", Role.CentreHead, "110108"),
        new("tiaojie.haidian", "调解员丙", Role.Mediator, "110108"),
        new("fuhe.haidian", "复核丙", Role.Verifier, "110108"),
        new("ducha.haidian", "督查丙", Role.Supervisor, "110108"),
        new("jiedai.fengtai", "接待丁", Role.IntakeOfficer, "110106"),
        new("zhuren.fengtai", "中心主任丁", Role.CentreHead, "110106"),
        new("tiaojie.fengtai", "调解员丁", Role.Mediator, "110106"),
        new("fuhe.fengtai", "复核丁", Role.Verifier, "110106"),
        new("jiedai.tongzhou", "接待戊", Role.IntakeOfficer, "110112"),
        new("zhuren.tongzhou", "中心主任戊", Role.CentreHead, "110112"),
        new("tiaojie.tongzhou", "调解员戊", Role.Mediator, "110112"),
        new("fuhe.tongzhou", "复核戊", Role.Verifier, "110112"),
        new("falv.chaoyang", "区法律甲", Role.DistrictLegal, "110105"),
        new("falv.shi", "市法律甲", Role.CityLegal, "110000"),
    ];

    /// <summary>Id of a demonstration account; made again it is the same account.</summary>
    public static Guid AccountId(string name) => NameBasedId.From(Guid.Empty, "demonstration-account:" + name);

    public async Task<int> Run(TextWriter output, CancellationToken ct)
    {
        await seed.Run(ct);
        var password = Environment.GetEnvironmentVariable("MEDIATION_DEMO_PASSWORD") is { Length: > 0 } given
            ? given
            : AccountMaker.TemporaryPassword();
        await output.WriteLineAsync($"Demonstration accounts, all with the password {password}");
        foreach (var person in People)
        {
            var id = AccountId(person.Name);
            try
            {
                await maker.Make(Of(person, id), password, ct);
            }
            catch (Problem exists) when (exists.Code == "exists_already")
            {
                await output.WriteLineAsync($"  {person.Name, -20} exists and keeps its password");
                continue;
            }
            await Grant(id, person.Role, person.Unit, ct);
            await output.WriteLineAsync(
                $"  {person.Name, -20} {Roles(person.Role), -6} {person.Unit}  {person.Display}"
            );
        }
        return 0;
    }

    /// <summary>The first administrator of an installation, at the city, with a temporary password.</summary>
    public async Task<int> CreateAdministrator(string[] arguments, TextWriter output, CancellationToken ct)
    {
        if (arguments is not [{ Length: > 0 } name, { Length: > 0 } display])
        {
            await output.WriteLineAsync("create-administrator ACCOUNT-NAME DISPLAY-NAME");
            return 2;
        }
        await seed.Run(ct);
        var (id, password) = (Guid.CreateVersion7(), AccountMaker.TemporaryPassword());
        var account = Of(new(name, display, Role.Administrator, "110000"), id);
        account.MustChangePassword = true;
        await maker.Make(account, password, ct);
        await Grant(id, Role.Administrator, "110000", ct);
        await output.WriteLineAsync($"{name}: {password} (to be changed at the first sign-in)");
        return 0;
    }

    private async Task Grant(Guid account, Role role, string unit, CancellationToken ct) =>
        await mediator.Send(
            new Execute<GrantRole>(
                account,
                new GrantRole(
                    NameBasedId.From(account, role.ToString()),
                    role,
                    unit,
                    UnitOpen: true,
                    LegalDay.Today(clock),
                    null,
                    By: Guid.Empty
                )
            ),
            ct
        );

    private static Account Of(Person person, Guid id) =>
        new()
        {
            Id = id,
            UserName = person.Name,
            DisplayName = person.Display,
            Unit = person.Unit,
            PersonId = NameBasedId.From(id, "person"),
        };

    private static string Roles(Role role) =>
        role switch
        {
            Role.IntakeOfficer => "接待",
            Role.CentreHead => "中心主任",
            Role.Mediator => "调解员",
            Role.Verifier => "复核",
            Role.Supervisor => "督查",
            Role.Administrator => "管理员",
            Role.DistrictLegal or Role.CityLegal => "法律",
            _ => role.ToString(),
        };
}
