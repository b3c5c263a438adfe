namespace LuaReactor.Cli.Tests;

/// <summary>Real Twisted at the other end of the connection, byte for byte.</summary>
public sealed class TwistedInteropTests : IDisposable
{
    private const string TwistedClient = """
        import sys
        from twisted.internet import protocol, reactor
        from twisted.protocols import basic

        class Lines(basic.LineReceiver):
            MAX_LENGTH = 20000
            lines = [b"hello", b"", b"a\r", b"\x00\x80\xff", "zwölf".encode(), b"x" * 16384, b"quit"]
            def connectionMade(self):
                self.sendNext()
            def sendNext(self):
                self.sent = self.lines.pop(0)
                self.sendLine(self.sent)
            def lineReceived(self, line):
                if self.sent == b"quit":
                    assert line == b"Goodbye.", line
                else:
                    assert line == b"You said: " + self.sent, line
                    self.sendNext()
            def connectionLost(self, reason):
                print(len(self.lines), reason.getErrorMessage())
                reactor.stop()

        class Raw(protocol.Protocol):
            def connectionMade(self):
                self.sent = (bytes(range(256)) + b"\r\n\r\r\n\n\0") * 3987
                self.sent = self.sent[:1 << 20]
                self.got = b""
                self.transport.write(self.sent)
            def dataReceived(self, data):
                self.got += data
                if len(self.got) >= len(self.sent):
                    self.transport.loseConnection()
            def connectionLost(self, reason):
                print(self.got == self.sent, len(self.got), reason.getErrorMessage())
                reactor.stop()

        f = protocol.ClientFactory()
        f.protocol = {"lines": Lines, "raw": Raw}[sys.argv[1]]
        f.noisy = False
        reactor.connectTCP("127.0.0.1", int(sys.argv[2]), f)
        reactor.run()
        """;

    private const string TwistedServer = """
        import sys
        from twisted.internet import protocol, reactor
        from twisted.protocols import basic

        class Echo(basic.LineReceiver):
            def lineReceived(self, line):
                if line == b"quit":
                    self.sendLine(b"Goodbye.")
                    self.transport.loseConnection()
                else:
                    self.sendLine(b"You said: " + line)

        class Raw(protocol.Protocol):
            def dataReceived(self, data):
                self.transport.write(data)

        f = protocol.Factory()
        f.protocol = {"lines": Echo, "raw": Raw}[sys.argv[1]]
        print(reactor.listenTCP(0, f, interface="127.0.0.1").getHost().port, flush=True)
        reactor.run()
        """;

    private const string RawServer = """
        local class = require("class")
        local protocol = require("twisted.internet.protocol")
        local reactor = require("twisted.internet.reactor")
        local Echo = class("Echo", protocol.Protocol)
        function Echo:dataReceived(data) self.transport:write(data) end
        local port = reactor.listenTCP(0, protocol.Factory.forProtocol(Echo), { interface = "127.0.0.1" })
        print(port:getHost().port)
        reactor.run()
        """;

    private const string RawClient = """
        local class = require("class")
        local protocol = require("twisted.internet.protocol")
        local reactor = require("twisted.internet.reactor")
        local bytes = {}
        for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
        local sent = (table.concat(bytes) .. "\r\n\r\r\n\n\0"):rep(3987):sub(1, 1 << 20)
        local Client = class("Client", protocol.Protocol)
        function Client:connectionMade()
          self.got, self.count = {}, 0
          self.transport:write(sent)
        end
        function Client:dataReceived(data)
          self.got[#self.got + 1] = data
          self.count = self.count + #data
          if self.count >= #sent then self.transport:loseConnection() end
        end
        function Client:connectionLost(reason)
          print(table.concat(self.got) == sent, self.count, reason:getErrorMessage())
          reactor.stop()
        end
        reactor.connectTCP("127.0.0.1", tonumber(arg[1]), protocol.ClientFactory.forProtocol(Client))
        reactor.run()
        """;

    private readonly ScriptFolder _folder = new();

    public TwistedInteropTests()
    {
        _folder.Write("client.py", TwistedClient);
        _folder.Write("server.py", TwistedServer);
        _folder.Write("server.lua", RawServer);
        _folder.Write("client.lua", RawClient);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Our_echo_server_answers_a_Twisted_client_line_by_line()
    {
        Twisted.Need();
        var port = FreePort.Next();
        using var server = Luareactor.Start("scripts/echoserver.lua", $"{port}");
        server.ReadLine().ShouldBe("Server running, Press Ctrl-C to stop.");

        var ended = Luareactor.Run(Luareactor.In(_folder.Path, Twisted.Python, "client.py", "lines", $"{port}"));

        ended.ShouldBe(new Ended(0, "0 Connection was closed cleanly.\n", ""));
        server.ReadLine().ShouldBe("Connection from 127.0.0.1");
    }

    [Fact]
    public void A_mebibyte_of_mixed_bytes_goes_from_Twisted_to_us_and_back()
    {
        Twisted.Need();
        using var server = Start(Luareactor.Program, "server.lua");

        var ended = Luareactor.Run(Luareactor.In(_folder.Path, Twisted.Python, "client.py", "raw", server.ReadLine()!));

        ended.ShouldBe(new Ended(0, "True 1048576 Connection was closed cleanly.\n", ""));
    }

    [Fact]
    public void A_mebibyte_of_mixed_bytes_goes_from_us_to_Twisted_and_back()
    {
        Twisted.Need();
        using var server = Start(Twisted.Python, "server.py", "raw");

        var ended = Luareactor.Run(Luareactor.In(_folder.Path, Luareactor.Program, "client.lua", server.ReadLine()!));

        ended.ShouldBe(new Ended(0, "true\t1048576\tConnection was closed cleanly.\n", ""));
    }

    [Fact]
    public void Our_client_script_talks_with_a_Twisted_echo_server()
    {
        Twisted.Need();
        using var server = Start(Twisted.Python, "server.py", "lines");
        var command = Luareactor.In(Luareactor.Top, Luareactor.Program, "scripts/dataforward.lua", "127.0.0.1", server.ReadLine()!);

        var ended = Luareactor.Run(command, "hello\ntwisted is fun\nquit\n");

        ended.ShouldBe(new Ended(
            0,
            "Connected to server. Press Ctrl-C to close connection.\nYou said: hello\r\nYou said: twisted is fun\r\nGoodbye.\r\n",
            ""));
    }

    private Luareactor Start(params string[] command) => Luareactor.Start(Luareactor.In(_folder.Path, command));
}
