-- A server that answers each line. Talk to it with: ncat -C 127.0.0.1 5001
local echo = require("echo")
local reactor = require("twisted.internet.reactor")

reactor.listenTCP(5001, echo.EchoFactory(), { interface = "127.0.0.1" })
print("Listening on port 5001, press Ctrl-C to stop.")
reactor.run()
