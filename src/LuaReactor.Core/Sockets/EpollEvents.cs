using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LuaReactor.Sockets;

/// <summary>Room for <c>struct epoll_event</c>s that the collector does not move.</summary>
/// <remarks>The struct is packed on x86, so that 32 and 64 bit agree there (12 bytes), and not elsewhere (16): sys/epoll.h.</remarks>
internal sealed unsafe class EpollEvents(int length)
{
    private static readonly int _size = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 12 : 16;
    private static readonly int _dataAt = _size - sizeof(ulong);

    private readonly byte[] _bytes = GC.AllocateArray<byte>(length * _size, pinned: true);

    public int Length => length;

    /// <summary>Where the system reads and writes; good as long as this object lives.</summary>
    public byte* Start => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes));

    public uint EventsAt(int index) => Unsafe.ReadUnaligned<uint>(Start + (index * _size));

    public ulong DataOf(int index) => Unsafe.ReadUnaligned<ulong>(Start + (index * _size) + _dataAt);

    public void Set(uint events, ulong data)
    {
        Unsafe.WriteUnaligned(Start, events);
        Unsafe.WriteUnaligned(Start + _dataAt, data);
    }
}
