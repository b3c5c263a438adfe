using LuaReactor.Framing;
using LuaReactor.Transports;

namespace LuaReactor.Scripting.Bridge;

/// <summary>What the reactor has just read for the protocol whose callback runs; gone when that returns.</summary>
internal sealed unsafe class Input
{
    private byte* _start;
    private int _length;
    private ITransport? _transport;

    private Framer? _fed;

    public ReadOnlySpan<byte> Bytes => new(_start, _length);

    /// <summary>Whether the bytes came from this transport, and its callback still runs.</summary>
    public bool IsFrom(ITransport transport) => ReferenceEquals(_transport, transport);

    /// <summary>Enters the framer that takes the bytes, until the callback is over; false when it was entered already.</summary>
    public bool Enter(Framer framer)
    {
        if (framer.Busy)
        {
            return false;
        }

        framer.Busy = true;
        _fed = framer;
        return true;
    }

    /// <summary>Whether the transport closes whose bytes this framer took: what it holds of them is of no more use.</summary>
    public bool IsClosingFor(Framer framer) => _transport is { Disconnecting: true } && ReferenceEquals(_fed, framer);

    public void Set(ITransport transport, byte* start, int length)
    {
        _transport = transport;
        _start = start;
        _length = length;
    }

    public void Clear()
    {
        _transport = null;
        if (_fed is { } framer)
        {
            framer.Busy = false;
            _fed = null;
        }

        _start = null;
        _length = 0;
    }
}
