namespace LuaReactor.Transports;

/// <summary>The open connections, linked through themselves: ten thousand of them cost no table.</summary>
internal sealed class OpenConnections
{
    private Connection? _first;

    public int Count { get; private set; }

    public void Add(Connection connection)
    {
        connection.Next = _first;
        if (_first is not null)
        {
            _first.Previous = connection;
        }

        _first = connection;
        Count++;
    }

    public void Remove(Connection connection)
    {
        var (previous, next) = (connection.Previous, connection.Next);
        if (previous is null)
        {
            _first = next;
        }
        else
        {
            previous.Next = next;
        }

        if (next is not null)
        {
            next.Previous = previous;
        }

        (connection.Previous, connection.Next) = (null, null);
        Count--;
    }

    /// <summary>Those open now, as a list of its own: they may close while it is walked.</summary>
    public List<Connection> ToList()
    {
        var all = new List<Connection>(Count);
        for (var connection = _first; connection is not null; connection = connection.Next)
        {
            all.Add(connection);
        }

        return all;
    }
}
