namespace LuaReactor.Loop;

/// <summary>An error that Twisted has a name for; C# adds "Exception" to it and Lua does not.</summary>
/// <param name="name">Twisted's class name: <c>AlreadyCalled</c>.</param>
/// <param name="message">What went wrong, as a sentence.</param>
/// <param name="cause">The error underneath, if there is one.</param>
public abstract class ReactorException(string name, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Twisted's class name, which is the error's class in Lua.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it was logged where it arose, so that nobody logs it again.</summary>
    public virtual bool Reported => false;
}
