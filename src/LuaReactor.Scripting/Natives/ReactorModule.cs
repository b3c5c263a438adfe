using LuaReactor.Loop;
using LuaReactor.Scripting.Bridge;
using LuaReactor.Scripting.Interop;
using LuaReactor.Sockets;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>What <c>twisted/internet/reactor.lua</c> stands on.</summary>
internal sealed unsafe class ReactorModule(ScriptHost host) : INativeModule
{
    private const int DefaultBacklog = 4096;
    private const double DefaultTimeout = 30;

    private readonly Reactor _reactor = host.Reactor;

    public string Name => "luareactor.reactor";

    public (string Name, Native Native)[] Functions =>
    [
        ("seconds", Seconds),
        ("callLater", CallLater),
        ("getDelayedCalls", GetDelayedCalls),
        ("run", Run),
        ("_running", Running),
        ("_turn", Turn),
        ("_inTurn", InTurn),
        ("_hurry", Hurry),
        ("_collectWhenIdle", CollectWhenIdle),
        ("stop", Stop),
        ("crash", Crash),
        ("iterate", Iterate),
        ("callWhenRunning", CallWhenRunning),
        ("callFromThread", CallFromThread),
        ("addSystemEventTrigger", AddSystemEventTrigger),
        ("removeSystemEventTrigger", RemoveSystemEventTrigger),
        ("fireSystemEvent", FireSystemEvent),
        ("listenTCP", ListenTcp),
        ("connectTCP", ConnectTcp),
        ("_arriving", (in call) => Addresses.Push(call.L, host.Arriving)),
        ("_resolve", Resolve),
        ("setLingerTimeout", SetLingerTimeout),
    ];

    /// <summary>A delay as scripts give it: refused where it is given, not where it would be due.</summary>
    public static double Delay(in Call call, int i)
    {
        var seconds = call.Number(i);
        return double.IsFinite(seconds) && seconds >= 0
            ? seconds
            : throw call.Bad(i, FormattableString.Invariant($"{seconds} is not a delay: it must be a finite number of seconds, 0 or more"));
    }

    private static int PortNumber(in Call call, int i)
    {
        var port = call.Integer(i);
        return port is >= 0 and <= 65535 ? (int)port : throw call.Bad(i, $"{port} is not a port: it must be an integer in 0-65535");
    }

    // An object of a class; that it has the right methods is seen when they are called.
    private static void NeedFactory(in Call call, int i)
    {
        if (call.TypeOf(i) is not LuaType.Table)
        {
            throw call.Expected(i, "factory");
        }
    }

    private int Seconds(in Call call) => call.Return(_reactor.Seconds);

    private int CallLater(in Call call)
    {
        var seconds = Delay(call, 1);
        call.CheckFunction(2);
        var arguments = call.Count - 2;
        new LuaTimer(host, arguments, host.OriginOf(call.L)).Start(call.L, seconds, first: 2);
        return 1;
    }

    private int GetDelayedCalls(in Call call)
    {
        var L = call.L;
        LuaState.NeedSpace(L, 3);
        lua_createtable(L, 0, 0);
        var table = lua_gettop(L);
        var count = 0;
        foreach (var pending in _reactor.GetDelayedCalls())
        {
            // The host's own calls (timeouts of connects) are no script's business.
            if (pending is LuaTimer timer && timer.TryPush(L))
            {
                lua_rawseti(L, table, ++count);
            }
        }

        return 1;
    }

    private int Run(in Call call)
    {
        var outer = call.State.EnterLoop();
        try
        {
            _reactor.Run(host.Options.HandleSignals);
        }
        finally
        {
            call.State.LeaveLoop(outer);
        }

        return call.Return();
    }

    private int Running(in Call call) => call.Return(_reactor.Running);

    private int InTurn(in Call call) => call.Return(_reactor.InTurn);

    private int Turn(in Call call)
    {
        _reactor.Iterate(Timeout.InfiniteTimeSpan);
        return call.Return();
    }

    private int Hurry(in Call call)
    {
        _reactor.Hurry();
        return call.Return();
    }

    private int CollectWhenIdle(in Call call)
    {
        host.LostFailures.Wanted();
        return call.Return();
    }

    private int Stop(in Call call)
    {
        _reactor.Stop();
        return call.Return();
    }

    private int Crash(in Call call)
    {
        _reactor.Crash();
        return call.Return();
    }

    private int Iterate(in Call call)
    {
        var seconds = call.IsNoneOrNil(1) ? 0 : Delay(call, 1);
        _reactor.Iterate(TimeSpan.FromSeconds(seconds));
        return call.Return();
    }

    private int CallWhenRunning(in Call call)
    {
        call.CheckFunction(1);
        _reactor.CallWhenRunning(new LuaCall(host, call, 1).Run);
        return call.Return();
    }

    private int CallFromThread(in Call call)
    {
        call.CheckFunction(1);
        _reactor.CallFromThread(new LuaCall(host, call, 1).Run);
        return call.Return();
    }

    private int AddSystemEventTrigger(in Call call)
    {
        var phase = call.Text(1) switch
        {
            "before" => TriggerPhase.Before,
            "during" => TriggerPhase.During,
            "after" => TriggerPhase.After,
            var other => throw call.Bad(1, $"'{other}' is not a phase: before, during or after"),
        };
        var name = call.Text(2);
        call.CheckFunction(3);
        return call.Return(new ScriptTrigger(_reactor, phase, name, new LuaCall(host, call, 3)));
    }

    private int RemoveSystemEventTrigger(in Call call)
    {
        call.Object<ScriptTrigger>(1).Remove();
        return call.Return();
    }

    private int FireSystemEvent(in Call call)
    {
        _reactor.FireSystemEvent(call.Text(1));
        return call.Return();
    }

    private int ListenTcp(in Call call)
    {
        var number = PortNumber(call, 1);
        NeedFactory(call, 2);
        var options = call.Options(3);
        var backlog = options.Integer("backlog", DefaultBacklog);
        var @interface = options.Text("interface") ?? "";
        options.Done();
        var factory = new LuaFactory(new(host, IsClient: false, host.OriginOf(call.L)));
        factory.Hold(call.L, 2);
        try
        {
            var port = _reactor.ListenTcp(number, factory, (int)Math.Clamp(backlog, 1, int.MaxValue), @interface);
            return PortType.Return(call, port, factory, 2);
        }
        catch
        {
            factory.Release();
            throw;
        }
    }

    private int ConnectTcp(in Call call)
    {
        var name = call.Text(1);
        var port = PortNumber(call, 2);
        NeedFactory(call, 3);
        var options = call.Options(4);
        var timeout = options.Number("timeout", DefaultTimeout);
        Address? from = options.PushTable("bindAddress") ? BindAddress(call) : null;
        options.Done();
        if (double.IsNaN(timeout) || timeout < 0)
        {
            throw options.Bad("timeout", "it must be a number of seconds, 0 or more");
        }

        var factory = new LuaClientFactory(host, host.OriginOf(call.L));
        var connector = _reactor.NewConnector(name, port, factory, timeout, from);
        return ConnectorType.ReturnConnecting(call, connector, factory, 3);
    }

    private static Address BindAddress(in Call call)
    {
        var L = call.L;
        var table = lua_gettop(L);
        lua_rawgeti(L, table, 1);
        lua_rawgeti(L, table, 2);
        var name = lua_type(L, table + 1) is LuaType.String ? Values.ToText(L, table + 1) : null;
        int isInteger;
        var port = lua_tointegerx(L, table + 2, &isInteger);
        lua_settop(L, table - 1);
        return name is not null && isInteger != 0 && port is >= 0 and <= 65535 && Reactor.TryParseAddress(name, (int)port, out var address)
            ? address
            : throw call.Bad(4, "option 'bindAddress': { address, port } expected");
    }

    private int Resolve(in Call call)
    {
        var name = call.Text(1);
        call.CheckFunction(2);
        var answer = new LuaAnswer(host, call.Hold(2));
        _reactor.Resolve(name, answer.Run);
        return call.Return();
    }

    private int SetLingerTimeout(in Call call)
    {
        var seconds = call.Number(1);
        _reactor.LingerTimeout = seconds >= 0 ? seconds : throw call.Bad(1, "a number of seconds, 0 or more, is expected");
        return call.Return();
    }
}
