-- What a test raises to fail or to be skipped, and what the runner finds wrong with one.
local class = require("class")
local exception = require("twisted.python.exception")

---What an assertion raises.
local FailTest = class("FailTest", exception.AssertionError)
---Raised by a test, ends it as skipped.
local SkipTest = class("SkipTest", exception.Exception)
local TestTimeout = class("TimeoutError", exception.Exception)
local DirtyReactor = class("DirtyReactorAggregateError", exception.Exception)

return {
  FailTest = FailTest,
  SkipTest = SkipTest,
  TimeoutError = TestTimeout,
  DirtyReactorAggregateError = DirtyReactor,
}
