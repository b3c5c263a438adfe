-- The timers of the peers' comparison: n calls due within a second, then m calls scheduled and cancelled, a thousand a turn.
-- run:    luareactor tests/benchmarks/timers.lua [n] [m]
local reactor = require("twisted.internet.reactor")

local n, m = tonumber(arg[1]) or 200000, tonumber(arg[2]) or 1000000
local seed = 12345
local left, worst, first = n, -math.huge, math.huge
local begun, scheduled, begunCpu

local function random()
  seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
  return seed / 2147483648
end

local function never()
  error("a cancelled call ran")
end

local function cancels(done, since)
  for _ = 1, 1000 do
    reactor.callLater(1 + random(), never):cancel()
  end
  if done + 1000 < m then
    reactor.callLater(0, cancels, done + 1000, since)
  else
    print(string.format("cancel_ops_s=%.0f", m / (reactor.seconds() - since)))
    reactor.stop()
  end
end

local function fire(due)
  local late = reactor.seconds() - due
  worst, first = math.max(worst, late), math.min(first, late)
  left = left - 1
  if left == 0 then
    local wall, cpu = reactor.seconds() - begun, os.clock() - begunCpu
    io.write(string.format(
      "schedule_ops_s=%.0f fired=%d wall_s=%.3f cpu_s=%.3f timers_per_cpu_s=%.0f worst_late_ms=%.2f earliest_ms=%.2f ",
      n / (scheduled - begun), n, wall, cpu, n / cpu, worst * 1e3, first * 1e3))
    cancels(0, reactor.seconds())
  end
end

reactor.callWhenRunning(function()
  begunCpu, begun = os.clock(), reactor.seconds()
  for _ = 1, n do
    local delay = random()
    reactor.callLater(delay, fire, reactor.seconds() + delay)
  end
  scheduled = reactor.seconds()
end)
reactor.run()
