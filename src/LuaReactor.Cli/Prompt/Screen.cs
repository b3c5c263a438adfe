using System.Text;

namespace LuaReactor.Cli.Prompt;

/// <summary>The terminal: the line being typed stays below what others write. For any thread.</summary>
internal sealed class Screen : IDisposable
{
    private const string EraseBelow = "\e[J";
    private const string AskForMarkedPastes = "\e[?2004h";
    private const string NoMarkedPastes = "\e[?2004l";

    private readonly Lock _lock = new();
    private readonly Stream _output = Console.OpenStandardOutput();

    // What stands on the screen of the line being typed: each row's columns, and where the cursor is among them.
    private readonly List<int> _rows = [];
    private int _row;
    private int _column;
    private Func<(string Prompt, string More, string Text, int Cursor)>? _typed;
    private bool _lineIsOpen;

    /// <summary>Shows a line from now on, which <see cref="Redraw"/> asks for again when it has changed.</summary>
    public void Begin(Func<(string Prompt, string More, string Text, int Cursor)> typed)
    {
        lock (_lock)
        {
            Put((_lineIsOpen ? "\r\n" : "") + AskForMarkedPastes);
            (_lineIsOpen, _typed) = (false, typed);
            Draw();
        }
    }

    /// <summary>The line is done: it stays where it is, and what comes is written below.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (_typed is null)
            {
                return;
            }

            var (prompt, more, text, _) = _typed();
            _typed = () => (prompt, more, text, text.Length);
            Draw();
            _typed = null;
            _rows.Clear();
            Put("\r\n" + NoMarkedPastes);
        }
    }

    public void Redraw()
    {
        lock (_lock)
        {
            if (_typed is not null)
            {
                Draw();
            }
        }
    }

    /// <summary>Writes above the line being typed.</summary>
    public void Write(string text) => Write(text.EndsWith('\n'), () => Put(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal)));

    /// <summary>Has others write above the line being typed.</summary>
    public void Write(bool endsLine, Action write)
    {
        lock (_lock)
        {
            if (_typed is null)
            {
                write();
                _lineIsOpen = !endsLine;
                return;
            }

            Put(ToTop() + EraseBelow);
            _rows.Clear();
            write();
            Put(endsLine ? "" : "\r\n");
            Draw();
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _rows.Clear();
            Put("\e[H\e[2J");
            Redraw();
        }
    }

    public void Dispose() => End();

    private void Put(string text)
    {
        if (text.Length > 0)
        {
            _output.Write(Encoding.UTF8.GetBytes(text));
            _output.Flush();
        }
    }

    // A terminal that has become narrower has folded the rows that were drawn.
    private string ToTop()
    {
        var width = Width();
        var up = _column / width;
        for (var i = 0; i < _row && i < _rows.Count; i++)
        {
            up += Math.Max(1, (_rows[i] + width - 1) / width);
        }

        return _rows.Count == 0 ? "" : up > 0 ? $"\r\e[{up}A" : "\r";
    }

    private static int Width() => Math.Max(8, Console.WindowWidth);

    private void Draw()
    {
        var top = ToTop();
        var layout = new Layout(_typed!(), Width());
        // As many rows as fit, those about the cursor.
        var height = Math.Max(2, Console.WindowHeight - 1);
        var first = Math.Clamp(layout.CursorRow - (height / 2), 0, Math.Max(0, layout.Rows.Count - height));
        var shown = layout.Rows.Skip(first).Take(height).ToList();
        var text = new StringBuilder("\e[?25l").Append(top).Append(EraseBelow).AppendJoin("\r\n", shown);
        _rows.Clear();
        _rows.AddRange(shown.Select(CharWidth.Of));
        _row = layout.CursorRow - first;
        _column = layout.CursorColumn;
        var up = shown.Count - 1 - _row;
        text.Append(up > 0 ? $"\e[{up}A" : "").Append('\r').Append(_column > 0 ? $"\e[{_column}C" : "").Append("\e[?25h");
        Put(text.ToString());
    }

    /// <summary>A text in rows no wider than the terminal, prompts included.</summary>
    private sealed class Layout
    {
        private readonly StringBuilder _line = new();
        private readonly int _width;
        private int _used;

        public Layout((string Prompt, string More, string Text, int Cursor) typed, int width)
        {
            _width = width;
            Add(typed.Prompt);
            var place = 0;
            foreach (var rune in typed.Text.EnumerateRunes())
            {
                Mark(place == typed.Cursor);
                if (rune.Value == '\n')
                {
                    EndRow();
                    Add(typed.More);
                }
                else
                {
                    Add(rune.Value == '\t' ? "  " : Rune.IsControl(rune) ? "^" + (char)(rune.Value ^ 0x40) : rune.ToString());
                }

                place += rune.Utf16SequenceLength;
            }

            Mark(place <= typed.Cursor);
            EndRow();
        }

        public List<string> Rows { get; } = [];

        public int CursorRow { get; private set; }

        public int CursorColumn { get; private set; }

        // At the right edge the cursor stands at the beginning of the next row.
        private void Mark(bool isHere)
        {
            if (isHere)
            {
                if (_used >= _width)
                {
                    EndRow();
                }

                (CursorRow, CursorColumn) = (Rows.Count, _used);
            }
        }

        private void Add(string text)
        {
            var width = CharWidth.Of(text);
            if (_used + width > _width)
            {
                EndRow();
            }

            _line.Append(text);
            _used += width;
        }

        private void EndRow()
        {
            Rows.Add(_line.ToString());
            _line.Clear();
            _used = 0;
        }
    }
}
