using System.Diagnostics;
using System.Text.Json;

namespace LuaReactor.Cli.Tests;

/// <summary><c>luareactor init</c>, in an empty folder and in one with files.</summary>
public sealed class InitTests : IDisposable
{
    private readonly ScriptFolder _folder = new();
    private readonly ScriptFolder _data = new();

    public void Dispose()
    {
        _folder.Dispose();
        _data.Dispose();
    }

    [Fact]
    public void Its_test_passes()
    {
        Run("init").Status.ShouldBe(0);

        var ended = Run("test");

        ended.Output.ShouldContain("1 passed, 0 failed");
        ended.Status.ShouldBe(0);
    }

    [Fact]
    public void Its_script_answers()
    {
        Run("init");
        var port = FreePort.Next();
        var main = Path.Combine(_folder.Path, "main.lua");
        File.WriteAllText(main, File.ReadAllText(main).Replace("5001", $"{port}", StringComparison.Ordinal));

        using var server = Luareactor.Start(Start("main.lua"));
        server.ReadLine().ShouldBe($"Listening on port {port}, press Ctrl-C to stop.");
        using var client = new System.Net.Sockets.TcpClient("127.0.0.1", port);
        using var stream = client.GetStream();
        stream.Write("hello\r\n"u8);
        using var reader = new StreamReader(stream);

        reader.ReadLine().ShouldBe("You said: hello");
    }

    [Fact]
    public void The_editors_library_is_there()
    {
        Run("init");

        using var luarc = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.Path, ".luarc.json")));
        var library = luarc.RootElement.GetProperty("workspace.library")[0].GetString()!;

        luarc.RootElement.GetProperty("runtime.version").GetString().ShouldBe("Lua 5.4");
        File.ReadAllText(Path.Combine(library, "twisted/internet/reactor.lua")).ShouldStartWith("---@meta twisted.internet.reactor\n");
    }

    [Fact]
    public void What_is_there_is_kept()
    {
        _folder.Write("main.lua", "print('mine')\n");

        var lines = Run("init").Lines;

        lines[..5].ShouldBe(["wrote  .luacheckrc", "wrote  .luarc.json", "wrote  echo.lua", "kept   main.lua", "wrote  tests/test_echo.lua"]);
        Run("main.lua").Output.ShouldBe("mine\n");
        Run("init").Lines[..5].ShouldAllBe(line => line.StartsWith("kept "));
    }

    [Fact]
    public void A_folder_that_is_named_is_made()
    {
        Run("init", "a/b");

        Run("test", "a/b/tests").Errors.ShouldBeEmpty();
        File.Exists(Path.Combine(_folder.Path, "a/b/.luarc.json")).ShouldBeTrue();
    }

    [Fact]
    public void An_option_is_wrong_usage() => Run("init", "--help").Status.ShouldBe(2);

    [Fact]
    public void Luacheck_has_nothing_to_say_about_it_nor_about_the_scripts()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/luacheck"), "luacheck is not installed.");
        Run("init");
        _folder.Write("tests/test_words.lua", "describe(\"x\", function() it(\"y\", function() assert.are.equal(1, 1) end) end)\n");

        var ended = Luareactor.Run(Luareactor.In(_folder.Path, "luacheck", ".", Path.Combine(Luareactor.Top, "scripts")));

        ended.Status.ShouldBe(0, ended.Output);
    }

    private Ended Run(params string[] arguments) => Luareactor.Run(Start(arguments));

    private ProcessStartInfo Start(params string[] arguments)
    {
        var start = Luareactor.In(_folder.Path, [Luareactor.Program, .. arguments]);
        start.Environment["XDG_DATA_HOME"] = _data.Path;
        return start;
    }
}
