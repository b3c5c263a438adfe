using System.Runtime.InteropServices;

namespace LuaReactor.Scripting.Bridge;

/// <summary>C's standard output, into whose buffer Lua prints.</summary>
internal static unsafe class CStandardOutput
{
    private const int FullyBuffered = 0; // _IOFBF of glibc
    private const int Size = 1 << 16;

    private static readonly nint _libc = NativeLibrary.Load(Name(), typeof(CStandardOutput).Assembly, null);

    // glibc exports the FILE* as a variable; elsewhere all of C's streams are flushed (fflush(NULL)).
    private static readonly nint _stream =
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(_libc, "stdout", out var stream) ? *(nint*)stream : 0;

    private static readonly delegate* unmanaged[Cdecl]<nint, int> _flush = (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(_libc, "fflush");

    private static readonly delegate* unmanaged[Cdecl]<nint, nuint> _pending = NativeLibrary.TryGetExport(_libc, "__fpending", out var pending)
        ? (delegate* unmanaged[Cdecl]<nint, nuint>)pending
        : null;

    private static byte* _buffer;

    /// <summary>Writes out what Lua has printed: to a pipe C would keep it until 4 KiB are full.</summary>
    public static void Flush() => _ = _flush(_stream);

    /// <summary>From now on nothing is written until <see cref="Flush"/>, or until 64 KiB are full, not even to a terminal.</summary>
    public static void Hold()
    {
        if (_stream == 0 || _pending is null || _buffer is not null)
        {
            return;
        }

        Flush();
        _buffer = (byte*)NativeMemory.AllocZeroed(Size); // C's to the end
        var setBuffer = (delegate* unmanaged[Cdecl]<nint, byte*, int, nuint, int>)NativeLibrary.GetExport(_libc, "setvbuf");
        _ = setBuffer(_stream, _buffer, FullyBuffered, Size);
    }

    /// <summary>Whether something is held, and whether it ends a line; where that cannot be known, it does.</summary>
    public static bool IsHolding(out bool endsLine)
    {
        endsLine = true;
        if (_buffer is null)
        {
            return true;
        }

        var count = _pending(_stream);
        endsLine = count == 0 || count > Size || _buffer[count - 1] == (byte)'\n';
        return count > 0;
    }

    private static string Name() =>
        OperatingSystem.IsLinux() ? "libc.so.6" : OperatingSystem.IsWindows() ? "ucrtbase" : "libc";
}
