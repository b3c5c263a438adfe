using System.Net.Sockets;
using LuaReactor.Loop;
using LuaReactor.Sockets;

namespace LuaReactor.Transports;

/// <summary>One attempt of a connector: look the name up, wait for a descriptor, connect, and see whom one has met.</summary>
internal sealed class ConnectAttempt(Network network, Connector connector, string host, int port, Address? bindAddress) : Descriptor
{
    // A connect to a free ephemeral port meets itself about once in twenty thousand; three in a row do not happen.
    private const int MostRetries = 8;

    private StreamSocket? _socket;
    private LinkedListNode<ConnectAttempt>? _place;
    private Address _to;
    private int _retries;
    private bool _hasSlot;
    private bool _abandoned;

    public override nint Handle => _socket?.Handle ?? -1;

    public override Socket? Managed => _socket?.Managed;

    public void Start()
    {
        if (Resolver.TryLiteral(host, out var address))
        {
            Begin(address);
            return;
        }

        network.Resolver.Resolve(host, found =>
        {
            if (_abandoned)
            {
                return;
            }

            if (found is { } one)
            {
                Begin(one);
            }
            else
            {
                connector.Failed(new DnsLookupException(host));
            }
        });
    }

    /// <summary>Next in line for a descriptor: from here on the wait counts, or a program that closes nothing would never hear of it.</summary>
    public void AtHeadOfLine() => connector.RestartTimer();

    /// <summary>A descriptor is free and counted for this attempt.</summary>
    public void Proceed()
    {
        (_place, _hasSlot) = (null, true);
        connector.RestartTimer();
        OpenSocket();
    }

    /// <summary>The connector wants no more of this attempt.</summary>
    public void Abandon()
    {
        _abandoned = true;
        if (_place is { } place)
        {
            _place = null;
            network.Slots.StopWaiting(place);
        }

        CloseSocket();
    }

    public override void ReadReady() => WriteReady();

    public override void WriteReady()
    {
        var error = _socket!.TakeError();
        if (error == SocketError.Success)
        {
            Arrived();
        }
        else
        {
            connector.Failed(error.ToConnectException());
        }
    }

    public override void Failed(Exception error) => connector.Failed(error);

    private void Begin(Address address)
    {
        _to = address.WithPort(port);
        if (network.Slots.TryTake())
        {
            _hasSlot = true;
            OpenSocket();
        }
        else
        {
            WaitForSlot(first: false);
        }
    }

    private void WaitForSlot(bool first)
    {
        connector.StopTimer();
        _place = network.Slots.Wait(this, first);
    }

    private void OpenSocket()
    {
        _socket = network.Loop.Poller.CreateStream(_to.Family, out var error);
        if (_socket is null)
        {
            // Something else in the process holds the descriptors: wait for one of ours to close, if there is any.
            if (error == SocketError.TooManyOpenSockets && network.Slots.InUse > 1)
            {
                GiveSlotBackAndWait();
            }
            else
            {
                FailLater(error.ToConnectException());
            }

            return;
        }

        if (bindAddress is { } from)
        {
            _socket.ReuseAddress = !OperatingSystem.IsWindows();
            error = _socket.Bind(from);
            if (error != SocketError.Success)
            {
                FailLater(new ConnectBindException(Text.Numbered(error)));
                return;
            }
        }

        error = _socket.Connect(_to);
        if (error is SocketError.InProgress or SocketError.WouldBlock)
        {
            // This machine has refused by now: it need not be watched, and its descriptor is free for the next.
            error = _socket.TakeError();
        }

        if (error is SocketError.Success)
        {
            network.Loop.Poller.Watch(this, Readiness.Writable);
        }
        else
        {
            CloseSocket();
            FailLater(error.ToConnectException());
        }
    }

    private void GiveSlotBackAndWait()
    {
        _hasSlot = false;
        WaitForSlot(first: true);
        network.Slots.GiveBack();
    }

    // Never inside the call that started the attempt, even for an instant refusal.
    private void FailLater(Exception reason) => network.Loop.Post(() =>
    {
        if (!_abandoned)
        {
            connector.Failed(reason);
        }
    });

    private void Arrived()
    {
        var socket = _socket!;
        if (MetItself(socket))
        {
            MeetAnother(socket);
            return;
        }

        network.Loop.Poller.Watch(this, Readiness.None);
        (_socket, _hasSlot) = (null, false);
        connector.Made(socket, _to);
    }

    // TCP lets a socket that connects to its own port meet itself (simultaneous open, RFC 9293): nobody is listening there.
    // Who has asked for that very port is given what was asked for.
    private bool MetItself(StreamSocket socket) =>
        bindAddress is not { Port: > 0 } && socket.Local is var local && local.Port == _to.Port && local == socket.Remote;

    private void MeetAnother(StreamSocket socket)
    {
        if (_retries++ == MostRetries)
        {
            connector.Failed(new ConnectionRefusedException(Text.Numbered(SocketError.ConnectionRefused)));
            return;
        }

        socket.ResetOnClose();
        network.Loop.Poller.Forget(this);
        socket.Dispose();
        OpenSocket();
    }

    private void CloseSocket()
    {
        if (_socket is { } socket)
        {
            network.Loop.Poller.Forget(this);
            socket.Dispose();
            _socket = null;
        }

        if (_hasSlot)
        {
            _hasSlot = false;
            network.Slots.Release();
        }
    }
}
