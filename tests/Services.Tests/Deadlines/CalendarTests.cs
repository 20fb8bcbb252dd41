using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mediation.Contracts.Http.Deadlines;
using Mediation.Contracts.Identity;
using Mediation.Deadlines.Domain;
using Mediation.EventStore;
using Mediation.Kit;
using AnnounceYear = Mediation.Contracts.Http.Deadlines.AnnounceYear;

namespace Mediation.Services.Tests.Deadlines;

/// <summary>Years announced: who may, what moves, and that each clock is counted anew once. Each test has a year of its
/// own.</summary>
public sealed class CalendarTests(DeadlinesHost host) : IClassFixture<DeadlinesHost>
{
    private Person Administrator => host.SignIn((Role.Administrator, MemberHost.City));

    [Fact]
    public async Task A_notice_moves_exactly_the_clocks_it_touches_and_their_history_says_so()
    {
        // Wednesday 2026-12-30. Assumed: 12-31 1, 01-01 off, weekend, 01-04 Mon 2, 01-05 Tue 3.
        var moved = (await host.Arm("MED_ACCEPT", new(2026, 12, 30)))[0];
        // Fifteen days later, Thursday 2027-01-14, whatever the notice says of the first week.
        var settled = (await host.Arm("MED_GATE", new(2026, 12, 30)))[0];
        var untouched = (await host.Arm("MED_ACCEPT", new(2026, 7, 6)))[0];
        var before = await View();
        Said(await host.Clock(moved)).ShouldBe($"2027-01-05 provisional, warns 2027-01-04, by {before.Version}");
        before
            .Years.Single(y => y.Year == 2027)
            .ShouldSatisfyAllConditions(y => y.Source.ShouldBeNull(), y => y.ProvisionalClocks.ShouldBe(2));
        var year = new AnnounceYear(
            2027,
            "国办发明电〔2026〕7号",
            [new("元旦", new(2027, 1, 1), new(2027, 1, 4), [new(2027, 1, 9)])]
        );

        var effect = await Preview(year);
        effect.Total.ShouldBe(1);
        effect.Settled.ShouldBe(1);
        (await host.Clock(moved)).Events.ShouldBe(["clock_armed"]);
        var done = await Administrator.Do("/calendar/2027", year, before.Version);
        await host.Seen((int)done.Version);
        await host.Recomputing().Run(CancellationToken.None);

        // 12-31 1, 01-05 Tue 2, 01-06 Wed 3.
        var (clock, events) = await host.Clock(moved);
        Said((clock, events)).ShouldBe($"2027-01-06, warns 2027-01-05, by {before.Version + 1}");
        events.ShouldBe(["clock_armed", "clock_recomputed"]);
        (await host.Clock(settled)).Clock.Computed.ShouldSatisfyAllConditions(
            c => c.Due.ShouldBe(new(2027, 1, 14)),
            c => c.Provisional.ShouldBeFalse()
        );
        (await host.Clock(untouched)).Events.ShouldBe(["clock_armed"]);
        var after = await View();
        after.Version.ShouldBe(before.Version + 1);
        var shown = after.Years.Single(y => y.Year == 2027);
        shown.Source.ShouldBe(year.Notice);
        shown.ProvisionalClocks.ShouldBe(0);
        shown
            .Changes.Single()
            .ShouldSatisfyAllConditions(
                c => c.Version.ShouldBe(after.Version),
                c => c.Account.ShouldNotBeNull(),
                c => c.Recomputed.ShouldBe(1)
            );

        // Announced once more it is nothing, and nobody is counted anew.
        var again = await Administrator.Do("/calendar/2027", year, after.Version);
        again.Version.ShouldBe(after.Version);
        (await host.Recomputing().Run(CancellationToken.None)).ShouldBe(0);

        // A correction is another version with its own history.
        var corrected = year with
        {
            Holidays = [year.Holidays[0] with { To = new(2027, 1, 3), MakeUpWorkdays = [] }],
        };
        done = await Administrator.Do("/calendar/2027", corrected, after.Version);
        await host.Seen((int)done.Version);
        (await host.Recomputing().Run(CancellationToken.None)).ShouldBe(1);
        (await host.Clock(moved)).Clock.Computed.Due.ShouldBe(new(2027, 1, 5));
        (await View()).Years.Single(y => y.Year == 2027).Changes.Select(c => c.Recomputed).ShouldBe([1, 1]);
    }

    [Fact]
    public async Task A_recomputation_killed_in_the_middle_goes_on_and_counts_each_clock_once()
    {
        // Tuesday 2029-01-02. Nothing is assumed to be off but weekends: 01-05 Friday.
        var clocks = await host.Arm("MED_ACCEPT", new(2029, 1, 2), count: 1_200);
        var same = await host.Arm("MED_GATE", new(2029, 3, 1), count: 300);
        var version = await Announce(2029, new HolidayView("元旦", new(2029, 1, 3), new(2029, 1, 3), []));

        // One process does one batch and is gone.
        (await host.Recomputing().Step(CancellationToken.None)).ShouldNotBeNull();
        (await Recomputed(clocks)).ShouldBeInRange(1, 500);
        await host.Recomputing().Run(CancellationToken.None);

        (await Recomputed(clocks)).ShouldBe(1_200);
        (await host.Clock(clocks[^1])).Clock.Computed.Due.ShouldBe(new(2029, 1, 8));
        (await Moved(version)).ShouldBe(1_200);
        (await Recomputed(same)).ShouldBe(300, "they are provisional no more");
        (await host.Recomputing().Run(CancellationToken.None)).ShouldBe(0);
        (await Recomputed(clocks)).ShouldBe(1_200);
    }

    [Fact]
    public async Task Two_processes_at_the_same_pass_count_each_clock_once()
    {
        var clocks = await host.Arm("MED_ACCEPT", new(2030, 1, 2), count: 2_000);
        var version = await Announce(2030, new HolidayView("元旦", new(2030, 1, 3), new(2030, 1, 4), []));

        await Task.WhenAll(
            host.Recomputing().Run(CancellationToken.None),
            host.Recomputing().Run(CancellationToken.None)
        );
        await host.Recomputing().Run(CancellationToken.None);

        (await Recomputed(clocks)).ShouldBe(2_000);
        (await Moved(version)).ShouldBe(2_000);
    }

    [Fact]
    public async Task A_clock_armed_on_the_older_calendar_after_the_pass_is_not_missed()
    {
        var old = (await host.Law()).Law;
        var version = await Announce(2031, new HolidayView("元旦", new(2031, 1, 1), new(2031, 1, 3), []));
        await host.Recomputing().Run(CancellationToken.None);

        // Wednesday 2031-01-01, by a process that had not heard of the notice: Thursday, Friday, Monday.
        var late = (await host.Arm("MED_ACCEPT", new(2031, 1, 1), law: old))[0];
        (await host.Clock(late)).Clock.Computed.Due.ShouldBe(new(2031, 1, 6));
        await Eventually.True(
            async () => await host.Count("select count(*) from calendar_stragglers") == 1,
            "the straggler is seen"
        );
        await host.Recomputing().Run(CancellationToken.None);

        // Monday 01-06 1, Tuesday 2, Wednesday 3.
        (await host.Clock(late)).Clock.Computed.Due.ShouldBe(new(2031, 1, 8));
        (await host.Count("select count(*) from calendar_stragglers")).ShouldBe(0);
        (await Moved(version)).ShouldBe(1);
    }

    [Fact]
    public async Task A_year_that_another_instance_announced_counts_here_at_once()
    {
        var first = Administrator;
        await host.Start("two");
        try
        {
            var second = Administrator;
            var version = (await second.Get<CalendarView>("/calendar")).Version;
            var year = new AnnounceYear(2032, "文号 2032", [new("元旦", new(2032, 1, 1), new(2032, 1, 2), [])]);

            var done = await second.Do("/calendar/2032", year, version);

            (await first.Get<CalendarView>("/calendar")).Version.ShouldBe((int)done.Version);
            // Who decided on the older calendar has to look again.
            await first.Refused(412, "changed_meanwhile", "/calendar/2032", year with { Notice = "另一文号" }, version);
        }
        finally
        {
            await host.Stop("two");
        }
    }

    [Fact]
    public async Task Only_an_administrator_of_the_city_announces_and_only_what_is_a_notice()
    {
        var version = (await View()).Version;
        var year = new AnnounceYear(2033, "文号 2033", [new("元旦", new(2033, 1, 1), new(2033, 1, 3), [])]);
        await host.SignIn((Role.Administrator, MemberHost.EastDistrict))
            .Refused(403, "outside_your_units", "/calendar/2033", year, version);
        await host.SignIn((Role.CentreHead, MemberHost.City))
            .Refused(403, "role_required", "/calendar/2033", year, version);
        await Administrator.Refused(400, "version_missing", "/calendar/2033", year);
        await Administrator.Refused(400, "invalid_input", "/calendar/2034", year, version);
        await Administrator.Refused(400, "invalid_input", "/calendar/2033", year with { Notice = " x " }, version);
        await Administrator.Refused(422, "calendar_year_empty", "/calendar/2033", year with { Holidays = [] }, version);
        await Administrator.Refused(
            422,
            "calendar_year_out_of_range",
            "/calendar/2101",
            year with
            {
                Year = 2101,
            },
            version
        );
        await Administrator.Refused(
            422,
            "calendar_make_up_on_weekday",
            "/calendar/preview",
            year with
            {
                Holidays = [year.Holidays[0] with { MakeUpWorkdays = [new(2033, 1, 4)] }],
            }
        );
        var endless = year with { Holidays = [new("无尽", DateOnly.MinValue, DateOnly.MaxValue, [])] };
        await Administrator.Refused(422, "calendar_other_year", "/calendar/2033", endless, version);
        (await View()).Version.ShouldBe(version);
        // Everybody reads it.
        var reader = host.SignIn((Role.Mediator, MemberHost.EastStreet));
        (await reader.Get<CalendarView>("/calendar")).Actions.Single().Allowed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_is_read_in_every_form_in_which_it_comes()
    {
        const string lines = """
            kind,name,from,to
            notice,国办发明电〔2026〕7号
            holiday,元旦,2027-01-01,2027-01-03
            放假,春节,2027/2/5,2027/2/11
            workday,春节,2027-02-14,
            调休,春节,2027-02-20
            """;
        var expected = new AnnounceYear(
            2027,
            "国办发明电〔2026〕7号",
            [
                new("元旦", new(2027, 1, 1), new(2027, 1, 3), []),
                new("春节", new(2027, 2, 5), new(2027, 2, 11), [new(2027, 2, 14), new(2027, 2, 20)]),
            ]
        );
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        byte[][] files =
        [
            Encoding.UTF8.GetBytes(lines),
            [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(lines.Replace("\n", "\r\n", StringComparison.Ordinal))],
            Encoding.GetEncoding("GB18030").GetBytes(lines),
            JsonSerializer.SerializeToUtf8Bytes(expected, EventTypes.Json),
        ];
        foreach (var file in files)
        {
            var response = await Read(file);
            var text = await response.Content.ReadAsStringAsync();
            response.IsSuccessStatusCode.ShouldBeTrue(text);
            text.ShouldBe(JsonSerializer.Serialize(expected, EventTypes.Json));
        }
    }

    [Fact]
    public async Task Each_line_that_is_wrong_is_named_in_the_readers_language()
    {
        const string lines = """
            holiday,元旦,2027-01-01,2027-01-03
            feast,春节,2027-02-05,2027-02-11
            holiday,春节,05.02.2027,2027-02-11
            workday,中秋节,2027-09-18
            holiday,,2027-05-01,2027-05-05
            holiday,国庆节,2027-10-07,2027-10-01
            """;
        foreach (var (language, said) in new[] { ("zh-CN", "日期应形如"), ("en", "A date looks like") })
        {
            var response = await Read(Encoding.UTF8.GetBytes(lines), language);
            ((int)response.StatusCode).ShouldBe(400);
            using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            var errors = problem.RootElement.GetProperty("errors");
            errors
                .EnumerateObject()
                .OrderBy(e => e.Name, StringComparer.Ordinal)
                .Select(e => $"{e.Name} {e.Value.GetProperty("code").GetString()}")
                .ShouldBe([
                    "line 2 line_kind_unknown",
                    "line 3 line_day_malformed",
                    "line 4 line_holiday_unknown",
                    "line 5 line_name_missing",
                    "line 6 days_backwards",
                ]);
            errors.GetProperty("line 3").GetProperty("detail").GetString()!.ShouldStartWith(said);
        }
        foreach (
            var (file, code) in new[]
            {
                ("", "file_empty"),
                ("{\"year\":2027}", "file_not_understood"),
                ("{\"year\":2027,\"notice\":\"x\",\"holidays\":[null]}", "file_not_understood"),
                ("notice,文号", "file_empty"),
                ("holiday,元旦,2027-01-01\nholiday,元旦,2028-01-01", "file_years_differ"),
                ("holiday,元旦,2027-01-01\nholiday,春节,2027-01-01", "day_twice"),
                ("holiday,元旦,9999-12-31", "day_out_of_range"),
            }
        )
        {
            var response = await Read(Encoding.UTF8.GetBytes(file));
            ((int)response.StatusCode).ShouldBe(400, file);
            (await response.Content.ReadAsStringAsync()).ShouldContain($"\"{code}\"");
        }
        ((int)(await Read(new byte[200_000])).StatusCode).ShouldBe(413);
    }

    private static string Said((Clock.Begun Clock, IReadOnlyList<string> Events) clock)
    {
        var c = clock.Clock.Computed;
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{c.Due:yyyy-MM-dd}{(c.Provisional ? " provisional" : "")}, warns {string.Join(' ', c.WarnOn.Select(d => d.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)))}, by {c.Calendar}"
        );
    }

    private async Task<CalendarView> View() => await Administrator.Get<CalendarView>("/calendar");

    private async Task<CalendarEffect> Preview(AnnounceYear year)
    {
        var response = await Administrator.Post("/calendar/preview", year);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonSerializer.Deserialize<CalendarEffect>(text, EventTypes.Json)!;
    }

    private async Task<int> Announce(int year, params HolidayView[] holidays)
    {
        var done = await Administrator.Do(
            $"/calendar/{year}",
            new AnnounceYear(year, $"文号 {year}", holidays),
            (await View()).Version
        );
        await host.Seen((int)done.Version);
        return (int)done.Version;
    }

    private Task<HttpResponseMessage> Read(byte[] file, string language = "zh-CN")
    {
        var person = Administrator;
        person.Client.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        return person.Post(
            "/calendar/read",
            new MultipartFormDataContent { { new ByteArrayContent(file), "file", "year.csv" } }
        );
    }

    private Task<long> Recomputed(IEnumerable<Guid> clocks) =>
        host.Count(
            "select count(*) from mt_events where type = 'clock_recomputed' and stream_id in ("
                + string.Join(',', clocks.Select(c => $"'{c}'"))
                + ")"
        );

    private Task<long> Moved(int version) => host.Count($"select moved from calendar_passes where version = {version}");
}
