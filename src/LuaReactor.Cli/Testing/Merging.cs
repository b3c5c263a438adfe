using System.Globalization;
using System.Text;
using LuaReactor.Scripting;
using LuaReactor.Scripting.Interop;

namespace LuaReactor.Cli.Testing;

/// <summary>The Lua side of a run, <c>twisted/trial/_merging.lua</c>: plans the work and makes one report of what processes tell.</summary>
internal sealed class Merging : IDisposable
{
    private const int NarrowTerminal = 80;

    private readonly Reactor _reactor = new();
    private readonly ScriptHost _host;

    public Merging(TestOptions options)
    {
        _host = new ScriptHost(_reactor, new ScriptHostOptions { IgnoreEnvironment = true });
        var given = new List<string>
        {
            "reporter=" + options.Reporter,
            FormattableString.Invariant($"jobs={options.Jobs ?? 1}"),
            FormattableString.Invariant($"rounds={options.Rounds}"),
            FormattableString.Invariant($"slowest={options.Slowest}"),
        };
        AddIf(options.Jobs is not null, "apart=true");
        AddIf(options.Seed is not null, FormattableString.Invariant($"seed={options.Seed}"));
        AddIf(options.Failed, "failed=true");
        AddIf(options.UntilFailure, "untilFailure=true");
        AddIf(options.Verbose, "verbose=true");
        AddIf(options.Colour, "colour=true");
        AddIf(options.Output is not null, "output=" + options.Output);
        AddIf(!Console.IsOutputRedirected && options.PrintsForPeople, FormattableString.Invariant($"bar={Columns()}"));
        Call(["begin", .. given, "paths", .. options.Paths]);

        void AddIf(bool condition, string option)
        {
            if (condition)
            {
                given.Add(option);
            }
        }
    }

    /// <summary>The next process's key and work, if one is to be started now.</summary>
    public (string Key, string Work)? Next() =>
        Call("next") is { } text ? (text[..text.IndexOf('\n', StringComparison.Ordinal)], text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]) : null;

    public void Line(string key, string text) => Call("line", key, text);

    public void Ended(string key, string reason) => Call("ended", key, reason);

    /// <summary>Clears the progress bar away, so that others can write.</summary>
    public void Hide() => Call("hide");

    /// <summary>Writes the end of the report.</summary>
    /// <returns>The exit status.</returns>
    public int Finish(bool interrupted) => int.Parse(Call("finish", interrupted ? "true" : "false")!, CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _host.Dispose();
        _reactor.Dispose();
    }

    private static int Columns()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : NarrowTerminal;
        }
        catch (IOException)
        {
            return NarrowTerminal;
        }
    }

    private string? Call(params string[] arguments)
    {
        var L = _host.State.Main;
        LuaState.NeedSpace(L, arguments.Length + 2);
        _host.State.LoadBuffer(L, "return require('twisted.trial._merging')[...](select(2, ...))"u8, "=merging");
        foreach (var argument in arguments)
        {
            Values.PushText(L, argument);
        }

        if (!_host.State.TryCall(L, arguments.Length, 1))
        {
            throw _host.PopScriptError(L);
        }

        var result = Lua.lua_type(L, -1) is LuaType.String ? Values.ToText(L, -1) : null;
        Lua.lua_settop(L, -2);
        return result;
    }
}
