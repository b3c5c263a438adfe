using LuaReactor.Cli.Testing;

namespace LuaReactor.Cli;

/// <summary><c>luareactor test</c>: runs Lua test files.</summary>
internal static class TestCommand
{
    private const int WrongUsage = 2;

    public static int Run(string[] arguments)
    {
        TestOptions options;
        try
        {
            options = TestOptions.Parse(arguments);
        }
        catch (UsageException error)
        {
            Console.Error.WriteLine($"luareactor test: {error.Message}");
            Console.Error.WriteLine(TestOptions.Usage);
            return WrongUsage;
        }

        if (options.ShowHelp)
        {
            Console.Out.WriteLine(TestOptions.Usage);
            return 0;
        }

        return options.Mark is { } mark ? TestChild.Run(options, mark)
            : options.Watch ? Watching.Run(options)
            : new TestRun(options).Run();
    }
}
