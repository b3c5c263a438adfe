using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Tests.Interop;

public sealed class LuaRefTests : InteropTest
{
    [Fact]
    public void A_held_value_survives_collection_and_comes_back()
    {
        var L = State.Main;
        State.Run(L, "return { 42 }"u8, "=s", 1);
        var held = State.Hold(L);
        State.CollectGarbage();

        held.Push(L);
        Lua.lua_rawgeti(L, -1, 1);

        Lua.lua_rawequal(L, -1, -1).ShouldBe(1);
        Values.TypeName(L, 2).ShouldBe("number");
        State.HeldValues.ShouldBe(1);
        Lua.lua_settop(L, 0);
        held.Release();
    }

    [Fact]
    public void A_value_is_released_once()
    {
        Lua.lua_pushnil(State.Main);
        var held = State.Hold(State.Main);
        held.Release();

        Should.Throw<InvalidOperationException>(held.Release);
        Should.Throw<ObjectDisposedException>(() => held.Push(State.Main));
        State.HeldValues.ShouldBe(0);
    }

    [Fact]
    public void Counts_return_to_zero()
    {
        var pending = new Queue<LuaRef>();
        Give("later", (in call) =>
        {
            call.CheckFunction(1);
            pending.Enqueue(call.Hold(1));
            return 0;
        });

        Run("n = 0 for i = 1, 1000 do later(function() n = n + i end) end");
        State.HeldValues.ShouldBe(1000);
        while (pending.TryDequeue(out var callback))
        {
            callback.Push(State.CallbackThread);
            callback.Release();
            State.CallOrThrow(State.CallbackThread, 0, 0);
        }

        State.HeldValues.ShouldBe(0);
        Run("return n").ShouldBe("500500");
    }

    [Fact]
    public void A_value_may_be_released_after_its_state_was_closed()
    {
        var state = new LuaState();
        Lua.lua_pushnil(state.Main);
        var held = state.Hold(state.Main);

        state.Dispose();
        held.Release();

        state.HeldValues.ShouldBe(0);
    }

    [Fact]
    public void Two_states_know_nothing_of_each_other()
    {
        using var other = new LuaState();
        other.Handles.DefineType<object>("Other");
        Give("fail", (in call) => throw new ScriptException(ReferenceEquals(call.State, State) ? "mine" : "other"));
        other.PushNative(other.Main, "fail", (in call) => throw new ScriptException(ReferenceEquals(call.State, State) ? "mine" : "other"));

        other.Call(other.Main, 0, 0).ShouldBe(LuaStatus.RuntimeError);
        var theirs = LuaState.PopException(other.Main, LuaStatus.RuntimeError).Message;

        theirs.ShouldBe("other");
        Run("return select(2, pcall(coroutine.wrap(fail)))").ShouldBe("mine");
    }
}
