using LuaReactor.Transports;

namespace LuaReactor.Scripting.Bridge;

/// <summary>What the reactor has just read for the protocol whose callback runs; gone when that returns.</summary>
internal sealed unsafe class Input
{
    private byte* _start;
    private int _length;
    private ITransport? _transport;

    private object? _fed;

    public ReadOnlySpan<byte> Bytes => new(_start, _length);

    /// <summary>Notes who took the bytes.</summary>
    public void Feed(object taker) => _fed = taker;

    /// <summary>Whether the transport closes whose bytes this one took: what it holds of them is of no more use.</summary>
    public bool IsClosingFor(object taker) => _transport is { Disconnecting: true } && ReferenceEquals(_fed, taker);

    public void Set(ITransport transport, byte* start, int length)
    {
        _transport = transport;
        _start = start;
        _length = length;
    }

    public void Clear()
    {
        _transport = null;
        _fed = null;
        _start = null;
        _length = 0;
    }
}
