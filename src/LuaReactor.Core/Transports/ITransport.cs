namespace LuaReactor.Transports;

/// <summary>What a protocol writes to (Twisted's <c>ITransport</c> and <c>IConsumer</c>).</summary>
public interface ITransport
{
    /// <summary>True until the connection is lost.</summary>
    bool Connected { get; }

    /// <summary>True once <see cref="LoseConnection"/> was called.</summary>
    bool Disconnecting { get; }

    /// <summary>Bytes written and not yet taken by the system.</summary>
    long Unsent { get; }

    /// <summary>Sends <paramref name="data"/> as soon as the other side takes it; the bytes are copied. Quietly nothing on a closed connection.</summary>
    void Write(ReadOnlySpan<byte> data);

    /// <summary>Closes the connection once all that was written is sent; reads no more.</summary>
    void LoseConnection();

    /// <summary>Reads no more until <see cref="ResumeProducing"/>.</summary>
    void PauseProducing();

    /// <summary>Reads again.</summary>
    void ResumeProducing();

    /// <summary>A source that is paused while the other side takes less than it gives.</summary>
    /// <param name="producer">The source.</param>
    /// <param name="streaming">True for a push producer; false for one asked for each piece.</param>
    /// <exception cref="WrongStateException">There is one already.</exception>
    void RegisterProducer(IProducer producer, bool streaming);

    /// <summary>The source has given all.</summary>
    void UnregisterProducer();
}
