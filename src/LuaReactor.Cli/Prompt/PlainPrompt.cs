namespace LuaReactor.Cli.Prompt;

/// <summary>A prompt without a terminal: each chunk of the input is evaluated as soon as it is complete.</summary>
/// <param name="conversation">What evaluates.</param>
/// <param name="input">Lines.</param>
/// <param name="prompt">Writes the prompt, if one is wanted.</param>
internal sealed class PlainPrompt(IConversation conversation, TextReader input, Action<string>? prompt)
{
    /// <summary>Reads to the end; whether all went well.</summary>
    public bool Run()
    {
        var (text, well) = ("", true);
        while (true)
        {
            prompt?.Invoke(text.Length == 0 ? "> " : ">> ");
            var line = input.ReadLine();
            text = text.Length == 0 ? line ?? "" : $"{text}\n{line}";
            if (line is not null && !conversation.IsComplete(text))
            {
                continue;
            }

            if (text.AsSpan().Trim().Length > 0)
            {
                var ok = conversation.Evaluate(text);
                well &= ok is true;
                if (ok is null)
                {
                    return false;
                }
            }

            if (line is null)
            {
                prompt?.Invoke("\n");
                return well;
            }

            text = "";
        }
    }
}
