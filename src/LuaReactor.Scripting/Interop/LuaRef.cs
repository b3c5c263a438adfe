using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>A Lua value held by C#, for something with a definite end; released exactly once.</summary>
/// <remarks>There is no finalizer on purpose: a forgotten reference shows in <see cref="LuaState.HeldValues"/> and is to be found, not mended.</remarks>
internal class LuaRef
{
    private readonly LuaState _state;
    private int _reference;

    /// <summary>Pops the value on top and holds it.</summary>
    internal LuaRef(LuaState state, nint L)
    {
        _state = state;
        _reference = state.TakeReference(L);
    }

    /// <summary>Whether the value is still held.</summary>
    public bool IsHeld => _reference != NoReference;

    /// <summary>Pushes the value on any thread of its state.</summary>
    public void Push(nint L)
    {
        ObjectDisposedException.ThrowIf(!IsHeld, this);
        lua_rawgeti(L, Registry, _reference);
    }

    /// <summary>Lets the value go.</summary>
    /// <exception cref="InvalidOperationException">It was let go before: the number may be another value's by now.</exception>
    public void Release()
    {
        if (!IsHeld)
        {
            throw new InvalidOperationException("This Lua value was released before.");
        }

        var reference = _reference;
        _reference = NoReference;
        _state.Forget(reference);
    }
}
