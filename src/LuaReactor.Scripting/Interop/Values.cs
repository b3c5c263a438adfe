using System.Buffers;
using System.Text;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>Strings onto the stack and off it. Lua's strings are bytes; text is UTF-8 only where a person reads it.</summary>
internal static unsafe class Values
{
    private const int Small = 256;

    /// <summary>Pushes the bytes as a Lua string.</summary>
    public static void PushBytes(nint L, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            lua_pushlstring(L, start, (nuint)bytes.Length);
        }
    }

    /// <summary>Pushes the text as a Lua string in UTF-8.</summary>
    public static void PushText(nint L, ReadOnlySpan<char> text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= Small)
        {
            Span<byte> bytes = stackalloc byte[Small];
            PushBytes(L, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(most);
        PushBytes(L, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>The bytes of a value known to be a string; good for as long as the value stays where it is.</summary>
    public static ReadOnlySpan<byte> ToBytes(nint L, int index)
    {
        nuint length;
        var start = lua_tolstring(L, index, &length);
        return new ReadOnlySpan<byte>(start, checked((int)length));
    }

    /// <summary>The text of a value known to be a string; what is not UTF-8 becomes U+FFFD.</summary>
    public static string ToText(nint L, int index) => Encoding.UTF8.GetString(ToBytes(L, index));

    /// <summary>Sets a field of the table at <paramref name="table"/>, raw, to the value on top, and pops that.</summary>
    public static void SetField(nint L, int table, string name)
    {
        table = lua_absindex(L, table);
        PushText(L, name);
        lua_rotate(L, -2, 1);
        lua_rawset(L, table);
    }

    /// <summary>Pushes a field of the table at <paramref name="table"/>, read raw.</summary>
    public static LuaType GetField(nint L, int table, ReadOnlySpan<byte> name)
    {
        table = lua_absindex(L, table);
        PushBytes(L, name);
        return lua_rawget(L, table);
    }

    /// <summary>Pushes a field of the value's metatable, read raw; pushes nothing and says none if there is no metatable.</summary>
    public static LuaType GetMetafield(nint L, int index, ReadOnlySpan<byte> name)
    {
        if (lua_getmetatable(L, index) == 0)
        {
            return LuaType.None;
        }

        var type = GetField(L, -1, name);
        lua_copy(L, -1, -2);
        lua_settop(L, -2);
        return type;
    }

    /// <summary>The name of the value's type as Lua's own messages give it (luaL_typeerror): <c>__name</c> goes before all.</summary>
    public static string TypeName(nint L, int index)
    {
        var field = GetMetafield(L, index, "__name"u8);
        var name = field is LuaType.String ? ToText(L, -1) : null;
        if (field is not LuaType.None)
        {
            lua_settop(L, -2);
        }

        return name ?? Plain(lua_type(L, index));
    }

    private static string Plain(LuaType type) => type switch
    {
        LuaType.None => "no value",
        LuaType.LightUserdata => "light userdata",
        _ => type.ToString().ToLowerInvariant(),
    };
}
