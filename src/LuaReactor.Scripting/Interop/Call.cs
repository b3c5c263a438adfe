using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>
/// One call of a native: its arguments, checked as Lua's own functions check theirs, and its results.
/// Nothing here is converted behind the script's back: a number is no string, and a string no number.
/// There is room for some 20 values more than the arguments; a native that pushes many asks <see cref="LuaState.NeedSpace"/>.
/// </summary>
internal readonly unsafe ref struct Call
{
    private readonly int _native;
    private readonly bool _shifted;

    internal Call(LuaState state, nint l, int native, bool shifted)
    {
        State = state;
        L = l;
        _native = native;
        _shifted = shifted;
    }

    /// <summary>The state the call came from.</summary>
    public LuaState State { get; }

    /// <summary>The Lua thread the native runs on, perhaps a coroutine of the script's.</summary>
    public nint L { get; }

    /// <summary>How many values are on the stack: before anything is pushed, the arguments given.</summary>
    public int Count => lua_gettop(L);

    /// <summary>The native's name.</summary>
    public string Name => State.NameOf(_native);

    /// <summary>The argument's type; <see cref="LuaType.None"/> if it was not given.</summary>
    public LuaType TypeOf(int i) => lua_type(L, i);

    /// <summary>Whether the argument was left out or is nil.</summary>
    public bool IsNoneOrNil(int i) => lua_type(L, i) <= LuaType.Nil;

    /// <summary>The bytes of a string; good until the native returns, provided the argument stays on the stack.</summary>
    public ReadOnlySpan<byte> Bytes(int i) => lua_type(L, i) is LuaType.String ? Values.ToBytes(L, i) : throw Expected(i, "string");

    /// <summary>A string as UTF-8 text.</summary>
    public string Text(int i) => lua_type(L, i) is LuaType.String ? Values.ToText(L, i) : throw Expected(i, "string");

    /// <summary>A number.</summary>
    public double Number(int i) => lua_type(L, i) is LuaType.Number ? lua_tonumberx(L, i, null) : throw Expected(i, "number");

    /// <summary>An integer, or a float of integral value.</summary>
    public long Integer(int i)
    {
        if (lua_type(L, i) is not LuaType.Number)
        {
            throw Expected(i, "number");
        }

        int isInteger;
        var value = lua_tointegerx(L, i, &isInteger);
        return isInteger != 0 ? value : throw Bad(i, "number has no integer representation");
    }

    /// <summary>An integer from a range, both ends included.</summary>
    public int Integer(int i, int least, int most)
    {
        var value = Integer(i);
        return value >= least && value <= most ? (int)value : throw Bad(i, $"{value} is not in {least}..{most}");
    }

    /// <summary>true or false, nothing else.</summary>
    public bool Boolean(int i) => lua_type(L, i) is LuaType.Boolean ? lua_toboolean(L, i) != 0 : throw Expected(i, "boolean");

    /// <inheritdoc cref="Text"/>
    public string? OptionalText(int i, string? otherwise = null) => IsNoneOrNil(i) ? otherwise : Text(i);

    /// <inheritdoc cref="Number"/>
    public double OptionalNumber(int i, double otherwise) => IsNoneOrNil(i) ? otherwise : Number(i);

    /// <inheritdoc cref="Boolean"/>
    public bool OptionalBoolean(int i, bool otherwise) => IsNoneOrNil(i) ? otherwise : Boolean(i);

    /// <summary>The C# object of a handle, or null if the argument was left out.</summary>
    public T? OptionalObject<T>(int i)
        where T : class => IsNoneOrNil(i) ? null : Object<T>(i);

    /// <summary>Asks for a function, or for a table or userdata that can be called.</summary>
    public void CheckFunction(int i)
    {
        if (!Callable(i))
        {
            throw Expected(i, "function");
        }
    }

    /// <summary>Asks for a table.</summary>
    public void CheckTable(int i)
    {
        if (lua_type(L, i) is not LuaType.Table)
        {
            throw Expected(i, "table");
        }
    }

    /// <summary>The C# object of a handle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Object<T>(int i)
        where T : class => State.Handles.Get(L, i) as T ?? throw Expected(i, State.Handles.NameOf(typeof(T)));

    /// <summary>The object a method was called on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Self<T>()
        where T : class => Object<T>(1);

    /// <summary>A trailing table of options; there need not be one.</summary>
    public OptionTable Options(int i)
    {
        if (!IsNoneOrNil(i))
        {
            CheckTable(i);
        }

        return new OptionTable(this, i);
    }

    /// <summary>Holds an argument beyond the call.</summary>
    public LuaRef Hold(int i)
    {
        LuaState.NeedSpace(L, 2);
        lua_pushvalue(L, i);
        return State.Hold(L);
    }

    /// <summary>The error that says what is wrong with an argument, worded as luaL_argerror words it.</summary>
    public BadArgumentException Bad(int i, string why)
    {
        if (!_shifted && CalledAsMethod() && --i == 0)
        {
            return new($"calling '{Name}' on bad self ({why})");
        }

        return new($"bad argument #{i} to '{Name}' ({why})");
    }

    /// <summary>The error that says which type an argument should have had.</summary>
    public BadArgumentException Expected(int i, string type) => Bad(i, $"{type} expected, got {Got(i)}");

    /// <summary>Returns nothing.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "It reads as the other returns do.")]
    public int Return() => 0;

    /// <summary>Returns nil.</summary>
    public int ReturnNil()
    {
        lua_pushnil(L);
        return 1;
    }

    /// <summary>Returns the first argument, so that methods can be chained.</summary>
    public int ReturnSelf()
    {
        lua_pushvalue(L, 1);
        return 1;
    }

    /// <summary>Returns a boolean.</summary>
    public int Return(bool value)
    {
        lua_pushboolean(L, value ? 1 : 0);
        return 1;
    }

    /// <summary>Returns an integer.</summary>
    public int Return(long value)
    {
        lua_pushinteger(L, value);
        return 1;
    }

    /// <summary>Returns a float.</summary>
    public int Return(double value)
    {
        lua_pushnumber(L, value);
        return 1;
    }

    /// <summary>Returns bytes as a string.</summary>
    public int Return(ReadOnlySpan<byte> value)
    {
        Values.PushBytes(L, value);
        return 1;
    }

    /// <summary>Returns bytes as a string.</summary>
    public int Return(byte[] value) => Return(value.AsSpan());

    /// <summary>Returns text as a string in UTF-8; nil for null.</summary>
    public int Return(string? value)
    {
        if (value is null)
        {
            return ReturnNil();
        }

        Values.PushText(L, value);
        return 1;
    }

    /// <summary>Returns a value C# holds.</summary>
    public int Return(LuaRef value)
    {
        value.Push(L);
        return 1;
    }

    /// <summary>Returns a new handle of an object whose type was defined; nil for null.</summary>
    public int Return(object? value)
    {
        if (value is null)
        {
            return ReturnNil();
        }

        State.Handles.Push(L, value);
        return 1;
    }

    internal string Got(int i)
    {
        LuaState.NeedSpace(L, 3);
        return State.Handles.IsCollected(L, i) ? $"a collected {Values.TypeName(L, i)}" : Values.TypeName(L, i);
    }

    internal bool Callable(int i)
    {
        switch (lua_type(L, i))
        {
            case LuaType.Function:
                return true;
            case LuaType.Table or LuaType.Userdata:
                LuaState.NeedSpace(L, 3);
                var call = Values.GetMetafield(L, i, "__call"u8);
                if (call is not LuaType.None)
                {
                    lua_settop(L, -2);
                }

                return call > LuaType.Nil;
            default:
                return false;
        }
    }


    private bool CalledAsMethod()
    {
        Activation activation;
        if (lua_getstack(L, 0, &activation) == 0)
        {
            return false;
        }

        fixed (byte* name = "n"u8)
        {
            _ = lua_getinfo(L, name, &activation);
        }

        return activation.NameWhat is not null && new ReadOnlySpan<byte>(activation.NameWhat, 7).SequenceEqual("method\0"u8);
    }
}
