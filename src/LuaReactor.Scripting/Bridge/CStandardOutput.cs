using System.Runtime.InteropServices;

namespace LuaReactor.Scripting.Bridge;

/// <summary>C's standard output, into whose buffer Lua prints.</summary>
internal static partial class CStandardOutput
{
    // glibc exports the FILE* as a variable; elsewhere all of C's streams are flushed (fflush(NULL)).
    private static readonly nint _stream = Find();

    /// <summary>Writes out what Lua has printed: to a pipe C would keep it until 4 KiB are full.</summary>
    public static void Flush() => _ = fflush(_stream);

    private static unsafe nint Find() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var libc)
        && NativeLibrary.TryGetExport(libc, "stdout", out var stream)
            ? *(nint*)stream
            : 0;

    [LibraryImport("libc")]
    private static partial int fflush(nint stream);
}
