using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Mediation.Deadlines.Domain;
using Mediation.Deadlines.Service;
using Mediation.Kit;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>The built program as a process, with none of the settings a service needs.</summary>
public sealed class ClockCommandTests
{
    [Fact]
    public async Task A_date_is_explained_in_chinese()
    {
        var answer = await Clock("MED_ACCEPT", "--from", "2026-02-13");
        answer.ShouldSucceed();
        answer.Output.ShouldBe(
            """
            MED_ACCEPT 调解受理（本方职责）
            期限：3 个工作日
            依据：《企业劳动争议协商调解规定》第22条；京人社仲发〔2025〕1号三（二）
            规则版本：2012-01-01　日历版本：1
              2026-02-13 周五  触发日
              2026-02-13 周五  开始当日，不计入
              2026-02-14 周六  调休上班（春节），计第 1 日
              2026-02-15 周日  放假（春节），不计
              2026-02-16 周一  放假（春节），不计
              2026-02-17 周二  放假（春节），不计
              2026-02-18 周三  放假（春节），不计
              2026-02-19 周四  放假（春节），不计
              2026-02-20 周五  放假（春节），不计
              2026-02-21 周六  放假（春节），不计
              2026-02-22 周日  放假（春节），不计
              2026-02-23 周一  放假（春节），不计
              2026-02-24 周二  计第 2 日
              2026-02-25 周三  计第 3 日
              2026-02-25 周三  到期日
            到期日：2026-02-25 周三

            """
        );
    }

    [Fact]
    public async Task A_rule_not_verified_and_a_year_not_announced_are_said_to_be_so()
    {
        var answer = await Clock("TU_LA_DECIDE", "--from", "2026-12-28");
        answer.ShouldSucceed();
        answer.Output.ShouldContain("未核实");
        answer.Output.ShouldContain("到期日：2027-01-04 周一（暂定");
        (await Clock("MED_RUN", "--from", "2026-11-02")).Output.ShouldNotContain("暂定");
    }

    [Fact]
    public async Task As_json_it_is_one_object()
    {
        var answer = await Clock("ARB_AWARD", "--json", "--from", "2026-07-06", "--extend", "15");
        answer.ShouldSucceed();
        answer.Output.TrimEnd('\n').ShouldNotContain('\n');
        using var json = JsonDocument.Parse(answer.Output);
        json.RootElement.EnumerateObject()
            .Select(p => p.Name)
            .ShouldBe(["rule", "from", "due", "provisional", "unit", "article", "steps"]);
        json.RootElement.GetProperty("due").GetString().ShouldBe("2026-09-04");
        json.RootElement.GetProperty("provisional").GetBoolean().ShouldBeFalse();
        json.RootElement.GetProperty("unit").GetString().ShouldBe("calendarDay");
        json.RootElement.GetProperty("article")
            .GetString()
            .ShouldBe("《劳动争议调解仲裁法》第43条；《劳动人事争议仲裁办案规则》第45条、第46条、第47条、第48条");
        var steps = json.RootElement.GetProperty("steps");
        steps.GetArrayLength().ShouldBe(63);
        steps[62].GetProperty("kind").GetString().ShouldBe("due");
        steps[62].GetProperty("day").GetString().ShouldBe("2026-09-04");
    }

    /// <summary>One year from 2025-03-10, forty days suspended: 2026-04-19 is a Sunday.</summary>
    [Fact]
    public async Task Days_that_stood_still_are_given_by_their_first_and_last()
    {
        var answer = await Clock("ARB_LIMIT", "--from", "2025-03-10", "--suspend", "2025-06-01..2025-07-10", "--json");
        answer.ShouldSucceed();
        JsonDocument.Parse(answer.Output).RootElement.GetProperty("due").GetString().ShouldBe("2026-04-20");
    }

    [Fact]
    public async Task A_rule_of_one_unit_holds_there_and_below()
    {
        (await Clock("MED_LOCAL_CY", "--from", "2026-06-01", "--unit", "110105021")).ShouldSucceed();
        (await Clock("MED_LOCAL_CY", "--from", "2026-06-01", "--unit", "110102")).ShouldBeRefused(
            "不适用于单位 110102"
        );
    }

    [Theory]
    [InlineData("Which rule?")]
    [InlineData("--from is missing", "MED_RUN")]
    [InlineData("--from needs a value", "MED_RUN", "--from")]
    [InlineData("--from 2026-02-30 is not possible", "MED_RUN", "--from", "2026-02-30")]
    [InlineData("--from 20260213 is not possible", "MED_RUN", "--from", "20260213")]
    [InlineData("there twice", "MED_RUN", "--from", "2026-02-13", "--from", "2026-02-14")]
    [InlineData("--extend -1 is not possible", "MED_RUN", "--from", "2026-02-13", "--extend", "-1")]
    [InlineData(
        "--suspend 2026-02-20..2026-02-13 is not",
        "ARB_LIMIT",
        "--from",
        "2026-02-13",
        "--suspend",
        "2026-02-20..2026-02-13"
    )]
    [InlineData("--unit ; is not possible", "MED_RUN", "--from", "2026-02-13", "--unit", ";")]
    [InlineData("--colour is unknown", "MED_RUN", "--from", "2026-02-13", "--colour", "red")]
    [InlineData("Two rules", "MED_RUN", "MED_GATE", "--from", "2026-02-13")]
    [InlineData("--batch needs a value", "MED_RUN", "--batch")]
    [InlineData("没有规则 MED_WALK", "MED_WALK", "--from", "2026-02-13")]
    [InlineData("2012-01-01 起适用", "MED_RUN", "--from", "2011-12-31")]
    [InlineData("至多延长 15 日", "ARB_AWARD", "--from", "2026-02-13", "--extend", "16")]
    [InlineData("超出日历范围", "MED_RUN", "--from", "2026-02-13", "--extend", "2147483647")]
    public async Task What_is_no_question_is_told_on_standard_error_with_code_2(string told, params string[] args) =>
        (await Clock(args)).ShouldBeRefused(told);

    [Fact]
    public async Task Each_line_of_a_batch_has_its_answer_in_its_place_and_nothing_else_is_written()
    {
        string[] lines =
        [
            "MED_ACCEPT,2026-04-30",
            "MED_WALK,2026-04-30",
            "MED_RUN,2026-09-16,extend=15",
            "",
            "MED_RUN",
            "MED_RUN,2026-02-30",
            "MED_RUN,2026-02-13,extend=",
            "MED_RUN,2026-02-13,extend=1,extend=2",
            "MED_RUN,2026-02-13,colour=red",
            "ARB_LIMIT,2025-03-10,suspend=2025-06-01..2025-07-10",
            "ARB_LIMIT,2025-03-10,suspend=2025-07-10..2025-06-01",
            "AGR_CONFIRM,2026-03-04,extend=1",
            "MED_RUN,2026-02-13,suspend=2026-02-14..2026-02-20",
            "MED_RUN,1234-05-06",
            "MED_RUN,2026-02-13,extend=2147483647",
            "\u0000\u001b[31m\"\\,工会",
            " MED_RUN , 2026-12-20 ",
        ];
        var answer = await Clock(string.Join('\n', lines), "--batch");
        answer.ShouldSucceed();
        answer.Output[^1].ShouldBe('\n');
        var answers = answer.Output[..^1].Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        answers
            .Select(Says)
            .ShouldBe([
                "MED_ACCEPT 2026-05-08",
                "MED_WALK rule_unknown",
                "MED_RUN 2026-10-16",
                "line_malformed",
                "line_malformed",
                "line_malformed",
                "line_malformed",
                "line_malformed",
                "line_malformed",
                "ARB_LIMIT 2026-04-20",
                "line_malformed",
                "AGR_CONFIRM rule_has_no_extension",
                "MED_RUN rule_has_no_suspension",
                "MED_RUN rule_not_yet_in_force",
                "MED_RUN day_outside_calendar",
                "line_malformed",
                "MED_RUN 2027-01-04",
            ]);
        answers[15].GetProperty("line").GetString().ShouldBe(lines[15]);
        answers[0].GetProperty("provisional").GetBoolean().ShouldBeFalse();
        answers[16].GetProperty("provisional").GetBoolean().ShouldBeTrue();
        answers[0]
            .EnumerateObject()
            .Select(p => p.Name)
            .ShouldBe(["rule", "from", "due", "provisional", "unit", "article", "steps"]);

        static string Says(JsonElement json) =>
            string.Join(
                ' ',
                new[] { "rule", "due", "error" }
                    .Where(name => json.TryGetProperty(name, out _))
                    .Select(name => json.GetProperty(name).GetString())
            );
    }

    /// <summary>Whoever asks line by line is answered before the next line.</summary>
    [Fact]
    public async Task A_batch_answers_while_its_input_is_open()
    {
        using var process = Start(["clock", "--batch"]);
        try
        {
            for (var day = 1; day <= 3; day++)
            {
                await process.StandardInput.WriteAsync(
                    string.Create(CultureInfo.InvariantCulture, $"MED_RUN,2026-03-0{day}\n")
                );
                await process.StandardInput.FlushAsync();
                var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
                JsonDocument.Parse(line!).RootElement.GetProperty("from").GetString().ShouldBe($"2026-03-0{day}");
            }
            process.StandardInput.Close();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            process.ExitCode.ShouldBe(0);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    [Fact]
    public void Every_code_and_every_step_has_its_words_in_both_languages()
    {
        var keys = new[]
        {
            typeof(PeriodRefusals),
            typeof(StatuteRefusals),
            typeof(ClockRefusals),
            typeof(SupervisionRefusals),
        }
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Concat(Enum.GetValues<StepKind>().Select(kind => $"step_{Explanation.Code(kind)}"))
            .Concat(Enum.GetValues<RuleType>().Select(type => $"type_{Explanation.Code(type)}"))
            .Concat(Enum.GetValues<PeriodUnit>().Select(unit => $"term_{Explanation.Code(unit)}"))
            .ToList();
        keys.Count.ShouldBeGreaterThan(40);
        var (zh, en) = (Explanation.Chinese, CultureInfo.GetCultureInfo("en"));
        foreach (var key in keys)
            Explanation
                .Texts.GetString(key, en)
                .ShouldNotBe(Explanation.Texts.GetString(key, zh).ShouldNotBeNull(key), key);
    }

    private static Task<Answer> Clock(params string[] args) => Run(["clock", .. args], "");

    private static Task<Answer> Clock(string input, string option) => Run(["clock", option], input);

    private static async Task<Answer> Run(string[] args, string input)
    {
        using var process = Start(args);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return new(process.ExitCode, await output, await error);
    }

    private static Process Start(string[] args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(DecisionTable.RepositoryFile(ServiceProcess.Program));
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        // Nothing that would lead to a database or a broker.
        foreach (
            var name in start
                .Environment.Keys.Where(n => n.StartsWith("Mediation", StringComparison.OrdinalIgnoreCase))
                .ToList()
        )
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }

    private sealed record Answer(int Code, string Output, string Error)
    {
        public void ShouldSucceed()
        {
            Error.ShouldBeEmpty();
            Code.ShouldBe(0);
        }

        public void ShouldBeRefused(string told)
        {
            Error.ShouldContain(told);
            Output.ShouldBeEmpty();
            Code.ShouldBe(2);
        }
    }
}
