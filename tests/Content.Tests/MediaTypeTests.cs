using System.IO.Compression;

namespace Mediation.Content.Tests;

public sealed class MediaTypeTests(ContentFixture content) : IClassFixture<ContentFixture>
{
    public static TheoryData<string, string, byte[]> Sound =>
        new()
        {
            { "a.pdf", MediaTypes.Pdf, "%PDF-1.7\n%âãÏÓ"u8.ToArray() },
            { "a.PNG", MediaTypes.Png, ContentFixture.Png(64) },
            { "a.jpg", MediaTypes.Jpeg, [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF"u8] },
            { "a.jpeg", MediaTypes.Jpeg, [0xFF, 0xD8, 0xFF, 0xE1, 0, 16] },
            { "a.docx", MediaTypes.Docx, Archive(("[Content_Types].xml", 10), ("word/document.xml", 10)) },
            { "a.xlsx", MediaTypes.Xlsx, Archive(("[Content_Types].xml", 10), ("xl/workbook.xml", 10)) },
            { "a.txt", MediaTypes.Text, "\uFEFF工资，\r\n\t拖欠"u8.ToArray() },
            { "无扩展名", MediaTypes.Pdf, "%PDF-1.4"u8.ToArray() },
        };

    public static TheoryData<string, string, byte[]> Disguised =>
        new()
        {
            { "slip.pdf", ContentErrors.TypeNotAllowed, [(byte)'M', (byte)'Z', 0x90, 0, 3, 0, 0, 0] },
            { "slip.png", ContentErrors.TypeDisguised, "<html><script>alert(1)</script></html>"u8.ToArray() },
            { "slip.jpg", ContentErrors.TypeDisguised, "%PDF-1.7"u8.ToArray() },
            { "slip.html", ContentErrors.TypeDisguised, "<html></html>"u8.ToArray() },
            { "slip.svg", ContentErrors.TypeDisguised, "<svg/>"u8.ToArray() },
            { "slip.txt", ContentErrors.TypeNotAllowed, [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0] },
            { "slip.txt", ContentErrors.TypeNotAllowed, [0xC3, 0x28, 0x41] },
            { "slip.txt", ContentErrors.TypeNotAllowed, [0xE5, 0xB7] },
            { "slip.gif", ContentErrors.TypeDisguised, "GIF89a"u8.ToArray() },
            { "slip.zip", ContentErrors.TypeNotAllowed, Archive(("run.exe", 10)) },
            { "slip.docx", ContentErrors.TypeNotAllowed, [.. "PK\u0003\u0004"u8, 1, 2, 3, 4, 5, 6, 7, 8] },
            { "slip.docx", ContentErrors.TypeNotAllowed, Archive(("word/document.xml", 10)) },
            {
                "slip.docx",
                ContentErrors.MacrosRefused,
                Archive(("[Content_Types].xml", 10), ("word/document.xml", 10), ("word/vbaProject.bin", 10))
            },
            {
                "slip.xlsx",
                ContentErrors.TypeDisguised,
                Archive(("[Content_Types].xml", 10), ("word/document.xml", 10))
            },
        };

    [Theory]
    [MemberData(nameof(Sound))]
    public async Task The_type_is_found_in_the_bytes(string name, string type, byte[] bytes) =>
        (await content.Put(Guid.CreateVersion7(), Guid.CreateVersion7(), bytes, name)).MediaType.ShouldBe(type);

    [Theory]
    [MemberData(nameof(Disguised))]
    public async Task A_file_that_is_not_what_it_says_is_refused(string name, string code, byte[] bytes)
    {
        var id = Guid.CreateVersion7();
        var refused = await Should.ThrowAsync<ContentException>(() =>
            content.Put(Guid.CreateVersion7(), id, bytes, name)
        );
        (refused.Code, refused.Status).ShouldBe((code, 415));
        refused.Message.ShouldNotContain("slip");
        (await content.Scalar<long>("select count(*) from content where content_id = $1", id)).ShouldBe(0);
    }

    [Fact]
    public async Task A_document_that_would_explode_is_refused_without_unpacking_it()
    {
        var bomb = Archive(("[Content_Types].xml", 10), ("word/document.xml", 220_000_000));
        bomb.Length.ShouldBeLessThan(1_000_000);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        (
            await Should.ThrowAsync<ContentException>(() =>
                content.Put(Guid.CreateVersion7(), Guid.CreateVersion7(), bomb, "a.docx")
            )
        ).Code.ShouldBe(ContentErrors.ArchiveRefused);
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(50_000_000);
    }

    [Fact]
    public async Task Only_the_types_a_caller_names_are_taken()
    {
        var rules = ContentRules.Files with
        {
            AllowedTypes = new HashSet<string>(StringComparer.Ordinal) { MediaTypes.Png },
        };
        await content.Put(Guid.CreateVersion7(), Guid.CreateVersion7(), ContentFixture.Png(64), rules: rules);
        var refused = await Should.ThrowAsync<ContentException>(() =>
            content.Put(Guid.CreateVersion7(), Guid.CreateVersion7(), "%PDF-1.7"u8.ToArray(), rules: rules)
        );
        refused.Code.ShouldBe(ContentErrors.TypeNotAllowed);
        refused.Arguments.ShouldBe([MediaTypes.Pdf]);
    }

    [Theory]
    [InlineData(@"C:\Users\王\桌面\收据.png", "收据.png")]
    [InlineData("../../etc/收据.png", "收据.png")]
    [InlineData("收\u202Egnp.据\u0007.png", "收gnp.据.png")]
    [InlineData("   ", null)]
    [InlineData("a/", null)]
    public async Task The_name_is_kept_without_paths_and_invisible_characters(string given, string? kept)
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await content.Put(owner, id, ContentFixture.Png(64), given);
        (await content.Store.OpenAsync(owner, id, ContentFixture.Access)).FileName.ShouldBe(kept);
    }

    [Fact]
    public async Task A_long_name_keeps_its_ending()
    {
        var (owner, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await content.Put(owner, id, ContentFixture.Png(64), new string('长', 500) + ".png");
        var name = (await content.Store.OpenAsync(owner, id, ContentFixture.Access)).FileName!;
        name.Length.ShouldBe(200);
        name.ShouldEndWith(".png");
    }

    private static byte[] Archive(params ReadOnlySpan<(string Name, int Zeros)> entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, zeros) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                var block = new byte[1_000_000];
                for (var left = zeros; left > 0; left -= block.Length)
                    entry.Write(block, 0, Math.Min(block.Length, left));
            }
        return bytes.ToArray();
    }
}
