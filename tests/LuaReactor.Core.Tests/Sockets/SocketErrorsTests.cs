using System.Net.Sockets;
using LuaReactor.Sockets;

namespace LuaReactor.Tests.Sockets;

public sealed class SocketErrorsTests
{
    [Theory]
    [InlineData(24, SocketError.TooManyOpenSockets, 24)]
    [InlineData(23, SocketError.TooManyOpenSockets, 24)]
    [InlineData(1, SocketError.AccessDenied, 13)]
    [InlineData(11, SocketError.WouldBlock, 11)]
    [InlineData(12, SocketError.NoBufferSpaceAvailable, 105)]
    [InlineData(32, SocketError.Shutdown, 32)]
    [InlineData(98, SocketError.AddressAlreadyInUse, 98)]
    [InlineData(101, SocketError.NetworkUnreachable, 101)]
    [InlineData(111, SocketError.ConnectionRefused, 111)]
    [InlineData(113, SocketError.HostUnreachable, 113)]
    [InlineData(115, SocketError.InProgress, 115)]
    public void An_errno_has_a_name_and_the_name_a_number(int errno, SocketError name, int number)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the numbers are those of Linux");

        SocketErrors.FromErrno(errno).ShouldBe(name);
        name.Number().ShouldBe(number);
    }

    [Fact]
    public void An_errno_without_a_name_is_told_by_its_number()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the numbers are those of Linux");

        SocketErrors.FromErrno(28).Number().ShouldBe(28);
    }

    [Fact]
    public void The_text_is_the_systems()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the texts are those of Linux");

        SocketError.ConnectionRefused.Text().ShouldBe("Connection refused");
        SocketError.TooManyOpenSockets.Text().ShouldBe("Too many open files");
    }

    [Fact]
    public void A_process_may_open_more_descriptors() => DescriptorLimit.Remaining().ShouldBeGreaterThan(10);
}
