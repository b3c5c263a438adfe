using System.Net.Sockets;

namespace LuaReactor.Loop;

/// <summary>Something a poller watches: Twisted's FileDescriptor, less its buffer.</summary>
/// <remarks>Stop watching it before its handle is closed, since the system may give the number to another at once.</remarks>
public abstract class Descriptor
{
    /// <summary>The file descriptor; it must not change while watched.</summary>
    public abstract nint Handle { get; }

    /// <summary>The .NET socket, for a poller that selects over such; null when there is only a handle.</summary>
    public virtual Socket? Managed => null;

    /// <summary>What the poller watches now.</summary>
    public Readiness Watched { get; internal set; }

    /// <summary>The descriptor number it is watched under, which outlives a handle closed too early.</summary>
    internal int Slot { get; set; }

    /// <summary>Tells this watching from earlier ones of the same number: events that were on their way then are not ours.</summary>
    internal uint Generation { get; set; }

    /// <summary>What select has found this turn; its answer comes in three lists.</summary>
    internal Readiness Found { get; set; }

    /// <summary>Reading would not block, or will tell an error.</summary>
    public abstract void ReadReady();

    /// <summary>Writing would not block, or will tell an error.</summary>
    public abstract void WriteReady();

    /// <summary>One of its callbacks has thrown: it is no longer watched and should close with this as the reason.</summary>
    public virtual void Failed(Exception error)
    {
    }
}
