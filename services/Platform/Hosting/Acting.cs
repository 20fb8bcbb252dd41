using System.Diagnostics;
using Mediation.EventStore;

namespace Mediation.Hosting;

/// <summary>Under what authority the current request acts. Authorization fills it in; every event recorded during the
/// request carries it.</summary>
public sealed class Acting
{
    /// <summary>Account that is signed in; null before sign-in and for the system's own work.</summary>
    public string? Account { get; set; }

    /// <summary>Role and unit of the grant that allowed the action.</summary>
    public string? Role { get; set; }

    public string? Unit { get; set; }

    /// <summary>Account for which a substitute stands in (代办).</summary>
    public string? OnBehalfOf { get; set; }

    /// <summary>Id of the command: taken from the Idempotency-Key, so that a repeated submission records nothing new.</summary>
    public Guid Cause { get; set; } = Guid.CreateVersion7();

    /// <summary>Version that the person saw (If-Match), or null where she decided on no version.</summary>
    public long? ExpectedVersion { get; set; }

    /// <summary>A decision names the version of the page on which it was taken.</summary>
    /// <exception cref="Problem">400 <c>version_missing</c>.</exception>
    public void MustHaveSeen()
    {
        if (ExpectedVersion is null)
            throw new Problem(400, "version_missing");
    }

    /// <summary>What an event recorded now by this handler says about its origin.</summary>
    public Metadata Metadata(string handler, DateOnly? effectiveOn = null) =>
        new(
            Cause,
            handler,
            Account,
            Role,
            Unit,
            OnBehalfOf,
            Correlation: Activity.Current?.TraceId.ToString() ?? Cause.ToString("N"),
            Trace: Activity.Current?.Id,
            EffectiveOn: effectiveOn
        );
}
