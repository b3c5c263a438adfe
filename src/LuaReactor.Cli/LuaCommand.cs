using LuaReactor.Scripting;

namespace LuaReactor.Cli;

/// <summary>Commands that are written in Lua: a module's function <c>command</c>.</summary>
internal static class LuaCommand
{
    /// <summary><c>luareactor init [folder]</c>: begins a project.</summary>
    public static int Init(string[] arguments)
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Run("luareactor.starter", [data, .. AtMostOne(arguments, "init", "folder")]);
    }

    /// <summary><c>luareactor doc [name]</c>: what is written about a name.</summary>
    public static int Doc(string[] arguments) => Run("luareactor.docs", AtMostOne(arguments, "doc", "name"));

    private static string[] AtMostOne(string[] arguments, string command, string what) => arguments is [] or [not ['-', ..]]
        ? arguments
        : throw new UsageException($"{command} wants one {what} at most, and no options");

    private static int Run(string module, string[] arguments)
    {
        using var reactor = new Reactor();
        using var host = new ScriptHost(reactor, new ScriptHostOptions { IgnoreEnvironment = true });
        host.Run("require(...).command(select(2, ...))", "=command", [module, .. arguments]);
        return 0;
    }
}
