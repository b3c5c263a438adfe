using LuaReactor.Loop;

namespace LuaReactor.Tests.Loop;

public sealed class SignalsTests
{
    [Theory]
    [InlineData("Name:\tx\nSigIgn:\t0000000000000002\nSigCgt:\t0000000000000000\n", true)]
    [InlineData("Name:\tx\nSigIgn:\t0000000000001001\n", false)]
    [InlineData("Name:\tx\nSigIgn:\t0000000000000002", true)]
    [InlineData("Name:\tx\n", false)]
    public void A_signal_ignored_at_the_start_is_known_from_the_status(string status, bool ignored) =>
        Signals.IsIgnored(status, 2).ShouldBe(ignored);

    [Fact]
    public void Disposal_stops_listening()
    {
        using var signals = new Signals(_ => { });
        signals.Dispose();

        signals.Count.ShouldBe(0);
    }
}
