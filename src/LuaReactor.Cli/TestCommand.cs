namespace LuaReactor.Cli;

/// <summary><c>luareactor test</c>: runs Lua test files.</summary>
internal static class TestCommand
{
    public static int Run(string[] arguments) => throw new UsageException("test: not yet" + arguments.Length);
}
