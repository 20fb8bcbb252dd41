using System.IO.Compression;
using System.Xml;

namespace Mediation.Content;

/// <summary>Archives whose bytes follow from their content alone: fixed time of every entry.</summary>
internal static class FixedZip
{
    // The earliest instant the format knows.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Stream Open(ZipArchive archive, string path)
    {
        var entry = archive.CreateEntry(path, CompressionLevel.Fastest);
        entry.LastWriteTime = Epoch;
        return entry.Open();
    }

    public static void Write(ZipArchive archive, string path, byte[] bytes)
    {
        using var part = Open(archive, path);
        part.Write(bytes);
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

/// <summary>Takes what an archive writes and hands it on when asked. An archive ends its entries with synchronous writes, also
/// when disposed asynchronously, and an HTTP response allows none.</summary>
internal sealed class PendingStream(Stream destination) : Stream
{
    private readonly MemoryStream pending = new();

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public async Task HandOnAsync(CancellationToken cancellation)
    {
        await destination.WriteAsync(pending.GetBuffer().AsMemory(0, (int)pending.Length), cancellation);
        pending.SetLength(0);
    }

    public override void Write(byte[] buffer, int offset, int count) => pending.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => pending.Write(buffer);

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
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
