using LuaReactor.Scripting;

namespace LuaReactor.Cli.Tests.Prompt;

public sealed class EvaluatorTests : IDisposable
{
    private readonly Reactor _reactor = new();
    private readonly ScriptHost _host;
    private readonly Evaluator _evaluator;
    private string _shown = "";

    public EvaluatorTests()
    {
        _host = new ScriptHost(_reactor);
        _evaluator = new Evaluator(_host, (text, _) => _shown += text, remote: true);
    }

    public void Dispose()
    {
        _evaluator.Dispose();
        _host.HeldValues.ShouldBe(0);
        _host.Dispose();
        _reactor.Dispose();
    }

    [Theory]
    [InlineData("1+1", true)]
    [InlineData("x =", false)]
    [InlineData("1 +", false)]
    [InlineData("f(", false)]
    [InlineData("for i = 1, 2 do", false)]
    [InlineData("for i = 1, 2 do end", true)]
    [InlineData("[[text", false)]
    [InlineData("foo bar", true)]
    [InlineData("=1", true)]
    [InlineData(":doc", true)]
    public void It_knows_when_a_chunk_is_complete(string text, bool complete) => _evaluator.IsComplete(text).ShouldBe(complete);

    [Theory]
    [InlineData("reactor.callLa", "callLater")]
    [InlineData("require('twisted.internet.reac", "twisted.internet.reactor")]
    [InlineData("d:addCallbac", "addCallback addCallbacks")]
    [InlineData("call:canc", "cancel")]
    [InlineData("('x'):upp", "")]
    [InlineData("text:upp", "upper")]
    [InlineData("retu", "return")]
    [InlineData(":conn", "connections")]
    public void It_completes(string text, string candidates)
    {
        Evaluate("d = defer.Deferred() call = reactor.callLater(9, print) text = 'x'");

        string.Join(' ', _evaluator.Complete(text).Candidates).ShouldBe(candidates);
        Evaluate("call:cancel()");
    }

    [Fact]
    public void Nothing_of_the_scripts_is_run_to_complete()
    {
        Evaluate("t = setmetatable({}, { __index = function() error('run') end })");

        _evaluator.Complete("t.x.y").Candidates.ShouldBeEmpty();
    }

    [Fact]
    public void What_a_remote_chunk_prints_goes_to_who_asked() => Evaluate("print(1, nil) io.write('x')").ShouldBe("1\tnil\nx");

    [Fact]
    public void A_chunk_that_waits_can_be_given_up_and_what_it_waited_for_lives_on()
    {
        Evaluate("d = defer.Deferred()");
        bool? ended = null;
        _evaluator.Evaluate("await(d)", ok => ended = ok);
        ended.ShouldBeNull();

        _evaluator.GiveUp();

        ended.ShouldBe(false);
        Evaluate("d:callback(3) d:addCallback(print)").ShouldContain("3");
    }

    private string Evaluate(string text)
    {
        _shown = "";
        _evaluator.Evaluate(text, _ => { });
        return _shown;
    }
}
