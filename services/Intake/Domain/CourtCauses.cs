namespace Mediation.Intake;

/// <summary>A cause of the court's list.</summary>
/// <param name="Code">Number of the cause; the part after the dot is the place among its sub-causes.</param>
public sealed record CourtCause(string Code, string Name);

/// <summary>Causes of labour and personnel disputes of 民事案件案由规定, part labour. Which list holds follows from the
/// day the request was received: the third amendment (法〔2025〕226号) is in force from 2026-01-01; requests received
/// before keep the codes of 2020.</summary>
public static class CourtCauses
{
    private static readonly DateOnly ThirdAmendment = new(2026, 1, 1);

    private static readonly (string Version, IReadOnlyList<CourtCause> Causes) Of2020 = (
        "2020",
        [
            .. Numbered(
                "186",
                "劳动合同纠纷",
                "确认劳动关系纠纷",
                "集体合同纠纷",
                "劳务派遣合同纠纷",
                "非全日制用工纠纷",
                "追索劳动报酬纠纷",
                "经济补偿金纠纷",
                "竞业限制纠纷"
            ),
            .. Numbered(
                "187",
                "社会保险纠纷",
                "养老保险待遇纠纷",
                "工伤保险待遇纠纷",
                "医疗保险待遇纠纷",
                "生育保险待遇纠纷",
                "失业保险待遇纠纷"
            ),
            .. Numbered("188", "福利待遇纠纷"),
            .. Numbered("189", "聘用合同纠纷"),
            .. Numbered("190", "聘任合同纠纷"),
            .. Numbered("191", "辞职纠纷"),
            .. Numbered("192", "辞退纠纷"),
        ]
    );

    private static readonly (string Version, IReadOnlyList<CourtCause> Causes) Of2026 = (
        "2026",
        [
            .. Numbered(
                "205",
                "劳动合同纠纷",
                "确认劳动关系纠纷",
                "集体合同纠纷",
                "劳务派遣合同纠纷",
                "非全日制用工纠纷",
                "追索劳动报酬纠纷",
                "经济补偿金纠纷",
                "竞业限制纠纷"
            ),
            .. Numbered(
                "206",
                "社会保险纠纷",
                "养老保险待遇纠纷",
                "工伤保险待遇纠纷",
                "医疗保险待遇纠纷",
                "生育保险待遇纠纷",
                "失业保险待遇纠纷"
            ),
            .. Numbered("207", "福利待遇纠纷"),
            .. Numbered("208", "超龄劳动者用工纠纷"),
            .. Numbered("209", "承包人、被挂靠人用工主体责任纠纷"),
            .. Numbered("210", "聘用合同纠纷"),
            .. Numbered("211", "聘任合同纠纷"),
            .. Numbered("212", "辞职纠纷"),
            .. Numbered("213", "辞退纠纷"),
            .. Numbered("214", "新就业形态用工合同纠纷", "确认劳动关系纠纷", "追索劳动报酬纠纷"),
            .. Numbered("215", "新就业形态社会保险纠纷", "工伤保险待遇纠纷"),
            .. Numbered("216", "新就业形态职业伤害保障纠纷"),
        ]
    );

    /// <summary>The list that holds for requests received on the day.</summary>
    public static (string Version, IReadOnlyList<CourtCause> Causes) On(DateOnly receivedOn) =>
        receivedOn >= ThirdAmendment ? Of2026 : Of2020;

    private static IEnumerable<CourtCause> Numbered(string code, string name, params IReadOnlyList<string> parts) =>
        [new(code, name), .. parts.Select((part, i) => new CourtCause($"{code}.{i + 1}", part))];
}
