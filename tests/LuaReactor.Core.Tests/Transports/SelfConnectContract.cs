using System.Net;
using System.Runtime.InteropServices;
using LuaReactor.Loop;
using LuaReactor.Sockets;
using LuaReactor.Tests.Loop;
using LuaReactor.Transports;

namespace LuaReactor.Tests.Transports;

/// <summary>TCP lets a socket that connects to its own port meet itself, so that a closed port looks open (point 13).</summary>
public abstract partial class SelfConnectContract(string poller) : ReactorTest(poller)
{
    private const int OnlyPort = 40_000;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("")]
    public void A_connect_that_only_ever_meets_itself_is_refused(string host)
    {
        var clients = InANetworkOfOnePort((reactor, clients) => reactor.ConnectTcp(host, OnlyPort, clients));

        clients.Made.ShouldBeEmpty();
        clients.Failure.ShouldBeOfType<ConnectionRefusedException>();
    }

    [Fact]
    public void So_it_is_when_only_the_address_was_chosen()
    {
        var clients = InANetworkOfOnePort((reactor, clients) =>
            reactor.ConnectTcp("127.0.0.1", OnlyPort, clients, bindAddress: Address.From(IPAddress.Loopback, 0)));

        clients.Made.ShouldBeEmpty();
        clients.Failure.ShouldBeOfType<ConnectionRefusedException>();
    }

    [Fact]
    public void Who_asks_for_the_very_port_it_connects_to_meets_itself()
    {
        var number = ClosedPort();
        Holder.Dispose();
        var clients = new WitnessFactory(() => new Witness { OnMade = one => one.Transport.Write("hello me"u8) });

        Reactor.ConnectTcp("127.0.0.1", number, clients, bindAddress: Address.From(IPAddress.Loopback, number));
        Until(() => clients.Made is [{ Count: 8 }]);

        clients.Made[0].Transport.Host.ShouldBe(clients.Made[0].Transport.Peer);
        CloseAll();
    }

    // unshare(2) and ip_local_port_range hold for the thread that makes the reactor: the rest of the process is as before.
    private WitnessFactory InANetworkOfOnePort(Action<Reactor, WitnessFactory> connect)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "network namespaces are Linux's");
        var clients = new WitnessFactory();
        Exception? wrong = null;
        var name = Reactor.PollerName;
        var thread = new Thread(() => wrong = Record.Exception(() =>
        {
            Assert.SkipUnless(NetworkNamespace.Enter(), "a network namespace of one's own needs CAP_SYS_ADMIN");
            File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", $"{OnlyPort} {OnlyPort}");
            using var reactor = new Reactor(Pollers.Create(name), new HandClock(), Log);
            connect(reactor, clients);
            for (var turn = 0; turn < 100 && clients.Failure is null && clients.Made.Count == 0; turn++)
            {
                reactor.Iterate(TimeSpan.FromSeconds(0.1));
            }
        }));
        thread.Start();
        thread.Join();
        if (wrong is not null)
        {
            throw wrong;
        }

        return clients;
    }

    /// <summary>A network with nothing but a loopback, for the calling thread.</summary>
    private static unsafe partial class NetworkNamespace
    {
        private const int NewNetwork = 0x40000000;
        private const int SetInterfaceFlags = 0x8914;
        private const short Up = 1;

        public static bool Enter()
        {
            if (unshare(NewNetwork) != 0)
            {
                return false;
            }

            // netdevice(7): struct ifreq is a name of 16 bytes and then, here, the flags.
            var request = stackalloc byte[40];
            new Span<byte>(request, 40).Clear();
            "lo"u8.CopyTo(new Span<byte>(request, 16));
            *(short*)(request + 16) = Up;
            var fd = Libc.socket(Libc.AfInet, Libc.SockStream, 0);
            var done = ioctl(fd, SetInterfaceFlags, request) == 0;
            _ = Libc.close(fd);
            return done;
        }

        [LibraryImport("libc")]
        private static partial int unshare(int flags);

        [LibraryImport("libc")]
        private static partial int ioctl(int fd, nint request, byte* argument);
    }
}

public sealed class EpollSelfConnectTests() : SelfConnectContract("epoll");

public sealed class SelectSelfConnectTests() : SelfConnectContract("select");
