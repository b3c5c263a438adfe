using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting;

/// <summary>The arguments a script called a function of the host's with, counted from 1; a wrong one raises Lua's usual error in the script.</summary>
public readonly ref struct ScriptArguments
{
    private readonly Call _call;

    internal ScriptArguments(in Call call) => _call = call;

    /// <summary>How many were given.</summary>
    public int Count => _call.Count;

    /// <summary>Whether the argument was left out or is nil.</summary>
    public bool IsNil(int index) => _call.IsNoneOrNil(index);

    /// <summary>A string as UTF-8 text.</summary>
    public string Text(int index) => _call.Text(index);

    /// <summary>A string's bytes; the span is valid until the function returns.</summary>
    public ReadOnlySpan<byte> Bytes(int index) => _call.Bytes(index);

    /// <summary>A number.</summary>
    public double Number(int index) => _call.Number(index);

    /// <summary>An integer, or a float of integral value.</summary>
    public long Integer(int index) => _call.Integer(index);

    /// <summary>true or false, nothing else.</summary>
    public bool Boolean(int index) => _call.Boolean(index);
}
