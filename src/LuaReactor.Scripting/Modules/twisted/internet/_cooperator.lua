-- Long work in small steps: each task is stepped in its turn, for a hundredth of a second, and then the loop goes on.
local chain = require("twisted.internet._chain")
local class = require("class")
local deferreds = require("twisted.internet._deferred")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")

local checkOptions = require("twisted.internet._options").check

local Deferred = deferreds.Deferred
local Failure = failure.Failure
local isDeferred <const> = 2
local slice <const> = 0.01

local module = {}

local function declare(name, base, text)
  local cls = class(name, base)
  cls._text = text
  module[name] = cls
  return cls
end

---What cooperators and their tasks raise.
local SchedulerError = declare("SchedulerError", exception.Exception)
local SchedulerStopped = declare("SchedulerStopped", SchedulerError, "The cooperator was stopped.")
local TaskFinished = declare("TaskFinished", SchedulerError, "The task is over.")
local TaskDone = declare("TaskDone", TaskFinished, "The task has come to its end.")
local TaskStopped = declare("TaskStopped", TaskFinished, "The task was stopped.")
local TaskFailed = declare("TaskFailed", TaskFinished, "The task has failed.")
local NotPaused = declare("NotPaused", SchedulerError, "The task is not paused.")

---A task of a Cooperator, made by its `cooperate`.
---@class CooperativeTask
---@overload fun(iterator: function|thread, cooperator: Cooperator): CooperativeTask
local CooperativeTask = class("CooperativeTask")
module.CooperativeTask = CooperativeTask

-- What a step gave, and whether it was the last one.
local function stepFunction(iterator)
  local value = iterator()
  return value, not value
end

local function stepCoroutine(iterator)
  local ok, value = coroutine.resume(iterator)
  if not ok then
    local reason = failure.caught(value, debug.traceback(iterator))
    coroutine.close(iterator)
    error(reason, 0)
  end
  return value, coroutine.status(iterator) == "dead"
end

function CooperativeTask:__init(iterator, cooperator)
  self._iterator, self._cooperator = iterator, cooperator
  self._advance = type(iterator) == "thread" and stepCoroutine or stepFunction
  self._deferreds, self._pauseCount = {}, 0
  cooperator:_addTask(self)
end

---A new Deferred of the task's end: it fires with the iterator, or fails with what that raised, with TaskStopped, or with
---SchedulerStopped.
---@return Deferred
function CooperativeTask:whenDone()
  local d = Deferred()
  if not self._state then
    table.insert(self._deferreds, d)
  elseif failure.isFailure(self._result) then
    if self._unheard then
      self._unheard:addErrback(function() end)
      self._unheard = nil
    end
    d:errback(self._result)
  else
    d:callback(self._result)
  end
  return d
end

local function demandUnfinished(task)
  if task._state then
    error(task._state(), 3)
  end
end

---Stops stepping the task, until `resume` has been called as often. Raises TaskFinished when it is over.
function CooperativeTask:pause()
  demandUnfinished(self)
  self._pauseCount = self._pauseCount + 1
  if self._pauseCount == 1 then
    self._cooperator:_removeTask(self)
  end
end

---Takes a `pause` back. Raises NotPaused when there is none.
function CooperativeTask:resume()
  if self._pauseCount == 0 then
    error(NotPaused(), 2)
  end
  self._pauseCount = self._pauseCount - 1
  if self._pauseCount == 0 and not self._state then
    self._cooperator:_addTask(self)
  end
end

-- The task is off the cooperator before its Deferreds fire: their callbacks may well stop that.
function CooperativeTask:_end(state, result)
  self._state, self._result = state, result
  if self._pauseCount == 0 then
    self._cooperator:_removeTask(self)
  end
  local list = self._deferreds
  self._deferreds = {}
  for _, d in ipairs(list) do
    if failure.isFailure(result) then
      d:errback(result)
    else
      d:callback(result)
    end
  end
  -- Nobody asked yet: an error is reported, unless `whenDone` is called before the task is forgotten.
  if state == TaskFailed and #list == 0 then
    self._unheard = deferreds.fail(result)
  end
end

---Ends the task: it is not stepped again. Raises TaskFinished when it is over already.
function CooperativeTask:stop()
  demandUnfinished(self)
  self:_end(TaskStopped, Failure(TaskStopped()))
end

function CooperativeTask:_waitFor(d)
  self:pause()
  d:addCallbacks(function()
    self:resume()
  end, function(reason)
    if self._state then
      return reason
    end
    self:_end(TaskFailed, reason)
  end)
end

function CooperativeTask:_step()
  local ok, value, isLast = xpcall(self._advance, failure.handler, self._iterator)
  if self._state then
    -- It has stopped itself, or its cooperator.
    if not ok then
      require("twisted.python.log").err(value, "in the last step of a task that was stopped")
    end
  elseif not ok then
    self:_end(TaskFailed, value)
  elseif isLast then
    self:_end(TaskDone, self._iterator)
  elseif chain.kindOf(value) == isDeferred then
    self:_waitFor(value)
  end
end

---Steps tasks in turns. A task is an iterator: a function, called until it returns nil or false, or a coroutine, resumed
---until it ends. When a step gives a Deferred, that task waits for it.
---
---* `terminationPredicateFactory`: called at the beginning of a run of steps; the function it returns is called after each
---  step and says whether the run is to end (by default after a hundredth of a second)
---* `scheduler`: called with a function to call later, returns what has `cancel` (by default the reactor's `callLater`)
---* `started`: whether it begins at once (default true)
---
---They may also be given without names, in this order.
---@class Cooperator
---@field running boolean
---@overload fun(terminationPredicateFactory?: (fun(): fun(): boolean), scheduler?: (fun(f: function): any), started?: boolean): Cooperator
---@overload fun(options?: {terminationPredicateFactory?: (fun(): fun(): boolean), scheduler?: (fun(f: function): any), started?: boolean}): Cooperator
local Cooperator = class("Cooperator")
module.Cooperator = Cooperator

local function untilSliceEnds()
  local reactor = require("twisted.internet.reactor")
  local last = reactor.seconds() + slice
  return function()
    return reactor.seconds() >= last
  end
end

local function nextTurn(f)
  return require("twisted.internet.reactor").callLater(0, f)
end

local optionNames = { terminationPredicateFactory = true, scheduler = true, started = true }

function Cooperator:__init(options, scheduler, started)
  if type(options) ~= "table" then
    options = { terminationPredicateFactory = options, scheduler = scheduler, started = started }
  end
  checkOptions(options, optionNames, "Cooperator", 3)
  self._predicateFactory = options.terminationPredicateFactory or untilSliceEnds
  self._scheduler = options.scheduler or nextTurn
  self.running = options.started ~= false
  self._stopped = false
  -- `_next` is the place of the task whose turn is next.
  self._tasks, self._next = {}, 1
end

local function checkIterator(iterator, method)
  local kind = type(iterator)
  local callable = kind == "function" or kind == "thread"
    or kind == "table" and (getmetatable(iterator) or {}).__call ~= nil
  if not callable then
    exception.raise(exception.TypeError, method .. " needs an iterator, a function or a coroutine, got " .. kind, 3)
  end
end

---Adds a task.
---@param iterator function|thread
---@return CooperativeTask
function Cooperator:cooperate(iterator)
  checkIterator(iterator, "cooperate")
  return CooperativeTask(iterator, self)
end

---Adds a task of which only the end matters.
---@param iterator function|thread
---@param doneDeferred? Deferred fired in place of a new one
---@return Deferred deferred fires with the iterator, or fails, as `whenDone`
function Cooperator:coiterate(iterator, doneDeferred)
  checkIterator(iterator, "coiterate")
  doneDeferred = doneDeferred or Deferred()
  CooperativeTask(iterator, self):whenDone():chainDeferred(doneDeferred)
  return doneDeferred
end

function Cooperator:_addTask(task)
  table.insert(self._tasks, task)
  if self._stopped then
    task:_end(SchedulerStopped, Failure(SchedulerStopped()))
  else
    self:_reschedule()
  end
end

function Cooperator:_removeTask(task)
  for i, known in ipairs(self._tasks) do
    if known == task then
      table.remove(self._tasks, i)
      if i < self._next then
        self._next = self._next - 1
      end
      break
    end
  end
  if #self._tasks == 0 then
    self:_cancelCall()
  end
end

function Cooperator:_cancelCall()
  local call = self._delayedCall
  if call then
    self._delayedCall = nil
    call:cancel()
  end
end

function Cooperator:_tick()
  self._delayedCall = nil
  local isOver = self._predicateFactory()
  while #self._tasks > 0 do
    if self._next > #self._tasks then
      self._next = 1
    end
    local task = self._tasks[self._next]
    self._next = self._next + 1
    task:_step()
    if isOver() then
      break
    end
  end
  self:_reschedule()
end

function Cooperator:_reschedule()
  if self.running and not self._delayedCall and #self._tasks > 0 then
    self._delayedCall = self._scheduler(function()
      self:_tick()
    end)
  end
end

---Begins, or begins again, to step its tasks.
function Cooperator:start()
  self.running, self._stopped = true, false
  self:_reschedule()
end

---Ends all its tasks with SchedulerStopped, those that are paused when they are resumed, and refuses new ones.
function Cooperator:stop()
  self.running, self._stopped = false, true
  while #self._tasks > 0 do
    self._tasks[#self._tasks]:_end(SchedulerStopped, Failure(SchedulerStopped()))
  end
  self:_cancelCall()
end

-- The one that all who call the functions below share.
module._theCooperator = Cooperator()

---Adds a task to those of the whole program: long work in small steps, that leaves the loop free.
---@param iterator function|thread called until it returns nil or false; a coroutine is resumed until it ends
---@return CooperativeTask
function module.cooperate(iterator)
  checkIterator(iterator, "cooperate")
  return module._theCooperator:cooperate(iterator)
end

---Adds a task to those of the whole program.
---@param iterator function|thread
---@return Deferred deferred fires with the iterator when it has ended
function module.coiterate(iterator)
  checkIterator(iterator, "coiterate")
  return module._theCooperator:coiterate(iterator)
end

return module
