namespace LuaReactor.Transports;

/// <summary>What a connection is for: it hears of the bytes that come in and of the end (Twisted's <c>IProtocol</c>).</summary>
public interface IProtocol
{
    /// <summary>Whether the two directions may close apart; when false, the peer's end of input closes the connection.</summary>
    bool HalfCloseable => false;

    /// <summary>The connection stands; <paramref name="transport"/> writes to it and closes it.</summary>
    void MakeConnection(ITransport transport);

    /// <summary>Some bytes have come in, at most 64 KiB; the span is valid during the call only.</summary>
    void DataReceived(ReadOnlySpan<byte> data);

    /// <summary>The connection is over and <paramref name="reason"/> says why; called once.</summary>
    void ConnectionLost(Exception reason);

    /// <summary>The peer will send no more; called for half-closeable protocols only.</summary>
    void ReadConnectionLost()
    {
    }

    /// <summary>Our end of output has been sent; called for half-closeable protocols only.</summary>
    void WriteConnectionLost()
    {
    }
}
