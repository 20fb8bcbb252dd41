using System.Diagnostics;

namespace Mediation.Kit;

/// <summary>Waits for a condition with a deadline. What arrives over the broker or a subscription is awaited so; a
/// fixed pause would be too short on a busy machine and too long on every other.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(3);

    // What comes at once is seen at once; whoever waits longer must not take the machine from what she waits for.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(400);

    /// <summary>Asks until the answer satisfies the condition, and returns it.</summary>
    public static async Task<T> Get<T>(
        Func<Task<T>> ask,
        Func<T, bool> satisfied,
        string what,
        TimeSpan? patience = null
    )
    {
        var watch = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(FirstPause);
        while (true)
        {
            // Whoever never answers fails the test that asked, not the run.
            var answer = await ask().WaitAsync(Silence);
            if (satisfied(answer))
                return answer;
            if (watch.Elapsed > (patience ?? Patience))
                throw new TimeoutException(
                    $"{what}: not so after {watch.Elapsed.TotalSeconds:0} s; last answer: {answer}"
                );
            await tick.WaitForNextTickAsync();
            if (tick.Period < LongestPause)
                tick.Period *= 1.3;
        }
    }

    public static Task True(Func<Task<bool>> condition, string what, TimeSpan? patience = null) =>
        Get(condition, holds => holds, what, patience);
}
