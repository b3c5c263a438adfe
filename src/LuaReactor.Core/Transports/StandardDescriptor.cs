using LuaReactor.Sockets;

namespace LuaReactor.Transports;

/// <summary>
/// Standard input or output on Linux, read and written as it is. .NET's console streams edit a terminal's lines and are
/// silent about a reader that went away (EPIPE); a FileStream keeps a place of its own in a plain file.
/// </summary>
internal sealed unsafe class StandardDescriptor : Stream
{
    private readonly int _descriptor;

    /// <exception cref="IOException">Whoever started this process had closed it.</exception>
    public StandardDescriptor(int descriptor)
    {
        // What came through exec is not closed by exec: one that would be is a file of the runtime's, in the free place.
        var flags = Libc.fcntl(descriptor, Libc.GetDescriptorFlags);
        if (flags < 0 || (flags & Libc.CloseOnExec) != 0)
        {
            throw new IOException("Bad file descriptor");
        }

        _descriptor = descriptor;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint count;
            while ((count = Libc.read(_descriptor, start, buffer.Length)) < 0)
            {
                Again("read");
            }

            return (int)count;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            fixed (byte* start = buffer)
            {
                var count = Libc.write(_descriptor, start, buffer.Length);
                if (count < 0)
                {
                    Again("write");
                }

                buffer = buffer[(int)Math.Max(0, count)..];
            }
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // Another program may have made the terminal or pipe we share non-blocking: then we wait a little.
    private static void Again(string call)
    {
        switch (Libc.Errno)
        {
            case Libc.EIntr:
                break;
            case Libc.EAgain:
                Thread.Sleep(10);
                break;
            default:
                throw Libc.Failure(call);
        }
    }
}
