using Mediation.Contracts.Http.Identity;
using Mediation.Contracts.Identity;
using Mediation.Demonstration;

// Plays a year of invented matters against running services, as the demonstration accounts that Identity made. What was
// played before is looked at and left as it is.
using var services = new Services(s => new Uri(Setting($"MEDIATION_{s.ToString().ToUpperInvariant()}_URL")));
try
{
    var (matters, districts) = await DemonstrationYear.Play(services, Setting("MEDIATION_DEMO_PASSWORD"));
    Console.WriteLine($"Demonstration: {matters} matters of the last twelve months in {districts} districts");
    return 0;
}
catch (Exception e) when (e is NotDone or HttpRequestException or OperationCanceledException)
{
    await Console.Error.WriteLineAsync(e.ToString());
    return 1;
}

static string Setting(string name) =>
    Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{name} is not set.");

namespace Mediation.Demonstration
{
    /// <summary>The demonstration of the whole city.</summary>
    public static class DemonstrationYear
    {
        // Account suffix, unit, short name, and which stories: the first district has all of them. Who comes a second time
        // came to the first.
        private static readonly (string Suffix, string Unit, string Name, int Every)[] Districts =
        [
            ("chaoyang", "110105", "朝阳", 1),
            ("haidian", "110108", "海淀", 2),
            ("fengtai", "110106", "丰台", 3),
            ("tongzhou", "110112", "通州", 4),
        ];

        /// <returns>How many matters were played, in how many districts.</returns>
        public static async Task<(int Matters, int Districts)> Play(Services services, string password)
        {
            var now = TimeProvider.System.GetUtcNow();
            var played = await Task.WhenAll(
                Districts.Select(
                    async (d, place) =>
                    {
                        Task<Staff> Sign(string role) => services.SignIn($"{role}.{d.Suffix}", password);
                        var office = new Office(
                            d.Unit,
                            await Sign("jiedai"),
                            await Sign("zhuren"),
                            await Sign("tiaojie"),
                            await Sign("fuhe")
                        );
                        var tree = await office.Intake.Get<UnitTreeView>(Service.Identity, "/units");
                        var streets = tree
                            .Units.Where(u => u.ParentCode == d.Unit && u.Level is UnitLevel.Street)
                            .Take(4)
                            .Select(u => u.Code)
                            .ToList();
                        var stories = Story
                            .All.Where((s, i) => d.Every == 1 || i % d.Every == 0 && s.Ending is not Ending.Duplicate)
                            .ToList();
                        return await new District(office, place, d.Name, streets, stories, now).Play();
                    }
                )
            );
            return (played.Sum(), played.Length);
        }
    }
}
