using System.Globalization;
using System.Runtime.InteropServices;
using LuaReactor.Sockets;

namespace LuaReactor.Loop;

/// <summary>SIGINT and SIGTERM, called back on a thread of the system's; they no longer end the process while this lives.</summary>
/// <remarks>A signal ignored at the start stays so: a shell starts background commands with SIGINT ignored, and nohup means it.</remarks>
public sealed class Signals : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Begins to listen.</summary>
    /// <param name="call">Called on another thread than the loop's: post from here.</param>
    public Signals(Action<PosixSignal> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var status = OperatingSystem.IsLinux() ? File.ReadAllText("/proc/self/status") : "";
        Listen(PosixSignal.SIGINT, 2);
        Listen(PosixSignal.SIGTERM, 15);

        void Listen(PosixSignal signal, int number)
        {
            if (!IsIgnored(status, number))
            {
                _registrations.Add(PosixSignalRegistration.Create(signal, context =>
                {
                    context.Cancel = true;
                    call(context.Signal);
                }));
            }
        }
    }

    /// <summary>How many signals are listened for.</summary>
    public int Count => _registrations.Count;

    /// <summary>Ends the process at once, running nothing more: for one who asks a second time.</summary>
    /// <param name="status">The exit status, 0 to 255.</param>
    public static void ExitNow(int status)
    {
        if (OperatingSystem.IsLinux())
        {
            Libc._exit(status);
        }
        Environment.Exit(status);
    }

    /// <summary>Gives the signals their old meaning.</summary>
    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _registrations.Clear();
    }

    /// <summary>Whether the SigIgn line of /proc/PID/status, proc_pid_status(5), has the signal's bit.</summary>
    internal static bool IsIgnored(string status, int number)
    {
        const string Field = "\nSigIgn:";
        var at = status.IndexOf(Field, StringComparison.Ordinal);
        if (at < 0)
        {
            return false;
        }
        var value = status.AsSpan(at + Field.Length);
        var end = value.IndexOf('\n');
        var mask = ulong.Parse(end < 0 ? value : value[..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (mask >> (number - 1) & 1) != 0;
    }
}
