namespace LuaReactor.Cli.Tests;

/// <summary>A scan of every port finds those that are open and no other, whatever number of descriptors it is given. In a network of its own.</summary>
public sealed class PortScanTests
{
    private const string Listeners = """
        local protocol = require("twisted.internet.protocol")
        local reactor = require("twisted.internet.reactor")
        local factory = protocol.Factory.forProtocol(protocol.Protocol)
        for _, port in ipairs({ 1, 22, 8080, 32768, 45678, 60999, 65535 }) do reactor.listenTCP(port, factory) end
        reactor.callWhenRunning(function() print("listening") io.stdout:flush() end)
        reactor.run()
        """;

    [Theory]
    [InlineData(20000)]
    [InlineData(1024)]
    public void Every_open_port_is_found_and_none_that_is_not(int descriptors)
    {
        var allowed = Luareactor.Run(Luareactor.In("/", "unshare", "-n", "sh", "-c", $"ulimit -n {descriptors} && ip link set lo up"));
        Assert.SkipUnless(allowed.Status == 0, "A network namespace is refused here: " + allowed.Errors);
        using var folder = new ScriptFolder();
        folder.Write("listeners.lua", Listeners);
        var program = Luareactor.Program;

        var ended = Luareactor.Run(Luareactor.In(folder.Path, "unshare", "-n", "sh", "-c", $"""
            ip link set lo up
            mkfifo ready
            {program} listeners.lua >ready &
            read line <ready
            ulimit -n {descriptors}
            {program} portscan.lua 127.0.0.1 1-65535
            status=$?
            kill $!
            wait
            exit $status
            """));

        ended.ShouldBe(new Ended(0, string.Concat(((int[])[1, 22, 8080, 32768, 45678, 60999, 65535]).Select(port => $"Connected to port {port}\n")), ""));
    }
}
