-- Waiting for one's turn: a lock, a semaphore, a queue.
local class = require("class")
local deferreds = require("twisted.internet._deferred")
local errors = require("twisted.internet._errors")
local exception = require("twisted.python.exception")
local failure = require("twisted.python.failure")

local checkOptions = require("twisted.internet._options").check

local Deferred = deferreds.Deferred

local module = {}

---Calls a function. A Deferred it returns is given back, a coroutine is run; any other result, or the error it raises,
---becomes a Deferred that has fired.
---@param f fun(...: any): any
---@param ... any
---@return Deferred
function module.maybeDeferred(f, ...)
  local ok, result = xpcall(f, failure.handler, ...)
  if not ok then
    return deferreds.fail(result)
  elseif class.isinstance(result, Deferred) then
    return result
  elseif type(result) == "thread" then
    return require("twisted.internet._inline").ensureDeferred(result)
  end
  return deferreds.succeed(result)
end

---Calls a function and gives a Deferred of its result or of the error it raises.
---@param f fun(...: any): any
---@param ... any
---@return Deferred
function module.execute(f, ...)
  local ok, result = xpcall(f, failure.handler, ...)
  return ok and deferreds.succeed(result) or deferreds.fail(result)
end

-- What lock and semaphore share: `run`, and a canceller that leaves the queue.
local Turns = class("_ConcurrencyPrimitive")

function Turns:__init()
  self.waiting = {}
end

function Turns:_wait()
  local d = Deferred(function(cancelled)
    for i, waiting in ipairs(self.waiting) do
      if waiting == cancelled then
        table.remove(self.waiting, i)
        return
      end
    end
  end)
  table.insert(self.waiting, d)
  return d
end

---Acquires, calls `f(...)`, and releases when its result is there, or its error.
---@param f fun(...: any): any
---@param ... any
---@return Deferred of the result of `f`
function Turns:run(f, ...)
  local args = table.pack(...)
  return self:acquire():addCallback(function()
    return module.maybeDeferred(f, table.unpack(args, 1, args.n)):addBoth(function(result)
      self:release()
      return result
    end)
  end)
end

---A lock: one holder, the others wait in line.
---@class DeferredLock
---@field locked boolean
---@field waiting Deferred[] who is waiting, first come first
---@overload fun(): DeferredLock
local DeferredLock = class("DeferredLock", Turns)
DeferredLock.locked = false

---Waits for the lock.
---@return Deferred of the lock, fired when it is held
function DeferredLock:acquire()
  if self.locked then
    return self:_wait()
  end
  self.locked = true
  return deferreds.succeed(self)
end

---Passes the lock on to the next in line. Raises AssertionError when it is not locked.
function DeferredLock:release()
  if not self.locked then
    error(exception.AssertionError("Tried to release an unlocked lock"), 2)
  end
  self.locked = false
  if #self.waiting > 0 then
    self.locked = true
    table.remove(self.waiting, 1):callback(self)
  end
end

---A semaphore: so many holders at a time, the others wait in line.
---@class DeferredSemaphore
---@field tokens integer how many are free
---@field limit integer
---@field waiting Deferred[]
---@overload fun(tokens: integer): DeferredSemaphore
local DeferredSemaphore = class("DeferredSemaphore", Turns)

function DeferredSemaphore:__init(tokens)
  if math.type(tokens) ~= "integer" or tokens < 1 then
    error(exception.ValueError("DeferredSemaphore requires tokens >= 1"), 3)
  end
  Turns.__init(self)
  self.tokens, self.limit = tokens, tokens
end

---Waits for one of the tokens.
---@return Deferred of the semaphore, fired when one of its tokens is held
function DeferredSemaphore:acquire()
  if self.tokens == 0 then
    return self:_wait()
  end
  self.tokens = self.tokens - 1
  return deferreds.succeed(self)
end

---Gives a token back, to the next in line. Raises AssertionError when all are there.
function DeferredSemaphore:release()
  if self.tokens >= self.limit then
    error(exception.AssertionError("Someone released me too many times: too many tokens!"), 2)
  end
  self.tokens = self.tokens + 1
  if #self.waiting > 0 then
    self.tokens = self.tokens - 1
    table.remove(self.waiting, 1):callback(self)
  end
end

---A queue: `get` waits for what `put` puts in. nil is an item too.
---@class DeferredQueue
---@field size integer|nil how many items it holds, nil for any number
---@field backlog integer|nil how many may wait, nil for any number
---@field waiting Deferred[]
---@overload fun(size?: integer, backlog?: integer): DeferredQueue
---@overload fun(options: {size?: integer, backlog?: integer}): DeferredQueue
local DeferredQueue = class("DeferredQueue")

function DeferredQueue:__init(size, backlog)
  if type(size) == "table" then
    local options = size
    checkOptions(options, { size = true, backlog = true }, "DeferredQueue", 3)
    size, backlog = options.size, options.backlog
  end
  self.size, self.backlog = size, backlog
  self.waiting = {}
  -- Items lie from `head` up to `tail`: taking the first one moves nothing.
  self._items, self._head, self._tail = {}, 1, 0
end

---How many items are waiting to be taken.
function DeferredQueue:__len()
  return self._tail - self._head + 1
end

---Gives an item to the first who waits, or keeps it. Raises QueueOverflow when the queue is full.
---@param item any
function DeferredQueue:put(item)
  if #self.waiting > 0 then
    table.remove(self.waiting, 1):callback(item)
  elseif self.size == nil or #self < self.size then
    self._tail = self._tail + 1
    self._items[self._tail] = item
  else
    error(errors.QueueOverflow(), 2)
  end
end

---Takes the first item. Raises QueueUnderflow when too many are waiting.
---@return Deferred of the item
function DeferredQueue:get()
  if #self > 0 then
    local item = self._items[self._head]
    self._items[self._head] = nil
    self._head = self._head + 1
    return deferreds.succeed(item)
  elseif self.backlog == nil or #self.waiting < self.backlog then
    return Turns._wait(self)
  end
  error(errors.QueueUnderflow(), 2)
end

module.DeferredLock = DeferredLock
module.DeferredSemaphore = DeferredSemaphore
module.DeferredQueue = DeferredQueue

return module
