using System.Text;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>
/// A script's trailing table of options, read raw. Ask for each option there is, then call <see cref="Done"/>,
/// which complains of those nobody asked for.
/// </summary>
internal readonly unsafe ref struct OptionTable
{
    private readonly Call _call;
    private readonly int _index;
    private readonly List<string>? _asked;

    internal OptionTable(Call call, int index)
    {
        _call = call;
        _index = index;
        _asked = call.IsNoneOrNil(index) ? null : [];
    }

    /// <summary>A number.</summary>
    public double Number(string name, double otherwise)
    {
        if (!Push(name))
        {
            return otherwise;
        }

        Expect(name, LuaType.Number, "number");
        var value = lua_tonumberx(_call.L, -1, null);
        Pop();
        return value;
    }

    /// <summary>An integer, or a float of integral value.</summary>
    public long Integer(string name, long otherwise)
    {
        if (!Push(name))
        {
            return otherwise;
        }

        Expect(name, LuaType.Number, "number");
        int isInteger;
        var value = lua_tointegerx(_call.L, -1, &isInteger);
        Pop();
        return isInteger != 0 ? value : throw Bad(name, "number has no integer representation");
    }

    /// <summary>true or false, nothing else.</summary>
    public bool Boolean(string name, bool otherwise)
    {
        if (!Push(name))
        {
            return otherwise;
        }

        Expect(name, LuaType.Boolean, "boolean");
        var value = lua_toboolean(_call.L, -1) != 0;
        Pop();
        return value;
    }

    /// <summary>A string as UTF-8 text.</summary>
    public string? Text(string name, string? otherwise = null)
    {
        if (!Push(name))
        {
            return otherwise;
        }

        Expect(name, LuaType.String, "string");
        var value = Values.ToText(_call.L, -1);
        Pop();
        return value;
    }

    /// <summary>A copy of a string's bytes.</summary>
    public byte[]? Bytes(string name)
    {
        if (!Push(name))
        {
            return null;
        }

        Expect(name, LuaType.String, "string");
        var value = Values.ToBytes(_call.L, -1).ToArray();
        Pop();
        return value;
    }

    /// <summary>The C# object of a handle.</summary>
    public T? Object<T>(string name)
        where T : class
    {
        if (!Push(name))
        {
            return null;
        }

        var handles = _call.State.Handles;
        var value = handles.Get(_call.L, lua_gettop(_call.L)) as T ?? throw Expected(name, handles.NameOf(typeof(T)));
        Pop();
        return value;
    }

    /// <summary>Pushes a table, if it is there.</summary>
    public bool PushTable(string name)
    {
        if (!Push(name))
        {
            return false;
        }

        Expect(name, LuaType.Table, "table");
        return true;
    }

    /// <summary>Pushes the option's value, whatever it is; pushes nothing if it was left out.</summary>
    public bool Push(string name)
    {
        if (_asked is null)
        {
            return false;
        }

        LuaState.NeedSpace(_call.L, 4);
        _asked.Add(name);
        Values.PushText(_call.L, name);
        if (lua_rawget(_call.L, _index) is not LuaType.Nil)
        {
            return true;
        }

        Pop();
        return false;
    }

    /// <summary>The error that says what is wrong with an option.</summary>
    public BadArgumentException Bad(string name, string why) => _call.Bad(_index, $"option '{name}': {why}");

    /// <summary>Complains of the first option that was not asked for.</summary>
    public void Done()
    {
        if (_asked is null)
        {
            return;
        }

        var L = _call.L;
        LuaState.NeedSpace(L, 3);
        lua_pushnil(L);
        // Nothing is allocated by Lua between two steps, so no finalizer can change the table under the walk.
        while (lua_next(L, _index) != 0)
        {
            Pop();
            var isText = lua_type(L, -1) is LuaType.String;
            if (!isText || !WasAsked(Values.ToBytes(L, -1)))
            {
                throw _call.Bad(_index, isText ? $"unknown option '{Values.ToText(L, -1)}'" : $"options have names, not a {_call.Got(lua_gettop(L))} for a key");
            }
        }
    }

    private bool WasAsked(ReadOnlySpan<byte> name)
    {
        foreach (var asked in _asked!)
        {
            // Bytes that are not UTF-8 become U+FFFD, which is in no option's name.
            if (name.Length >= asked.Length && Encoding.UTF8.GetString(name) == asked)
            {
                return true;
            }
        }

        return false;
    }

    private void Expect(string name, LuaType type, string typeName)
    {
        if (lua_type(_call.L, -1) != type)
        {
            throw Expected(name, typeName);
        }
    }

    private BadArgumentException Expected(string name, string type) => Bad(name, $"{type} expected, got {_call.Got(lua_gettop(_call.L))}");

    private void Pop() => lua_settop(_call.L, -2);
}
