using System.IO.Compression;
using System.Xml;

namespace Mediation.Content;

/// <summary>Archives whose bytes follow from their content alone: fixed time of every entry.</summary>
internal static class FixedZip
{
    // The earliest instant the format knows.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task<Stream> OpenAsync(ZipArchive archive, string path, CancellationToken cancellation)
    {
        var entry = archive.CreateEntry(path, CompressionLevel.Fastest);
        entry.LastWriteTime = Epoch;
        return await entry.OpenAsync(cancellation);
    }

    public static async Task WriteAsync(ZipArchive archive, string path, byte[] bytes, CancellationToken cancellation)
    {
        await using var part = await OpenAsync(archive, path, cancellation);
        await part.WriteAsync(bytes, cancellation);
    }

    /// <summary>The same entries in fixed order and time, stored without compression, because the next version of the
    /// compressor may give other bytes for the same paper.</summary>
    public static byte[] Normalise(Stream package)
    {
        using var result = new MemoryStream();
        using (var from = new ZipArchive(package, ZipArchiveMode.Read, leaveOpen: true))
        using (var to = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
            foreach (
                var entry in from
                    .Entries.OrderBy(e => e.FullName == "[Content_Types].xml" ? 0 : 1)
                    .ThenBy(e => e.FullName, StringComparer.Ordinal)
            )
            {
                var copy = to.CreateEntry(entry.FullName, CompressionLevel.NoCompression);
                copy.LastWriteTime = Epoch;
                using var source = entry.Open();
                using var target = copy.Open();
                source.CopyTo(target);
            }
        return result.ToArray();
    }
}

internal static class SafeXml
{
    /// <summary>Text without characters that XML cannot hold; one of them in a name would break the whole document.</summary>
    public static string Text(string text)
    {
        var sound = true;
        for (var i = 0; i < text.Length && sound; i++)
            sound = XmlConvert.IsXmlChar(text[i]);
        if (sound)
            return text;
        var kept = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            if (XmlConvert.IsXmlChar(text[i]))
                kept.Append(text[i]);
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                kept.Append(text[i]).Append(text[++i]);
        return kept.ToString();
    }
}
