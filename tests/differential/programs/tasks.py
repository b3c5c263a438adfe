def a_clock_runs_what_is_due_soonest_first():
    clock = Clock()
    clock.callLater(2, trace, "two")
    clock.callLater(1, trace, "one")
    clock.callLater(1, trace, "one more", 3)
    clock.callLater(5, trace, "five")
    clock.advance(1)
    trace(clock.seconds())
    clock.advance(2.5)
    trace(clock.seconds(), len(clock.getDelayedCalls()))


def a_call_made_in_a_call_runs_in_the_same_advance():
    clock = Clock()
    def again():
        trace("again", clock.seconds())
        clock.callLater(1, trace, "later", clock.seconds())
        clock.callLater(0, trace, "at once")
    clock.callLater(1, again)
    clock.advance(3)


def what_a_delayed_call_tells():
    clock = Clock()
    call = clock.callLater(3, lambda: trace("active", call.active()))
    trace(call.active(), call.getTime())
    call.reset(5)
    trace(call.getTime())
    call.delay(1)
    trace(call.getTime())
    clock.advance(6)
    trace(call.active())
    try:
        call.cancel()
    except AlreadyCalled as e:
        trace(e)


def a_cancelled_call():
    clock = Clock()
    call = clock.callLater(1, trace, "not called")
    call.cancel()
    clock.advance(2)
    try:
        call.cancel()
    except AlreadyCancelled as e:
        trace(e)
    try:
        call.reset(1)
    except AlreadyCancelled as e:
        trace(e)
    try:
        call.delay(1)
    except AlreadyCancelled as e:
        trace(e)


def a_call_cancelled_by_another_due_at_the_same_time():
    clock = Clock()
    second = []
    clock.callLater(1, lambda: second[0].cancel())
    second.append(clock.callLater(1, trace, "not called"))
    clock.advance(1)
    trace(len(clock.getDelayedCalls()))


def moving_a_call_changes_the_order():
    clock = Clock()
    a = clock.callLater(1, trace, "a")
    clock.callLater(2, trace, "b")
    a.delay(2)
    clock.callLater(3, trace, "c")
    clock.advance(3)


def moving_a_call_to_the_time_of_another():
    clock = Clock()
    a = clock.callLater(5, trace, "a")
    clock.callLater(3, trace, "b")
    clock.callLater(3, trace, "c")
    a.reset(3)
    clock.advance(3)


def pumping_a_clock():
    clock = Clock()
    clock.callLater(1, lambda: trace("one", clock.seconds()))
    clock.callLater(2, lambda: trace("two", clock.seconds()))
    clock.pump([0.5, 0.75, 1])
    trace(clock.seconds())


def a_call_that_raises_ends_the_advance():
    def fails():
        raise CustomError("in a call")
    clock = Clock()
    clock.callLater(1, fails)
    clock.callLater(2, trace, "second")
    try:
        clock.advance(3)
    except CustomError as e:
        trace(e)
    trace(clock.seconds(), len(clock.getDelayedCalls()))
    clock.advance(0)


def defer_later():
    clock = Clock()
    d = deferLater(clock, 2, lambda a: a + 1, 1)
    d.addCallback(lambda r: trace(r, clock.seconds()))
    clock.advance(1)
    clock.advance(1)


def defer_later_without_a_function():
    clock = Clock()
    deferLater(clock, 1).addCallback(lambda r: trace("nothing", r))
    clock.advance(1)


def a_defer_later_that_is_cancelled():
    clock = Clock()
    d = deferLater(clock, 1, trace, "not called")
    d.addErrback(lambda f: trace(f))
    d.cancel()
    trace(len(clock.getDelayedCalls()))


def a_defer_later_that_fails():
    def fails():
        raise CustomError("later")
    clock = Clock()
    deferLater(clock, 0, fails).addErrback(lambda f: trace(f))
    clock.advance(0)


def a_looping_call_keeps_to_its_grid():
    clock = Clock()
    loop = LoopingCall(lambda a: trace(a, clock.seconds()), "tick")
    loop.clock = clock
    loop.start(2).addCallback(lambda r: trace("ended", r is loop))
    clock.pump([1, 1, 1, 1, 5, 1])
    trace(loop.running, loop.interval)
    loop.stop()
    trace(loop.running, len(clock.getDelayedCalls()))


def a_looping_call_that_begins_later():
    clock = Clock()
    loop = LoopingCall(lambda: trace("tick", clock.seconds()))
    loop.clock = clock
    loop.start(1.5, now=False)
    trace("started")
    clock.pump([1, 0.5, 1, 0.5])
    loop.stop()


def a_looping_call_stopped_from_within():
    clock = Clock()
    count = []
    def ticks():
        count.append(1)
        trace("tick", len(count))
        if len(count) == 3:
            loop.stop()
            trace("stopping", loop.running)
    loop = LoopingCall(ticks)
    loop.clock = clock
    loop.start(1).addCallback(lambda r: trace("ended"))
    clock.pump([1, 1, 1, 1])


def a_looping_call_that_fails():
    def fails():
        raise CustomError("tick")
    clock = Clock()
    loop = LoopingCall(fails)
    loop.clock = clock
    d = loop.start(1, False)
    d.addErrback(lambda f: trace(f, loop.running))
    clock.advance(1)
    clock.advance(1)


def a_looping_call_waits_for_its_deferred():
    clock = Clock()
    held = []
    def ticks():
        trace("tick", clock.seconds())
        d = Deferred()
        held.append(d)
        return d
    loop = LoopingCall(ticks)
    loop.clock = clock
    loop.start(1)
    clock.pump([1, 1, 0.5])
    held[0].callback(None)
    trace("answered", clock.seconds())
    clock.pump([0.25, 0.25, 1])
    loop.stop()
    trace(loop.running)


def a_looping_call_stopped_while_it_waits():
    clock = Clock()
    d = Deferred()
    loop = LoopingCall(lambda: d)
    loop.clock = clock
    loop.start(1).addCallback(lambda r: trace("ended"))
    loop.stop()
    trace("stopped", loop.running)
    d.callback(None)
    clock.advance(5)


def a_looping_call_whose_deferred_fails():
    clock = Clock()
    d = Deferred()
    loop = LoopingCall(lambda: d)
    loop.clock = clock
    loop.start(1).addErrback(lambda f: trace(f))
    d.errback(CustomError("waited for"))
    trace(loop.running)


def counting_what_was_missed():
    clock = Clock()
    loop = LoopingCall.withCount(lambda count: trace(count, clock.seconds()))
    loop.clock = clock
    loop.start(1)
    clock.pump([0, 1, 5, 1, 0.5, 0.75])
    loop.stop()


def counting_without_a_first_call():
    clock = Clock()
    loop = LoopingCall.withCount(lambda count: trace(count, clock.seconds()))
    loop.clock = clock
    loop.start(2, now=False)
    clock.pump([1, 1, 4, 1, 1])


def an_interval_of_nothing():
    clock = Clock()
    counts = []
    def ticks(count):
        trace(count, clock.seconds())
        counts.append(count)
        if len(counts) == 3:
            loop.stop()
    loop = LoopingCall.withCount(ticks)
    loop.clock = clock
    loop.start(0, now=False).addCallback(lambda r: trace("ended"))
    clock.advance(1)


def resetting_a_looping_call():
    clock = Clock()
    loop = LoopingCall(lambda: trace("tick", clock.seconds()))
    loop.clock = clock
    loop.start(2)
    clock.advance(1)
    loop.reset()
    clock.pump([1, 1, 1, 1])
    loop.stop()


def misuse_of_a_looping_call():
    loop = LoopingCall(lambda: trace("tick"))
    loop.clock = Clock()
    try:
        loop.stop()
    except AssertionError as e:
        trace(e, message(e))
    try:
        loop.reset()
    except AssertionError as e:
        trace(e, message(e))
    try:
        loop.start(-1)
    except ValueError as e:
        trace(e, message(e))
    loop.start(1)
    try:
        loop.start(1)
    except AssertionError as e:
        trace(e, message(e))
    loop.stop()


def starting_a_looping_call_anew():
    clock = Clock()
    loop = LoopingCall(lambda: trace("tick", clock.seconds()))
    loop.clock = clock
    loop.start(1)
    clock.advance(1.5)
    loop.stop()
    loop.start(1)
    clock.pump([0.5, 0.5, 1])
    loop.stop()


def tasks_take_turns():
    clock = Clock()
    def predicates():
        return lambda: True
    cooperator = Cooperator(terminationPredicateFactory=predicates, scheduler=lambda f: clock.callLater(1, f))
    def counts(name, upTo):
        for i in range(upTo):
            trace(name, i, clock.seconds())
            yield None
    a = cooperator.cooperate(counts("a", 2))
    b = cooperator.cooperate(counts("b", 3))
    a.whenDone().addCallback(lambda r: trace("a done"))
    b.whenDone().addCallback(lambda r: trace("b done"))
    for i in range(10):
        clock.advance(1)
    trace(len(clock.getDelayedCalls()))


def a_task_waits_for_a_deferred():
    clock = Clock()
    d = Deferred()
    cooperator = Cooperator(scheduler=lambda f: clock.callLater(1, f), terminationPredicateFactory=lambda: lambda: True)
    def works():
        trace("begins")
        yield d
        trace("goes on")
        yield None
    cooperator.cooperate(works()).whenDone().addCallback(lambda r: trace("done"))
    clock.pump([1, 1, 1])
    trace("fires")
    d.callback(None)
    clock.pump([1, 1, 1])


def a_task_whose_deferred_fails():
    clock = Clock()
    d = Deferred()
    cooperator = Cooperator(scheduler=lambda f: clock.callLater(1, f), terminationPredicateFactory=lambda: lambda: True)
    def works():
        yield d
        trace("not here")
    cooperator.cooperate(works()).whenDone().addErrback(lambda f: trace(f))
    clock.advance(1)
    d.errback(CustomError("waited for"))
    clock.advance(1)


def a_task_that_raises():
    clock = Clock()
    cooperator = Cooperator(scheduler=lambda f: clock.callLater(1, f), terminationPredicateFactory=lambda: lambda: True)
    def works():
        yield None
        raise CustomError("step")
    t = cooperator.cooperate(works())
    t.whenDone().addErrback(lambda f: trace(f))
    clock.pump([1, 1, 1])
    try:
        t.stop()
    except TaskFailed as e:
        trace(e)


def a_task_paused_and_resumed():
    clock = Clock()
    cooperator = Cooperator(scheduler=lambda f: clock.callLater(1, f), terminationPredicateFactory=lambda: lambda: True)
    def counts():
        for i in range(4):
            trace("step", i, clock.seconds())
            yield None
    t = cooperator.cooperate(counts())
    clock.advance(1)
    t.pause()
    t.pause()
    clock.pump([1, 1])
    t.resume()
    clock.advance(1)
    t.resume()
    try:
        t.resume()
    except NotPaused as e:
        trace(e)
    clock.pump([1, 1])


def a_task_that_is_stopped():
    clock = Clock()
    cooperator = Cooperator(scheduler=lambda f: clock.callLater(1, f), terminationPredicateFactory=lambda: lambda: True)
    def endless():
        while flag(True):
            trace("step")
            yield None
    t = cooperator.cooperate(endless())
    t.whenDone().addErrback(lambda f: trace(f))
    clock.pump([1, 1])
    t.stop()
    clock.pump([1, 1])
    t.whenDone().addErrback(lambda f: trace("asked later", f))
    try:
        t.pause()
    except TaskStopped as e:
        trace(e)


def a_cooperator_that_is_stopped():
    clock = Clock()
    cooperator = Cooperator(scheduler=lambda f: clock.callLater(1, f), terminationPredicateFactory=lambda: lambda: True)
    def endless():
        while flag(True):
            trace("step")
            yield None
    t = cooperator.cooperate(endless())
    t.whenDone().addErrback(lambda f: trace(f))
    clock.advance(1)
    cooperator.stop()
    trace(cooperator.running)
    cooperator.coiterate(endless()).addErrback(lambda f: trace("refused", f))
    clock.advance(1)


def a_cooperator_started_later():
    clock = Clock()
    cooperator = Cooperator(scheduler=lambda f: clock.callLater(1, f), terminationPredicateFactory=lambda: lambda: True,
                            started=False)
    def once():
        trace("step", clock.seconds())
        yield None
    cooperator.coiterate(once()).addCallback(lambda r: trace("done"))
    clock.pump([1, 1])
    cooperator.start()
    clock.pump([1, 1, 1])


def how_long_a_run_of_steps_is():
    clock = Clock()
    left = [0]
    def predicates():
        left[0] = 3
        def over():
            left[0] = left[0] - 1
            return left[0] == 0
        return over
    cooperator = Cooperator(predicates, lambda f: clock.callLater(1, f))
    def counts():
        for i in range(7):
            trace(i, clock.seconds())
            yield None
    cooperator.coiterate(counts()).addCallback(lambda r: trace("done", clock.seconds()))
    clock.pump([1, 1, 1, 1])


def a_task_that_stops_itself():
    clock = Clock()
    cooperator = Cooperator(scheduler=lambda f: clock.callLater(1, f), terminationPredicateFactory=lambda: lambda: True)
    def works():
        trace("stops")
        t.stop()
        yield None
        trace("not here")
    t = cooperator.cooperate(works())
    t.whenDone().addErrback(lambda f: trace(f))
    clock.pump([1, 1])
