using Mediation.Kit;

namespace Mediation.Intake.Specs;

public sealed class IdentifierSpecs
{
    private static readonly DateOnly Today = new(2026, 11, 20);

    [Fact]
    public void An_id_number_gives_region_birth_date_and_sex()
    {
        var id = ResidentId.Read("11010519491231002X", Today, out var fault).ShouldNotBeNull();
        fault.ShouldBeNull();
        (id.Number, id.Region, id.BirthDate, id.Sex).ShouldBe(
            ("11010519491231002X", "110105", new DateOnly(1949, 12, 31), Sex.Female)
        );
    }

    [Theory]
    [InlineData("11010519491231002x")]
    [InlineData(" 110105 19491231 002X ")]
    [InlineData("１１０１０５１９４９１２３１００２Ｘ")]
    public void An_id_number_is_read_as_people_type_it(string typed) =>
        ResidentId.Read(typed, Today, out _).ShouldNotBeNull().Number.ShouldBe("11010519491231002X");

    [Fact]
    public void Fifteen_digits_are_the_same_person() =>
        ResidentId.Read("110105491231002", Today, out _).ShouldNotBeNull().Number.ShouldBe("11010519491231002X");

    [Theory]
    [InlineData("", "id_length")]
    [InlineData("1101051949123100", "id_length")]
    [InlineData("1101051949123100221", "id_length")]
    [InlineData("11010519491231OO2X", "id_character")]
    [InlineData("11010549123100X", "id_character")]
    [InlineData("99010519491231002X", "id_region")]
    [InlineData("110105194902310020", "id_birth_date")]
    [InlineData("110105202702010023", "id_birth_date")]
    [InlineData("110105194912310021", "id_check")]
    public void A_wrong_id_number_says_why(string typed, string expected)
    {
        ResidentId.Read(typed, Today, out var fault).ShouldBeNull();
        fault.ShouldBe(expected);
    }

    [Theory]
    [InlineData("91110105MA0000000Y")]
    [InlineData("91110105MA0000039X")]
    [InlineData("91110105MA00000590")]
    [InlineData("91110105MA0000029W")]
    public void Any_of_the_31_characters_may_check_a_credit_code(string code) =>
        CreditCode.Read(code, out _).ShouldNotBeNull().Code.ShouldBe(code);

    [Theory]
    [InlineData("91110105MA000000", "credit_code_length")]
    [InlineData("91110105MI0000000Y", "credit_code_character")]
    [InlineData("91110105MA000000OY", "credit_code_character")]
    [InlineData("9111A105MA0000000Y", "credit_code_region")]
    [InlineData("91110105MA0000000X", "credit_code_check")]
    public void A_wrong_credit_code_says_why(string code, string expected)
    {
        CreditCode.Read(code, out var fault).ShouldBeNull();
        fault.ShouldBe(expected);
    }

    [Fact]
    public void Every_single_wrong_character_of_a_credit_code_is_found()
    {
        const string code = "91110105MA0000000Y";
        for (var place = 0; place < 17; place++)
            foreach (var c in "0123456789ABCDEFGHJKLMNPQRTUWXY".Where(c => c != code[place]))
                CreditCode.Read(code[..place] + c + code[(place + 1)..], out _).ShouldBeNull();
    }

    [Fact]
    public void Every_single_wrong_digit_of_an_id_number_is_found()
    {
        const string number = "11010519491231002X";
        for (var place = 0; place < 17; place++)
            foreach (var c in "0123456789".Where(c => c != number[place]))
                ResidentId.Read(number[..place] + c + number[(place + 1)..], Today, out _).ShouldBeNull();
    }

    [Fact]
    public void The_vectors_of_others_get_the_same_verdicts()
    {
        var ids = Rows(SampleData.Find("id-vectors/resident-id.csv"));
        ids.Count.ShouldBeGreaterThan(10);
        foreach (var row in ids)
        {
            var read = ResidentId.Read(row[0], Today, out var fault);
            // Counties come and go; a number of a county that was not registered in the birth year passes here.
            if (row[1].StartsWith("valid", StringComparison.Ordinal))
                read.ShouldNotBeNull(row[0]).BirthDate.ToString("yyyy-MM-dd", null).ShouldBe(row[4]);
            else
                fault.ShouldNotBeNull(row[0]);
        }
        var codes = Rows(SampleData.Find("id-vectors/uscc.csv"));
        codes.Count.ShouldBeGreaterThan(200);
        foreach (var row in codes.Where(r => r[1] is "valid" or "invalid"))
            (CreditCode.Read(row[0], out _) is not null).ShouldBe(row[1] == "valid", row[0]);
    }

    [Fact]
    public void Other_documents_have_their_shapes()
    {
        OtherDocument.Passport("e 1234567-8").ShouldBe("E1234567-8");
        OtherDocument.Passport("护照").ShouldBeNull();
        OtherDocument.HongKongMacauPermit("h12345678").ShouldBe("H12345678");
        OtherDocument.HongKongMacauPermit("H1234567890").ShouldBe("H1234567890");
        OtherDocument.HongKongMacauPermit("T12345678").ShouldBeNull();
        OtherDocument.TaiwanPermit("0123 4567").ShouldBe("01234567");
        OtherDocument.TaiwanPermit("0123456").ShouldBeNull();
        OtherDocument.ForeignPermanentResidence("CAN110078091501").ShouldBe("CAN110078091501");
        OtherDocument.ForeignPermanentResidence("911124198108030024").ShouldBe("911124198108030024");
        OtherDocument.ForeignPermanentResidence("11010519491231002X").ShouldBeNull();
        OtherDocument.ResidencePermit("810000199001010000", Today).ShouldNotBeNull().Region.ShouldBe("810000");
        OtherDocument.ResidencePermit("11010519491231002X", Today).ShouldBeNull();
        OtherDocument.Other("A/1").ShouldBe("A/1");
        OtherDocument.Other("ab").ShouldBeNull();
    }

    [Theory]
    [InlineData("138 0013 8000", "13800138000")]
    [InlineData("+86 138-0013-8000", "13800138000")]
    [InlineData("0086 13800138000", "13800138000")]
    [InlineData("010-6512 3456", "01065123456")]
    [InlineData("（010）65123456", "01065123456")]
    [InlineData("+852 9123 4567", "+85291234567")]
    [InlineData("12800138000", null)]
    [InlineData("1380013800", null)]
    [InlineData("138001380001", null)]
    [InlineData("65123456", null)]
    [InlineData("打我手机", null)]
    [InlineData("", null)]
    public void Phones_are_read_as_people_type_them(string typed, string? expected) =>
        Phone.Read(typed).ShouldBe(expected);

    [Fact]
    public void Masking_shows_enough_to_recognise_and_too_little_to_learn()
    {
        Masking.Name("张三").ShouldBe("张*");
        Masking.Name("欧阳修").ShouldBe("欧阳*");
        Masking.Name("欧阳").ShouldBe("欧*");
        Masking.Name("阿卜杜热合曼").ShouldBe("阿****");
        Masking.Name("John").ShouldBe("J***");
        Masking.Name("单").ShouldBe("单*");
        Masking.Phone("13800138000").ShouldBe("138****8000");
        Masking.IdNumber("11010519491231002X").ShouldBe("11**************2X");
        Masking.Account("6222020200012345678").ShouldBe("****5678");
        Masking.Address("北京市朝阳区建外大街1号").ShouldBe("北京市朝阳区****");
        Masking.Address("某处").ShouldBe("****");
    }

    // CSV of the samples: no line breaks inside, quotes only around fields with commas.
    private static List<string[]> Rows(string path) =>
        [
            .. File.ReadLines(path)
                .Skip(1)
                .Select(line =>
                {
                    var fields = new List<string>();
                    var (quoted, field) = (false, "");
                    foreach (var c in line)
                        if (c == '"')
                            quoted = !quoted;
                        else if (c == ',' && !quoted)
                        {
                            fields.Add(field);
                            field = "";
                        }
                        else
                            field += c;
                    fields.Add(field);
                    return fields.ToArray();
                }),
        ];
}
