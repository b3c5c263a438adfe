def callbacks_run_in_order():
    d = Deferred()
    d.addCallback(lambda r: trace("a", r))
    d.addCallback(lambda r: trace("b", r))
    d.callback(1)
    trace("fired", d.called, d.result)
    d.addCallback(lambda r: trace("c", r))


def each_callback_gets_what_the_one_before_returned():
    d = succeed(1)
    d.addCallback(lambda r: r + 1).addCallback(lambda r, a, b: r * a + b, 10, 3)
    d.addCallback(lambda r: trace(r))


def an_error_goes_to_the_next_errback():
    def fails(r):
        trace("fails with", r)
        raise CustomError("broken")
    d = Deferred()
    d.addCallback(fails)
    d.addCallback(lambda r: trace("left out", r))
    d.addErrback(lambda f: trace("errback", f, message(f)))
    d.addCallback(lambda r: trace("goes on with", r))
    d.callback(5)


def errbacks_are_left_out_when_there_is_no_failure():
    d = succeed("x")
    d.addErrback(lambda f: trace("left out"))
    d.addBoth(lambda r: trace("both", r))


def a_returned_failure_counts_as_raised():
    d = succeed(1)
    d.addCallback(lambda r: Failure(CustomError("made")))
    d.addCallback(lambda r: trace("left out"))
    d.addErrback(lambda f: trace(f))


def an_error_in_an_errback_goes_to_the_next():
    def again(f):
        trace("first", f)
        raise OtherError("second")
    d = fail(CustomError("first"))
    d.addErrback(again)
    d.addErrback(lambda f: trace("second", f, f.check(CustomError) is not None))


def callbacks_side_by_side_do_not_catch_for_each_other():
    def fails(r):
        raise CustomError("of the callback")
    d = Deferred()
    d.addCallbacks(fails, lambda f: trace("not this one", f))
    d.addCallbacks(lambda r: trace("nor this"), lambda f: trace("but this", f))
    d.callback(None)


def extra_arguments_of_both_sides():
    d = Deferred()
    d.addCallbacks(lambda r, a: trace("callback", r, a), lambda f, b: trace("errback", f, b), [1], errbackArgs=[2])
    d.callback("result")


def trap_lets_other_errors_pass():
    def trapping(f):
        trace("trapped", f.trap(OtherError))
    d = fail(CustomError("other"))
    d.addErrback(trapping)
    d.addErrback(lambda f: trace("passed on", f))
    e = fail(OtherError("derived"))
    e.addErrback(trapping)


def a_returned_deferred_is_waited_for():
    inner = Deferred()
    d = succeed(1)
    d.addCallback(lambda r: inner)
    d.addCallback(lambda r: trace("outer", r))
    trace("waiting", d.called, d.paused)
    inner.addCallback(lambda r: trace("inner", r) or 7)
    inner.callback(3)
    inner.addCallback(lambda r: trace("inner has", r))


def a_returned_deferred_that_has_fired_goes_on_at_once():
    inner = succeed(3)
    d = succeed(1)
    d.addCallback(lambda r: inner)
    d.addCallback(lambda r: trace("outer", r))
    inner.addCallback(lambda r: trace("inner has", r))


def a_returned_deferred_that_fails_fails_the_outer_one():
    inner = Deferred()
    d = succeed(1)
    d.addCallback(lambda r: inner)
    d.addErrback(lambda f: trace("outer", f))
    inner.errback(CustomError("inner"))
    inner.addBoth(lambda r: trace("inner has", r))


def callbacks_added_to_the_inner_one_later_get_nothing():
    inner = Deferred()
    d = succeed(None)
    d.addCallback(lambda r: inner)
    inner.addCallback(lambda r: trace("added after", r))
    d.addCallback(lambda r: trace("outer", r))
    inner.callback("x")


def three_deferreds_in_a_row():
    a = Deferred()
    b = Deferred()
    c = Deferred()
    a.addCallback(lambda r: trace("a", r) or b)
    b.addCallback(lambda r: trace("b", r) or c)
    a.addCallback(lambda r: trace("end", r))
    a.callback(1)
    b.callback(2)
    c.callback(3)


def a_callback_added_while_running_runs_last():
    d = Deferred()
    def adds(r):
        d.addCallback(lambda r: trace("added", r))
        trace("adding")
        return r
    d.addCallback(adds)
    d.addCallback(lambda r: trace("second", r) or r)
    d.callback(4)


def firing_from_within_a_callback():
    d = Deferred()
    e = Deferred()
    e.addCallback(lambda r: trace("e", r))
    def fires(r):
        e.callback("from d")
        trace("after e")
    d.addCallback(fires)
    d.callback(None)


def chain_deferred_hands_on_results_and_failures():
    a = Deferred()
    b = Deferred()
    b.addCallback(lambda r: trace("b", r))
    a.chainDeferred(b)
    a.addCallback(lambda r: trace("a has", r))
    a.callback(1)
    c = Deferred()
    e = Deferred()
    e.addErrback(lambda f: trace("e", f))
    c.chainDeferred(e)
    c.errback(CustomError("c"))
    c.addBoth(lambda r: trace("c has", r))


def firing_twice_is_an_error():
    d = Deferred()
    d.callback(1)
    try:
        d.callback(2)
    except AlreadyCalledError as e:
        trace(e)
    try:
        d.errback(CustomError("x"))
    except AlreadyCalledError as e:
        trace(e)
    d.addCallback(lambda r: trace(r))


def a_deferred_is_no_result():
    d = Deferred()
    try:
        d.callback(Deferred())
    except AssertionError as e:
        trace(e)


def pause_holds_callbacks_back():
    d = Deferred()
    d.addCallback(lambda r: trace("ran", r))
    d.pause()
    d.pause()
    d.callback(1)
    trace("paused", d.paused)
    d.unpause()
    trace("once")
    d.unpause()
    trace("twice")


def pausing_within_a_callback_holds_back_the_next():
    d = Deferred()
    def pauses(r):
        d.pause()
        return r + 1
    d.addCallback(pauses)
    d.addCallback(lambda r: trace("next", r))
    d.callback(1)
    trace("held")
    d.unpause()


def cancel_without_a_canceller():
    d = Deferred()
    d.addBoth(lambda r: trace("got", r))
    d.cancel()
    d.callback("swallowed")
    try:
        d.callback("not swallowed")
    except AlreadyCalledError as e:
        trace(e)


def cancel_with_a_canceller_that_does_nothing():
    d = Deferred(lambda d: trace("cancelling", d.called))
    d.addErrback(lambda f: trace("got", f))
    d.cancel()
    try:
        d.callback(1)
    except AlreadyCalledError as e:
        trace(e)


def a_canceller_may_fire_it():
    d = Deferred(lambda d: d.callback("early"))
    d.addBoth(lambda r: trace("got", r))
    d.cancel()
    e = Deferred(lambda e: e.errback(CustomError("early")))
    e.addBoth(lambda r: trace("got", r))
    e.cancel()


def cancel_after_it_has_fired_does_nothing():
    d = Deferred(lambda d: trace("not called"))
    d.callback(1)
    d.cancel()
    d.addBoth(lambda r: trace(r))


def cancel_reaches_the_deferred_that_is_waited_for():
    inner = Deferred(lambda d: trace("inner cancelled"))
    d = Deferred(lambda d: trace("outer cancelled"))
    d.addCallback(lambda r: inner)
    d.addErrback(lambda f: trace("outer", f))
    d.callback(None)
    d.cancel()


def cancel_goes_back_along_chain_deferred():
    a = Deferred(lambda d: trace("a cancelled"))
    b = Deferred(lambda d: trace("b cancelled"))
    a.chainDeferred(b)
    b.addErrback(lambda f: trace("b", f))
    a.addBoth(lambda r: trace("a", r))
    b.cancel()


def a_cancelled_deferred_swallows_an_errback_too():
    d = Deferred()
    d.addErrback(lambda f: trace(f))
    d.cancel()
    d.errback(CustomError("swallowed"))
    d.addBoth(lambda r: trace("has", r))


def a_canceller_that_raises():
    def canceller(d):
        raise CustomError("canceller")
    d = Deferred(canceller)
    d.addErrback(lambda f: trace(f))
    try:
        d.cancel()
    except CustomError as e:
        trace("raised", e)
    trace(d.called)


def cancelling_twice():
    calls = []
    d = Deferred(lambda d: calls.append(1))
    d.addErrback(lambda f: trace(f))
    d.cancel()
    d.cancel()
    trace(len(calls))


def a_timeout_cancels():
    clock = Clock()
    d = Deferred(lambda d: trace("cancelled"))
    d.addTimeout(2, clock)
    d.addErrback(lambda f: trace(clock.seconds(), f))
    clock.advance(1)
    trace("still waiting")
    clock.advance(1)


def a_result_in_time_ends_the_timeout():
    clock = Clock()
    d = Deferred()
    d.addTimeout(2, clock)
    d.addBoth(lambda r: trace("got", r))
    clock.advance(1)
    d.callback("in time")
    trace(len(clock.getDelayedCalls()))
    clock.advance(5)


def a_timeout_may_give_a_result_of_its_own():
    clock = Clock()
    d = Deferred()
    d.addTimeout(1, clock, lambda r, seconds: [seconds, r.type])
    d.addBoth(lambda r: trace("got", r))
    clock.advance(1)


def a_timeout_keeps_an_error_that_is_not_of_cancelling():
    clock = Clock()
    d = Deferred(lambda d: d.errback(CustomError("mine")))
    d.addTimeout(1, clock)
    d.addErrback(lambda f: trace(f))
    clock.advance(1)


def cancelling_before_the_timeout_is_no_timeout():
    clock = Clock()
    d = Deferred()
    d.addTimeout(1, clock)
    d.addErrback(lambda f: trace(f))
    d.cancel()
    clock.advance(2)


def what_the_timeout_error_says():
    clock = Clock()
    d = Deferred()
    d.addTimeout(0.5, clock)
    d.addErrback(lambda f: trace(message(f)))
    clock.advance(0.5)


def an_unhandled_error_is_logged():
    d = fail(CustomError("nobody cares"))
    d.addCallback(lambda r: trace("left out"))
    trace("end of the program")


def an_error_raised_last_is_logged():
    def fails(r):
        raise CustomError("last")
    d = Deferred()
    d.addCallback(fails)
    d.callback(1)


def an_error_handled_late_is_not_logged():
    d = fail(CustomError("handled"))
    d.addCallback(lambda r: trace("left out"))
    d.addErrback(lambda f: trace("late", f))


def the_error_of_an_inner_deferred_is_logged_once():
    inner = fail(CustomError("inner"))
    d = succeed(None)
    d.addCallback(lambda r: inner)


def maybe_deferred_of_all_kinds():
    def fails():
        raise CustomError("raised")
    d = Deferred()
    trace(maybeDeferred(lambda: d) is d)
    maybeDeferred(lambda a: a + 1, 1).addCallback(lambda r: trace(r))
    maybeDeferred(fails).addErrback(lambda f: trace(f))
    maybeDeferred(lambda: Failure(CustomError("returned"))).addErrback(lambda f: trace(f))


def execute_calls_at_once():
    def fails(a):
        raise CustomError(a)
    execute(lambda a, b: a + b, 1, 2).addCallback(lambda r: trace(r))
    execute(fails, "x").addErrback(lambda f: trace(f))


def log_error_hands_the_failure_on():
    d = fail(CustomError("logged"))
    d.addErrback(defer.logError)
    d.addErrback(lambda f: trace("then", f))


@differs("Twisted warns and waits for ever; here the next errback gets a RuntimeError")
def a_callback_that_returns_its_own_deferred():
    d = Deferred()
    d.addCallback(lambda r: d)
    d.addErrback(lambda f: trace("errback", f.type))
    d.callback(1)
    trace("fired")


@differs("Twisted takes away the result that the other's callback is still working on; here it is waited for")
def waiting_for_a_deferred_within_its_own_callback():
    inner = Deferred()
    outer = Deferred()
    outer.addBoth(lambda r: inner)
    outer.addBoth(lambda r: trace("outer", r))
    inner.addCallback(lambda r: outer.callback(None) or "afterwards")
    inner.callback("before")


@differs("Twisted runs no further callbacks of the one that was waited for while the one that waited is paused")
def callbacks_after_one_that_waits_and_is_paused():
    inner = Deferred()
    outer = succeed(None)
    outer.addCallback(lambda r: inner)
    inner.addCallback(lambda r: trace("inner", r))
    outer.pause()
    inner.callback(1)
    trace("fired")


def what_is_added_by_a_chained_callback_waits_its_turn():
    a = Deferred()
    b = Deferred()
    a.chainDeferred(b)
    b.addCallback(lambda r: a.addCallback(lambda r: trace("added to a", r)) and None)
    b.addBoth(lambda r: trace("b goes on"))
    a.addCallback(lambda r: trace("a goes on", r))
    a.callback(1)


def cancelling_deferreds_that_are_chained_to_each_other():
    a = succeed(1)
    b = succeed(2)
    a.chainDeferred(b)
    b.chainDeferred(a)
    a.addErrback(lambda f: trace("a", f))
    b.addErrback(lambda f: trace("b", f))
    a.cancel()
    trace("ended")
