using System.Globalization;
using System.Reflection;
using System.Text;

namespace Mediation.Content.Tests;

public sealed class KeyTests
{
    private static readonly KeyRing Keys = ContentFixture.NewKeys();

    private static readonly FieldPlace Place = new("parties", "phone", Guid.CreateVersion7());

    [Fact]
    public void Each_purpose_has_its_own_key_and_the_same_file_gives_the_same_keys()
    {
        var path = ContentFixture.WriteKey(Convert.ToBase64String([.. Enumerable.Range(1, 32).Select(i => (byte)i)]));
        var (first, second) = (new KeyRing(MasterKey.FromFile(path)), new KeyRing(MasterKey.FromFile(path)));
        string[] purposes =
        [
            KeyRing.ContentWrapping,
            KeyRing.FieldEncryption,
            KeyRing.BlindIndexing,
            KeyRing.EventIntegrity,
        ];
        purposes.Select(p => Convert.ToHexString(first.Derive(p))).Distinct().Count().ShouldBe(4);
        foreach (var purpose in purposes)
        {
            first.Derive(purpose).Length.ShouldBe(32);
            first.Derive(purpose).ShouldBe(second.Derive(purpose));
        }
        // Frozen: another derivation would lock out everything stored.
        Convert
            .ToHexStringLower(first.Derive(KeyRing.FieldEncryption))
            .ShouldBe("858880523d26f3553a49adeae05a2972cb1bb3e93ec27b88f0d6dfc37d049f74");
        File.Delete(path);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherWrite)]
    public void A_key_file_everybody_can_reach_is_refused(UnixFileMode mode)
    {
        var path = ContentFixture.WriteKey(Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('k', 32))), mode);
        Should
            .Throw<InvalidOperationException>(() => MasterKey.FromFile(path))
            .Message.ShouldContain($"chmod 600 {path}");
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        MasterKey.FromFile(path);
        File.Delete(path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("c2hvcnQ=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void A_key_that_is_none_is_refused_without_showing_it(string text)
    {
        var path = ContentFixture.WriteKey(text);
        var message = Should.Throw<InvalidOperationException>(() => MasterKey.FromFile(path)).Message;
        message.ShouldContain(path);
        if (text.Length > 0)
            message.ShouldNotContain(text);
        File.Delete(path);
    }

    [Fact]
    public void A_missing_key_file_is_named() =>
        Should
            .Throw<InvalidOperationException>(() => MasterKey.FromFile("/no/such/key"))
            .Message.ShouldContain("/no/such/key");

    [Theory]
    [InlineData("")]
    [InlineData("13900000001")]
    [InlineData("欧阳𠮷")]
    public void A_field_opens_where_it_was_written_and_nowhere_else(string text)
    {
        var cipher = new FieldCipher(Keys);
        var envelope = cipher.Encrypt(text, Place);
        cipher.Decrypt(envelope, Place).ShouldBe(text);
        cipher.Encrypt(text, Place).ShouldNotBe(envelope);
        foreach (
            var elsewhere in (FieldPlace[])
                [
                    Place with
                    {
                        Row = Guid.CreateVersion7(),
                    },
                    Place with
                    {
                        Column = "phon",
                    },
                    Place with
                    {
                        Table = "partiesp",
                        Column = "hone",
                    },
                ]
        )
            Tampered(() => cipher.Decrypt(envelope, elsewhere));
        Tampered(() => new FieldCipher(ContentFixture.NewKeys()).Decrypt(envelope, Place));
    }

    [Fact]
    public void Every_changed_bit_of_an_envelope_is_noticed()
    {
        var cipher = new FieldCipher(Keys);
        var envelope = cipher.Encrypt("110105", Place);
        for (var bit = 0; bit < envelope.Length * 8; bit++)
        {
            var changed = envelope.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Tampered(() => cipher.Decrypt(changed, Place));
        }
        for (var length = 0; length < envelope.Length; length++)
            Tampered(() => cipher.Decrypt(envelope.AsSpan(0, length), Place));
    }

    [Fact]
    public void Equal_values_give_equal_tokens_after_normalising_and_others_do_not()
    {
        var phone = new BlindIndex(Keys).Field("phone", Digits);
        phone.Exact("139-0000-0001").ShouldBe(phone.Exact("１３９００００ 0001"));
        phone.Exact("13900000001")!.Length.ShouldBe(16);
        phone.Exact("13900000002").ShouldNotBe(phone.Exact("13900000001"));
        phone.Exact("——").ShouldBeNull();
        new BlindIndex(Keys).Field("document", Digits).Exact("13900000001").ShouldNotBe(phone.Exact("13900000001"));
        new BlindIndex(ContentFixture.NewKeys())
            .Field("phone", Digits)
            .Exact("13900000001")
            .ShouldNotBe(phone.Exact("13900000001"));
    }

    [Fact]
    public void A_fragment_of_a_name_is_found_by_its_pairs_and_initials_by_their_beginning()
    {
        var name = new BlindIndex(Keys).Field("name", n => n.Trim());
        var stored = name.Pairs("欧阳𠮷祥");
        stored.Length.ShouldBe(3);
        foreach (var fragment in (string[])["欧阳", "阳𠮷", "𠮷祥", "欧阳𠮷祥"])
            name.Pairs(fragment).ShouldBeSubsetOf(stored);
        name.Pairs("阳祥").Except(stored).ShouldNotBeEmpty();
        name.Pairs("祥").ShouldBeEmpty();
        name.Pairs("甲甲甲").Length.ShouldBe(1);
        var initials = new BlindIndex(Keys).Field("initials", n => n.ToLowerInvariant());
        var prefixes = initials.Prefixes("oyjx");
        prefixes.Length.ShouldBe(4);
        foreach (var beginning in (string[])["O", "oy", "oyj", "OYJX"])
            prefixes.ShouldContain(initials.Prefix(beginning)!.Value);
        prefixes.ShouldNotContain(initials.Prefix("yj")!.Value);
        initials.Prefix("").ShouldBeNull();
    }

    [Fact]
    public void Every_error_has_a_chinese_and_an_english_text_and_a_status_of_its_kind()
    {
        var codes = typeof(ContentErrors)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!)
            .ToList();
        codes.Count.ShouldBeGreaterThan(10);
        foreach (var code in codes)
        {
            var zh = ContentServices.Texts.GetString(code, CultureInfo.GetCultureInfo("zh-CN"));
            var en = ContentServices.Texts.GetString(code, CultureInfo.GetCultureInfo("en"));
            zh.ShouldNotBeNullOrEmpty(code);
            zh.ShouldContain(c => c > 0x4E00, code);
            en.ShouldNotBeNullOrEmpty(code);
            en.ShouldNotBe(zh);
            (new ContentException(code).Status is >= 400 and < 500).ShouldBe(code != ContentErrors.Tampered, code);
        }
    }

    private static string Digits(string text) =>
        string.Concat(text.Normalize(NormalizationForm.FormKC).Where(char.IsAsciiDigit));

    private static void Tampered(Action open) =>
        Should.Throw<ContentException>(open).Code.ShouldBe(ContentErrors.Tampered);
}
