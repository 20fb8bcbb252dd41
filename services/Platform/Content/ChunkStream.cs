namespace Mediation.Content;

/// <summary>An upload in pieces that leave room in front for what encryption adds, readable as one seekable stream for as
/// long as the pieces are plaintext.</summary>
internal sealed class ChunkStream(List<byte[]> chunks, long length) : Stream
{
    private const int ChunkSize = ContentStore.ChunkSize;

    /// <exception cref="ContentException"><see cref="ContentErrors.TooLarge"/>, after reading one byte too many and no more.</exception>
    public static async Task<(List<byte[]> Chunks, long Size)> ReadAsync(
        Stream source,
        long maximum,
        CancellationToken cancellation
    )
    {
        var chunks = new List<byte[]>();
        for (var size = 0L; ; )
        {
            var chunk = new byte[Envelope.Overhead + ChunkSize];
            var wanted = (int)Math.Min(ChunkSize, maximum - size + 1);
            var read = await source.ReadAtLeastAsync(
                chunk.AsMemory(Envelope.Overhead, wanted),
                wanted,
                throwOnEndOfStream: false,
                cancellation
            );
            size += read;
            if (size > maximum)
                throw new ContentException(ContentErrors.TooLarge, maximum);
            if (read > 0)
                chunks.Add(read == ChunkSize ? chunk : chunk[..(Envelope.Overhead + read)]);
            if (read < wanted)
                return (chunks, size);
        }
    }

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (Position >= length)
            return 0;
        var (number, within) = Math.DivRem(Position, ChunkSize);
        var rest = chunks[(int)number].AsSpan(Envelope.Overhead + (int)within);
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        Position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        var position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => length + offset,
        };
        // As every stream does; the archive reader counts on it to find that a short file is no archive.
        if (position < 0)
            throw new IOException("Before the beginning.");
        return Position = position;
    }

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
