using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace LuaReactor.Sockets;

/// <summary>An IPv4 or IPv6 address with its scope and port, in 24 bytes and without an object: ten thousand connections hold ten thousand.</summary>
public readonly record struct Address
{
    // sockaddr_in takes 16 bytes, sockaddr_in6 takes 28: ip(7), ipv6(7).
    internal const int LongestSockAddr = 28;

    private readonly ulong _high;
    private readonly ulong _low;
    private readonly uint _scope;
    private readonly ushort _port;
    private readonly AddressKind _kind;

    private Address(ReadOnlySpan<byte> bytes, uint scope, ushort port)
    {
        _kind = bytes.Length == 4 ? AddressKind.IPv4 : AddressKind.IPv6;
        _high = bytes.Length == 4 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _low = bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        (_scope, _port) = (scope, port);
    }

    private enum AddressKind : byte
    {
        None,
        IPv4,
        IPv6,
    }

    /// <summary>The port, 0 to 65535.</summary>
    public int Port => _port;

    /// <summary>Whether this is an IPv6 address; an IPv4 address mapped into IPv6 is one.</summary>
    public bool IsIPv6 => _kind == AddressKind.IPv6;

    /// <summary>The family to create a socket of.</summary>
    public AddressFamily Family => IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    /// <summary>The address as text, without the port: <c>127.0.0.1</c>, <c>::1</c>, <c>fe80::1%2</c>; empty for <c>default</c>.</summary>
    public string Host => _kind == AddressKind.None ? "" : ToIPAddress().ToString();

    /// <summary>The address and port of an endpoint.</summary>
    public static Address From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return From(endPoint.Address, endPoint.Port);
    }

    /// <summary>An address with a port.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port is not 0 to 65535.</exception>
    public static Address From(IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, IPEndPoint.MinPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var scope = address.AddressFamily == AddressFamily.InterNetworkV6 ? (uint)address.ScopeId : 0;
        return new Address(bytes[..length], scope, (ushort)port);
    }

    /// <summary>The same address with another port.</summary>
    public Address WithPort(int port) => From(ToIPAddress(), port);

    /// <summary>The address alone.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        return IsIPv6 ? new IPAddress(bytes[..CopyTo(bytes)], _scope) : new IPAddress(bytes[..CopyTo(bytes)]);
    }

    /// <summary>The address and port as .NET's sockets want them.</summary>
    public IPEndPoint ToIPEndPoint() => new(ToIPAddress(), _port);

    /// <summary><c>127.0.0.1:80</c> or <c>[::1]:80</c>.</summary>
    public override string ToString() => IsIPv6 ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>Reads a Linux <c>sockaddr</c>; <c>default</c> for a family other than IPv4 and IPv6.</summary>
    internal static Address FromSockAddr(ReadOnlySpan<byte> sockAddr)
    {
        if (sockAddr.Length < 16)
        {
            return default;
        }
        var port = BinaryPrimitives.ReadUInt16BigEndian(sockAddr[2..]);
        return MemoryMarshal.Read<ushort>(sockAddr) switch
        {
            Libc.AfInet => new Address(sockAddr.Slice(4, 4), 0, port),
            Libc.AfInet6 => new Address(sockAddr.Slice(8, 16), MemoryMarshal.Read<uint>(sockAddr[24..]), port),
            _ => default,
        };
    }

    /// <summary>Writes a Linux <c>sockaddr</c> and says how long it is.</summary>
    internal int ToSockAddr(Span<byte> sockAddr)
    {
        sockAddr.Clear();
        MemoryMarshal.Write(sockAddr, (ushort)(IsIPv6 ? Libc.AfInet6 : Libc.AfInet));
        BinaryPrimitives.WriteUInt16BigEndian(sockAddr[2..], _port);
        CopyTo(sockAddr[(IsIPv6 ? 8 : 4)..]);
        if (!IsIPv6)
        {
            return 16;
        }
        MemoryMarshal.Write(sockAddr[24..], _scope);
        return LongestSockAddr;
    }

    private int CopyTo(Span<byte> bytes)
    {
        if (!IsIPv6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)_low);
            return 4;
        }
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
        return 16;
    }
}
