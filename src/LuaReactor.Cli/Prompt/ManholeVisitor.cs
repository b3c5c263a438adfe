using System.Collections.Concurrent;
using System.Net.Sockets;
using LuaReactor.Scripting;

namespace LuaReactor.Cli.Prompt;

/// <summary>One who is attached: reads on a thread of its own, has the reactor evaluate, and writes on a third, so that nobody slow holds the reactor up.</summary>
internal sealed class ManholeVisitor(ScriptHost host, Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly BlockingCollection<ManholeMessage> _answers = [];
    private Evaluator? _evaluator;
    private volatile bool _runs;

    /// <summary>Serves until the other side leaves.</summary>
    public void Serve()
    {
        var writer = new Thread(Write) { IsBackground = true, Name = "manhole writer" };
        writer.Start();
        Answer(new('h', Versions.Program));
        try
        {
            while (ManholeMessage.Read(_stream) is { } message)
            {
                Take(message);
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or ObjectDisposedException)
        {
            // Gone, or no client of ours.
        }

        host.Reactor.CallFromThread(Leave);
        _answers.CompleteAdding();
        writer.Join();
        Dispose();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _answers.Dispose();
    }

    private void Take(ManholeMessage message)
    {
        if (message.Kind != 'i')
        {
            host.Reactor.CallFromThread(() => Do(message));
        }
        else if (!_runs || !host.Interrupt())
        {
            host.Reactor.CallFromThread(() => _evaluator?.GiveUp());
        }
    }

    // On the reactor's thread.
    private void Do(ManholeMessage message)
    {
        _evaluator ??= new Evaluator(host, (text, isError) => Answer(new(isError ? 'x' : 'o', text)), remote: true);
        switch (message.Kind)
        {
            case 'e' when !_evaluator.IsBusy:
                _runs = true;
                _evaluator.Evaluate(message.Text, ok => Answer(ManholeMessage.YesOrNo('f', ok)));
                _runs = false;
                break;
            case 'q':
                Answer(ManholeMessage.YesOrNo('Q', _evaluator.IsComplete(message.Text)));
                break;
            case 'c':
                var (length, candidates) = _evaluator.Complete(message.Text);
                Answer(new('C', string.Join('\n', [FormattableString.Invariant($"{length}"), .. candidates])));
                break;
        }
    }

    private void Leave()
    {
        _evaluator?.GiveUp();
        _evaluator?.Dispose();
        _evaluator = null;
    }

    private void Answer(ManholeMessage message)
    {
        try
        {
            _answers.Add(message);
        }
        catch (InvalidOperationException) // ObjectDisposedException is one too
        {
            // Gone.
        }
    }

    private void Write()
    {
        try
        {
            foreach (var message in _answers.GetConsumingEnumerable())
            {
                _stream.Write(message.ToBytes());
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The reader hears of it too.
        }
    }
}
