-- Runs random programs of Deferreds; ChainProgram.cs makes them and says what each word means. As chains.py.
-- run:    luareactor tests/differential/chains.lua FILE
local class = require("class")
local defer = require("twisted.internet.defer")
local failure = require("twisted.python.failure")
local tracing = require("tracing")

local trace, CustomError = tracing.trace, tracing.CustomError

local cancellers = {
  none = nil,
  quiet = function() end,
  fires = function(d)
    d:callback("cancelled")
  end,
  fails = function(d)
    d:errback(CustomError("cancelled"))
  end,
}

local function act(ds, label, action, argument, result)
  trace(label, result)
  if action == "value" then
    return argument
  elseif action == "raise" then
    error(CustomError(argument))
  elseif action == "failure" then
    return failure.Failure(CustomError(argument))
  elseif action == "wait" then
    return ds[argument]
  elseif action == "fire" then
    ds[argument]:callback(label)
  elseif action == "fail" then
    ds[argument]:errback(CustomError(label))
  elseif action == "cancel" or action == "pause" then
    ds[argument][action](ds[argument])
  elseif action == "add" then
    ds[argument]:addBoth(function(r)
      return act(ds, label .. "+", "pass", 0, r)
    end)
  end
  return result
end

local function callback(ds, label, action, argument)
  return function(result)
    return act(ds, label, action, math.tointeger(argument), result)
  end
end

-- Python counts from 0, in the result of a list that fired on one callback too.
local List = class("List", defer.DeferredList)

function List:callback(result)
  if type(result) == "table" and math.type(result[2]) == "integer" then
    result[2] = result[2] - 1
  end
  defer.DeferredList.callback(self, result)
end

local function members(ds, words)
  local list = {}
  for i = 4, #words do
    list[#list + 1] = ds[math.tointeger(words[i])]
  end
  return list
end

local function step(ds, label, words)
  local word, k = words[1], math.tointeger(words[2])
  local d = ds[k]
  if word == "new" then
    ds[k] = defer.Deferred(cancellers[words[3]])
  elseif word == "list" then
    local flags = words[3]
    ds[k] = List(members(ds, words), {
      fireOnOneCallback = flags:find("c") ~= nil, fireOnOneErrback = flags:find("e") ~= nil,
      consumeErrors = flags:find("x") ~= nil,
    })
  elseif word == "callback" then
    d:callback(math.tointeger(words[3]))
  elseif word == "errback" then
    d:errback(CustomError(words[3]))
  elseif word == "chain" then
    d:chainDeferred(ds[math.tointeger(words[3])])
  elseif word == "addCallbacks" then
    d:addCallbacks(callback(ds, label, words[3], words[4]), callback(ds, label, words[5], words[6]))
  elseif words[3] then
    d[word](d, callback(ds, label, words[3], words[4]))
  else
    d[word](d)
  end
end

local function run(steps)
  local ds, numbers = {}, {}
  for number, words in ipairs(steps) do
    local ok, problem = pcall(step, ds, tostring(number), words)
    if not ok then
      if not (class.isinstance(problem, defer.AlreadyCalledError) or class.isinstance(problem, CustomError)) then
        error(problem, 0)
      end
      trace(number, "raised", problem)
    end
  end
  for k in pairs(ds) do
    numbers[#numbers + 1] = k
  end
  table.sort(numbers)
  for _, k in ipairs(numbers) do
    trace("end", k, ds[k].called, ds[k].paused, ds[k].result)
  end
end

local name, steps

local function finish()
  if name then
    local lines = tracing.record(run, steps)
    print("== " .. name)
    for _, line in ipairs(lines) do
      print(line)
    end
  end
end

for line in io.lines(arg[1]) do
  local title = line:match("^== (.*)")
  if title then
    finish()
    name, steps = title, {}
  elseif line ~= "" then
    local words = {}
    for word in line:gmatch("%S+") do
      words[#words + 1] = word
    end
    steps[#steps + 1] = words
  end
end
finish()
