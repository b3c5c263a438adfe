using LuaReactor.Loop;

namespace LuaReactor.Transports;

/// <summary>The reactor stops: what was written before is sent, for a bounded time, and nothing new is read.</summary>
internal sealed class FinalFlush(Network network)
{
    private DelayedCall? _deadline;
    private Action? _done;

    /// <summary>Calls <paramref name="done"/> when no connection has anything unsent, or the time is up; at once if there is nothing to send.</summary>
    public void Begin(double seconds, Action done)
    {
        foreach (var connection in network.Connections.ToList())
        {
            connection.PauseProducing();
        }

        // The turn that asked to stop is over, so its output has left as far as the system took it.
        if (!AnyUnsent())
        {
            done();
            return;
        }

        _done = done;
        _deadline = network.Loop.CallLater(seconds, Finish);
        network.Drained += Look;
    }

    private bool AnyUnsent() => network.Connections.ToList().Concat<ITransport>(network.Streams).Any(transport => transport.Unsent > 0);

    private void Look()
    {
        if (!AnyUnsent())
        {
            Finish();
        }
    }

    private void Finish()
    {
        network.Drained -= Look;
        if (_deadline is { Active: true } deadline)
        {
            deadline.Cancel();
        }

        // Not in the midst of the flush that was the last.
        network.Loop.Post(_done!);
    }
}
