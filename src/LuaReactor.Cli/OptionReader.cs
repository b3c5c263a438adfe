using System.Diagnostics.CodeAnalysis;

namespace LuaReactor.Cli;

/// <summary>The command line is wrong: its message is shown with the usage, and the exit status is 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Reads options off the front of the arguments; a value may be joined to its option (<c>-lmod</c>, <c>--reactor=select</c>) or follow it.</summary>
internal sealed class OptionReader(IReadOnlyList<string> arguments)
{
    private string? _joined;
    private string _option = "";

    /// <summary>The first argument that is not yet taken.</summary>
    public int Index { get; private set; }

    /// <summary>The next option; false at the first argument that is none, after <c>--</c>, and at <c>-</c>.</summary>
    public bool TryNext([NotNullWhen(true)] out string? option)
    {
        if (_joined is not null)
        {
            throw new UsageException($"option '{_option}' takes no value");
        }

        option = null;
        if (Index >= arguments.Count || arguments[Index] is "-" || !arguments[Index].StartsWith('-'))
        {
            return false;
        }

        var argument = arguments[Index++];
        if (argument == "--")
        {
            return false;
        }

        var isLong = argument.StartsWith("--", StringComparison.Ordinal);
        var end = isLong ? argument.IndexOf('=', StringComparison.Ordinal) : argument.Length > 2 ? 2 : -1;
        (option, _joined) = end < 0 ? (argument, null) : (argument[..end], argument[(isLong ? end + 1 : end)..]);
        _option = option;
        return true;
    }

    /// <summary>The value of the option just read.</summary>
    public string Value()
    {
        if (_joined is { } joined)
        {
            _joined = null;
            return joined;
        }

        return Index < arguments.Count ? arguments[Index++] : throw new UsageException($"'{_option}' needs argument");
    }
}
