namespace LuaReactor.Loop;

/// <summary>The one place where a poller is chosen.</summary>
public static class Pollers
{
    /// <summary>The poller of that name, or the best one here for null: epoll on Linux, select elsewhere.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    /// <exception cref="PlatformNotSupportedException">It does not work on this system.</exception>
    public static IPoller Create(string? name = null) => name switch
    {
        null => OperatingSystem.IsLinux() ? new EpollPoller() : new SelectPoller(),
        "epoll" when OperatingSystem.IsLinux() => new EpollPoller(),
        "epoll" => throw new PlatformNotSupportedException("reactor 'epoll' needs Linux: use select"),
        "select" => new SelectPoller(),
        _ => throw new ArgumentException($"unknown reactor '{name}': use epoll or select"),
    };
}
