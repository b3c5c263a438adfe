namespace LuaReactor.Framing;

/// <summary>What a framer answers when it is asked for the next message.</summary>
public enum FrameStatus
{
    /// <summary>There is one; it is handed out.</summary>
    Message,

    /// <summary>What is buffered is not a whole message yet.</summary>
    NeedMore,

    /// <summary>What is buffered can never become a message: too long, or not what the format allows.</summary>
    Broken,
}
