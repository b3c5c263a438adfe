namespace LuaReactor.Cli.Prompt;

/// <summary>What was typed before, kept in a file between runs, one entry a line.</summary>
internal sealed class History
{
    private const int Most = 1000;

    private readonly string? _file;
    private readonly List<string> _entries = [];
    private int _at;
    private string _typed = "";

    /// <summary>Reads what there is.</summary>
    /// <param name="file">Null for a history of this run alone.</param>
    public History(string? file)
    {
        _file = file;
        if (file is not null && File.Exists(file))
        {
            try
            {
                _entries.AddRange(File.ReadLines(file).TakeLast(Most).Select(Unescape));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                _file = null;
            }
        }

        _at = _entries.Count;
    }

    /// <summary>Where the user's history belongs, by the XDG base directories; null when there is no home.</summary>
    public static string? UsersFile
    {
        get
        {
            var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            var folder = string.IsNullOrEmpty(state) ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) : state;
            return folder.Length == 0 ? null : Path.Combine(folder, "luareactor", "history");
        }
    }

    public void Add(string text)
    {
        if (_entries.Count == 0 || _entries[^1] != text)
        {
            _entries.Add(text);
            Append(text);
        }

        _at = _entries.Count;
    }

    /// <summary>The entry before the one shown; null at the oldest.</summary>
    /// <param name="typed">What the line holds now.</param>
    public string? Previous(string typed)
    {
        if (_at == 0)
        {
            return null;
        }

        if (_at == _entries.Count)
        {
            _typed = typed;
        }

        return _entries[--_at];
    }

    /// <summary>The entry after the one shown, in the end what was being typed; null after that.</summary>
    public string? Next() => _at >= _entries.Count ? null : ++_at == _entries.Count ? _typed : _entries[_at];

    /// <summary>The next older entry, from <paramref name="from"/> on, that holds the text; -1 for none.</summary>
    public int Search(string text, int from)
    {
        for (var i = Math.Min(from, _entries.Count - 1); i >= 0; i--)
        {
            if (_entries[i].Contains(text, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }

    public int Count => _entries.Count;

    public string this[int index] => _entries[index];

    private static string Unescape(string line) =>
        line.Replace("\\\\", "\0", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace('\0', '\\');

    private void Append(string text)
    {
        if (_file is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(_file, options);
            writer.Write(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A prompt without a memory is still a prompt.
        }
    }
}
