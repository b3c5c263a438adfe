using System.Runtime.InteropServices;

namespace LuaReactor.Cli.Prompt;

/// <summary>A prompt at a terminal: reads, has it evaluated, and again. It lives on a thread of its own.</summary>
internal sealed class TerminalPrompt
{
    private readonly Screen _screen;
    private readonly IConversation _conversation;
    private readonly History _history = new(History.UsersFile);
    private readonly LineEditor _editor;
    private volatile bool _evaluating = true;

    public TerminalPrompt(Screen screen, IConversation conversation)
    {
        (_screen, _conversation) = (screen, conversation);
        _editor = new LineEditor(screen, _history, conversation);
    }

    /// <summary>Returns when the person leaves, or there is nobody to talk to.</summary>
    /// <param name="first">What is evaluated before anything is typed, if anything.</param>
    public void Run(Func<bool?>? first = null)
    {
        using var resized = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _screen.Redraw());
        if (first is not null)
        {
            Evaluate(first);
        }

        _evaluating = false;
        while (_editor.Read() is { } text)
        {
            if (text.AsSpan().Trim().Length == 0)
            {
                continue;
            }

            _history.Add(text);
            if (Evaluate(() => _conversation.Evaluate(text)) is null)
            {
                return;
            }
        }
    }

    /// <summary>Whether a text is being evaluated, and none being typed.</summary>
    public bool IsEvaluating => _evaluating;

    /// <summary>Ctrl-C while typing: the line is dropped. From any thread.</summary>
    public void Drop() => _editor.Drop();

    private bool? Evaluate(Func<bool?> what)
    {
        _evaluating = true;
        var ok = what();
        _evaluating = false;
        return ok;
    }
}
