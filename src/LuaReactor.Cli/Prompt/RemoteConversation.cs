using System.Globalization;
using System.Net.Sockets;
using LuaReactor.Scripting;

namespace LuaReactor.Cli.Prompt;

/// <summary>The evaluator of another program, at the other end of its manhole.</summary>
internal sealed class RemoteConversation : IConversation, IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly NetworkStream _stream;
    private readonly Lock _sending = new();
    private readonly Action<string, bool> _write;
    private volatile TaskCompletionSource<ManholeMessage?> _asked = new();
    private volatile TaskCompletionSource<ManholeMessage?> _evaluated = new();
    private volatile bool _isOver;
    private volatile char _awaited;

    /// <summary>Connects.</summary>
    /// <param name="path">The manhole's socket.</param>
    /// <param name="write">Takes what the other side shows, and whether it tells of an error.</param>
    /// <exception cref="SocketException">Nobody is there.</exception>
    public RemoteConversation(string path, Action<string, bool> write)
    {
        _write = write;
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        _stream = new NetworkStream(_socket, ownsSocket: true);
        Version = ManholeMessage.Read(_stream)?.Text ?? "";
        new Thread(Listen) { IsBackground = true, Name = "attached" }.Start();
    }

    /// <summary>The other program's version.</summary>
    public string Version { get; }

    /// <summary>Whether the other program has gone.</summary>
    public bool IsOver => _isOver;

    public bool IsComplete(string text) => Ask(new('q', text), 'Q') is not { IsYes: false };

    public Completion Complete(string text)
    {
        if (Ask(new('c', text), 'C') is not { } answer)
        {
            return new(0, []);
        }

        var lines = answer.Text.Split('\n');
        return new(int.Parse(lines[0], CultureInfo.InvariantCulture), lines[1..]);
    }

    public bool? Evaluate(string text)
    {
        _evaluated = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(new('e', text));
        return _isOver ? null : _evaluated.Task.Result?.IsYes;
    }

    public void Interrupt() => Send(new('i', ""));

    public void Dispose() => _stream.Dispose();

    // A program that is busy does not answer in time; what it answers later is for nobody.
    private ManholeMessage? Ask(ManholeMessage question, char answer)
    {
        _awaited = answer;
        _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(question);
        return !_isOver && _asked.Task.Wait(_patience) ? _asked.Task.Result : null;
    }

    private void Send(ManholeMessage message)
    {
        try
        {
            lock (_sending)
            {
                _stream.Write(message.ToBytes());
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            Over();
        }
    }

    private void Listen()
    {
        try
        {
            while (ManholeMessage.Read(_stream) is { } message)
            {
                switch (message.Kind)
                {
                    case 'o' or 'x':
                        _write(message.Text, message.Kind == 'x');
                        break;
                    case 'f':
                        _evaluated.TrySetResult(message);
                        break;
                    case var kind when kind == _awaited:
                        _asked.TrySetResult(message);
                        break;
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidDataException)
        {
            // Told below.
        }

        Over();
    }

    private void Over()
    {
        _isOver = true;
        _asked.TrySetResult(null);
        _evaluated.TrySetResult(null);
    }
}
