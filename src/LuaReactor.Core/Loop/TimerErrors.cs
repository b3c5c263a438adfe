namespace LuaReactor.Loop;

/// <summary>A timed call was cancelled or moved after it had run: Twisted's error.AlreadyCalled.</summary>
public sealed class AlreadyCalledException()
    : ReactorException("AlreadyCalled", "Tried to cancel an already-called event.");

/// <summary>A timed call was cancelled or moved after it had been cancelled: Twisted's error.AlreadyCancelled.</summary>
public sealed class AlreadyCancelledException()
    : ReactorException("AlreadyCancelled", "Tried to cancel an already-cancelled event.");
