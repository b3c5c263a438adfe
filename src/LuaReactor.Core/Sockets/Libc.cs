using System.Runtime.InteropServices;

namespace LuaReactor.Sockets;

/// <summary>The C library of Linux, as its manual pages (section 2) have it; the only file of this project that imports it.</summary>
/// <remarks>The numbers are those of x86-64 and arm64. None suppresses the transition to native code: each may take over a
/// microsecond, and a collection would wait for it.</remarks>
internal static unsafe partial class Libc
{
    public const int AfInet = 2, AfInet6 = 10;
    public const int SockStream = 1, SockNonBlock = 0x800, SockCloseOnExec = 0x80000;
    public const int MsgNoSignal = 0x4000;
    public const int SolSocket = 1, SoReuseAddr = 2, SoError = 4, SoKeepAlive = 9, SoLinger = 13;
    public const int IpProtoTcp = 6, TcpNoDelay = 1, IpProtoIPv6 = 41, IPv6OnlyV6 = 26;
    public const int ShutRead = 0, ShutWrite = 1, ShutBoth = 2;
    public const int EpollCloseOnExec = 0x80000, EpollAdd = 1, EpollDelete = 2, EpollModify = 3;
    public const uint EpollIn = 1, EpollOut = 4, EpollError = 8, EpollHangUp = 16;
    public const int EventFdNonBlock = 0x800, EventFdCloseOnExec = 0x80000;
    public const int GetDescriptorFlags = 1, CloseOnExec = 1;
    public const int RlimitNoFile = 7;
    public const int ENoEnt = 2, EIntr = 4, EBadF = 9, EAgain = 11;

    /// <summary>getrlimit(2): the soft limit is what counts, the hard one how far it may be raised.</summary>
    public struct Limit
    {
        public ulong Soft, Hard;
    }

    /// <summary>The errno of the last call made here by this thread.</summary>
    public static int Errno => Marshal.GetLastPInvokeError();

    /// <summary>An exception for a call that fails only through a mistake of ours.</summary>
    public static IOException Failure(string call) =>
        new($"{call}: {Errno}: {Marshal.GetPInvokeErrorMessage(Errno)}");

    [LibraryImport("libc")]
    internal static partial int setvbuf(nint stream, byte* buffer, int mode, nuint size);

    [LibraryImport("libc")]
    internal static partial nuint __fpending(nint stream);

    [LibraryImport("libc")]
    internal static partial int fflush(nint stream);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(int fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int listen(int fd, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int accept4(int fd, byte* address, uint* length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int shutdown(int fd, int how);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockopt(int fd, int level, int name, void* value, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(int fd, int level, int name, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockname(int fd, byte* address, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getpeername(int fd, byte* address, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int fd, byte* change);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int epoll, byte* events, int most, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int fd, void* buffer, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, void* buffer, nint length);

    /// <summary>fcntl(2), for commands without a third argument.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int fd, int command);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getrlimit(int resource, Limit* limit);

    /// <summary>Ends the process at once: no finalizer, no flush, no waiting for threads.</summary>
    [LibraryImport("libc")]
    public static partial void _exit(int status);
}
