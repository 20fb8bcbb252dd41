using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mediation.EventStore;

/// <summary>All columns of an event row but its number, in one unambiguous order of bytes: what the seal in its headers
/// and the link of the chain are made over. The number is drawn by the database after the seal is made; the chain
/// holds it.</summary>
internal sealed class EventSeal(byte[] key)
{
    private readonly ArrayBufferWriter<byte> bytes = new(1024);

    /// <summary>Name of the header that holds the seal; the seal is made over the headers without it.</summary>
    public const string Header = "hash";

    /// <summary>What the store writes to the columns that Marten has and we do not use.</summary>
    public const string Tenant = "*DEFAULT*";

    /// <summary>The bytes of a row; valid until the next call.</summary>
    /// <param name="binary">Column <c>bdata</c> in hexadecimal; always null in what the store writes.</param>
    /// <param name="headers">Canonical JSON.</param>
    /// <param name="data">Canonical JSON.</param>
    public ReadOnlySpan<byte> Bytes(
        Guid id,
        Guid stream,
        long version,
        string name,
        DateTimeOffset recordedAt,
        string? dotnetType,
        string? correlation,
        string? causation,
        string? account,
        ReadOnlySpan<byte> headers,
        ReadOnlySpan<byte> data,
        string? tenant = Tenant,
        string? binary = null,
        bool? archived = false
    )
    {
        bytes.ResetWrittenCount();
        Add(id);
        Add(stream);
        Add(version);
        Add(recordedAt.UtcTicks);
        Add(
            archived switch
            {
                null => 2,
                true => 1,
                false => 0,
            }
        );
        foreach (var text in (ReadOnlySpan<string?>)[name, dotnetType, tenant, binary, correlation, causation, account])
            Add(text);
        Add(headers);
        Add(data);
        return bytes.WrittenSpan;
    }

    /// <summary>Keyed hash of a row's bytes, in lower-case hexadecimal. Who can write the tables but has not the key can
    /// make no such row and alter none.</summary>
    public string Seal(ReadOnlySpan<byte> row)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, row, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Whether a stored row's headers carry the seal that was made over this very row.</summary>
    public bool Holds(string stated, ReadOnlySpan<byte> row) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Seal(row)), Encoding.UTF8.GetBytes(stated));

    private void Add(Guid value)
    {
        value.TryWriteBytes(bytes.GetSpan(16), bigEndian: true, out _);
        bytes.Advance(16);
    }

    private void Add(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(8), value);
        bytes.Advance(8);
    }

    // Length before content, so that no two different rows read as the same bytes.
    private void Add(string? value)
    {
        if (value is null)
        {
            Add(-1L);
            return;
        }
        Add((long)Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, bytes);
    }

    private void Add(ReadOnlySpan<byte> value)
    {
        Add((long)value.Length);
        bytes.Write(value);
    }
}

/// <summary>The headers column: what is known about an event beside the columns Marten has for it.</summary>
internal static class EventHeaders
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = EventTypes.Json.Encoder };

    /// <summary>The headers without their seal, canonical: keys in order.</summary>
    public static void Write(Metadata of, ArrayBufferWriter<byte> to)
    {
        using var writer = new Utf8JsonWriter(to, Plain);
        writer.WriteStartObject();
        if (of.EffectiveOn is { } day)
            writer.WriteString("effectiveOn", day.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        writer.WriteString("handler", of.Handler);
        Optional(writer, "onBehalfOf", of.OnBehalfOf);
        Optional(writer, "role", of.Role);
        Optional(writer, "trace", of.Trace);
        Optional(writer, "unit", of.Unit);
        writer.WriteEndObject();
    }

    /// <summary>The same with the seal.</summary>
    public static byte[] Sealed(ReadOnlySpan<byte> headers, string seal) =>
        [
            .. headers[..^1],
            .. ",\""u8,
            .. Encoding.UTF8.GetBytes(EventSeal.Header),
            .. "\":\""u8,
            .. Encoding.UTF8.GetBytes(seal),
            .. "\"}"u8,
        ];

    private static void Optional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }
}
