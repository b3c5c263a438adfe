using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Natives;

/// <summary>A Lua module that is written in C#: <c>require</c> gives a table of its functions.</summary>
internal interface INativeModule
{
    /// <summary>The name one requires.</summary>
    string Name { get; }

    /// <summary>The functions, by their names in the table. Arrays of them need no compiling at the start, as other collections would.</summary>
    (string Name, Native Native)[] Functions { get; }

    /// <summary>Adds to the module's table what is no function of C#'s.</summary>
    void Fill(nint L, int table)
    {
    }
}
