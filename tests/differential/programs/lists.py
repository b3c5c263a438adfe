def a_list_fires_when_all_have_fired():
    a = Deferred()
    b = Deferred()
    l = DeferredList([a, b])
    l.addCallback(lambda r: trace("list", r))
    b.callback("b")
    trace("one to go")
    a.callback("a")
    a.addCallback(lambda r: trace("a keeps", r))


def an_empty_list_fires_at_once():
    DeferredList([]).addCallback(lambda r: trace("empty", r))


def an_empty_list_for_one_callback_never_fires():
    l = DeferredList([], fireOnOneCallback=True)
    l.addBoth(lambda r: trace("fired", r))
    trace(l.called)


def failures_are_in_the_result_and_reported():
    a = Deferred()
    b = Deferred()
    l = DeferredList([a, b])
    l.addCallback(lambda r: trace("list", r))
    a.errback(CustomError("a"))
    b.callback(2)


def consumed_failures_are_not_reported():
    a = Deferred()
    b = Deferred()
    l = DeferredList([a, b], consumeErrors=True)
    l.addCallback(lambda r: trace("list", r))
    a.errback(CustomError("a"))
    a.addBoth(lambda r: trace("a has", r))
    b.callback(2)


def fire_on_one_callback():
    a = Deferred()
    b = Deferred()
    l = DeferredList([a, b], fireOnOneCallback=True)
    l.addCallback(lambda r: trace("first", r[0], index(r[1])))
    b.callback("b")
    a.callback("a")
    b.addCallback(lambda r: trace("b keeps", r))


def fire_on_one_callback_when_all_fail():
    a = Deferred()
    b = Deferred()
    l = DeferredList([a, b], fireOnOneCallback=True, consumeErrors=True)
    l.addBoth(lambda r: trace("list", r))
    a.errback(CustomError("a"))
    b.errback(CustomError("b"))


def fire_on_one_errback():
    a = Deferred()
    b = Deferred()
    l = DeferredList([a, b], fireOnOneErrback=True, consumeErrors=True)
    l.addErrback(lambda f: trace("first", f, f.value.subFailure))
    b.errback(CustomError("b"))
    a.errback(CustomError("a"))


def fire_on_one_of_each():
    a = Deferred()
    b = Deferred()
    l = DeferredList([a, b], fireOnOneCallback=True, fireOnOneErrback=True, consumeErrors=True)
    l.addBoth(lambda r: trace("fired"))
    a.callback(1)
    b.errback(CustomError("late"))


def a_list_of_fired_ones():
    l = DeferredList([succeed(1), fail(CustomError("x")), succeed(None)], consumeErrors=True)
    l.addCallback(lambda r: trace(r))


def the_same_deferred_twice_in_a_list():
    a = Deferred()
    DeferredList([a, a]).addCallback(lambda r: trace(r))
    a.callback(1)


def cancelling_a_list_cancels_all():
    a = Deferred(lambda d: trace("a cancelled"))
    b = Deferred(lambda d: trace("b cancelled"))
    l = DeferredList([a, b], consumeErrors=True)
    l.addBoth(lambda r: trace("list", r))
    l.cancel()


def cancelling_a_list_of_which_one_has_fired():
    a = succeed("a")
    b = Deferred(lambda d: trace("b cancelled"))
    l = DeferredList([a, b], consumeErrors=True)
    l.addBoth(lambda r: trace("list", r))
    l.cancel()


def cancelling_a_fired_list_does_nothing():
    a = succeed("a")
    b = Deferred(lambda d: trace("b cancelled"))
    l = DeferredList([a, b], fireOnOneCallback=True)
    l.addBoth(lambda r: trace("list", r[0]))
    l.cancel()


@differs("Twisted's list does not hand a cancel on to the Deferred that one of its callbacks returned")
def cancelling_a_fired_list_that_waits():
    inner = Deferred(lambda d: trace("inner cancelled"))
    l = DeferredList([succeed(1)])
    l.addCallback(lambda r: inner)
    l.addErrback(lambda f: trace(f))
    l.cancel()
    trace("end")


def a_canceller_that_raises_does_not_keep_the_others():
    def raises(d):
        raise CustomError("canceller")
    a = Deferred(raises)
    b = Deferred(lambda d: trace("b cancelled"))
    l = DeferredList([a, b], consumeErrors=True)
    l.addBoth(lambda r: trace("list", r))
    l.cancel()


def gathered_results():
    a = Deferred()
    b = Deferred()
    gatherResults([a, b]).addCallback(lambda r: trace(r))
    b.callback(2)
    a.callback(1)


def gathered_results_with_an_error():
    a = Deferred()
    b = Deferred()
    g = gatherResults([a, b], consumeErrors=True)
    g.addErrback(lambda f: trace(f))
    b.errback(CustomError("b"))
    a.callback(1)


def gathered_results_report_errors_they_do_not_consume():
    a = Deferred()
    g = gatherResults([a])
    g.addErrback(lambda f: trace(f))
    a.errback(CustomError("a"))


def gathering_nothing():
    gatherResults([]).addCallback(lambda r: trace(r))


def cancelling_what_is_gathered():
    a = Deferred(lambda d: trace("a cancelled"))
    g = gatherResults([a, succeed(1)], consumeErrors=True)
    g.addErrback(lambda f: trace(f))
    g.cancel()


def cancel_within_a_member_of_a_list():
    a = Deferred()
    b = Deferred(lambda d: trace("b cancelled"))
    a.addCallback(lambda r: b.cancel())
    l = DeferredList([a, b], consumeErrors=True)
    l.addBoth(lambda r: trace("list", r))
    a.callback(1)


def a_lock_lets_one_in():
    lock = DeferredLock()
    lock.acquire().addCallback(lambda l: trace("first", l is lock, lock.locked))
    lock.acquire().addCallback(lambda l: trace("second", lock.locked))
    lock.acquire().addCallback(lambda l: trace("third"))
    trace("waiting", len(lock.waiting))
    lock.release()
    trace("released")
    lock.release()
    lock.release()
    trace(lock.locked)


def releasing_an_unlocked_lock():
    lock = DeferredLock()
    try:
        lock.release()
    except AssertionError as e:
        trace(e, message(e))


def running_with_a_lock():
    lock = DeferredLock()
    d = Deferred()
    lock.run(lambda a: trace("first", a) or d, 1).addCallback(lambda r: trace("first has", r))
    lock.run(lambda: trace("second")).addCallback(lambda r: trace("second has", r))
    trace("held")
    d.callback("x")
    trace(lock.locked)


def a_lock_is_released_after_an_error():
    def fails():
        raise CustomError("within")
    lock = DeferredLock()
    lock.run(fails).addErrback(lambda f: trace(f))
    trace(lock.locked)


def cancelling_a_wait_for_a_lock():
    lock = DeferredLock()
    lock.acquire()
    d = lock.acquire()
    d.addErrback(lambda f: trace(f))
    lock.acquire().addCallback(lambda l: trace("third"))
    d.cancel()
    trace(len(lock.waiting))
    lock.release()


def cancelling_a_lock_that_is_held():
    lock = DeferredLock()
    d = lock.acquire()
    d.addBoth(lambda r: trace("holds"))
    d.cancel()
    trace(lock.locked)


def a_semaphore_lets_some_in():
    s = DeferredSemaphore(2)
    for name in ["a", "b", "c", "d"]:
        s.acquire().addCallback(lambda r: trace("in", s.tokens))
    trace("waiting", len(s.waiting), s.tokens, s.limit)
    s.release()
    s.release()
    trace(s.tokens)
    s.release()
    s.release()
    trace(s.tokens)
    try:
        s.release()
    except AssertionError as e:
        trace(e, message(e))


def a_semaphore_of_no_tokens():
    try:
        DeferredSemaphore(0)
    except ValueError as e:
        trace(e, message(e))


def running_with_a_semaphore():
    s = DeferredSemaphore(1)
    d = Deferred()
    s.run(lambda: d).addBoth(lambda r: trace("first", r))
    s.run(lambda: 2).addBoth(lambda r: trace("second", r))
    d.errback(CustomError("first"))
    trace(s.tokens)


def cancelling_a_wait_for_a_semaphore():
    s = DeferredSemaphore(1)
    s.acquire()
    d = s.acquire()
    d.addErrback(lambda f: trace(f, len(s.waiting)))
    d.cancel()


def cancelling_a_run_that_waits():
    s = DeferredSemaphore(1)
    s.acquire()
    d = s.run(lambda: trace("not called"))
    d.addErrback(lambda f: trace(f))
    d.cancel()
    s.release()
    trace(s.tokens)


def a_queue_gives_in_order():
    q = DeferredQueue()
    q.put(1)
    q.put(None)
    q.get().addCallback(lambda r: trace("a", r))
    q.get().addCallback(lambda r: trace("b", r))
    q.get().addCallback(lambda r: trace("c", r))
    q.get().addCallback(lambda r: trace("d", r))
    trace("waiting", len(q.waiting))
    q.put(3)
    q.put(4)


def a_full_queue():
    q = DeferredQueue(1, 1)
    q.put(1)
    try:
        q.put(2)
    except QueueOverflow as e:
        trace(e)
    q.get()
    q.get()
    try:
        q.get()
    except QueueUnderflow as e:
        trace(e)


def a_queue_without_a_backlog():
    q = DeferredQueue(backlog=0)
    try:
        q.get()
    except QueueUnderflow as e:
        trace(e)


def cancelling_a_get():
    q = DeferredQueue()
    d = q.get()
    d.addErrback(lambda f: trace(f))
    q.get().addCallback(lambda r: trace("second", r))
    d.cancel()
    q.put("x")


def cancelling_a_get_that_was_answered():
    q = DeferredQueue()
    d = q.get()
    d.addBoth(lambda r: trace(r))
    q.put("x")
    d.cancel()
