using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Interop;

/// <summary>
/// Stops Lua code that does not return, from another thread. Nothing is paid for it until then but the watch for new
/// coroutines: a hook is set on every thread of the state, since only Lua knows which of them runs.
/// </summary>
/// <remarks>
/// The first hook that fires is ours: it notes where Lua is. Then the hook is <c>luaL_error</c> itself, which raises from native
/// code over no managed frame, at every further instruction, so that no <c>pcall</c> in the script can swallow it. The hooks
/// are taken off when the outermost call returns. A hook belongs to one Lua thread; threads are seen where all of them have
/// to pass, at the allocator, which announces a new one by its type (lua_Alloc: <c>osize</c> of a new block).
/// </remarks>
internal sealed unsafe class Interrupt : IDisposable
{
    private const nuint NewThread = 8;
    private const int ExtraSpace = 8;
    private const int EachInstruction = 8, Instructions = 1;
    private const int EachMilliseconds = 20;
    private const int TracebackSlots = 60;

    // Its signature fits a hook's: lua_Debug, whose first field is the event's number, is taken for the format.
    private static readonly nint _raise = NativeLibrary.GetExport(NativeLibrary.Load("lua54", typeof(Interrupt).Assembly, null), "luaL_error");

    private static nuint _threadSize = nuint.MaxValue;

    private readonly Lock _lock = new();
    private readonly HashSet<nint> _threads;
    private readonly Allocator* _allocator;
    private Timer? _again;
    private volatile bool _isArmed;
    private volatile bool _hasFired;

    /// <summary>Begins to watch a state that has but its main thread.</summary>
    /// <param name="main">That thread.</param>
    /// <param name="watchCoroutines">
    /// Whether coroutines are known too, and not only the threads given to <see cref="Add"/>. Allocation then goes through C#:
    /// a table costs some 30 ns more to make and free.
    /// </param>
    public Interrupt(nint main, bool watchCoroutines)
    {
        _threads = [main];
        if (!watchCoroutines)
        {
            return;
        }

        _allocator = (Allocator*)NativeMemory.Alloc((nuint)sizeof(Allocator));
        void* data;
        _allocator->Allocate = lua_getallocf(main, &data);
        _allocator->Data = data;
        _allocator->Owner = new GCHandle<Interrupt>(this);
        lua_setallocf(main, &Allocate, _allocator);
    }

    /// <summary>Whether an interrupt was asked for and the outermost call has not returned since.</summary>
    public bool IsArmed => _isArmed;

    /// <summary>Whether Lua code was stopped by the interrupt under way.</summary>
    public bool HasFired => _hasFired;

    /// <summary>Where Lua was when it was stopped.</summary>
    public string Traceback { get; private set; } = "";

    /// <summary>How many Lua threads there are.</summary>
    public int Threads
    {
        get
        {
            lock (_lock)
            {
                return _threads.Count;
            }
        }
    }

    /// <summary>Makes a thread known that lives as long as the state.</summary>
    public void Add(nint thread)
    {
        lock (_lock)
        {
            _threads.Add(thread);
        }
    }

    /// <summary>Has whatever Lua runs stop at its next instruction. From any thread.</summary>
    public void Arm()
    {
        lock (_lock)
        {
            if (!_isArmed)
            {
                _hasFired = false;
                _isArmed = true;
            }

            SetHooks();
            // A thread made while the hooks were set may have missed them; new ones take over their maker's.
            _again ??= new Timer(_ => ArmAgain());
            _again.Change(EachMilliseconds, EachMilliseconds);
        }
    }

    /// <summary>Takes the hooks off; on the state's own thread.</summary>
    public void Disarm()
    {
        lock (_lock)
        {
            _isArmed = false;
            _again?.Change(Timeout.Infinite, Timeout.Infinite);
            foreach (var thread in _threads)
            {
                lua_sethook(thread, 0, 0, 0);
            }
        }
    }

    /// <summary>After the state was closed.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isArmed = false;
            _threads.Clear();
        }

        _again?.Dispose();
        if (_allocator is not null)
        {
            _allocator->Owner.Dispose();
            NativeMemory.Free(_allocator);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* Allocate(void* data, void* block, nuint oldSize, nuint newSize)
    {
        var allocator = (Allocator*)data;
        if (block is null ? oldSize == NewThread : newSize == 0 && oldSize == _threadSize)
        {
            return allocator->Owner.Target.AllocateThread(block, oldSize, newSize);
        }

        return allocator->Allocate(allocator->Data, block, oldSize, newSize);
    }

    // The first of the hooks to fire: what it is called on is what runs. It must not raise, it is managed code.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Note(nint L, Activation* activation)
    {
        try
        {
            LuaState.Of(L).Interrupt.Fire(L);
        }
        catch (Exception)
        {
            // Nothing may leave; the timer comes again.
        }
    }

    private void Fire(nint L)
    {
        if (!_isArmed)
        {
            // A coroutine nobody knows of was made while the hooks were set, and took one over.
            lua_sethook(L, 0, 0, 0);
            return;
        }

        Traceback = "";
        // luaL_traceback asks for room with a call that raises if there is none.
        if (lua_checkstack(L, TracebackSlots) != 0)
        {
            luaL_traceback(L, L, null, 0);
            if (lua_type(L, -1) is LuaType.String)
            {
                Traceback = Values.ToText(L, -1);
            }

            lua_settop(L, -2);
        }

        lock (_lock)
        {
            if (_isArmed)
            {
                _hasFired = true;
                SetHooks();
                lua_sethook(L, _raise, EachInstruction, Instructions);
            }
        }
    }

    private void ArmAgain()
    {
        lock (_lock)
        {
            if (_isArmed)
            {
                SetHooks();
            }
        }
    }

    private void SetHooks()
    {
        var hook = _hasFired ? _raise : (nint)(delegate* unmanaged[Cdecl]<nint, Activation*, void>)&Note;
        foreach (var thread in _threads)
        {
            lua_sethook(thread, hook, EachInstruction, Instructions);
        }
    }

    private void* AllocateThread(void* block, nuint oldSize, nuint newSize)
    {
        lock (_lock)
        {
            if (block is not null)
            {
                _threads.Remove((nint)block + ExtraSpace);
                return _allocator->Allocate(_allocator->Data, block, oldSize, newSize);
            }

            var made = _allocator->Allocate(_allocator->Data, null, oldSize, newSize);
            if (made is not null)
            {
                // A hook may be set before Lua has filled the thread in: its list of calls has to be empty.
                NativeMemory.Clear(made, newSize);
                _threadSize = newSize;
                _threads.Add((nint)made + ExtraSpace);
            }

            return made;
        }
    }

    private struct Allocator
    {
        public delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, void*, nuint, nuint, void*> Allocate;
        public void* Data;
        public GCHandle<Interrupt> Owner;
    }
}
