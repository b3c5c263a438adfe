using LuaReactor.Cli.Prompt;
using LuaReactor.Loop;
using LuaReactor.Scripting;

namespace LuaReactor.Cli;

/// <summary>The command: reads its line, makes a reactor and a host, and runs what was asked for.</summary>
internal static class Program
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    public static int Main(string[] arguments)
    {
        try
        {
            return arguments switch
            {
                ["test", ..] => TestCommand.Run(arguments[1..]),
                ["attach", ..] => AttachCommand.Run(arguments[1..]),
                ["init", ..] => LuaCommand.Init(arguments[1..]),
                ["doc", ..] => LuaCommand.Doc(arguments[1..]),
                _ => Run(CommandLine.Parse(arguments)),
            };
        }
        catch (UsageException error)
        {
            Console.Error.WriteLine($"luareactor: {error.Message}");
            Console.Error.WriteLine(CommandLine.Usage);
            return WrongUsage;
        }
        catch (ScriptErrorException error)
        {
            Report(error);
            return Failed;
        }
    }

    private static int Run(CommandLine line)
    {
        if (line.ShowHelp)
        {
            Console.Out.WriteLine(CommandLine.Usage);
            return 0;
        }

        if (line.ShowVersion)
        {
            Versions.Print();
        }

        if (line.Script is null && line.ShowVersion && !line.Interactive)
        {
            return 0;
        }

        using var session = new Session(line);
        return session.Run() ? 0 : Failed;
    }

    private static void Report(ScriptErrorException error)
    {
        Console.Error.WriteLine($"luareactor: {error.Message}");
        if (error.Traceback.Length > 0)
        {
            Console.Error.WriteLine(error.Traceback.TrimEnd());
        }
    }
}
