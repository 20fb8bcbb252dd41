using System.Globalization;
using System.Reflection;
using Mediation.Content;
using Mediation.Hosting;
using Mediation.Hosting.Authentication;
using Npgsql;

namespace Mediation.Intake.Service;

/// <summary>What a party is told: what she can do and until when, and whom she can ask. Never against whom or for how much:
/// others read her telephone, too. Chinese in whatever language the desk works.</summary>
internal sealed class NoticeText(NpgsqlDataSource source, AccessCopies copies, TimeProvider clock)
{
    /// <summary>Hotline of the trade unions, where neither the unit nor one above it has a number of its own.</summary>
    private const string Hotline = "12351";

    private static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh-CN");

    private static readonly Lazy<WordTemplate> Template = new(() =>
    {
        using var stream = Assembly
            .GetExecutingAssembly()
            .GetManifestResourceStream("Mediation.Intake.NoticeLetter.txt")!;
        using var reader = new StreamReader(stream);
        return WordTemplate.FromText(reader.ReadToEnd());
    });

    // What the worker can do within each right of the statute book of which she is told.
    private static readonly Dictionary<string, string> Actions = new(StringComparer.Ordinal)
    {
        ["NEG_RESPOND"] = "答复协商要求",
        ["AGR_PERFORM"] = "核对约定的款项是否到账",
        ["AGR_ARB_REVIEW"] = "与对方共同申请仲裁审查",
        ["AGR_CONFIRM"] = "与对方共同申请司法确认",
        ["CONFIRM_OBJECT"] = "对确认裁定提出异议",
        ["ARB_LIMIT"] = "申请劳动仲裁",
        ["ARB_LIMIT_WAGE"] = "申请劳动仲裁",
        ["ARB_HEAR_ADJOURN"] = "请求延期开庭",
        ["ARB_SUE_W"] = "向法院起诉",
        ["ARB_SUE_NF"] = "向法院起诉",
        ["ARB_SETASIDE_SUE"] = "向法院起诉",
        ["NONENF_SUE"] = "向法院起诉",
        ["PRESERVE"] = "起诉或者申请仲裁",
        ["APPEAL"] = "上诉",
        ["ENF_APPLY"] = "申请强制执行",
        ["LA_OBJECT"] = "对不予法律援助的决定提出异议",
        ["INSP_LIMIT"] = "向劳动监察投诉",
        ["WIR_WORKER"] = "申请工伤认定",
    };

    public static string Action(string rule) => Actions.GetValueOrDefault(rule, "办理约定的事项");

    /// <summary>The message, for SMS, mail, and whoever speaks with her.</summary>
    public async Task<string> Of(NoticeRecord notice, CancellationToken ct) =>
        $"提醒：您可以{Action(notice.Rule)}，最后一日为{Day(notice.Due)}，请及时办理。"
        + $"咨询电话：{await Office(notice.Key.Unit, ct)}。";

    /// <summary>The same as a letter.</summary>
    /// <param name="address">Where it is posted to; empty where the register has none, to be written by hand.</param>
    public async Task<byte[]> Letter(NoticeRecord notice, string name, string address, CancellationToken ct)
    {
        var today = LegalDay.Today(clock);
        return Template.Value.Fill(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["name"] = name,
                ["address"] = address,
                ["action"] = Action(notice.Rule),
                ["day"] = Day(notice.Due),
                ["phone"] = await Office(notice.Key.Unit, ct),
                ["office"] = copies.Tree.NameOf(notice.Key.Unit, today) ?? notice.Key.Unit,
                ["date"] = Day(today),
            }
        );
    }

    /// <summary>Telephone of the unit, or of the nearest unit above that has one.</summary>
    private async Task<string> Office(string unit, CancellationToken ct)
    {
        var phones = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = source.CreateCommand("select unit, phone from office_phones");
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            phones[reader.GetString(0)] = reader.GetString(1);
        var today = LegalDay.Today(clock);
        // Of the units within which this one lies, the smallest.
        return phones
                .Where(p => copies.Tree.IsWithin(unit, p.Key, today))
                .OrderBy(p => copies.Tree.Within(p.Key, today).Count)
                .Select(p => p.Value)
                .FirstOrDefault()
            ?? Hotline;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy年M月d日", Chinese);
}
