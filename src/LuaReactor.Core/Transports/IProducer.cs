namespace LuaReactor.Transports;

/// <summary>A source of data that can be told to wait (Twisted's <c>IPushProducer</c> and <c>IPullProducer</c>).</summary>
public interface IProducer
{
    /// <summary>Stop for now: the buffer is full. Push producers only.</summary>
    void PauseProducing();

    /// <summary>Go on; for a pull producer: give the next piece.</summary>
    void ResumeProducing();

    /// <summary>Stop for good: the connection is gone.</summary>
    void StopProducing();

    /// <summary>The transport has let it go: it was unregistered, or stopped. The last call it gets.</summary>
    void Unregistered()
    {
    }
}
