namespace LuaReactor.Tests;
public sealed class SmokeTests { [Fact] public void It_runs() => 1.ShouldBe(1); }
