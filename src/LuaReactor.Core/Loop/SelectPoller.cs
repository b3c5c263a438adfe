using System.Net;
using System.Net.Sockets;
using LuaReactor.Sockets;

namespace LuaReactor.Loop;

/// <summary><see cref="Socket.Select(System.Collections.IList?, System.Collections.IList?, System.Collections.IList?, int)"/>,
/// for systems without epoll. Its turn costs by the number of open sockets; on Unix it is poll(2), so FD_SETSIZE is no limit.</summary>
public sealed class SelectPoller : IPoller
{
    // Longer waits than microseconds in an int allow return early, which a poller may.
    private const int LongestWait = int.MaxValue / 1000;

    private readonly Dictionary<Socket, Descriptor> _bySocket = [];

    // What select leaves in its lists is what is ready; they are filled anew for each wait and keep their room.
    private readonly List<Socket> _read = [];
    private readonly List<Socket> _write = [];
    private readonly List<Socket> _error = [];
    private readonly List<(Descriptor Descriptor, uint Generation)> _ready = [];
    private readonly Lock _waking = new();
    private readonly Socket _wake = LoopToItself();
    private uint _generation;
    private uint _batch;
    private bool _closed;

    /// <inheritdoc/>
    public string Name => "select";

    /// <inheritdoc/>
    public StreamSocket? CreateStream(AddressFamily family, out SocketError error) => ManagedSocket.Create(family, out error);

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
            // By value, like Twisted's _removeSelectable: a socket closed too early no longer tells which it was.
            var socket = descriptor.Managed ?? _bySocket.FirstOrDefault(watched => watched.Value == descriptor).Key;
            _ = socket is not null && _bySocket.Remove(socket);
        }
        else if (descriptor.Watched == Readiness.None)
        {
            var socket = descriptor.Managed ?? throw new NotSupportedException("the select reactor can watch .NET sockets only");
            descriptor.Generation = ++_generation;
            _bySocket.Add(socket, descriptor);
        }
        descriptor.Watched = interest;
    }

    /// <inheritdoc/>
    public void Forget(Descriptor descriptor) => Watch(descriptor, Readiness.None);

    /// <inheritdoc/>
    public IReadOnlyList<Descriptor> Watching() => [.. _bySocket.Values];

    /// <inheritdoc/>
    public void Wait(int milliseconds, IReadyCalls calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        Fill();
        try
        {
            Socket.Select(_read, _write, _error, milliseconds < 0 ? -1 : Math.Min(milliseconds, LongestWait) * 1000);
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.Interrupted)
        {
            return;
        }
        catch (SocketException refused)
        {
            throw new IOException($"select: {refused.NativeErrorCode}: {refused.Message}", refused);
        }
        Collect();
        // A callback that waits itself fills the list anew; what was lost with it is told again.
        var batch = ++_batch;
        for (var i = 0; batch == _batch && i < _ready.Count; i++)
        {
            var (descriptor, generation) = _ready[i];
            // An earlier callback may have stopped, or stopped and begun anew.
            if (descriptor.Generation == generation && (descriptor.Found & descriptor.Watched) is var wanted and not Readiness.None)
            {
                calls.Ready(descriptor, wanted);
            }
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        lock (_waking)
        {
            if (!_closed)
            {
                // A full buffer drops this datagram, and those in it wake as well.
                _ = _wake.Send([1], SocketFlags.None, out _);
            }
        }
    }

    /// <summary>Closes what the poller opened; the descriptors watched are not its own.</summary>
    public void Dispose()
    {
        lock (_waking)
        {
            _closed = true;
            _wake.Dispose();
        }
    }

    // A datagram socket connected to itself: one socket instead of a pair, and no stranger can write to it.
    private static Socket LoopToItself()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(socket.LocalEndPoint!);
        socket.Blocking = false;
        return socket;
    }

    private void Fill()
    {
        _read.Clear();
        _write.Clear();
        _error.Clear();
        _read.Add(_wake);
        foreach (var (socket, descriptor) in _bySocket)
        {
            if ((descriptor.Watched & Readiness.Readable) != 0)
            {
                _read.Add(socket);
            }
            if ((descriptor.Watched & Readiness.Writable) != 0)
            {
                _write.Add(socket);
                // Windows tells a failed connect here only: select in WinSock's manual, exceptfds.
                _error.Add(socket);
            }
        }
    }

    private void Collect()
    {
        foreach (var (descriptor, _) in _ready)
        {
            descriptor.Found = Readiness.None;
        }
        _ready.Clear();
        foreach (var socket in _read)
        {
            if (socket == _wake)
            {
                Drain();
                continue;
            }
            Note(socket, Readiness.Readable);
        }
        foreach (var socket in _write)
        {
            Note(socket, Readiness.Writable);
        }
        foreach (var socket in _error)
        {
            Note(socket, Readiness.Writable);
        }
    }

    private void Note(Socket socket, Readiness ready)
    {
        var descriptor = _bySocket[socket];
        if (descriptor.Found == Readiness.None)
        {
            _ready.Add((descriptor, descriptor.Generation));
        }
        descriptor.Found |= ready;
    }

    private void Drain()
    {
        Span<byte> bytes = stackalloc byte[16];
        SocketError error;
        do
        {
            _ = _wake.Receive(bytes, SocketFlags.None, out error);
        }
        while (error == SocketError.Success);
    }
}
