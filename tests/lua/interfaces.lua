-- Twisted's interfaces are lists of methods; Lua has no word for them, but what says it is a transport has a transport's.
local interfaces = {
  consumer = { "registerProducer", "unregisterProducer", "write" },
  factory = { "doStart", "doStop", "buildProtocol" },
  loggingContext = { "logPrefix" },
  protocol = { "makeConnection", "connectionMade", "dataReceived", "connectionLost" },
  pullProducer = { "resumeProducing", "stopProducing" },
  pushProducer = { "pauseProducing", "resumeProducing", "stopProducing" },
  reactorSSL = { "listenSSL", "connectSSL" },
  reactorTCP = { "listenTCP", "connectTCP" },
  reactorTime = { "seconds", "callLater", "getDelayedCalls" },
  reactorUNIX = { "listenUNIX", "connectUNIX" },
  transport = { "write", "writeSequence", "loseConnection", "getPeer", "getHost" },
}

---Fails the test unless the object has each of the methods.
---@param test TestCase
---@param object any
---@param ... string[]
function interfaces.provides(test, object, ...)
  for _, methods in ipairs({ ... }) do
    for _, method in ipairs(methods) do
      test:assertEqual(type(object[method]), "function", tostring(object) .. " has no " .. method)
    end
  end
end

return interfaces
