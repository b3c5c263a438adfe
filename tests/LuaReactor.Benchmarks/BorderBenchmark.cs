using BenchmarkDotNet.Attributes;
using LuaReactor.Scripting;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Benchmarks;

/// <summary>What it costs to cross the border between C# and Lua.</summary>
public class BorderBenchmark : IDisposable
{
    private const int Calls = 1000;

    private readonly Target _target = new();
    private Reactor _reactor = null!;
    private ScriptHost _host = null!;
    private LuaState _state = null!;
    private LuaRef _empty = null!;
    private LuaRef _loop = null!;

    /// <summary>A Lua state belongs to the thread that made it: this one.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _reactor = new Reactor();
        _host = new ScriptHost(_reactor, new ScriptHostOptions { IgnoreEnvironment = true });
        _state = _host.State;
        _state.Handles.DefineType<Target>("Target");
        _empty = Compile("return function() end"u8);
        _loop = Compile("local native = ... return function() for i = 1, 1000 do native(i) end end"u8);
    }

    /// <summary>A native that takes a number and returns nothing, called by a loop in Lua.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public void LuaToCSharp() => Call(_loop);

    /// <summary>A protected call of a function that does nothing.</summary>
    [Benchmark]
    public void CSharpToLua() => Call(_empty);

    /// <summary>An object becomes a handle, and is found again by it; Lua collects the handle later.</summary>
    [Benchmark]
    public object? Handle()
    {
        var L = _state.CallbackThread;
        _state.Handles.Push(L, _target);
        var found = _state.Handles.Get(L, -1);
        Lua.lua_settop(L, -2);
        return found;
    }

    /// <summary>A Lua value is held and let go.</summary>
    [Benchmark]
    public void HoldAndRelease()
    {
        var L = _state.CallbackThread;
        Lua.lua_pushinteger(L, 1);
        _state.Hold(L).Release();
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _loop.Release();
        _empty.Release();
        _host.Dispose();
        _reactor.Dispose();
        GC.SuppressFinalize(this);
    }

    private LuaRef Compile(ReadOnlySpan<byte> code)
    {
        var L = _state.CallbackThread;
        _ = _state.LoadBuffer(L, code, "=benchmark");
        _state.PushNative(L, "native", (in call) =>
        {
            _ = call.Number(1);
            return call.Return();
        });
        _state.CallOrThrow(L, 1, 1);
        return _state.Hold(L);
    }

    private void Call(LuaRef function)
    {
        var L = _state.CallbackThread;
        function.Push(L);
        _state.CallOrThrow(L, 0, 0);
    }

    private sealed class Target;
}
