using System.Diagnostics;
using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>Has Lua collect its garbage when the loop is about to sleep and a Deferred has failed unheard: one that is lost is reported at once.</summary>
internal sealed class LostFailures(ScriptHost host)
{
    // Collecting takes one part in so many of the time at most; while there is nothing to find, ever less.
    private const double Share = 32, LeastShare = 1024;

    private bool _wanted;
    private long _calls = -1;
    private double _notBefore;
    private double _share = Share;
    private bool _waking;

    /// <summary>There is a failure that nobody has handled yet.</summary>
    public void Wanted() => (_wanted, _calls) = (true, -1);

    /// <summary>Looks for lost ones, if there may be some since the last time. To be called before the loop sleeps.</summary>
    public void Look()
    {
        // What no Lua code has run since then can have lost is nothing.
        if (!_wanted || _calls == host.State.Calls)
        {
            return;
        }

        var wait = _notBefore - host.Reactor.Seconds;
        if (wait <= 0)
        {
            Collect();
        }
        else if (!_waking)
        {
            _waking = true;
            host.Reactor.CallLater(wait, () => _waking = false);
        }
    }

    private void Collect()
    {
        var began = Stopwatch.GetTimestamp();
        var L = host.RequireModule("twisted.internet._unhandled");
        var top = lua_gettop(L) - 1;
        Values.GetField(L, -1, "collect"u8);
        if (host.State.TryCall(L, 0, 2))
        {
            var found = lua_toboolean(L, -2) != 0;
            _wanted = lua_toboolean(L, -1) != 0;
            _share = found ? Share : Math.Min(_share * 2, LeastShare);
        }

        lua_settop(L, top);
        _calls = host.State.Calls;
        _notBefore = host.Reactor.Seconds + (Stopwatch.GetElapsedTime(began).TotalSeconds * _share);
    }
}
