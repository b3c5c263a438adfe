using LuaReactor.Loop;

namespace LuaReactor;

// Twisted raises these without a word (twisted.internet.error); a sentence costs nothing.

/// <summary>The reactor was asked to stop while it did not run.</summary>
public sealed class ReactorNotRunningException()
    : ReactorException("ReactorNotRunning", "Can't stop reactor that isn't running.");

/// <summary>The reactor was asked to run while it ran.</summary>
public sealed class ReactorAlreadyRunningException()
    : ReactorException("ReactorAlreadyRunning", "The reactor is running already: run() is called once, and not from inside a callback.");

/// <summary>The reactor was asked to run after it had stopped.</summary>
public sealed class ReactorNotRestartableException()
    : ReactorException("ReactorNotRestartable", "The reactor has been stopped and cannot be run again: do all the work within one run().");
