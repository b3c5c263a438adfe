using System.Text;
using LuaReactor.Scripting.Interop;
using static LuaReactor.Scripting.Interop.Lua;

namespace LuaReactor.Scripting.Natives;

/// <summary>Lines of scripts by number: for each Deferred the one that made it.</summary>
internal sealed unsafe class PlacesModule(LuaState state) : INativeModule
{
    // Of a chunk that was loaded from text, the name is that text.
    private const int LongestName = 200, DeepestLook = 12;

    // A program that loads ever new chunks must not fill the memory with their lines.
    private const int MostPlaces = 10_000;

    private readonly Dictionary<(string Name, int Line), Place> _places = [];

    // By the name's address, which is good as long as the chunk lives. Another's may come to lie there, so the name is compared.
    private readonly Place[] _recent = new Place[1024];
    private readonly List<string> _texts = [""];
    private long _calls;

    public string Name => "luareactor.places";

    public (string Name, Native Native)[] Functions => [("here", Here), ("describe", Describe), ("hasReturned", HasReturned)];

    // places.here() → a number for the innermost line, but the caller's own, that is a script's; or nil
    private int Here(in Call call)
    {
        var L = call.L;
        Activation activation;
        for (var level = 2; level < DeepestLook && Frames.TryRead(L, level, &activation); level++)
        {
            if (activation.CurrentLine > 0 && NumberOf(activation) is var number and > 0)
            {
                lua_pushinteger(L, number);
                return 1;
            }
        }

        return 0;
    }

    // places.describe(number) → "script.lua:12"
    private int Describe(in Call call) => call.Return(_texts[(int)call.Integer(1)]);

    private int HasReturned(in Call call)
    {
        var before = _calls;
        _calls = state.Calls;
        return call.Return(_calls != before);
    }

    // 0 for lines of luareactor's own.
    private int NumberOf(in Activation activation)
    {
        var (start, line) = ((nint)activation.Source, activation.CurrentLine);
        var name = new ReadOnlySpan<byte>(activation.Source, Math.Min((int)activation.SourceLength, LongestName));
        ref var place = ref _recent[(int)(start >> 4 ^ line) & (_recent.Length - 1)];
        if (place.Start != start || place.Line != line || !name.SequenceEqual(place.Name))
        {
            place = Find(name, line) with { Start = start };
        }

        return place.Number;
    }

    private Place Find(ReadOnlySpan<byte> name, int line)
    {
        var text = Encoding.UTF8.GetString(name);
        if (!_places.TryGetValue((text, line), out var place) && _places.Count < MostPlaces)
        {
            var isOurs = text.StartsWith('@') && Modules.Has(text[1..]);
            place = new Place(0, line, name.ToArray(), isOurs ? 0 : _texts.Count);
            _places[(text, line)] = place;
            if (!isOurs)
            {
                _texts.Add($"{(text is ['@' or '=', ..] ? text[1..] : "a chunk of text")}:{line}");
            }
        }

        return place;
    }

    private readonly record struct Place(nint Start, int Line, byte[] Name, int Number);
}
