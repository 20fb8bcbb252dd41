using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Mediation.EventStore;

/// <summary>An event row as read: the columns in one place, for streams, subscriptions and the audit.</summary>
internal static class EventRow
{
    public const string Select = """
        select e.seq_id, e.id, e.stream_id, s.type, e.version, e.type, e.data::text, e.timestamp, e.correlation_id,
               e.causation_id, e.headers::text, e.user_name
        from mt_events e join mt_streams s on s.id = e.stream_id
        """;

    /// <summary>The event, or, where this version cannot read it, the same row with <see cref="Unreadable"/> as its data.
    /// A reader of the whole log must learn the position at which it cannot go on.</summary>
    public static StoredEvent ReadAny(NpgsqlDataReader row, EventTypes types)
    {
        try
        {
            return Read(row, types);
        }
        catch (Exception e) when (e is not (NpgsqlException or ObjectDisposedException))
        {
            return new(
                row.GetInt64(0),
                row.GetGuid(1),
                row.GetGuid(2),
                row.IsDBNull(3) ? "" : row.GetString(3),
                row.GetInt64(4),
                row.GetString(5),
                new Unreadable(e),
                DateTimeOffset.MinValue,
                new(Guid.Empty, "")
            );
        }
    }

    /// <exception cref="UnknownEvent">This version declares no event of that name.</exception>
    /// <exception cref="JsonException">The stored JSON is not that of the event.</exception>
    public static StoredEvent Read(NpgsqlDataReader row, EventTypes types)
    {
        var name = row.GetString(5);
        var causation = row.IsDBNull(9) ? null : row.GetString(9);
        return new(
            row.GetInt64(0),
            row.GetGuid(1),
            row.GetGuid(2),
            row.IsDBNull(3) ? "" : row.GetString(3),
            row.GetInt64(4),
            name,
            types.Read(name, row.GetString(6)),
            new DateTimeOffset(row.GetDateTime(7), TimeSpan.Zero),
            Metadata(
                row.IsDBNull(8) ? null : row.GetString(8),
                causation,
                row.IsDBNull(10) ? null : row.GetString(10),
                row.IsDBNull(11) ? null : row.GetString(11)
            )
        );
    }

    private static Metadata Metadata(string? correlation, string? causation, string? headers, string? account)
    {
        var cause = Guid.TryParse(causation, out var id) ? id : Guid.Empty;
        if (headers is null)
            return new(cause, "", account, Correlation: correlation);
        using var json = JsonDocument.Parse(headers);
        string? Text(string key) => json.RootElement.TryGetProperty(key, out var value) ? value.GetString() : null;
        return new(
            cause,
            Text("handler") ?? "",
            account,
            Text("role"),
            Text("unit"),
            Text("onBehalfOf"),
            correlation,
            Text("trace"),
            Text("effectiveOn") is { } day ? DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null
        );
    }
}

/// <summary>Stands in the place of an event that could not be read.</summary>
internal sealed record Unreadable(Exception Error);

/// <summary>The log holds an event that this version does not know: a newer version wrote it.</summary>
internal sealed class UnknownEvent(string name)
    : Exception($"The log holds an event '{name}' that this version does not know.");
