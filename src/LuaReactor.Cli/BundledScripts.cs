namespace LuaReactor.Cli;

/// <summary>The scripts that come with the program, so that <c>luareactor portscan.lua localhost</c> works in any folder.</summary>
internal static class BundledScripts
{
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "scripts");

    /// <summary>The script as given if there is such a file; a bare name is looked for among the bundled ones too.</summary>
    public static string Find(string script)
    {
        var bundled = Path.Combine(Folder, script);
        var bare = Path.GetFileName(script) == script;
        return bare && !File.Exists(script) && File.Exists(bundled) ? bundled : script;
    }
}
