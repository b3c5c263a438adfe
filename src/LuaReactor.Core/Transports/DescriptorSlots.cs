namespace LuaReactor.Transports;

/// <summary>
/// Counts the sockets in use against what the process may open, so that sixty thousand connects under a limit of a
/// thousand descriptors wait for their turn (Twisted lets them fail with EMFILE).
/// </summary>
internal sealed class DescriptorSlots(int limit)
{
    private readonly LinkedList<ConnectAttempt> _waiting = new();

    public int InUse { get; private set; }

    /// <summary>Takes a slot without asking: for sockets that are there already.</summary>
    public void Count() => InUse++;

    /// <summary>Takes a slot if there is one and nobody waits for it.</summary>
    public bool TryTake()
    {
        if (InUse >= limit || _waiting.Count > 0)
        {
            return false;
        }

        InUse++;
        return true;
    }

    /// <summary>Puts <paramref name="attempt"/> in line; it is continued, with its slot taken, when one is free.</summary>
    public LinkedListNode<ConnectAttempt> Wait(ConnectAttempt attempt, bool first)
    {
        var place = first ? _waiting.AddFirst(attempt) : _waiting.AddLast(attempt);
        if (_waiting.First == place)
        {
            attempt.AtHeadOfLine();
        }

        return place;
    }

    public void StopWaiting(LinkedListNode<ConnectAttempt> place)
    {
        var first = _waiting.First == place;
        _waiting.Remove(place);
        if (first)
        {
            _waiting.First?.Value.AtHeadOfLine();
        }
    }

    /// <summary>Gives a slot back that could not be used, since the system had no descriptor for it: nobody goes on.</summary>
    public void GiveBack() => InUse--;

    /// <summary>A socket was closed: the next in line goes on.</summary>
    public void Release()
    {
        InUse--;
        if (InUse < limit && _waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            InUse++;
            next.Value.Proceed();
            _waiting.First?.Value.AtHeadOfLine();
        }
    }
}
