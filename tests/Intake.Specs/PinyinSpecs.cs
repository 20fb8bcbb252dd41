namespace Mediation.Intake.Specs;

public sealed class PinyinSpecs
{
    // The hundred most frequent surnames with the initial of each.
    private const string Surnames =
        "王W李L张Z刘L陈C杨Y黄H赵Z吴W周Z徐X孙S马M朱Z胡H郭G何H林L高G罗L郑Z梁L谢X宋S唐T许X邓D韩H冯F曹C彭P曾Z肖X田T董D潘P袁Y蔡C蒋J"
        + "余Y于Y杜D叶Y程C魏W苏S吕L丁D任R卢L姚Y沈S钟Z姜J崔C谭T陆L范F汪W廖L石S金J韦W贾J夏X付F方F邹Z熊X白B孟M秦Q邱Q侯H江J尹Y薛X"
        + "闫Y段D雷L龙L黎L史S陶T贺H毛M郝H顾G龚G邵S万W覃Q武W钱Q戴D严Y莫M孔K向X常C阚K柴C翟Z牛N欧O皮P卜B仝T丛C娄L饶R安A敖A艾A";

    [Fact]
    public void Common_surnames_have_their_initial()
    {
        for (var i = 0; i < Surnames.Length; i += 2)
            PinyinInitials
                .Of(Surnames[i].ToString())
                .Contains(Surnames[i + 1].ToString(), StringComparer.Ordinal)
                .ShouldBeTrue(Surnames[i].ToString());
    }

    [Theory]
    [InlineData("单田芳", "STF")]
    [InlineData("曾国藩", "ZGF")]
    [InlineData("仇英", "QY")]
    [InlineData("解缙", "XJ")]
    [InlineData("查良镛", "ZLY")]
    [InlineData("区志坚", "OZJ")]
    [InlineData("任盈盈", "RYY")]
    [InlineData("朴永哲", "PYZ")]
    [InlineData("盖叫天", "GJT")]
    [InlineData("尉迟恭", "YCG")]
    [InlineData("乐嘉", "YJ")]
    [InlineData("缪斯", "MS")]
    public void Surnames_read_differently_are_found_under_their_reading(string name, string initials) =>
        PinyinInitials.Of(name).Contains(initials, StringComparer.Ordinal).ShouldBeTrue(name);

    [Theory]
    [InlineData("张伟", "ZW")]
    [InlineData("王芳", "WF")]
    [InlineData("李娜", "LN")]
    [InlineData("刘秀英", "LXY")]
    [InlineData("陈建国", "CJG")]
    [InlineData("杨桂兰", "YGL")]
    [InlineData("赵子龙", "ZZL")]
    [InlineData("周欧文", "ZOW")]
    [InlineData("孙怡然", "SYR")]
    [InlineData("工人甲", "GRJ")]
    [InlineData("欧阳娜娜", "OYNN")]
    [InlineData("阿卜杜·热合曼", "ABDRHM")]
    [InlineData("欧阳 志 强", "OYZQ")]
    [InlineData("John Smith", "JOHNSMITH")]
    public void Names_have_their_initials(string name, string initials) =>
        PinyinInitials.Of(name).Contains(initials, StringComparer.Ordinal).ShouldBeTrue(name);

    [Theory]
    [InlineData("")]
    [InlineData("·")]
    [InlineData("？！")]
    public void Nothing_legible_gives_nothing(string name) => PinyinInitials.Of(name).ShouldBeEmpty();
}
