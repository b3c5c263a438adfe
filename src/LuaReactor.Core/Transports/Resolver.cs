using System.Net;
using System.Net.Sockets;
using LuaReactor.Loop;
using LuaReactor.Sockets;

namespace LuaReactor.Transports;

/// <summary>Host names into addresses, by the system's resolver off the loop's thread; equal names share one look-up.</summary>
internal sealed class Resolver(EventLoop loop)
{
    private readonly Dictionary<string, List<Action<Address?>>> _underway = [];

    /// <summary>Look-ups not yet answered.</summary>
    public int Underway => _underway.Count;

    /// <summary>The address <paramref name="host"/> spells out, if it does; the empty name is this machine (0.0.0.0), as on Linux.</summary>
    public static bool TryLiteral(string host, out Address address)
    {
        var found = host.Length == 0 ? IPAddress.Any : IPAddress.TryParse(host, out var parsed) ? parsed : null;
        address = found is null ? default : Address.From(new IPEndPoint(found, 0));
        return found is not null;
    }

    /// <summary>Calls <paramref name="answer"/> on the loop's thread, in a later turn, with the address or null; IPv4 is preferred, as in Twisted.</summary>
    public void Resolve(string host, Action<Address?> answer)
    {
        if (_underway.TryGetValue(host, out var waiting))
        {
            waiting.Add(answer);
            return;
        }

        _underway.Add(host, [answer]);
        Task.Run(() =>
        {
            var found = LookUp(host);
            loop.Post(() => Answer(host, found));
        });
    }

    /// <summary>The addresses of a name, now: for the rare name that is given as an interface to listen on.</summary>
    public static Address? LookUp(string host)
    {
        try
        {
            var all = Dns.GetHostAddresses(host);
            var best = all.FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork) ?? all.FirstOrDefault();
            return best is null ? null : Address.From(new IPEndPoint(best, 0));
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            return null; // no such name, or none that could be: a label over 63 bytes
        }
    }

    private void Answer(string host, Address? found)
    {
        _underway.Remove(host, out var waiting);
        foreach (var answer in waiting!)
        {
            loop.Guard.Run((answer, found), static call => call.answer(call.found), "the answer to a look-up");
        }
    }
}
