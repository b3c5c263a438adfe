"""Runs the programs of the differential test under real Twisted and prints what each of them traced.

usage: driver.py FOLDER FILE...

Every top-level function of a FILE is a program. Its translation to Lua goes to FOLDER/name.lua, for driver.lua.
Printed are, for each program, `== name`, its trace, and for a declared difference `differs: reason` as the first line.
"""
import ast
import gc
import os
import sys

from twisted.internet import address, defer, error, protocol, task, testing
from twisted.protocols import basic, policies
from twisted.python import failure, log

import translate

_lines = []
_differs = {}


def trace(*values):
    """Notes an event."""
    _lines.append(" ".join(map(shown, values)))


def message(problem):
    """An error's whole text, where it is promised to be the same."""
    return problem.getErrorMessage() if isinstance(problem, failure.Failure) else str(problem)


def differs(reason):
    """Declares that a program's trace is meant to differ."""
    def declare(program):
        _differs[program.__name__] = reason
        return program
    return declare


class CustomError(Exception):
    """For programs: the same in both."""


class OtherError(CustomError):
    """Derived from it."""


# Errors whose text is the program's own or Twisted's promise; of others the class counts.
_telling = (error.ConnectionClosed, error.ConnectError, CustomError, error.AlreadyCalled, error.AlreadyCancelled)


def shown(value):
    """A value as both languages show it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nil"
    if isinstance(value, (int, float)):
        return f"{value:.10g}"
    if isinstance(value, (str, bytes)):
        data = value.encode() if isinstance(value, str) else value
        return "".join(chr(b) if 32 <= b < 127 and b != 92 else f"\\{b:03d}" for b in data)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(shown, value)) + "]"
    if isinstance(value, failure.Failure):
        return f"Failure({shown(value.value)})"
    if isinstance(value, defer.FirstError):
        return f"FirstError({value.index}, {shown(value.subFailure)})"
    if isinstance(value, BaseException):
        text = str(value) if isinstance(value, _telling) else ""
        return type(value).__name__ + (f"({text})" if text else "")
    if isinstance(value, defer.DeferredList):
        return "DeferredList"
    if isinstance(value, type):
        return value.__name__
    return type(value).__name__


def _observe(event):
    if event.get("isError") and "failure" in event:
        trace("log:", event["failure"])
    elif not event.get("isError") and event.get("program"):
        trace("log:", " ".join(event["message"]))


def say(text):
    """Logs a message that the trace shows."""
    log.msg(text, program=True)


def _names():
    names = {"__name__": __name__, "trace": trace, "message": message, "differs": differs, "say": say, "log": log, "defer": defer,
             "CustomError": CustomError, "OtherError": OtherError, "Failure": failure.Failure,
             "index": lambda number: number, "flag": bool}
    for module in (defer, task, protocol, basic, policies, testing, error, address):
        for name in dir(module):
            if not name.startswith("_") and name not in names:
                names[name] = getattr(module, name)
    # Both modules have a TimeoutError.
    names["TimeoutError"] = defer.TimeoutError
    return names


def begin():
    """To be called once: what is logged from here on is traced, and a collection looks only at what is made from here on."""
    log.theLogPublisher.addObserver(_observe)
    gc.collect()
    gc.freeze()


def record(program):
    """What a program traced, and what was logged when it and its Deferreds were gone."""
    _lines.clear()
    try:
        program()
    except Exception as problem:
        trace("raised", problem)
        problem.__traceback__ = None
    gc.collect()
    return list(_lines)


def main(folder, files):
    begin()
    for file in files:
        stem = os.path.splitext(os.path.basename(file))[0]
        with open(file) as source:
            tree = ast.parse(source.read(), file)
        names = _names()
        exec(compile(tree, file, "exec"), names)
        for function in tree.body:
            if not isinstance(function, ast.FunctionDef):
                continue
            name = f"{stem}.{function.name}"
            with open(os.path.join(folder, name + ".lua"), "w") as out:
                out.write(translate.translate(function))
            print("==", name)
            if function.name in _differs:
                print("differs:", _differs[function.name])
            for line in record(names[function.name]):
                print(line)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
