using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Bridge;

/// <summary>Plain values between an embedding program and Lua.</summary>
internal static unsafe class HostValues
{
    /// <summary>Why a value means nothing to Lua; null for one that <see cref="Push"/> takes.</summary>
    public static string? Refusal(object? value) =>
        value is null or bool or int or long or short or byte or uint or double or float or string or byte[] or ReadOnlyMemory<byte>
            ? null
            : $"a value of type {value.GetType()} means nothing to Lua";

    /// <summary>The value an embedding program's function returned.</summary>
    /// <exception cref="ScriptException">It means nothing to Lua.</exception>
    public static object? Checked(object? value) => Refusal(value) is { } refusal ? throw new ScriptException(refusal) : value;

    /// <summary>Pushes a plain value of an embedding program.</summary>
    public static void Push(nint L, object? value)
    {
        LuaState.NeedSpace(L, 2);
        switch (value)
        {
            case null:
                lua_pushnil(L);
                break;
            case bool flag:
                lua_pushboolean(L, flag ? 1 : 0);
                break;
            case int or long or short or byte or uint:
                lua_pushinteger(L, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case double or float:
                lua_pushnumber(L, Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case string text:
                Values.PushText(L, text);
                break;
            case byte[] bytes:
                Values.PushBytes(L, bytes);
                break;
            case ReadOnlyMemory<byte> bytes:
                Values.PushBytes(L, bytes.Span);
                break;
            default:
                throw new ArgumentException(Refusal(value), nameof(value));
        }
    }

    /// <summary>Reads the value on top: null, bool, long, double, or byte[] for a string.</summary>
    public static object? Read(nint L, int index) => lua_type(L, index) switch
    {
        LuaType.None or LuaType.Nil => null,
        LuaType.Boolean => lua_toboolean(L, index) != 0,
        LuaType.Number => lua_isinteger(L, index) != 0 ? lua_tointegerx(L, index, null) : lua_tonumberx(L, index, null),
        LuaType.String => Values.ToBytes(L, index).ToArray(),
        _ => throw new ScriptErrorException($"a {Values.TypeName(L, index)} means nothing to the host", ""),
    };
}
