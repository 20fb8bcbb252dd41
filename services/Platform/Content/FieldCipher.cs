using System.Text;

namespace Mediation.Content;

/// <summary>Where an encrypted field stands. It is bound into the ciphertext: copied to another row or column the value
/// does not open, so nobody can swap two persons' numbers in the database.</summary>
public readonly record struct FieldPlace(string Table, string Column, Guid Row)
{
    internal byte[] Associated() => Envelope.Associated("field", Table, Column, Row);
}

/// <summary>Encrypts single fields (AES-256-GCM). The same text gives other bytes each time; to search, see
/// <see cref="BlindIndex"/>.</summary>
public sealed class FieldCipher(KeyRing keys)
{
    private readonly byte[] key = keys.Derive(KeyRing.FieldEncryption);

    public byte[] Encrypt(string text, FieldPlace place) =>
        Envelope.Seal(key, place.Associated(), Encoding.UTF8.GetBytes(text));

    /// <exception cref="ContentException"><see cref="ContentErrors.Tampered"/>: altered, moved from another place, or
    /// written under another master key.</exception>
    public string Decrypt(ReadOnlySpan<byte> envelope, FieldPlace place) =>
        Encoding.UTF8.GetString(Envelope.Open(key, place.Associated(), envelope));
}
