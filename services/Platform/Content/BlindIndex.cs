using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mediation.Content;

/// <summary>Search tokens of encrypted fields: HMAC-SHA-256 under a key of its own, cut short. Equal values give equal
/// tokens, so a reader of the database sees how often a token occurs, but neither the value nor, without the key,
/// whether a guess is right. A hit in a set of pairs or prefixes may be a false one; the caller compares after
/// decrypting.</summary>
public sealed class BlindIndex(KeyRing keys)
{
    private readonly byte[] key = keys.Derive(KeyRing.BlindIndexing);

    /// <summary>The index of one field.</summary>
    /// <param name="name">Part of every token: the same digits as a phone and as a document number do not match.</param>
    /// <param name="normalise">Applied to stored and to searched values alike (full-width digits, upper case of a
    /// check letter, spaces). A value that becomes empty has no token.</param>
    public BlindField Field(string name, Func<string, string> normalise) => new(key, name, normalise);
}

/// <summary>Tokens of one field: 16 bytes for exact match (<c>bytea</c>), 8 bytes as <c>bigint</c> for members of a set
/// (<c>bigint[]</c> with a GIN index, searched by <c>@&gt;</c>).</summary>
public sealed class BlindField
{
    private readonly byte[] key;
    private readonly string name;
    private readonly Func<string, string> normalise;

    internal BlindField(byte[] key, string name, Func<string, string> normalise) =>
        (this.key, this.name, this.normalise) = (key, name, normalise);

    /// <summary>Token of the whole value, or null where nothing is left after normalising.</summary>
    public byte[]? Exact(string value) => normalise(value) is { Length: > 0 } text ? Mac("exact", text)[..16] : null;

    /// <summary>Tokens of every two neighbouring characters. A fragment of two or more characters is found by containing
    /// all its pairs; a single character has none and cannot be searched this way.</summary>
    public long[] Pairs(string value)
    {
        var characters = Characters(normalise(value));
        return Tokens("pair", characters.Zip(characters.Skip(1), string.Concat));
    }

    /// <summary>Tokens of every beginning of the value (for initials: z, zs, zsf). A search gives one
    /// <see cref="Prefix"/>.</summary>
    public long[] Prefixes(string value)
    {
        var characters = Characters(normalise(value));
        return Tokens("prefix", Enumerable.Range(1, characters.Count).Select(n => string.Concat(characters.Take(n))));
    }

    /// <summary>Token of what a searched value begins with, or null where nothing is left after normalising.</summary>
    public long? Prefix(string beginning) =>
        normalise(beginning) is { Length: > 0 } text ? Tokens("prefix", [text])[0] : null;

    private long[] Tokens(string kind, IEnumerable<string> terms) =>
        [.. terms.Distinct(StringComparer.Ordinal).Select(t => BinaryPrimitives.ReadInt64BigEndian(Mac(kind, t)))];

    private byte[] Mac(string kind, string text) => HMACSHA256.HashData(key, Envelope.Associated(name, kind, text));

    // Rare characters of names lie outside the basic plane; halves of them would match strangers.
    private static List<string> Characters(string text)
    {
        var elements = StringInfo.GetTextElementEnumerator(text.Normalize(NormalizationForm.FormC));
        var characters = new List<string>();
        while (elements.MoveNext())
            characters.Add(elements.GetTextElement());
        return characters;
    }
}
