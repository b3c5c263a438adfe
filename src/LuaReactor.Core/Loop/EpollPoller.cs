using System.Net.Sockets;
using LuaReactor.Sockets;

namespace LuaReactor.Loop;

/// <summary>epoll(7), level-triggered: the cost of a turn is that of what is ready, not of what is open.</summary>
public sealed unsafe class EpollPoller : IPoller
{
    private const int MostEvents = 512;

    // No descriptor's mark: those hold a generation, counted from 1, above a descriptor number.
    private const ulong WakeMark = 0;

    private readonly EpollEvents _events = new(MostEvents);
    private readonly EpollEvents _change = new(1);
    private readonly Lock _waking = new();
    private readonly int _epoll;
    private int _wake;
    private Descriptor?[] _bySlot = new Descriptor?[64];
    private uint _generation;
    private uint _batch;

    /// <summary>Opens the epoll descriptor and the one that wakes it.</summary>
    /// <exception cref="IOException">The system has no descriptors left.</exception>
    public EpollPoller()
    {
        _epoll = Libc.epoll_create1(Libc.EpollCloseOnExec);
        if (_epoll < 0)
        {
            throw Libc.Failure("epoll_create1");
        }
        _wake = Libc.eventfd(0, Libc.EventFdNonBlock | Libc.EventFdCloseOnExec);
        if (_wake < 0)
        {
            var failure = Libc.Failure("eventfd");
            _ = Libc.close(_epoll);
            throw failure;
        }
        Control(Libc.EpollAdd, _wake, Readiness.Readable, WakeMark);
    }

    /// <inheritdoc/>
    public string Name => "epoll";

    /// <inheritdoc/>
    public StreamSocket? CreateStream(AddressFamily family, out SocketError error) => NativeSocket.Create(family, out error);

    /// <inheritdoc/>
    public void Watch(Descriptor descriptor, Readiness interest)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (descriptor.Watched == interest)
        {
            return;
        }
        if (interest == Readiness.None)
        {
            Remove(descriptor);
        }
        else if (descriptor.Watched == Readiness.None)
        {
            Add(descriptor, interest);
        }
        else
        {
            Control(Libc.EpollModify, descriptor.Slot, interest, Mark(descriptor));
        }
        descriptor.Watched = interest;
    }

    /// <inheritdoc/>
    /// <remarks>epoll(7): closing the last descriptor of a socket takes it out; ours are never duplicated.</remarks>
    public void Forget(Descriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (descriptor.Watched != Readiness.None && _bySlot[descriptor.Slot] == descriptor)
        {
            _bySlot[descriptor.Slot] = null;
        }

        descriptor.Watched = Readiness.None;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Descriptor> Watching() => [.. _bySlot.OfType<Descriptor>()];

    /// <inheritdoc/>
    public void Wait(int milliseconds, IReadyCalls calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        var count = Libc.epoll_wait(_epoll, _events.Start, MostEvents, milliseconds);
        if (count < 0 && Libc.Errno != Libc.EIntr)
        {
            throw Libc.Failure("epoll_wait");
        }
        // A callback that waits itself overwrites the events; what was lost with them is told again.
        var batch = ++_batch;
        for (var i = 0; i < count && batch == _batch; i++)
        {
            Tell(_events.EventsAt(i), _events.DataOf(i), calls);
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        lock (_waking)
        {
            // A full counter (EAGAIN) wakes as well, and without a descriptor nobody waits.
            ulong one = 1;
            _ = _wake >= 0 ? Libc.write(_wake, &one, sizeof(ulong)) : 0;
        }
    }

    /// <summary>Closes what the poller opened; the descriptors watched are not its own.</summary>
    public void Dispose()
    {
        lock (_waking)
        {
            if (_wake < 0)
            {
                return;
            }
            _ = Libc.close(_wake);
            _ = Libc.close(_epoll);
            _wake = -1;
        }
    }

    private static ulong Mark(Descriptor descriptor) => ((ulong)descriptor.Generation << 32) | (uint)descriptor.Slot;

    private void Add(Descriptor descriptor, Readiness interest)
    {
        descriptor.Slot = (int)descriptor.Handle;
        descriptor.Generation = NextGeneration();
        Control(Libc.EpollAdd, descriptor.Slot, interest, Mark(descriptor));
        while (descriptor.Slot >= _bySlot.Length)
        {
            Array.Resize(ref _bySlot, _bySlot.Length * 2);
        }
        _bySlot[descriptor.Slot] = descriptor;
    }

    private void Remove(Descriptor descriptor)
    {
        // Closed too early and its number in other hands: the system has forgotten it already, and the new one stays.
        if (_bySlot[descriptor.Slot] != descriptor)
        {
            return;
        }
        _bySlot[descriptor.Slot] = null;
        var result = Libc.epoll_ctl(_epoll, Libc.EpollDelete, descriptor.Slot, null);
        if (result < 0 && Libc.Errno is not (Libc.EBadF or Libc.ENoEnt))
        {
            throw Libc.Failure("epoll_ctl");
        }
    }

    private void Tell(uint events, ulong data, IReadyCalls calls)
    {
        if (data == WakeMark)
        {
            ulong counted;
            _ = Libc.read(_wake, &counted, sizeof(ulong));
            return;
        }
        var descriptor = _bySlot[(int)(uint)data];
        if (descriptor is null || descriptor.Generation != (uint)(data >> 32))
        {
            return;
        }
        // epoll_ctl(2): errors and hang-ups are always reported. Whichever call is asked for will find out.
        var ready = (events & (Libc.EpollError | Libc.EpollHangUp)) != 0 ? Readiness.Readable | Readiness.Writable : Readiness.None;
        ready |= (events & Libc.EpollIn) != 0 ? Readiness.Readable : Readiness.None;
        ready |= (events & Libc.EpollOut) != 0 ? Readiness.Writable : Readiness.None;
        ready &= descriptor.Watched;
        if (ready != Readiness.None)
        {
            calls.Ready(descriptor, ready);
        }
    }

    private void Control(int operation, int fd, Readiness interest, ulong mark)
    {
        var events = (interest & Readiness.Readable) != 0 ? Libc.EpollIn : 0;
        events |= (interest & Readiness.Writable) != 0 ? Libc.EpollOut : 0;
        _change.Set(events, mark);
        if (Libc.epoll_ctl(_epoll, operation, fd, _change.Start) < 0)
        {
            throw Libc.Failure("epoll_ctl");
        }
    }

    // Never 0, so that no mark is the wake mark.
    private uint NextGeneration() => _generation = _generation == uint.MaxValue ? 1 : _generation + 1;
}
