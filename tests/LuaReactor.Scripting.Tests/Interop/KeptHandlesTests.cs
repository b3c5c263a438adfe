using LuaReactor.Scripting.Interop;

namespace LuaReactor.Scripting.Tests.Interop;

public sealed class KeptHandlesTests : InteropTest
{
    private const byte Done = 3;

    private readonly nint _l;

    public KeptHandlesTests()
    {
        _l = State.Main;
        State.Handles.DefineKeptType<Job>("Job", ("number", Number));
    }

    private static int Number(in Call call) => call.State.Handles.GetKept(call.L, 1, out var ended, out var remains) is Job job
        ? call.Return((long)job.Number)
        : call.Return(ended is 0 ? "no job" : $"ended {ended} {remains}");

    [Fact]
    public void A_handle_is_kept_until_its_object_ends_whether_or_not_a_script_has_it()
    {
        var kept = Keep(new Job(7));
        Lua.lua_settop(_l, 0);
        State.CollectGarbage();
        State.CollectGarbage();

        State.Handles.TryPushKept(_l, kept).ShouldBeTrue();
        SetGlobal("job");
        Run("return job:number()").ShouldBe("7");
        State.Handles.End(kept, Done, 0.5, values: 0);

        (State.Handles.Count, State.Handles.CountKept).ShouldBe((0, 0));
        Run("return job:number()").ShouldBe("ended 3 0.5");
        Run("return job").ShouldBe("Job (over)");
    }

    [Fact]
    public void It_is_the_same_handle_each_time()
    {
        var kept = Keep(new Job(1));

        State.Handles.TryPushKept(_l, kept).ShouldBeTrue();

        Lua.lua_rawequal(_l, 1, 2).ShouldBe(1);
        Lua.lua_settop(_l, 0);
        State.Handles.End(kept, Done, 0, values: 0);
    }

    [Fact]
    public void What_ended_is_collected_and_what_it_held_before_that()
    {
        var kept = Keep(new Job(1), userValues: 2);
        Run("""
            weak = setmetatable({}, { __mode = "v" })
            weak[1], weak[2] = {}, {}
            """);
        for (var value = 1; value <= 2; value++)
        {
            PushGlobal("weak");
            Lua.lua_rawgeti(_l, -1, value);
            _ = Lua.lua_setiuservalue(_l, 1, value);
            Lua.lua_settop(_l, 1);
        }

        State.CollectGarbage();
        Run("return weak[1] ~= nil and weak[2] ~= nil").ShouldBe("true");
        State.Handles.End(kept, Done, 0, values: 1);
        State.CollectGarbage();
        Run("return weak[1] == nil and weak[2] ~= nil").ShouldBe("true");

        Lua.lua_settop(_l, 0);
        State.CollectGarbage();
        Run("return weak[2]").ShouldBe("nil");
    }

    [Fact]
    public void Thousands_are_told_apart_in_whatever_order_they_end()
    {
        var random = new Random(1);
        List<(int Kept, Job Job)> jobs = [];
        for (var i = 0; i < 5_000; i++)
        {
            var job = new Job(i);
            jobs.Add((Keep(job), job));
            Lua.lua_settop(_l, 0);
            if (random.Next(3) == 0)
            {
                var ending = random.Next(jobs.Count);
                State.Handles.End(jobs[ending].Kept, Done, 0, values: 0);
                jobs.RemoveAt(ending);
            }
        }

        State.Handles.CountKept.ShouldBe(jobs.Count);
        foreach (var (kept, job) in jobs)
        {
            State.Handles.TryPushKept(_l, kept).ShouldBeTrue();
            State.Handles.Get(_l, 1).ShouldBeSameAs(job);
            Lua.lua_settop(_l, 0);
            State.Handles.End(kept, Done, 0, values: 0);
        }

        State.Handles.CountKept.ShouldBe(0);
    }

    [Fact]
    public void A_finalizer_called_by_a_script_does_not_free_what_is_kept()
    {
        State.Handles.DefineType<Version>("Version");
        State.Handles.Push(_l, new Version());
        SetGlobal("version");
        var kept = Keep(new Job(7));
        SetGlobal("job");

        Run("local free = debug.getmetatable(version).__gc free(job) free(job) return job:number()").ShouldBe("7");

        State.Handles.End(kept, Done, 0, values: 0);
        State.Handles.Count.ShouldBe(1);
    }

    [Fact]
    public void Each_kind_is_pushed_in_its_own_way()
    {
        State.Handles.DefineType<Version>("Version");

        Should.Throw<ArgumentException>(() => State.Handles.Push(_l, new Job(1)));
        Should.Throw<ArgumentException>(() => Keep(new Version()));
    }

    [Fact]
    public void A_script_that_clears_the_registry_loses_its_handles_and_nothing_else()
    {
        var kept = Keep(new Job(7));
        SetGlobal("job");
        Run("""
            local registry = debug.getregistry()
            for key, value in pairs(registry) do
              if type(value) == "table" and rawequal(value[1], job) then
                value[1] = io.stdout
                registry[key] = 5
              end
            end
            """);

        State.Handles.TryPushKept(_l, kept).ShouldBeFalse();
        Run("return job:number()").ShouldBe("7");
        State.Handles.End(kept, Done, 0, values: 0);

        Run("return job:number()").ShouldBe("no job");
        State.Handles.CountKept.ShouldBe(0);
        State.Handles.End(Keep(new Job(8)), Done, 0, values: 0);
        Lua.lua_settop(_l, 0);
    }

    private int Keep(object value, int userValues = 0) => State.Handles.PushKept(_l, value, userValues);

    private void SetGlobal(string name)
    {
        Lua.lua_rawgeti(_l, Lua.Registry, Lua.Globals);
        Lua.lua_rotate(_l, -2, 1);
        Values.SetField(_l, -2, name);
        Lua.lua_settop(_l, 0);
    }

    private void PushGlobal(string name)
    {
        Lua.lua_rawgeti(_l, Lua.Registry, Lua.Globals);
        Values.PushText(_l, name);
        Lua.lua_rawget(_l, -2);
        Lua.lua_rotate(_l, -2, -1);
        Lua.lua_settop(_l, -2);
    }

    private sealed class Job(int number)
    {
        public int Number => number;
    }
}
