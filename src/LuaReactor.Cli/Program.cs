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
            return arguments is ["test", ..] ? TestCommand.Run(arguments[1..]) : Run(CommandLine.Parse(arguments));
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

        if (line.Script is null && line.Preliminaries.Count == 0)
        {
            return line.ShowVersion ? 0 : throw new UsageException("a script is needed");
        }

        using var session = new Session(line);
        session.Run();
        return 0;
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
