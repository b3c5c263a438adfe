namespace LuaReactor.Loop;

/// <summary>What a descriptor is watched for, or was found to be ready for. One byte: each idle connection has two of them.</summary>
[Flags]
public enum Readiness : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Reading (or accepting) would not block; the end of a stream counts.</summary>
    Readable = 1,

    /// <summary>Writing would not block; a connect that has ended, well or badly, counts.</summary>
    Writable = 2,
}
