namespace LuaReactor.Cli.Tests.Testing;

/// <summary>A folder of Lua tests to run <c>luareactor test</c> in.</summary>
internal sealed class TestFolder : IDisposable
{
    private const string Head = """
        local class = require("class")
        local defer = require("twisted.internet.defer")
        local protocol = require("twisted.internet.protocol")
        local reactor = require("twisted.internet.reactor")
        local unittest = require("twisted.trial.unittest")
        local T = class("T", unittest.TestCase)
        """;

    private readonly ScriptFolder _folder = new();

    public string Path => _folder.Path;

    /// <summary>Writes a test file whose class T has these methods; they begin at line 7.</summary>
    public TestFolder With(string name, string methods)
    {
        _folder.Write(name, $"{Head}\n{methods}\nreturn {{ T }}\n");
        return this;
    }

    public TestFolder WithText(string name, string text)
    {
        _folder.Write(name, text);
        return this;
    }

    public Ended Run(params string[] options) => _folder.Run(["test", .. options]);

    public void Dispose() => _folder.Dispose();
}
