using System.IO.Compression;
using System.Text;

namespace Mediation.Content;

/// <summary>The media types content may have, found in the bytes and never believed from a name or a header.</summary>
public static class MediaTypes
{
    public const string Pdf = "application/pdf";
    public const string Png = "image/png";
    public const string Jpeg = "image/jpeg";
    public const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    public const string Text = "text/plain";
    public const string Unknown = "application/octet-stream";

    /// <summary>What an office file may unpack to, in bytes. Content never unpacks it; whoever opens it would.</summary>
    public const long UnpackedLimit = 200L * 1024 * 1024;

    private static readonly Dictionary<string, string> OfExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".pdf"] = Pdf,
        [".png"] = Png,
        [".jpg"] = Jpeg,
        [".jpeg"] = Jpeg,
        [".docx"] = Docx,
        [".xlsx"] = Xlsx,
        [".txt"] = Text,
    };

    /// <summary>The type found in the bytes; only the table of contents of an archive is read.</summary>
    /// <exception cref="ContentException">A macro-carrying or exploding office file.</exception>
    internal static string Detect(Stream bytes)
    {
        var head = new byte[16];
        bytes.Position = 0;
        var length = bytes.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var start = head.AsSpan(0, length);
        bytes.Position = 0;
        if (start.StartsWith("%PDF-"u8))
            return Pdf;
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
        if (length == head.Length && start.StartsWith(png) && start[12..].SequenceEqual("IHDR"u8))
            return Png;
        if (start.StartsWith((byte[])[0xFF, 0xD8, 0xFF]))
            return Jpeg;
        if (start.StartsWith("PK\u0003\u0004"u8))
            return Office(bytes);
        return IsText(bytes) ? Text : Unknown;
    }

    /// <exception cref="ContentException"><see cref="ContentErrors.TypeDisguised"/>: the name has an ending that belongs to
    /// another type, so it would open as something it is not.</exception>
    internal static void MustFit(string? fileName, string mediaType)
    {
        var extension = Path.GetExtension(fileName);
        if (string.IsNullOrEmpty(extension))
            return;
        if (!OfExtension.TryGetValue(extension, out var named) || named != mediaType)
            throw new ContentException(ContentErrors.TypeDisguised, mediaType);
    }

    private static string Office(Stream bytes)
    {
        try
        {
            using var archive = new ZipArchive(bytes, ZipArchiveMode.Read, leaveOpen: true);
            var names = archive.Entries.Select(e => e.FullName).ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (names.Any(n => n.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)))
                throw new ContentException(ContentErrors.MacrosRefused);
            if (archive.Entries.Sum(e => (decimal)e.Length) > UnpackedLimit)
                throw new ContentException(ContentErrors.ArchiveRefused, UnpackedLimit);
            if (!names.Contains("[Content_Types].xml"))
                return Unknown;
            return names.Contains("word/document.xml") ? Docx
                : names.Contains("xl/workbook.xml") ? Xlsx
                : Unknown;
        }
        catch (InvalidDataException)
        {
            return Unknown;
        }
    }

    private static bool IsText(Stream bytes)
    {
        var decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        var block = new byte[16 * 1024];
        var characters = new char[block.Length + 4];
        try
        {
            for (var read = 1; read > 0; )
            {
                read = bytes.Read(block);
                var count = decoder.GetChars(block.AsSpan(0, read), characters, flush: read == 0);
                if (
                    characters.AsSpan(0, count).ContainsAnyInRange('\0', '\b')
                    || characters.AsSpan(0, count).ContainsAnyInRange('\u000e', '\u001f')
                )
                    return false;
            }
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
        finally
        {
            bytes.Position = 0;
        }
        return true;
    }
}
