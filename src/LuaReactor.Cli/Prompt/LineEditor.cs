using System.Text;

namespace LuaReactor.Cli.Prompt;

/// <summary>
/// Reads what a person types at a terminal, with the keys of readline, several lines at once.
/// RadLine was tried: version 0.6.0 does not compile against the Spectre.Console that is kept (the assembly is signed now), does not
/// know that Chinese takes two columns, and cannot have others write above its line.
/// </summary>
internal sealed class LineEditor(Screen screen, History history, IConversation conversation)
{
    private const string PasteBegins = "[200~";
    private const string PasteEnds = "\e[201~";

    private readonly EditBuffer _buffer = new();
    private readonly Lock _lock = new();
    private string? _search;
    private int _found = -1;
    private bool _tabbed;

    /// <summary>Reads one chunk; null when the person leaves.</summary>
    public string? Read()
    {
        lock (_lock)
        {
            _buffer.Set("");
        }

        screen.Begin(Shown);
        try
        {
            while (true)
            {
                var key = Console.ReadKey(intercept: true);
                switch (Press(key))
                {
                    case Pressed.Submit:
                        return _buffer.Text;
                    case Pressed.Leave:
                        return null;
                }

                // A page that is typed by a program is drawn once.
                if (!Console.KeyAvailable)
                {
                    screen.Redraw();
                }
            }
        }
        catch (InvalidOperationException)
        {
            return null; // the terminal has gone
        }
        finally
        {
            screen.End();
        }
    }

    /// <summary>Ctrl-C: the line is dropped. From any thread.</summary>
    public void Drop()
    {
        screen.End();
        lock (_lock)
        {
            _buffer.Set("");
            _search = null;
        }

        screen.Begin(Shown);
    }

    private enum Pressed
    {
        More,
        Submit,
        Leave,
    }

    private (string, string, string, int) Shown()
    {
        lock (_lock)
        {
            return _search is null
                ? ("> ", ">> ", _buffer.Text, _buffer.Cursor)
                : ($"(search)`{_search}': ", ">> ", _found < 0 ? "" : history[_found], 0);
        }
    }

    private Pressed Press(ConsoleKeyInfo key)
    {
        if (_search is not null && Search(key))
        {
            return Pressed.More;
        }

        var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        if (key.Key is ConsoleKey.D && control && _buffer.Text.Length == 0)
        {
            return Pressed.Leave;
        }

        if (key.Key is ConsoleKey.Enter && !key.Modifiers.HasFlag(ConsoleModifiers.Alt) || key.KeyChar == '\n')
        {
            return Enter();
        }

        if (key.Key is ConsoleKey.Tab)
        {
            Complete();
            return Pressed.More;
        }

        _tabbed = false;
        if (key.Key is ConsoleKey.Escape && Console.KeyAvailable)
        {
            Escaped();
            return Pressed.More;
        }

        lock (_lock)
        {
            Edit(key, control);
        }

        return Pressed.More;
    }

    private Pressed Enter()
    {
        if (conversation.IsComplete(_buffer.Text))
        {
            lock (_lock)
            {
                return Pressed.Submit;
            }
        }

        lock (_lock)
        {
            if (_buffer.Cursor == _buffer.Text.Length || _buffer.Text.Contains('\n', StringComparison.Ordinal))
            {
                _buffer.Insert("\n");
            }
            else
            {
                _buffer.Set(_buffer.Text + "\n");
            }
        }

        return Pressed.More;
    }

    private void Edit(ConsoleKeyInfo key, bool control)
    {
        switch (key.Key, control)
        {
            case (ConsoleKey.Enter, _): _buffer.Insert("\n"); break;
            case (ConsoleKey.A, true) or (ConsoleKey.Home, _): _buffer.Home(); break;
            case (ConsoleKey.E, true) or (ConsoleKey.End, _): _buffer.End(); break;
            case (ConsoleKey.B, true) or (ConsoleKey.LeftArrow, false): _buffer.Left(); break;
            case (ConsoleKey.F, true) or (ConsoleKey.RightArrow, false): _buffer.Right(); break;
            case (ConsoleKey.LeftArrow, true): _buffer.WordLeft(); break;
            case (ConsoleKey.RightArrow, true): _buffer.WordRight(); break;
            case (ConsoleKey.Backspace, false) or (ConsoleKey.H, true): _buffer.Backspace(); break;
            case (ConsoleKey.Delete, _) or (ConsoleKey.D, true): _buffer.Delete(); break;
            case (ConsoleKey.K, true): _buffer.KillToEnd(); break;
            case (ConsoleKey.U, true): _buffer.KillToStart(); break;
            case (ConsoleKey.W, true) or (ConsoleKey.Backspace, true): _buffer.KillWordLeft(); break;
            case (ConsoleKey.Y, true): _buffer.Yank(); break;
            case (ConsoleKey.L, true): screen.Clear(); break;
            case (ConsoleKey.R, true): (_search, _found) = ("", -1); break;
            case (ConsoleKey.UpArrow, _) or (ConsoleKey.P, true): Up(); break;
            case (ConsoleKey.DownArrow, _) or (ConsoleKey.N, true): Down(); break;
            default:
                if (key.KeyChar != 0 && !char.IsControl(key.KeyChar))
                {
                    Type(key.KeyChar);
                }

                break;
        }
    }

    // Half of a character outside the first plane comes alone; the other half follows at once.
    private void Type(char first)
    {
        var text = char.IsHighSurrogate(first) ? string.Concat(first, Console.ReadKey(intercept: true).KeyChar) : first.ToString();
        _buffer.Insert(text);
    }

    private void Up()
    {
        if (!_buffer.Line(-1) && history.Previous(_buffer.Text) is { } text)
        {
            _buffer.Set(text);
        }
    }

    private void Down()
    {
        if (!_buffer.Line(1) && history.Next() is { } text)
        {
            _buffer.Set(text);
        }
    }

    // What the runtime does not take for a key comes as Escape and the rest: Alt with a letter, or a paste between marks.
    private void Escaped()
    {
        var key = Console.ReadKey(intercept: true);
        switch (key.Key)
        {
            case ConsoleKey.B: Locked(_buffer.WordLeft); return;
            case ConsoleKey.F: Locked(_buffer.WordRight); return;
            case ConsoleKey.D: Locked(_buffer.KillWordRight); return;
            case ConsoleKey.Backspace: Locked(_buffer.KillWordLeft); return;
            case ConsoleKey.Enter: Locked(() => _buffer.Insert("\n")); return;
        }

        var read = new StringBuilder().Append(key.KeyChar);
        while (PasteBegins.StartsWith(read.ToString(), StringComparison.Ordinal) && read.Length < PasteBegins.Length)
        {
            read.Append(Console.ReadKey(intercept: true).KeyChar);
        }

        if (read.ToString() == PasteBegins)
        {
            Paste();
        }
    }

    private void Locked(Action change)
    {
        lock (_lock)
        {
            change();
        }
    }

    private void Paste()
    {
        var text = new StringBuilder();
        while (text.Length < PasteEnds.Length || text.ToString(text.Length - PasteEnds.Length, PasteEnds.Length) != PasteEnds)
        {
            text.Append(Console.ReadKey(intercept: true) is { KeyChar: not '\0' } key ? key.KeyChar.ToString() : "");
        }

        text.Length -= PasteEnds.Length;
        Locked(() => _buffer.Insert(text.Replace("\r\n", "\n").Replace('\r', '\n').ToString().TrimEnd('\n')));
    }

    private void Complete()
    {
        // Where nothing stands yet it indents.
        var before = _buffer.BeforeCursor;
        if (before[(before.LastIndexOf('\n') + 1)..].Trim().Length == 0)
        {
            Locked(() => _buffer.Insert("  "));
            return;
        }

        var (length, candidates) = conversation.Complete(before);
        var word = before[^length..];
        if (candidates.Count == 0)
        {
            return;
        }

        var common = Common(candidates);
        if (common.Length > word.Length)
        {
            Locked(() => _buffer.Replace(length, common));
        }
        else if (_tabbed && candidates.Count > 1)
        {
            screen.Write(Columns(candidates));
        }

        _tabbed = true;
    }

    private static string Common(IReadOnlyList<string> texts)
    {
        var common = texts[0];
        foreach (var text in texts)
        {
            var length = common.AsSpan().CommonPrefixLength(text);
            common = common[..length];
        }

        return common;
    }

    private static string Columns(IReadOnlyList<string> texts)
    {
        var width = texts.Max(text => text.Length) + 2;
        var columns = Math.Max(1, (Console.WindowWidth - 1) / width);
        var rows = (texts.Count + columns - 1) / columns;
        var page = new StringBuilder();
        for (var row = 0; row < rows; row++)
        {
            var line = Enumerable.Range(0, columns).Select(column => (column * rows) + row).Where(i => i < texts.Count);
            page.Append(string.Concat(line.Select(i => texts[i].PadRight(width))).TrimEnd()).Append('\n');
        }

        return page.ToString();
    }

    // Ctrl-R: false when the key ends the search and is to be pressed on the line.
    private bool Search(ConsoleKeyInfo key)
    {
        lock (_lock)
        {
            var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
            if (key.Key is ConsoleKey.R && control)
            {
                _found = _found > 0 ? Math.Max(history.Search(_search!, _found - 1), -1) : _found;
                return true;
            }

            if (key.Key is ConsoleKey.Backspace || (!control && key.KeyChar != 0 && !char.IsControl(key.KeyChar)))
            {
                _search = key.Key is ConsoleKey.Backspace ? _search![..Math.Max(0, _search!.Length - 1)] : _search + key.KeyChar;
                _found = history.Search(_search!, history.Count - 1);
                return true;
            }

            if (_found >= 0 && !(key.Key is ConsoleKey.G && control))
            {
                _buffer.Set(history[_found]);
            }

            _search = null;
            return key.Key is ConsoleKey.Escape || (key.Key is ConsoleKey.G && control);
        }
    }
}
