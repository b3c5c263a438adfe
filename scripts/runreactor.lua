-- Runs the reactor with nothing to do, until it is told to stop.
-- run:    luareactor scripts/runreactor.lua
-- expect: Running the reactor ...
-- after:  Ctrl-C
-- expect: Reactor stopped.
local reactor = require("twisted.internet.reactor")

print("Running the reactor ...")
reactor.run()
print("Reactor stopped.")
