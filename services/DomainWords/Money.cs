using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mediation;

/// <summary>An amount of Chinese yuan held as an integer of fen (1 yuan = 100 fen). Arithmetic is checked: an
/// overflow throws <see cref="OverflowException"/> instead of wrapping into a wrong amount.</summary>
[JsonConverter(typeof(MoneyJson))]
public readonly record struct Money(long Fen) : IComparable<Money>
{
    public static readonly Money Zero;

    public static Money operator +(Money left, Money right) => new(checked(left.Fen + right.Fen));

    public static Money operator -(Money left, Money right) => new(checked(left.Fen - right.Fen));

    public static bool operator <(Money left, Money right) => left.Fen < right.Fen;

    public static bool operator >(Money left, Money right) => left.Fen > right.Fen;

    public static bool operator <=(Money left, Money right) => left.Fen <= right.Fen;

    public static bool operator >=(Money left, Money right) => left.Fen >= right.Fen;

    public int CompareTo(Money other) => Fen.CompareTo(other.Fen);

    public static Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Zero, (sum, amount) => sum + amount);

    /// <summary>Yuan with two decimals, for logs of tests; pages format by culture.</summary>
    public override string ToString() => (Fen / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}

/// <summary>Money is written as its number of fen, so that no reader can mistake it for yuan with a fraction.</summary>
public sealed class MoneyJson : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Fen);
}
