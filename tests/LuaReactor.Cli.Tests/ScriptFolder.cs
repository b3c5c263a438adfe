namespace LuaReactor.Cli.Tests;

/// <summary>A folder of scripts for one test, gone afterwards.</summary>
internal sealed class ScriptFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("luareactor-").FullName;

    /// <summary>Writes a file and returns its full name.</summary>
    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs luareactor in this folder.</summary>
    public Ended Run(params string[] arguments) => Luareactor.Run(Luareactor.In(Path, [Luareactor.Program, .. arguments]));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
