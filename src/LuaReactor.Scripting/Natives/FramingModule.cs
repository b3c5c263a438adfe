using LuaReactor.Framing;
using LuaReactor.Scripting.Interop;
using LuaReactor.Transports;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>Bytes into messages, for <c>twisted/protocols/basic.lua</c>: the searching is done here, Lua sees whole messages.</summary>
internal sealed class FramingModule(ScriptHost host) : INativeModule
{
    public string Name => "luareactor.framing";

    public (string Name, Native Native)[] Functions =>
    [
        ("lines", static (in call) => call.Return(new LineFramer())),
        ("netstrings", static (in call) => call.Return(new NetstringFramer())),
        ("lengths", Lengths),
        ("input", Input),
        ("appendInput", AppendInput),
        ("feedLines", FeedLines),
        ("soleLine", SoleLine),
        ("isFed", (in call) => call.Return(host.Input.IsFrom(call.Object<ITransport>(1)))),
    ];

    /// <summary>Adds <c>drains</c>: dataReceived functions, and what may be called in their place when the bytes are the reactor's.</summary>
    public void Fill(nint L, int table)
    {
        lua_createtable(L, 0, 0);
        Values.SetField(L, table, "drains");
    }

    public void Define()
    {
        Define<LineFramer>("LineFramer", NextLine);
        host.State.Handles.AddMethods<LineFramer>(("format", Format));
        Define<NetstringFramer>("NetstringFramer", NextNetstring);
        Define<LengthPrefixFramer>("LengthPrefixFramer", NextPrefixed);
    }

    private static int Lengths(in Call call)
    {
        var bytes = call.Integer(1, 1, 4);
        return call.Return(new LengthPrefixFramer(bytes is 3 ? throw call.Bad(1, "a prefix has 1, 2 or 4 bytes") : bytes));
    }

    private static int Append(in Call call)
    {
        call.Self<Framer>().Append(call.Bytes(2));
        return call.Return();
    }

    private static int TakeAll(in Call call)
    {
        call.Self<Framer>().TakeAll(out var all);
        return call.Return(all);
    }

    // False when somebody up the stack is taking messages, and will see what was appended.
    private static int Enter(in Call call)
    {
        var framer = call.Self<Framer>();
        var free = !framer.Busy;
        framer.Busy = true;
        return call.Return(free);
    }

    private static int Leave(in Call call)
    {
        call.Self<Framer>().Busy = false;
        return call.Return();
    }

    // math.huge stands for no limit.
    private static int Limit(in Call call, int i) => (int)Math.Clamp(call.Number(i), 0, int.MaxValue);

    private void Define<T>(string name, Native next)
        where T : Framer => host.State.Handles.DefineType<T>(
            name,
            new Metamethods(Close: Leave),
            ("append", Append),
            ("next", next),
            ("takeAll", TakeAll),
            ("length", static (in call) => call.Return(call.Self<Framer>().Length)),
            ("enter", Enter));

    private int Input(in Call call) => call.Return(host.Input.Bytes);

    // appendInput(framer, transport) → whether the framer may be drained now, and whether the transport is a table.
    private int AppendInput(in Call call)
    {
        var framer = call.Object<Framer>(1);
        framer.Append(host.Input.Bytes);
        Enter(call, framer);
        return 2;
    }

    private bool Enter(in Call call, Framer framer)
    {
        var entered = host.Input.Enter(framer);
        lua_pushboolean(call.L, entered ? 1 : 0);
        lua_pushboolean(call.L, call.TypeOf(2) is LuaType.Table ? 1 : 0);
        return entered;
    }

    // feedLines(framer, transport, delimiter, maxLength) → appendInput's two, and if it was entered next's two: one call for three.
    private int FeedLines(in Call call)
    {
        var framer = call.Object<LineFramer>(1);
        Format(call, framer, 3);
        if (!Enter(call, framer))
        {
            framer.Append(host.Input.Bytes);
            return 2;
        }

        var status = framer.Next(host.Input.Bytes, out var line);
        return 2 + ReturnNext(call, framer, status, line);
    }

    // soleLine(transport, delimiter, maxLength) → the input's only line, when it is one line, whole, and the transport is the host's.
    private int SoleLine(in Call call)
    {
        var delimiter = Delimiter(call, 2);
        var input = host.Input.Bytes;
        var length = input.Length - delimiter.Length;
        var alone = call.TypeOf(1) is LuaType.Userdata && length >= 0 && length <= Limit(call, 3) && input.IndexOf(delimiter) == length;
        return alone ? call.Return(input[..length]) : call.ReturnNil();
    }

    // format(delimiter, maxLength): what the next lines are to be like.
    private static int Format(in Call call)
    {
        Format(call, call.Self<LineFramer>(), 2);
        return call.Return();
    }

    private static void Format(in Call call, LineFramer framer, int delimiter) =>
        framer.SetFormat(Delimiter(call, delimiter), Limit(call, delimiter + 1));

    private static ReadOnlySpan<byte> Delimiter(in Call call, int i)
    {
        var bytes = call.Bytes(i);
        return bytes.IsEmpty ? throw call.Bad(i, "a delimiter is at least one byte long") : bytes;
    }

    // next() → line and whether more waits, or nil, or nil and all that is buffered: too long for a line.
    private int NextLine(in Call call)
    {
        var framer = call.Self<LineFramer>();
        ReadOnlySpan<byte> line = default;
        var status = host.Input.IsClosingFor(framer) ? FrameStatus.NeedMore : framer.Next(out line);
        return ReturnNext(call, framer, status, line);
    }

    private static int ReturnNext(in Call call, LineFramer framer, FrameStatus status, ReadOnlySpan<byte> line)
    {
        switch (status)
        {
            case FrameStatus.Message:
                Values.PushBytes(call.L, line);
                lua_pushboolean(call.L, framer.Length > 0 ? 1 : 0);
                return 2;
            case FrameStatus.Broken:
                lua_pushnil(call.L);
                Values.PushBytes(call.L, line);
                return 2;
            default:
                return call.ReturnNil();
        }
    }

    // next(maxLength) → string, or nil, or nil and true: this is no netstring, or too long.
    private static int NextNetstring(in Call call)
    {
        var framer = call.Self<NetstringFramer>();
        var status = framer.Next(Limit(call, 2), out var message);
        if (status is not FrameStatus.Broken)
        {
            return status is FrameStatus.Message ? call.Return(message) : call.ReturnNil();
        }

        lua_pushnil(call.L);
        lua_pushboolean(call.L, 1);
        return 2;
    }

    // next(maxLength) → string, or nil, or nil and the length announced, which is too long.
    private static int NextPrefixed(in Call call)
    {
        var framer = call.Self<LengthPrefixFramer>();
        var status = framer.Next(Limit(call, 2), out var message);
        if (status is not FrameStatus.Broken)
        {
            return status is FrameStatus.Message ? call.Return(message) : call.ReturnNil();
        }

        lua_pushnil(call.L);
        lua_pushinteger(call.L, framer.Refused);
        return 2;
    }
}
