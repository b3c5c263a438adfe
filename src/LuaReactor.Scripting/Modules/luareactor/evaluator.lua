--- What a prompt does with what is typed: compiles it, runs it as a function that may wait, and shows what it gives.
--- The C# side (Evaluator.cs) hands the text in and shows what is written; one chunk runs at a time.
local class = require("class")
local defer = require("twisted.internet.defer")
local failure = require("twisted.python.failure")
local pretty = require("pretty")
local reactor = require("twisted.internet.reactor")

local chunkName <const> = "=stdin"

-- What is at hand without `require`.
local offered = {
  reactor = "twisted.internet.reactor", defer = "twisted.internet.defer", protocol = "twisted.internet.protocol",
  basic = "twisted.protocols.basic", task = "twisted.internet.task",
}

---Waits as `defer.await`, but a chunk that is given up does not cancel what it waited for.
---@param d Deferred|any
---@return any result
local function await(d)
  if not class.isinstance(d, defer.Deferred) then
    return defer.await(d)
  end
  local mine = defer.Deferred()
  d:addBoth(function(result)
    if mine.called then
      return result
    elseif failure.isFailure(result) then
      mine:errback(result)
    else
      mine:callback(result)
    end
  end)
  return defer.await(mine)
end

-- Lua's own `print` writes at once, into the line being typed; what goes through io.write waits until it may be shown.
local function print(...)
  local texts = table.pack(...)
  for i = 1, texts.n do
    texts[i] = tostring(texts[i])
  end
  io.write(table.concat(texts, "\t"), "\n")
end

local function offer()
  for name, module in pairs(offered) do
    if rawget(_G, name) == nil then
      rawset(_G, name, require(module))
    end
  end
  if rawget(_G, "await") == nil then
    rawset(_G, "await", await)
  end
end

-- An expression first, as lua does; `=expr` is the older way to say it.
local function compile(text)
  local expression = text:match("^%s*=(.*)$")
  local f = load("return " .. (expression or text), chunkName, "t")
  if f then
    return f
  end
  return load(expression and "return " .. expression or text, chunkName, "t")
end

local function endsEarly(problem)
  return problem ~= nil and problem:find("<eof>$") ~= nil
end

---@class Session
local Session = class("Session")

function Session:__init(sink, remote)
  self.sink, self.remote = sink, remote
  self.numbers, self.count = setmetatable({}, { __mode = "k" }), 0
end

---Whether a text is all of a chunk, right or wrong.
---@param text string
---@return boolean
function Session:isComplete(text)
  if text:find("^%s*:%a") or compile(text) then
    return true
  end
  local expression = text:match("^%s*=(.*)$")
  local _, asExpression = load("return " .. (expression or text), chunkName, "t")
  local _, asStatement = load(expression or text, chunkName, "t")
  return not (endsEarly(asExpression) or endsEarly(asStatement))
end

---@param text string what stands before the cursor
---@return string word the end of it that is replaced
---@return string[] candidates
function Session:complete(text)
  return require("luareactor.completer").complete(text)
end

function Session:write(text, isError)
  self.sink:write(text, isError or false)
end

function Session:tell(reason)
  if not failure.isFailure(reason) then
    reason = failure.Failure(reason)
  end
  self:write((reason:getTraceback():gsub("\n*$", "\n")), true)
end

local function outcome(result)
  if failure.isFailure(result) then
    return "failed: " .. pretty(result)
  end
  return "fired: " .. pretty(result)
end

-- A Deferred gets a number when it is first seen here, and tells of itself when it fires.
function Session:describeDeferred(d)
  local number = self.numbers[d]
  if d.called and d.paused == 0 then
    return "<Deferred, " .. outcome(d.result) .. ">"
  end
  if not number then
    number = self.count + 1
    self.count, self.numbers[d] = number, number
    d:addBoth(function(result)
      self:write("<Deferred #" .. number .. "> " .. outcome(result) .. "\n")
      return result
    end)
  end
  return "<Deferred #" .. number .. ", pending>"
end

function Session:describe(value)
  if class.isinstance(value, defer.Deferred) then
    return self:describeDeferred(value)
  end
  return pretty(value)
end

function Session:show(results)
  if results.n == 0 then
    return
  end
  local texts = {}
  for i = 1, results.n do
    texts[i] = self:describe(results[i])
  end
  if results[1] ~= nil then
    rawset(_G, "_", results[1])
  end
  self:write(table.concat(texts, "\t") .. "\n")
end

-- While a remote chunk runs what it prints goes to who asked, until it first waits.
function Session:redirect(on)
  if not self.remote then
    return
  elseif not on then
    if self.saved then
      _G.print, io.write, self.saved = self.saved.print, self.saved.write, nil
    end
    return
  end
  self.saved = { print = _G.print, write = io.write }
  _G.print = print
  io.write = function(...)
    self:write(table.concat({ ... }))
    return io.stdout
  end
end

-- Runs `f` as a function that may wait; `finished` tells the C# side once it has ended.
function Session:run(f, ...)
  local call = {}
  self.current = call
  self:redirect(true)
  call.deferred = defer.inlineCallbacks(function(...)
    return table.pack(f(...))
  end)(...)
  self:redirect(false)
  call.deferred:addCallbacks(function(results)
    if self.current == call then
      self:show(results)
    end
    return true
  end, function(reason)
    if self.current == call then
      self:tell(reason)
    end
    return false
  end)
  call.deferred:addBoth(function(ok)
    if failure.isFailure(ok) then
      -- Showing the value failed: its own __tostring, say.
      self:tell(ok)
      ok = false
    end
    if self.current == call then
      self.current = nil
      self.sink:finished(ok)
    end
  end)
end

---Runs a chunk, an expression, or a command that begins with a colon.
---@param text string
function Session:evaluate(text)
  local command, rest = text:match("^%s*:(%a+)%s*(.-)%s*$")
  if command then
    return self:run(function()
      return require("luareactor.promptcommands").run(self, command, rest)
    end)
  end
  local f, problem = compile(text)
  if not f then
    self:write(problem .. "\n", true)
    return self.sink:finished(false)
  end
  self:run(f)
end

---Runs a script's file; its arguments are those in `arg`.
---@param path string
function Session:runFile(path)
  local f, problem = loadfile(path, "t")
  if not f then
    self:write(problem .. "\n", true)
    return self.sink:finished(false)
  end
  self:run(f, table.unpack(arg or {}))
end

---Waits no longer for the chunk under way.
function Session:giveUp()
  local call = self.current
  if call then
    self.current = nil
    self:write("gave up waiting\n", true)
    self.sink:finished(false)
    call.deferred:cancel()
  end
end

---The chunk under way was stopped from outside.
function Session:abandon()
  self:redirect(false)
  self.current = nil
end

local module = { compile = compile }

---@param sink any has write(text, isError) and finished(ok)
---@param remote boolean whether what a chunk prints goes to the sink too
---@return fun(method: string, text: string): any ... what the C# side calls the session by
function module.new(sink, remote)
  offer()
  if not remote then
    -- Under a prompt the reactor runs already; a script's last line is no mistake.
    reactor.run = function() end
    _G.print = print
  end
  local session = Session(sink, remote)
  return function(method, text)
    return session[method](session, text)
  end
end

return module
