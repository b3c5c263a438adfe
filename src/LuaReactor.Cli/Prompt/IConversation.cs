using LuaReactor.Scripting;

namespace LuaReactor.Cli.Prompt;

/// <summary>What a prompt talks to: an evaluator in this process, or one at the other end of a socket. Asked from the editor's thread.</summary>
internal interface IConversation
{
    /// <summary>Whether the text is all of a chunk.</summary>
    bool IsComplete(string text);

    /// <summary>What the end of the text may become.</summary>
    Completion Complete(string text);

    /// <summary>Runs the text and returns when it has ended; what it shows is shown meanwhile.</summary>
    /// <returns>Whether it went well; null when there is nobody to talk to any more.</returns>
    bool? Evaluate(string text);

    /// <summary>Ctrl-C while a text is evaluated. From any thread.</summary>
    void Interrupt();
}
