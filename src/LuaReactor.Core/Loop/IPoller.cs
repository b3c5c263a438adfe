using System.Net.Sockets;
using LuaReactor.Sockets;

namespace LuaReactor.Loop;

/// <summary>What a poller tells about a descriptor that is ready.</summary>
public interface IReadyCalls
{
    /// <summary>The descriptor is ready; never for more than it is watched for.</summary>
    void Ready(Descriptor descriptor, Readiness readiness);
}

/// <summary>Waits until descriptors are ready. Level-triggered: what is not dealt with is told again.</summary>
/// <remarks>All but <see cref="Wake"/> is for the loop's thread alone.</remarks>
public interface IPoller : IDisposable
{
    /// <summary>The name it is chosen by: <c>epoll</c>, <c>select</c>.</summary>
    string Name { get; }

    /// <summary>A new stream socket of the kind this poller can watch, or null and the reason.</summary>
    StreamSocket? CreateStream(AddressFamily family, out SocketError error);

    /// <summary>Watches a descriptor for exactly this from now on; <see cref="Readiness.None"/> stops, and then not even a hang-up is told.</summary>
    /// <exception cref="IOException">The system cannot watch such a thing (epoll: a plain file), or it is closed.</exception>
    /// <exception cref="NotSupportedException">This poller cannot (select: a descriptor without a .NET socket).</exception>
    void Watch(Descriptor descriptor, Readiness interest);

    /// <summary>Stops watching a descriptor that is closed next, which spares a call to the system where closing does it too.</summary>
    void Forget(Descriptor descriptor);

    /// <summary>All that is watched now, as a list of its own.</summary>
    IReadOnlyList<Descriptor> Watching();

    /// <summary>Waits for at most so many milliseconds (-1: for ever) and tells what is ready. It may return early, with nothing.</summary>
    /// <exception cref="IOException">The system refuses to wait, which can only be a mistake of ours.</exception>
    void Wait(int milliseconds, IReadyCalls calls);

    /// <summary>Ends the wait under way, or the next one, at once. From any thread, and harmless after disposal.</summary>
    void Wake();
}
