using System.Net.Sockets;
using System.Runtime.InteropServices;
using LuaReactor.Loop;

namespace LuaReactor.Cli.Prompt;

/// <summary><c>luareactor attach PATH</c>: a prompt inside a program that runs with <c>--manhole unix:PATH</c>.</summary>
internal static class AttachCommand
{
    private const int Interrupted = 130;

    public static int Run(string[] arguments)
    {
        if (arguments is not [var path])
        {
            throw new UsageException("attach wants the path of a manhole's socket");
        }

        path = path.StartsWith("unix:", StringComparison.Ordinal) ? path[5..] : path;
        using var screen = LivePrompt.IsTerminal ? new Screen() : null;
        RemoteConversation conversation;
        try
        {
            conversation = new RemoteConversation(path, (text, isError) =>
            {
                if (screen is not null)
                {
                    screen.Write(text);
                }
                else
                {
                    (isError ? Console.Error : Console.Out).Write(text);
                }
            });
        }
        catch (SocketException error)
        {
            Console.Error.WriteLine($"luareactor: cannot attach to {path}: {error.Message}");
            return 1;
        }

        using (conversation)
        {
            return Talk(conversation, screen) ? 0 : 1;
        }
    }

    private static bool Talk(RemoteConversation conversation, Screen? screen)
    {
        if (screen is null)
        {
            return new PlainPrompt(conversation, Console.In, null).Run();
        }

        var prompt = new TerminalPrompt(screen, conversation);
        using var signals = new Signals(signal =>
        {
            if (signal is PosixSignal.SIGTERM)
            {
                Signals.ExitNow(Interrupted + 13);
            }
            else if (prompt.IsEvaluating)
            {
                conversation.Interrupt();
            }
            else
            {
                prompt.Drop();
            }
        });
        screen.Write($"Attached to luareactor {conversation.Version}. :help tells more, Ctrl-D leaves.\n");
        prompt.Run();
        if (conversation.IsOver)
        {
            screen.Write("The program has gone.\n");
        }

        return !conversation.IsOver;
    }
}
