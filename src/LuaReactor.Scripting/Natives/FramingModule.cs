using LuaReactor.Framing;
using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>Bytes into messages, for <c>twisted/protocols/basic.lua</c>: the searching is done here, Lua sees whole messages.</summary>
internal sealed class FramingModule(ScriptHost host) : INativeModule
{
    public string Name => "luareactor.framing";

    public IEnumerable<(string Name, Native Native)> Functions =>
    [
        ("lines", Lines),
        ("input", Input),
        ("appendInput", AppendInput),
    ];

    public void Define() => host.State.Handles.DefineType<LineFramer>(
        "LineFramer",
        new Metamethods(Close: Leave),
        ("append", Append),
        ("next", Next),
        ("takeAll", TakeAll),
        ("length", Length),
        ("enter", Enter));

    private static int Lines(in Call call) => call.Return(new LineFramer());

    private int Input(in Call call) => call.Return(host.Input.Bytes);

    private int AppendInput(in Call call)
    {
        call.Object<LineFramer>(1).Append(host.Input.Bytes);
        return call.Return();
    }

    private static int Append(in Call call)
    {
        call.Self<LineFramer>().Append(call.Bytes(2));
        return call.Return();
    }

    private int Next(in Call call)
    {
        var framer = call.Self<LineFramer>();
        if (host.Input.Closing)
        {
            return call.ReturnNil();
        }

        switch (framer.Next(call.Bytes(2), call.Integer(3, 0, int.MaxValue), out var line))
        {
            case FrameStatus.Message:
                return call.Return(line);
            case FrameStatus.Broken:
                lua_pushnil(call.L);
                Values.PushBytes(call.L, line);
                return 2;
            default:
                return call.ReturnNil();
        }
    }

    private static int TakeAll(in Call call)
    {
        call.Self<LineFramer>().TakeAll(out var all);
        return call.Return(all);
    }

    private static int Length(in Call call) => call.Return(call.Self<LineFramer>().Length);

    private static int Enter(in Call call)
    {
        var framer = call.Self<LineFramer>();
        var free = !framer.Busy;
        framer.Busy = true;
        return call.Return(free);
    }

    private static int Leave(in Call call)
    {
        call.Self<LineFramer>().Busy = false;
        return call.Return();
    }
}
