using System.Reflection;
using System.Runtime.InteropServices;
using LuaReactor.Loop;

namespace LuaReactor.Cli;

/// <summary>What runs here.</summary>
internal static class Versions
{
    /// <summary>This program's version.</summary>
    public static string Program { get; } =
        typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void Print()
    {
        using var poller = Pollers.Create();
        Console.Out.WriteLine(
            $"luareactor {Program} (Lua 5.4.9, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, reactor {poller.Name})");
    }
}
