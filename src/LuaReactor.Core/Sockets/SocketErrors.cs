using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LuaReactor.Sockets;

/// <summary>errno into <see cref="SocketError"/> and back; nowhere else is an errno given a name.</summary>
public static class SocketErrors
{
    /// <summary>The number the system itself gives the error, for messages: 111 on Linux for a refused connection.</summary>
    public static int Number(this SocketError error) =>
        OperatingSystem.IsLinux() ? ToErrno(error) : new SocketException((int)error).NativeErrorCode;

    /// <summary>The system's text for the error: <c>Connection refused</c>.</summary>
    public static string Text(this SocketError error) => Marshal.GetPInvokeErrorMessage(error.Number());

    /// <summary>The name of a Linux errno; one without a name stands for itself, so that <see cref="Number"/> still tells it.</summary>
    internal static SocketError FromErrno(int errno) => errno switch
    {
        0 => SocketError.Success,
        1 or 13 => SocketError.AccessDenied,             // EPERM (a firewall's no), EACCES
        4 => SocketError.Interrupted,                    // EINTR
        9 or 125 => SocketError.OperationAborted,        // EBADF (closed here), ECANCELED
        11 => SocketError.WouldBlock,                    // EAGAIN
        12 or 105 => SocketError.NoBufferSpaceAvailable, // ENOMEM, ENOBUFS
        14 => SocketError.Fault,                         // EFAULT
        22 => SocketError.InvalidArgument,               // EINVAL
        23 or 24 => SocketError.TooManyOpenSockets,      // ENFILE, EMFILE
        32 or 108 => SocketError.Shutdown,               // EPIPE, ESHUTDOWN
        64 or 100 => SocketError.NetworkDown,            // ENONET, ENETDOWN
        71 or 103 => SocketError.ConnectionAborted,      // EPROTO (accept(2): gone before it was accepted), ECONNABORTED
        88 => SocketError.NotSocket,
        89 => SocketError.DestinationAddressRequired,
        90 => SocketError.MessageSize,
        91 => SocketError.ProtocolType,
        92 => SocketError.ProtocolOption,
        93 => SocketError.ProtocolNotSupported,
        94 => SocketError.SocketNotSupported,
        95 => SocketError.OperationNotSupported,
        96 => SocketError.ProtocolFamilyNotSupported,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        101 => SocketError.NetworkUnreachable,
        102 => SocketError.NetworkReset,
        104 => SocketError.ConnectionReset,
        106 => SocketError.IsConnected,
        107 => SocketError.NotConnected,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        114 => SocketError.AlreadyInProgress,
        115 => SocketError.InProgress,
        _ => (SocketError)errno,
    };

    // Where two numbers share a name the likelier one is told: EACCES, EMFILE (.NET would say ENFILE), ENOBUFS, EPIPE.
    private static int ToErrno(SocketError error) => error switch
    {
        SocketError.AccessDenied => 13,
        SocketError.Interrupted => 4,
        SocketError.OperationAborted => 9,
        SocketError.WouldBlock => 11,
        SocketError.NoBufferSpaceAvailable => 105,
        SocketError.Fault => 14,
        SocketError.InvalidArgument => 22,
        SocketError.TooManyOpenSockets => 24,
        SocketError.Shutdown => 32,
        SocketError.NetworkDown => 100,
        SocketError.ConnectionAborted => 103,
        SocketError.NotSocket => 88,
        SocketError.DestinationAddressRequired => 89,
        SocketError.MessageSize => 90,
        SocketError.ProtocolType => 91,
        SocketError.ProtocolOption => 92,
        SocketError.ProtocolNotSupported => 93,
        SocketError.SocketNotSupported => 94,
        SocketError.OperationNotSupported => 95,
        SocketError.ProtocolFamilyNotSupported => 96,
        SocketError.AddressFamilyNotSupported => 97,
        SocketError.AddressAlreadyInUse => 98,
        SocketError.AddressNotAvailable => 99,
        SocketError.NetworkUnreachable => 101,
        SocketError.NetworkReset => 102,
        SocketError.ConnectionReset => 104,
        SocketError.IsConnected => 106,
        SocketError.NotConnected => 107,
        SocketError.TimedOut => 110,
        SocketError.ConnectionRefused => 111,
        SocketError.HostDown => 112,
        SocketError.HostUnreachable => 113,
        SocketError.AlreadyInProgress => 114,
        SocketError.InProgress => 115,
        > 0 and < (SocketError)200 => (int)error,
        _ => new SocketException((int)error).NativeErrorCode,
    };
}
