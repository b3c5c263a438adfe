namespace LuaReactor.Cli.Tests;

/// <summary>Real Twisted, where it is installed.</summary>
internal static class Twisted
{
    public const string Python = "/usr/bin/python3";

    /// <summary>Skips the test, and says so, where it is not.</summary>
    public static void Need()
    {
        var found = File.Exists(Python) && Luareactor.Run(Luareactor.In("/", Python, "-c", "import twisted.internet.reactor")).Status == 0;
        Assert.SkipUnless(found, "Twisted is not installed here (apt-get install python3-twisted).");
    }
}
