using Xunit;

namespace Mediation.Kit;

/// <summary>Real sample data, read in place from the folder that <c>MEDIATION_SAMPLES</c> names. It is not part of
/// the project: where the folder is not there, the test that needs it is skipped and not counted.</summary>
public static class SampleData
{
    private static readonly Lock Writing = new();

    /// <summary>Path of one sample file or folder; skips the calling test where there are no samples.</summary>
    /// <param name="relative">Path below the samples' folder, such as <c>id-vectors/uscc.csv</c>.</param>
    /// <exception cref="FileNotFoundException">The folder is there and this part of it is not.</exception>
    public static string Find(string relative)
    {
        var root = Environment.GetEnvironmentVariable("MEDIATION_SAMPLES");
        if (string.IsNullOrEmpty(root))
            Assert.Skip("MEDIATION_SAMPLES is not set");
        var path = Path.Combine(root!, relative);
        if (!Path.Exists(path))
            throw new FileNotFoundException("The samples have no such part.", relative);
        // `make test` fails when the folder is there and nothing came past here: skipped is not passed.
        if (Environment.GetEnvironmentVariable("MEDIATION_SAMPLES_USED") is { Length: > 0 } register)
            lock (Writing)
            {
                using var stream = new FileStream(register, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
                using var writer = new StreamWriter(stream);
                writer.WriteLine(relative);
            }
        return path;
    }
}
