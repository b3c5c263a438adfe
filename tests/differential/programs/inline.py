def a_function_waits():
    d = Deferred()
    @inlineCallbacks
    def f(a):
        trace("begins", a)
        b = yield d
        trace("goes on", b)
        return a + b
    result = f(1)
    result.addCallback(lambda r: trace("result", r))
    d.callback(2)


def waiting_for_what_has_fired_goes_on_at_once():
    @inlineCallbacks
    def f():
        a = yield succeed(1)
        b = yield succeed(2)
        return a + b
    f().addCallback(lambda r: trace(r))
    trace("end")


def waiting_for_a_plain_value_gives_it_back():
    @inlineCallbacks
    def f():
        a = yield "plain"
        b = yield None
        trace(a, b)
    f().addCallback(lambda r: trace("result", r))


def a_failure_is_raised_at_the_yield():
    d = Deferred()
    @inlineCallbacks
    def f():
        try:
            yield d
        except CustomError as e:
            trace("caught", e)
        return "after"
    f().addCallback(lambda r: trace(r))
    d.errback(CustomError("x"))


def an_error_that_is_not_caught_fails_the_result():
    d = Deferred()
    @inlineCallbacks
    def f():
        yield d
        trace("not here")
    f().addErrback(lambda f: trace(f))
    d.errback(CustomError("x"))


def an_error_raised_in_the_function():
    @inlineCallbacks
    def f():
        yield succeed(1)
        raise CustomError("mine")
    f().addErrback(lambda f: trace(f))


def an_error_before_the_first_yield():
    @inlineCallbacks
    def f():
        if flag(True):
            raise CustomError("early")
        yield succeed(1)
    f().addErrback(lambda f: trace(f))


def functions_wait_for_functions():
    d = Deferred()
    @inlineCallbacks
    def inner(a):
        r = yield d
        trace("inner", r)
        return r + a
    @inlineCallbacks
    def outer():
        r = yield inner(10)
        trace("outer", r)
        return r + 1
    outer().addCallback(lambda r: trace("result", r))
    d.callback(1)


def a_loop_of_waits():
    q = DeferredQueue()
    @inlineCallbacks
    def reads():
        total = 0
        while total < 6:
            item = yield q.get()
            trace("item", item)
            total = total + item
        return total
    reads().addCallback(lambda r: trace("total", r))
    q.put(1)
    q.put(2)
    q.put(3)


def finally_runs_on_an_error():
    d = Deferred()
    @inlineCallbacks
    def f():
        try:
            yield d
        finally:
            trace("finally")
    f().addErrback(lambda f: trace(f))
    d.errback(CustomError("x"))


def cancelling_cancels_what_is_waited_for():
    d = Deferred(lambda d: trace("cancelled"))
    @inlineCallbacks
    def f():
        yield d
    r = f()
    r.addErrback(lambda f: trace(f))
    r.cancel()


def cancelling_can_be_caught():
    d = Deferred()
    @inlineCallbacks
    def f():
        try:
            yield d
        except CancelledError as e:
            trace("caught", e)
        return "instead"
    r = f()
    r.addBoth(lambda r: trace(r))
    r.cancel()


def cancelling_reaches_the_innermost_function():
    d = Deferred(lambda d: trace("cancelled"))
    @inlineCallbacks
    def inner():
        try:
            yield d
        finally:
            trace("inner ends")
    @inlineCallbacks
    def outer():
        try:
            yield inner()
        finally:
            trace("outer ends")
    r = outer()
    r.addErrback(lambda f: trace(f))
    r.cancel()


def a_canceller_that_fires_lets_the_function_go_on():
    d = Deferred(lambda d: d.callback("early"))
    @inlineCallbacks
    def f():
        r = yield d
        return r
    r = f()
    r.addBoth(lambda r: trace(r))
    r.cancel()


def cancelling_and_then_waiting_for_something_else():
    a = Deferred(lambda d: trace("a cancelled"))
    b = Deferred(lambda d: trace("b cancelled"))
    @inlineCallbacks
    def f():
        try:
            yield a
        except CancelledError as e:
            trace("goes on")
        r = yield b
        return r
    r = f()
    r.addBoth(lambda r: trace("end", r))
    r.cancel()
    trace("waits still")
    b.callback("b")


@differs("Twisted counts it as fired from the cancel on, here it has fired when the function has ended")
def whether_a_cancelled_function_that_goes_on_has_fired():
    a = Deferred()
    b = Deferred()
    @inlineCallbacks
    def f():
        try:
            yield a
        except CancelledError as e:
            trace("goes on")
        yield b
    r = f()
    r.cancel()
    trace(r.called)
    b.callback(None)


def cancelling_what_has_ended_does_nothing():
    @inlineCallbacks
    def f():
        yield succeed(1)
        return 2
    r = f()
    r.cancel()
    r.addBoth(lambda r: trace(r))


def a_shared_deferred_is_emptied_by_the_wait():
    d = Deferred()
    @inlineCallbacks
    def f():
        r = yield d
        trace("f", r)
    f()
    d.addBoth(lambda r: trace("afterwards", r))
    d.callback(1)


def an_unhandled_error_of_a_function_is_logged():
    @inlineCallbacks
    def f():
        yield succeed(1)
        raise CustomError("nobody")
    f()


def a_thousand_waits_in_a_row():
    @inlineCallbacks
    def f():
        n = 0
        for i in range(1000):
            one = yield succeed(1)
            n = n + one
        return n
    f().addCallback(lambda r: trace(r))


def a_function_in_a_list():
    d = Deferred()
    @inlineCallbacks
    def f(a):
        b = yield d
        return [a, b]
    l = gatherResults([f(1), succeed(2)])
    l.addCallback(lambda r: trace(r))
    d.callback("d")


def a_lock_and_functions_that_wait_for_it():
    lock = DeferredLock()
    clock = Clock()
    @inlineCallbacks
    def works(name):
        yield lock.acquire()
        trace(name, "has it", clock.seconds())
        yield deferLater(clock, 1, lambda: None)
        trace(name, "is done", clock.seconds())
        lock.release()
    works("a")
    works("b")
    works("c")
    clock.pump([1, 1, 1])


def a_failure_that_is_returned():
    @inlineCallbacks
    def f():
        yield succeed(1)
        return Failure(CustomError("returned"))
    f().addErrback(lambda f: trace(f))


def a_function_waits_with_a_timeout():
    clock = Clock()
    @inlineCallbacks
    def f():
        try:
            yield Deferred().addTimeout(3, clock)
        except TimeoutError as e:
            trace("late", clock.seconds())
    f()
    clock.pump([1, 1, 1, 1])


def what_a_function_adds_to_what_it_waited_for():
    d = Deferred()
    @inlineCallbacks
    def f():
        r = yield d
        d.addCallback(lambda r: trace("added", r))
        trace("f", r)
        return "result"
    f().addCallback(lambda r: trace("then", r))
    d.addCallback(lambda r: trace("d goes on", r))
    d.callback(1)
