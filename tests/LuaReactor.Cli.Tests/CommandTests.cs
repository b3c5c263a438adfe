namespace LuaReactor.Cli.Tests;

/// <summary>The command keeps the conventions of <c>lua</c>.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Arguments_are_in_arg_and_in_the_dots()
    {
        _folder.Write("a.lua", "print(arg[0], arg[1], arg[2], #arg, arg[-1], arg[-2], ...)");

        var ended = _folder.Run("-W", "a.lua", "one", "two words");

        ended.Output.ShouldBe("a.lua\tone\ttwo words\t2\t-W\tluareactor\tone\ttwo words\n");
        ended.Status.ShouldBe(0);
    }

    [Fact]
    public void What_looks_like_an_option_after_the_script_is_the_scripts()
    {
        _folder.Write("a.lua", "print(...)");

        _folder.Run("a.lua", "-e", "--help", "--").Output.ShouldBe("-e\t--help\t--\n");
    }

    [Fact]
    public void Texts_and_modules_run_in_the_order_given_before_the_script()
    {
        _folder.Write("m.lua", "print('m') return { name = 'm' }");
        _folder.Write("a.lua", "print('a', m.name, g.name)");

        var ended = _folder.Run("-e", "print(1)", "-l", "m", "-e", "print(2)", "-lg=m", "a.lua");

        ended.Output.ShouldBe("1\nm\n2\na\tm\tm\n");
    }

    [Theory]
    [InlineData("-v")]
    [InlineData("--version")]
    public void The_versions_are_shown(string option)
    {
        var ended = _folder.Run(option);

        ended.Output.ShouldMatch(@"^luareactor \d+\.\d+\.\d+ \(Lua 5\.4\.\d+, \.NET 10\.[^)]*\)\n$");
        ended.Status.ShouldBe(0);
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    public void Help_goes_to_standard_output(string option)
    {
        var ended = _folder.Run(option);

        ended.Output.ShouldStartWith("usage: luareactor [options] [script [args]]\n");
        ended.Errors.ShouldBeEmpty();
        ended.Status.ShouldBe(0);
    }

    [Fact]
    public void A_dash_runs_standard_input()
    {
        var ended = Luareactor.Run(Luareactor.In(_folder.Path, Luareactor.Program, "-", "x"), "print(arg[0], ...)");

        ended.Output.ShouldBe("-\tx\n");
    }

    [Fact]
    public void Two_dashes_end_the_options()
    {
        _folder.Write("-e", "print('a script with a strange name')");

        _folder.Run("--", "-e").Output.ShouldBe("a script with a strange name\n");
    }

    [Fact]
    public void LUA_INIT_runs_first_and_may_name_a_file()
    {
        var init = _folder.Write("init.lua", "print('from a file')");
        var text = Luareactor.In(_folder.Path, Luareactor.Program, "-e", "print('then')");
        text.Environment["LUA_INIT"] = "print('first')";
        var file = Luareactor.In(_folder.Path, Luareactor.Program, "-e", "print('then')");
        file.Environment["LUA_INIT"] = "@" + init;
        var ignored = Luareactor.In(_folder.Path, Luareactor.Program, "-E", "-e", "print('then')");
        ignored.Environment["LUA_INIT"] = "print('first')";

        Luareactor.Run(text).Output.ShouldBe("first\nthen\n");
        Luareactor.Run(file).Output.ShouldBe("from a file\nthen\n");
        Luareactor.Run(ignored).Output.ShouldBe("then\n");
    }

    [Fact]
    public void LUA_PATH_is_searched_unless_the_environment_is_ignored()
    {
        _folder.Write("far/away.lua", "return 'found'");
        var searched = Luareactor.In("/", Luareactor.Program, "-e", "print(pcall(require, 'away'))");
        searched.Environment["LUA_PATH"] = _folder.Path + "/far/?.lua;;";
        var ignored = Luareactor.In("/", Luareactor.Program, "-E", "-e", "print(pcall(require, 'away'))");
        ignored.Environment["LUA_PATH"] = _folder.Path + "/far/?.lua;;";

        Luareactor.Run(searched).Output.ShouldStartWith("true\tfound");
        Luareactor.Run(ignored).Output.ShouldStartWith("false\tmodule 'away' not found");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-z")]
    [InlineData("--nonsense")]
    [InlineData("-e")]
    [InlineData("-l")]
    [InlineData("-vx")]
    [InlineData("--reactor")]
    [InlineData("--reactor=kqueue -e x=1")]
    [InlineData("--log-level=loud -e x=1")]
    public void Wrong_usage_is_told_on_standard_error_with_status_2(string line)
    {
        var ended = _folder.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        ended.Status.ShouldBe(2);
        ended.Output.ShouldBeEmpty();
        ended.Errors.ShouldStartWith("luareactor: ");
        ended.Errors.ShouldContain("usage: luareactor");
    }

    [Fact]
    public void An_uncaught_error_has_a_traceback_and_status_1()
    {
        _folder.Write("bad.lua", "local function f()\n  error('boom')\nend\nf()\n");

        var ended = _folder.Run("bad.lua");

        ended.Status.ShouldBe(1);
        ended.Output.ShouldBeEmpty();
        ended.Errors.ShouldStartWith("luareactor: bad.lua:2: boom\n");
        ended.Errors.ShouldContain("bad.lua:4:");
    }

    [Fact]
    public void A_syntax_error_is_one_clear_line()
    {
        _folder.Write("bad.lua", "print('x'\nprint('y')\n");

        var ended = _folder.Run("bad.lua");

        ended.Errors.ShouldBe("luareactor: bad.lua:2: ')' expected (to close '(' at line 1) near 'print'\n");
        ended.Status.ShouldBe(1);
    }

    [Theory]
    [InlineData("nosuch.lua", "luareactor: cannot open nosuch.lua\n")]
    [InlineData("nosuch/nosuch.lua", "luareactor: cannot open nosuch/nosuch.lua\n")]
    [InlineData("/", "luareactor: cannot open /\n")]
    public void A_file_that_cannot_be_read_is_one_clear_line(string script, string message)
    {
        var ended = _folder.Run(script);

        ended.Errors.ShouldBe(message);
        ended.Status.ShouldBe(1);
    }

    [Fact]
    public void A_missing_module_is_named_with_the_line_that_wants_it()
    {
        _folder.Write("needs.lua", "\nlocal x = require('no.such.module')\n");

        var ended = _folder.Run("needs.lua");

        ended.Errors.ShouldStartWith("luareactor: needs.lua:2: module 'no.such.module' not found");
        ended.Status.ShouldBe(1);
        _folder.Run("-l", "no.such.module").Status.ShouldBe(1);
    }

    [Theory]
    [InlineData("os.exit()", 0)]
    [InlineData("os.exit(true)", 0)]
    [InlineData("os.exit(false)", 1)]
    [InlineData("os.exit(42)", 42)]
    [InlineData("os.exit(3, true)", 3)]
    [InlineData("local r = require('twisted.internet.reactor') r.callLater(0, os.exit, 7) r.run()", 7)]
    [InlineData("coroutine.wrap(function() os.exit(5) end)()", 5)]
    public void The_exit_status_is_what_the_script_says_and_what_it_printed_is_there(string code, int status)
    {
        var ended = _folder.Run("-e", "print('before') io.write('and more') " + code);

        ended.Status.ShouldBe(status);
        ended.Output.ShouldBe("before\nand more");
    }

    [Fact]
    public void A_bundled_script_is_found_from_any_folder_and_one_of_that_name_here_goes_first()
    {
        _folder.Run("connectiontester.lua").Errors.ShouldStartWith("Usage: luareactor ");
        _folder.Run("portscan.lua", "127.0.0.1", "1-0").Errors.ShouldStartWith("The ports must be two numbers");

        _folder.Write("portscan.lua", "print('mine')");

        _folder.Run("portscan.lua").Output.ShouldBe("mine\n");
    }

    [Fact]
    public void Modules_beside_the_script_are_found_wherever_it_is_run_from()
    {
        var script = _folder.Write("app/main.lua", "print(require('beside'), (require('within.it')))");
        _folder.Write("app/beside.lua", "return 'beside'");
        _folder.Write("app/within/it/init.lua", "return 'within'");

        Luareactor.Run(Luareactor.In("/", Luareactor.Program, script)).Output.ShouldBe("beside\twithin\n");
        _folder.Run("app/main.lua").Output.ShouldBe("beside\twithin\n");
    }

    [Fact]
    public void A_first_line_for_the_system_is_skipped_and_counted()
    {
        _folder.Write("a.lua", "#!/usr/bin/env luareactor\nprint(debug.getinfo(1).currentline)\n");

        _folder.Run("a.lua").Output.ShouldBe("2\n");
    }

    [Theory]
    [InlineData("select")]
    [InlineData("epoll")]
    public void The_way_to_wait_for_sockets_can_be_chosen(string reactor)
    {
        Assert.SkipUnless(reactor == "select" || OperatingSystem.IsLinux(), "epoll is Linux's.");

        var ended = _folder.Run("--reactor", reactor, "-e", """
            local class = require("class")
            local protocol = require("twisted.internet.protocol")
            local reactor = require("twisted.internet.reactor")
            local Echo = class("Echo", protocol.Protocol)
            function Echo:dataReceived(data) self.transport:write(data) end
            local Client = class("Client", protocol.Protocol)
            function Client:connectionMade() self.transport:write("hello") end
            function Client:dataReceived(data) print(data) reactor.stop() end
            local port = reactor.listenTCP(0, protocol.Factory.forProtocol(Echo), { interface = "127.0.0.1" })
            reactor.connectTCP("127.0.0.1", port:getHost().port, protocol.ClientFactory.forProtocol(Client))
            reactor.run()
            """);

        ended.ShouldBe(new Ended(0, "hello\n", ""));
    }

    [Theory]
    [InlineData("debug", "info: a message\n")]
    [InlineData("warning", "")]
    [InlineData("none", "")]
    public void The_least_level_that_is_logged_can_be_set(string level, string errors)
    {
        _folder.Run("--log-level", level, "-e", "require('twisted.python.log').msg('a message')").Errors.ShouldBe(errors);
    }

    [Fact]
    public void An_error_in_a_callback_is_logged_with_its_line_and_the_loop_goes_on()
    {
        _folder.Write("a.lua", """
            local reactor = require("twisted.internet.reactor")
            reactor.callLater(0, function()
              error("boom")
            end)
            reactor.callLater(0.01, reactor.stop)
            reactor.run()
            print("done")
            """);

        var ended = _folder.Run("a.lua");

        ended.Output.ShouldBe("done\n");
        ended.Errors.ShouldContain("a.lua:3: boom");
        ended.Status.ShouldBe(0);
    }
}
