using LuaReactor.Transports;

namespace LuaReactor.Scripting.Bridge;

/// <summary>What the reactor has just read for the protocol whose callback runs; gone when that returns.</summary>
internal sealed unsafe class Input
{
    private byte* _start;
    private int _length;
    private ITransport? _transport;

    /// <summary>Whether the transport it came from closes: what is buffered is of no more use.</summary>
    public bool Closing => _transport is { Disconnecting: true };

    public ReadOnlySpan<byte> Bytes => new(_start, _length);

    public void Set(ITransport transport, byte* start, int length)
    {
        _transport = transport;
        _start = start;
        _length = length;
    }

    public void Clear()
    {
        _transport = null;
        _start = null;
        _length = 0;
    }
}
