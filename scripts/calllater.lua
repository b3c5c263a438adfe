-- Prints the time four times, a second apart, then stops the reactor.
-- run:    luareactor scripts/calllater.lua
-- expect: Running the reactor ...
-- match:  ^Current time is %d%d:%d%d:%d%d$
-- match:  ^Current time is %d%d:%d%d:%d%d$
-- match:  ^Current time is %d%d:%d%d:%d%d$
-- match:  ^Current time is %d%d:%d%d:%d%d$
-- expect: Stopping reactor
-- expect: Reactor stopped.
local reactor = require("twisted.internet.reactor")

local function printTime()
  print("Current time is " .. os.date("%H:%M:%S"))
end

local function stopReactor()
  print("Stopping reactor")
  reactor.stop()
end

reactor.callLater(1, printTime)
reactor.callLater(2, printTime)
reactor.callLater(3, printTime)
reactor.callLater(4, printTime)
reactor.callLater(5, stopReactor)

print("Running the reactor ...")
reactor.run()
print("Reactor stopped.")
