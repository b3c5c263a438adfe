using System.Globalization;

namespace LuaReactor.Cli.Prompt;

/// <summary>The text being typed and the cursor in it; it may have several lines.</summary>
internal sealed class EditBuffer
{
    private string _killed = "";

    public string Text { get; private set; } = "";

    /// <summary>The cursor's place, in UTF-16 units, never inside a character.</summary>
    public int Cursor { get; private set; }

    public string BeforeCursor => Text[..Cursor];

    private int LineStart => Cursor == 0 ? 0 : Text.LastIndexOf('\n', Cursor - 1) + 1;

    private int LineEnd => Text.IndexOf('\n', Cursor) is var end and >= 0 ? end : Text.Length;

    public void Set(string text) => (Text, Cursor) = (text, text.Length);

    public void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    /// <summary>Puts a text in place of so many characters before the cursor.</summary>
    public void Replace(int length, string text)
    {
        Remove(Cursor - length, Cursor);
        Insert(text);
    }

    public void Left() => Cursor = Before(Cursor);

    public void Right() => Cursor = After(Cursor);

    public void Home() => Cursor = LineStart;

    public void End() => Cursor = LineEnd;

    public void WordLeft() => Cursor = WordBefore();

    public void WordRight() => Cursor = WordAfter();

    public void Backspace() => Remove(Before(Cursor), Cursor);

    public void Delete() => Remove(Cursor, After(Cursor));

    public void KillToEnd() => Kill(Cursor, Cursor == LineEnd ? After(Cursor) : LineEnd);

    public void KillToStart() => Kill(LineStart, Cursor);

    public void KillWordLeft() => Kill(WordBefore(), Cursor);

    public void KillWordRight() => Kill(Cursor, WordAfter());

    public void Yank() => Insert(_killed);

    /// <summary>Moves to the line above or below, the same column if it is as long; false when there is none.</summary>
    public bool Line(int direction)
    {
        var column = Cursor - LineStart;
        if (direction < 0 ? LineStart == 0 : LineEnd == Text.Length)
        {
            return false;
        }

        Cursor = direction < 0 ? LineStart - 1 : LineEnd + 1;
        Cursor = Math.Min(LineStart + column, LineEnd);
        // Not in the middle of a character.
        Cursor = Cursor < Text.Length && char.IsLowSurrogate(Text[Cursor]) ? Cursor - 1 : Cursor;
        return true;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private int Before(int place)
    {
        var before = 0;
        foreach (var start in StringInfo.ParseCombiningCharacters(Text))
        {
            if (start >= place)
            {
                break;
            }

            before = start;
        }

        return place == 0 ? 0 : before;
    }

    private int After(int place) =>
        place >= Text.Length ? Text.Length : place + StringInfo.GetNextTextElementLength(Text, place);

    private int WordBefore()
    {
        var place = Cursor;
        while (place > 0 && !IsWord(Text[place - 1]))
        {
            place--;
        }

        while (place > 0 && IsWord(Text[place - 1]))
        {
            place--;
        }

        return place;
    }

    private int WordAfter()
    {
        var place = Cursor;
        while (place < Text.Length && !IsWord(Text[place]))
        {
            place++;
        }

        while (place < Text.Length && IsWord(Text[place]))
        {
            place++;
        }

        return place;
    }

    private void Kill(int first, int end)
    {
        _killed = first < end ? Text[first..end] : _killed;
        Remove(first, end);
    }

    private void Remove(int first, int end)
    {
        Text = Text.Remove(first, end - first);
        Cursor = first;
    }
}
