namespace LuaReactor.Sockets;

/// <summary>How many sockets and files this process may have open.</summary>
public static class DescriptorLimit
{
    // Where the system sets no such limit, or tells none: more than anybody opens.
    private const int Plenty = 1_000_000;

    /// <summary>How many descriptors may still be opened now. Counts the open ones, so ask once at the start, not per connection.</summary>
    /// <remarks>The soft RLIMIT_NOFILE, getrlimit(2), which .NET raises to the hard one as it starts.</remarks>
    public static int Remaining()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Plenty;
        }
        // The listing itself is one of those counted.
        var open = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() - 1;
        return Math.Max(0, Soft() - open);
    }

    private static unsafe int Soft()
    {
        Libc.Limit limit;
        return Libc.getrlimit(Libc.RlimitNoFile, &limit) < 0 ? Plenty : (int)Math.Min(limit.Soft, Plenty);
    }
}
