using System.Net.Sockets;
using LuaReactor.Scripting;

namespace LuaReactor.Cli.Prompt;

/// <summary>Offers prompts into a running program at a Unix socket that only its owner can connect to.</summary>
internal sealed class Manhole : IDisposable
{
    private const string Scheme = "unix:";

    private readonly ScriptHost _host;
    private readonly string _path;
    private readonly Socket _socket;

    /// <summary>Begins to listen.</summary>
    /// <param name="host">What is evaluated in; its reactor has to run.</param>
    /// <param name="where"><c>unix:/path</c>.</param>
    /// <exception cref="UsageException">It cannot listen there.</exception>
    public Manhole(ScriptHost host, string where)
    {
        if (!where.StartsWith(Scheme, StringComparison.Ordinal) || where.Length == Scheme.Length)
        {
            throw new UsageException($"--manhole wants unix:PATH, not '{where}'");
        }

        _host = host;
        _path = where[Scheme.Length..];
        RemoveStale();
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            _socket.Bind(new UnixDomainSocketEndPoint(_path));
            // Before it listens nobody can connect.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            _socket.Listen();
        }
        catch (Exception error) when (error is SocketException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            _socket.Dispose();
            throw new UsageException($"cannot listen on {_path}: {error.Message}");
        }

        new Thread(Accept) { IsBackground = true, Name = "manhole" }.Start();
    }

    /// <summary>Takes the socket away; who is attached stays until the program ends.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        File.Delete(_path);
    }

    private void RemoveStale()
    {
        if (!File.Exists(_path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(_path));
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused)
        {
            if (IsSocket())
            {
                File.Delete(_path);
                return;
            }

            throw new UsageException($"{_path} is there and is no socket");
        }
        catch (SocketException error)
        {
            throw new UsageException($"cannot listen on {_path}: {error.Message}");
        }

        throw new UsageException($"{_path} is in use by another program");
    }

    // A socket cannot be opened as a file (open(2), ENXIO).
    private bool IsSocket()
    {
        try
        {
            using var file = File.OpenRead(_path);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Accept()
    {
        while (true)
        {
            try
            {
                var visitor = new ManholeVisitor(_host, _socket.Accept());
                new Thread(visitor.Serve) { IsBackground = true, Name = "manhole visitor" }.Start();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
