using System.Runtime.InteropServices;

namespace LuaReactor.Sockets;

/// <summary>C's standard output, into whose buffer native code in this process prints.</summary>
public static unsafe class CStandardOutput
{
    private const int FullyBuffered = 0; // _IOFBF of glibc
    private const int Size = 1 << 16;

    // glibc exports the FILE* as a variable; elsewhere all of C's streams are flushed, fflush(3).
    private static readonly nint _stream = Find();

    private static byte* _buffer;

    /// <summary>Writes out what was printed: to a pipe C would keep it until 4 KiB are full.</summary>
    public static void Flush() => _ = Libc.fflush(_stream);

    /// <summary>From now on nothing is written until <see cref="Flush"/>, or until 64 KiB are full, not even to a terminal.</summary>
    public static void Hold()
    {
        if (_stream == 0 || _buffer is not null)
        {
            return;
        }

        Flush();
        _buffer = (byte*)NativeMemory.AllocZeroed(Size); // C's to the end
        _ = Libc.setvbuf(_stream, _buffer, FullyBuffered, Size);
    }

    /// <summary>Whether something is held, and whether it ends a line; where that cannot be known, it does.</summary>
    public static bool IsHolding(out bool endsLine)
    {
        endsLine = true;
        if (_buffer is null)
        {
            return true;
        }

        var count = Libc.__fpending(_stream);
        endsLine = count == 0 || count > Size || _buffer[count - 1] == (byte)'\n';
        return count > 0;
    }

    private static nint Find() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var libc)
        && NativeLibrary.TryGetExport(libc, "stdout", out var stream)
            ? *(nint*)stream
            : 0;
}
