using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace LuaReactor.Tests;

/// <summary>Arrows point one way: each folder of the core uses those named here and no other.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string _core = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "src", "LuaReactor.Core");

    [Theory]
    [InlineData("Sockets")]
    [InlineData("Framing")]
    [InlineData("Loop", "Sockets")]
    [InlineData("Transports", "Loop", "Sockets")]
    public void A_folder_uses_only_what_is_below_it(string folder, params string[] below)
    {
        var sources = Directory.GetFiles(Path.Combine(_core, folder), "*.cs");

        var used = sources.SelectMany(source => Ours().Matches(File.ReadAllText(source))).Select(match => match.Groups[1].Value).Distinct();

        sources.ShouldNotBeEmpty();
        used.ShouldBeSubsetOf(below.Append(folder));
    }

    [Fact]
    public void Every_folder_of_the_core_has_its_place() =>
        Directory.GetDirectories(_core).Select(Path.GetFileName).Except(["bin", "obj"])
            .ShouldBe(["Framing", "Loop", "Sockets", "Transports"], ignoreOrder: true);

    [Fact]
    public void A_file_is_in_the_namespace_of_its_folder() =>
        Directory.GetDirectories(_core).SelectMany(folder => Directory.GetFiles(folder, "*.cs"))
            .Where(file => !("\n" + File.ReadAllText(file)).Contains($"\nnamespace LuaReactor.{Path.GetFileName(Path.GetDirectoryName(file))};", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [Fact]
    public void The_core_knows_nothing_of_Lua_and_of_no_package_but_the_logs() =>
        typeof(Reactor).Assembly.GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal))
            .ShouldBe(["Microsoft.Extensions.Logging.Abstractions"]);

    [Fact]
    public void The_types_of_the_sockets_and_the_loop_show_nothing_from_above()
    {
        var layers = new[] { "LuaReactor.Sockets", "LuaReactor.Loop", "LuaReactor.Transports", "LuaReactor" };
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        var upward =
            from type in typeof(Reactor).Assembly.GetTypes()
            where layers.Contains(type.Namespace)
            from used in type.GetFields(All).Select(field => field.FieldType)
                .Concat(type.GetMethods(All).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)))
                .Append(type.BaseType)
            where used?.Assembly == type.Assembly && Array.IndexOf(layers, used.Namespace) > Array.IndexOf(layers, type.Namespace)
            select $"{type} uses {used}";

        upward.ShouldBeEmpty();
    }

    // A namespace or a qualified name of ours: "LuaReactor.Loop".
    [GeneratedRegex(@"\bLuaReactor\.([A-Z]\w+)")]
    private static partial Regex Ours();

    private static string Here([CallerFilePath] string path = "") => path;
}
