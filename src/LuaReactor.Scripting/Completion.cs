namespace LuaReactor.Scripting;

/// <summary>What a half typed name may become.</summary>
/// <param name="Length">How many characters at the end of the text are replaced.</param>
/// <param name="Candidates">What by, sorted.</param>
public sealed record Completion(int Length, IReadOnlyList<string> Candidates);
