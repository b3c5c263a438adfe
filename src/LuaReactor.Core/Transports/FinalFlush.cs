using LuaReactor.Loop;

namespace LuaReactor.Transports;

/// <summary>The reactor stops: what was written before is sent, for a bounded time. Meanwhile all goes on as ever.</summary>
internal sealed class FinalFlush(Network network)
{
    private readonly HashSet<ITransport> _unsent = [];
    private DelayedCall? _deadline;
    private Action? _done;

    /// <summary>Calls <paramref name="done"/> when all that is unsent now is sent, or the time is up; at once if nothing is.</summary>
    public void Begin(double seconds, Action done)
    {
        // The turn that asked to stop is over, so its output has left as far as the system took it.
        _unsent.UnionWith(network.Connections.ToList().Concat<ITransport>(network.Streams).Where(transport => transport.Unsent > 0));
        if (_unsent.Count == 0)
        {
            done();
            return;
        }

        _done = done;
        _deadline = network.Loop.CallLater(seconds, Finish);
        network.Drained += Drained;
    }

    // Once is enough: a server that goes on answering would never be done.
    private void Drained(ITransport transport)
    {
        if (_unsent.Remove(transport) && _unsent.Count == 0)
        {
            Finish();
        }
    }

    private void Finish()
    {
        network.Drained -= Drained;
        if (_deadline is { Active: true } deadline)
        {
            deadline.Cancel();
        }

        // Not in the midst of the flush that was the last.
        network.Loop.Post(_done!);
    }
}
