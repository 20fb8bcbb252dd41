using Mediation.Portal.Shell;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;

namespace Mediation.Portal.Tests;

/// <summary>What people type, and what must not be passed on.</summary>
public sealed class Reading
{
    [Theory]
    [InlineData("1200", 120_000L)]
    [InlineData("1,200.50", 120_050L)]
    [InlineData("１２００．５", 120_050L)]
    [InlineData("¥ 1200元", 120_000L)]
    [InlineData("1.2万", 1_200_000L)]
    [InlineData("128980.00", 12_898_000L)]
    [InlineData("0.01", 1L)]
    [InlineData("-5", -500L)]
    public void Amounts_are_read_exactly(string typed, long fen) => Written.ParseYuan(typed).ShouldBe(fen);

    [Theory]
    [InlineData("")]
    [InlineData("十元")]
    [InlineData("1.001")]
    [InlineData("1e3")]
    [InlineData("99999999999999999999")]
    [InlineData("123456789012345678901234567890")]
    public void What_is_no_amount_is_not_guessed(string typed) => Written.ParseYuan(typed).ShouldBeNull();

    [Theory]
    [InlineData(1_234_567L, "12,345.67")]
    [InlineData(0L, "0.00")]
    [InlineData(-50L, "-0.50")]
    public void Amounts_are_written_in_yuan(long fen, string text) => Written.Yuan(fen).ShouldBe(text);

    [Theory]
    [InlineData("2026-03-17")]
    [InlineData("2026/3/17")]
    [InlineData("2026年3月17日")]
    [InlineData("20260317")]
    public void Days_are_read_as_people_write_them(string typed) =>
        Written.ParseDay(typed).ShouldBe(new DateOnly(2026, 3, 17));

    [Fact]
    public void A_clock_time_is_one_of_Beijing() =>
        Written.Instant("2026-03-17T09:30").ShouldBe(new DateTimeOffset(2026, 3, 17, 1, 30, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("/cases?page=2", "/cases?page=2")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/a\r\nSet-Cookie: x", "/")]
    [InlineData(null, "/")]
    public void A_way_back_stays_on_this_site(string? path, string expected) =>
        Security.LocalPath(path).ShouldBe(expected);

    [Theory]
    [InlineData("same-origin", null, true)]
    [InlineData("cross-site", "http://portal.example", false)]
    [InlineData(null, "http://portal.example", true)]
    [InlineData(null, "http://evil.example", false)]
    [InlineData(null, null, false)]
    public void Only_forms_of_this_site_are_kept(string? site, string? origin, bool own)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString("portal.example");
        if (site is not null)
            request.Headers["Sec-Fetch-Site"] = site;
        if (origin is not null)
            request.Headers.Origin = origin;
        Security.ComesFromHere(request).ShouldBe(own);
    }

    [Fact]
    public void A_list_passes_on_only_what_it_knows()
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString("?state=agreed&name=%E5%BC%A0&page=2&state2=x");
        ListQuery.Of(request, "state", "page").ToString().ShouldBe("?state=agreed&page=2");
    }

    [Theory]
    [InlineData("not-accept", "notAccept")]
    [InlineData("appoint_mediator", "appointMediator")]
    [InlineData("accept", "accept")]
    public void Actions_are_compared_as_words(string sent, string name) => Actions.Name(sent).ShouldBe(name);

    [Theory]
    [InlineData("2026-10-01", 1)]
    [InlineData("2026-10-01..2026-10-07", 7)]
    [InlineData("2026-10-01 2026-10-01", 1)]
    [InlineData("2026年10月1日至2026年10月3日、2026-10-10", 4)]
    [InlineData("9999-12-30..9999-12-31", 2)]
    [InlineData("", 0)]
    public void Days_are_read_one_by_one_and_as_ranges(string typed, int days)
    {
        var form = Form(("days", typed));
        form.Days("days", 10).Count.ShouldBe(days);
        form.Valid.ShouldBeTrue();
    }

    [Theory]
    [InlineData("2026-10-07..2026-10-01")]
    [InlineData("2026-10-01..2026-10-31")]
    [InlineData("2026-10-01..2026-10-06 2026-11-01..2026-11-06")]
    [InlineData("国庆节")]
    [InlineData("2026-10-01..2026-10-02..2026-10-03")]
    public void Days_that_are_none_or_too_many_are_refused(string typed)
    {
        var form = Form(("days", typed));
        form.Days("days", 10).ShouldBeEmpty();
        form.ErrorsOf("days").Count.ShouldBe(1);
    }

    private static Submission Form(params (string Field, string Value)[] values) =>
        Submission.From(
            new Texts(NullLogger<Texts>.Instance),
            values.ToDictionary(v => v.Field, v => new StringValues(v.Value), StringComparer.Ordinal)
        );
}
