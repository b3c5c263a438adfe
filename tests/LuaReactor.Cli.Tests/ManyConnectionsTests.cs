namespace LuaReactor.Cli.Tests;

/// <summary>Ten thousand connections at once come and go, and nothing of them is left.</summary>
public sealed class ManyConnectionsTests
{
    private const string Server = """
        local class = require("class")
        local protocol = require("twisted.internet.protocol")
        local reactor = require("twisted.internet.reactor")
        local open, most = 0, 0
        local Counted = class("Counted", protocol.Protocol)
        function Counted:connectionMade()
          open = open + 1
          most = math.max(most, open)
        end
        function Counted:dataReceived(data) self.transport:write(data) end
        function Counted:connectionLost()
          open = open - 1
          if open == 0 then
            print("most " .. most)
            most = 0
          end
        end
        local port = reactor.listenTCP(0, protocol.Factory.forProtocol(Counted), { interface = "127.0.0.1" })
        print(port:getHost().port)
        reactor.run()
        """;

    private const string Client = """
        local class = require("class")
        local protocol = require("twisted.internet.protocol")
        local reactor = require("twisted.internet.reactor")
        local port, count = tonumber(arg[1]), tonumber(arg[2])
        local made, lost, clients = 0, 0, {}
        local Client = class("Client", protocol.Protocol)
        function Client:connectionMade() self.transport:write("x") end
        function Client:dataReceived(data)
          made = made + 1
          clients[made] = self
          if made == count then
            for _, client in ipairs(clients) do client.transport:loseConnection() end
          end
        end
        local Factory = class("Factory", protocol.ClientFactory)
        Factory.protocol = Client
        function Factory:clientConnectionFailed(_, reason) print(reason:getErrorMessage()) os.exit(1) end
        function Factory:clientConnectionLost()
          lost = lost + 1
          if lost == count then reactor.stop() end
        end
        for _ = 1, count do reactor.connectTCP("127.0.0.1", port, Factory()) end
        reactor.run()
        print(made, lost)
        """;

    [Fact]
    public void Ten_thousand_connections_leave_no_descriptor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's.");
        var limit = int.Parse(Luareactor.Run(Luareactor.In("/", "sh", "-c", "ulimit -n")).Output, System.Globalization.CultureInfo.InvariantCulture);
        var count = Math.Min(10_000, limit - 200);
        using var folder = new ScriptFolder();
        folder.Write("server.lua", Server);
        folder.Write("client.lua", Client);
        using var server = Luareactor.Start(Luareactor.In(folder.Path, Luareactor.Program, "server.lua"));
        var port = server.ReadLine()!;
        folder.Run("client.lua", port, "1").Status.ShouldBe(0);
        server.ReadLine().ShouldBe("most 1");
        server.WaitUntilIdle();
        var before = Sockets(server);

        folder.Run("client.lua", port, $"{count}").ShouldBe(new Ended(0, $"{count}\t{count}\n", ""));

        server.ReadLine().ShouldBe($"most {count}");
        server.WaitUntilIdle();
        Sockets(server).ShouldBe(before);
    }

    // The runtime opens files of its own as it needs them.
    private static int Sockets(Luareactor running) =>
        Directory.GetFileSystemEntries($"/proc/{running.Id}/fd")
            .Count(file => File.ResolveLinkTarget(file, returnFinalTarget: false) is { } target && target.Name.StartsWith("socket:", StringComparison.Ordinal));
}
