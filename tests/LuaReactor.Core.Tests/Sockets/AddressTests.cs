using System.Net;
using System.Runtime.CompilerServices;
using LuaReactor.Sockets;

namespace LuaReactor.Tests.Sockets;

public sealed class AddressTests
{
    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", true)]
    [InlineData("2001:db8::ff", true)]
    [InlineData("fe80::1%2", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    public void An_address_survives_the_ways_to_and_from_the_systems(string host, bool isIPv6)
    {
        var address = Address.From(IPAddress.Parse(host), 65535);
        var sockAddr = new byte[Address.LongestSockAddr];

        var length = address.ToSockAddr(sockAddr);

        Address.FromSockAddr(sockAddr.AsSpan(0, length)).ShouldBe(address);
        Address.From(address.ToIPEndPoint()).ShouldBe(address);
        (address.Host, address.Port, address.IsIPv6).ShouldBe((host, 65535, isIPv6));
    }

    [Fact]
    public void Addresses_that_differ_in_the_port_alone_differ() =>
        Address.From(IPAddress.Loopback, 1).ShouldNotBe(Address.From(IPAddress.Loopback, 2));

    [Fact]
    public void An_address_takes_24_bytes() => Unsafe.SizeOf<Address>().ShouldBe(24);

    [Fact]
    public void A_port_beyond_65535_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Address.From(IPAddress.Loopback, 65536));

    [Fact]
    public void A_family_it_does_not_know_is_no_address()
    {
        var unix = new byte[Address.LongestSockAddr];
        unix[0] = 1;

        Address.FromSockAddr(unix).ShouldBe(default);
        default(Address).Host.ShouldBe("");
    }
}
