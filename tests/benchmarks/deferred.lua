-- What Deferreds cost: ten callbacks, a function that waits for a fired Deferred, one that waits for an unfired one.
-- run: LUA_PATH='src/LuaReactor.Scripting/Modules/?.lua' lua5.4 tests/benchmarks/deferred.lua [times]
local defer = require("twisted.internet.defer")

local times = tonumber(arg and arg[1]) or 20000
-- The best of several rounds: the rest is other programs' noise.
local rounds <const> = 10

local function best(f)
  local least = math.huge
  for _ = 1, rounds do
    local begun = os.clock()
    f()
    least = math.min(least, os.clock() - begun)
  end
  return least / times * 1e9
end

local function inc(value)
  return value + 1
end

local one = defer.inlineCallbacks(function()
  return defer.await(defer.succeed(1)) + 1
end)

local waiting = defer.inlineCallbacks(function(d)
  return defer.await(d) + 1
end)

print(string.format("chain10_ns_per_callback=%.1f inline1_ns=%.1f inline1_unfired_ns=%.1f",
  best(function()
    for _ = 1, times do
      local d = defer.Deferred()
      for _ = 1, 10 do
        d:addCallback(inc)
      end
      d:callback(0)
    end
  end) / 10,
  best(function()
    for _ = 1, times do
      one()
    end
  end),
  best(function()
    for _ = 1, times do
      local d = defer.Deferred()
      waiting(d)
      d:callback(1)
    end
  end)))
