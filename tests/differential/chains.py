"""Runs random programs of Deferreds under real Twisted; ChainProgram.cs makes them and says what each word means.

usage: chains.py FILE
"""
import sys

from twisted.internet.defer import AlreadyCalledError, Deferred, DeferredList
from twisted.python.failure import Failure

import driver
from driver import CustomError, trace

_cancellers = {
    "none": None, "quiet": lambda d: None, "fires": lambda d: d.callback("cancelled"),
    "fails": lambda d: d.errback(CustomError("cancelled")),
}


def _act(ds, label, action, argument, result):
    trace(label, result)
    if action == "value":
        return argument
    if action == "raise":
        raise CustomError(argument)
    if action == "failure":
        return Failure(CustomError(argument))
    if action == "wait":
        return ds[argument]
    if action == "fire":
        ds[argument].callback(label)
    elif action == "fail":
        ds[argument].errback(CustomError(label))
    elif action in ("cancel", "pause"):
        getattr(ds[argument], action)()
    elif action == "add":
        ds[argument].addBoth(lambda r: _act(ds, label + "+", "pass", 0, r))
    return result


def _callback(ds, label, action, argument):
    return lambda result: _act(ds, label, action, argument, result)


def _step(ds, label, word, k, *rest):
    if word == "new":
        ds[k] = Deferred(_cancellers[rest[0]])
    elif word == "list":
        ds[k] = DeferredList([ds[int(j)] for j in rest[1:]], fireOnOneCallback="c" in rest[0],
                             fireOnOneErrback="e" in rest[0], consumeErrors="x" in rest[0])
    elif word == "callback":
        ds[k].callback(int(rest[0]))
    elif word == "errback":
        ds[k].errback(CustomError(rest[0]))
    elif word == "chain":
        ds[k].chainDeferred(ds[int(rest[0])])
    elif word in ("cancel", "pause", "unpause"):
        getattr(ds[k], word)()
    elif word == "addCallbacks":
        ds[k].addCallbacks(_callback(ds, label, rest[0], int(rest[1])), _callback(ds, label, rest[2], int(rest[3])))
    else:
        getattr(ds[k], word)(_callback(ds, label, rest[0], int(rest[1])))


def _run(steps):
    ds = {}
    for number, step in enumerate(steps, 1):
        word, k, *rest = step.split()
        try:
            _step(ds, str(number), word, int(k), *rest)
        except (AlreadyCalledError, CustomError) as problem:
            trace(number, "raised", problem)
            problem.__traceback__ = None
    for k, d in sorted(ds.items()):
        result = d.result if d.called else None
        trace("end", k, bool(d.called), d.paused, None if isinstance(result, Deferred) else result)


def main(file):
    driver.begin()
    with open(file) as programs:
        for program in programs.read().split("== ")[1:]:
            name, *steps = program.strip().split("\n")
            print("==", name)
            for line in driver.record(lambda: _run(steps)):
                print(line)


if __name__ == "__main__":
    main(sys.argv[1])
