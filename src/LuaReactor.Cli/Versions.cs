using System.Reflection;
using System.Runtime.InteropServices;
using LuaReactor.Loop;

namespace LuaReactor.Cli;

/// <summary>What runs here.</summary>
internal static class Versions
{
    public static void Print()
    {
        var version = typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        using var poller = Pollers.Create();
        Console.Out.WriteLine(
            $"luareactor {version} (Lua 5.4.9, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, reactor {poller.Name})");
    }
}
