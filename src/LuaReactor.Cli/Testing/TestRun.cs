using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using LuaReactor.Loop;

namespace LuaReactor.Cli.Testing;

/// <summary>One run of the tests: keeps as many processes busy as were asked for, and ends those that are stuck.</summary>
internal sealed class TestRun(TestOptions options)
{
    private const int SignalStatus = 128;

    private readonly BlockingCollection<TestEvent> _events = [];
    private readonly List<TestProcess> _running = [];
    private readonly Stream _printed = options.PrintsForPeople ? Console.OpenStandardOutput() : Console.OpenStandardError();

    // Told to a process only, so that no test prints it.
    private readonly string _mark = Guid.NewGuid().ToString("N") + ":";
    private int _signal;

    /// <returns>The exit status.</returns>
    public int Run()
    {
        using var signals = new Signals(signal =>
        {
            Interlocked.CompareExchange(ref _signal, signal is PosixSignal.SIGINT ? 2 : 15, 0);
            _events.Add(default);
        });
        using var merging = new Merging(options);
        while (_signal == 0)
        {
            while (_running.Count < (options.Jobs ?? 1) && merging.Next() is { } next)
            {
                _running.Add(new TestProcess(options, next.Key, next.Work, _mark, _events));
            }

            if (_running.Count == 0)
            {
                break;
            }

            Step(merging);
        }

        _running.ForEach(process => process.Kill("interrupted"));
        var status = merging.Finish(interrupted: _signal != 0);
        return _signal == 0 ? status : SignalStatus + _signal;
    }

    private void Step(Merging merging)
    {
        var patience = _running.Min(process => process.Patience);
        var wait = Math.Clamp((int)Math.Ceiling(patience.TotalMilliseconds), 0, int.MaxValue);
        if (!_events.TryTake(out var said, wait))
        {
            _running.Where(process => process.Patience <= TimeSpan.Zero && process.Reason.Length == 0).ToList().ForEach(process => process.GiveUp());
        }
        else if (said.Process is { } process)
        {
            if (said.Line is { } line)
            {
                Take(merging, process, line);
            }
            else
            {
                _running.Remove(process);
                merging.Ended(process.Key, process.Reason);
                process.Dispose();
            }
        }
    }

    private void Take(Merging merging, TestProcess process, string line)
    {
        var text = process.Take(line, out var printed);
        if (printed.Length > 0)
        {
            merging.Hide();
            _printed.Write(Encoding.Latin1.GetBytes(printed));
            _printed.Flush();
        }

        if (text is not null)
        {
            merging.Line(process.Key, text);
        }
    }
}
