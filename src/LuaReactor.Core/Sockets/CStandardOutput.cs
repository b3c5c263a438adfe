using System.Runtime.InteropServices;

namespace LuaReactor.Sockets;

/// <summary>C's standard output, into whose buffer native code in this process prints.</summary>
public static class CStandardOutput
{
    // glibc exports the FILE* as a variable; elsewhere all of C's streams are flushed, fflush(3).
    private static readonly nint _stream = Find();

    /// <summary>Writes out what was printed: to a pipe C would keep it until 4 KiB are full.</summary>
    public static void Flush() => _ = Libc.fflush(_stream);

    private static unsafe nint Find() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var libc)
        && NativeLibrary.TryGetExport(libc, "stdout", out var stream)
            ? *(nint*)stream
            : 0;
}
