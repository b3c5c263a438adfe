using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>What Lua's own library lacks of the file system.</summary>
internal sealed class FilesModule : INativeModule
{
    public string Name => "luareactor.files";

    public (string Name, Native Native)[] Functions =>
    [
        ("list", List),
        ("makeFolder", MakeFolder),
        ("removeFolder", RemoveFolder),
    ];

    // files.list(path) → { { name =, directory = }, … } sorted by name, or nil and a message.
    private static int List(in Call call)
    {
        var L = call.L;
        try
        {
            var entries = new DirectoryInfo(call.Text(1)).GetFileSystemInfos();
            Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
            LuaState.NeedSpace(L, 4);
            lua_createtable(L, entries.Length, 0);
            var table = lua_gettop(L);
            for (var i = 0; i < entries.Length; i++)
            {
                lua_createtable(L, 0, 2);
                Values.PushText(L, entries[i].Name);
                Values.SetField(L, table + 1, "name");
                lua_pushboolean(L, entries[i] is DirectoryInfo ? 1 : 0);
                Values.SetField(L, table + 1, "directory");
                lua_rawseti(L, table, i + 1);
            }

            return 1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Failed(call, error);
        }
    }

    // files.makeFolder(path) → true, or nil and a message; its parents are made too.
    private static int MakeFolder(in Call call)
    {
        try
        {
            Directory.CreateDirectory(call.Text(1));
            return call.Return(true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Failed(call, error);
        }
    }

    // files.removeFolder(path) → true, or nil and a message; with all that is in it.
    private static int RemoveFolder(in Call call)
    {
        try
        {
            Directory.Delete(call.Text(1), recursive: true);
            return call.Return(true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Failed(call, error);
        }
    }

    private static int Failed(in Call call, Exception error)
    {
        lua_pushnil(call.L);
        Values.PushText(call.L, error.Message);
        return 2;
    }
}
