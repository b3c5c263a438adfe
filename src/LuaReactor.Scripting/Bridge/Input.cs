namespace LuaReactor.Scripting.Bridge;

/// <summary>What the reactor has just read for the protocol whose callback runs; gone when that returns.</summary>
internal sealed unsafe class Input
{
    private byte* _start;
    private int _length;

    public ReadOnlySpan<byte> Bytes => new(_start, _length);

    public void Set(byte* start, int length) => (_start, _length) = (start, length);

    public void Clear() => (_start, _length) = (null, 0);
}
