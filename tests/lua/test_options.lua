-- A misspelt option is refused at the script's line, wherever options are given by name.
local class = require("class")
local defer = require("twisted.internet.defer")
local exception = require("twisted.python.exception")
local policies = require("twisted.protocols.policies")
local protocol = require("twisted.internet.protocol")
local task = require("twisted.internet.task")
local testing = require("twisted.internet.testing")
local unittest = require("twisted.trial.unittest")

local wrong <const> = { nonsense = 1 }

local OptionsTests = class("OptionsTests", unittest.TestCase)

local function refuses(self, what, f)
  local reason = self:assertRaises(exception.TypeError, f)
  local line = debug.getinfo(f, "S").linedefined + 1
  self:assertEqual(tostring(reason), "tests/lua/test_options.lua:" .. line .. ": " .. what .. " has no option nonsense")
end

function OptionsTests:test_deferredList()
  refuses(self, "DeferredList", function()
    local _ = defer.DeferredList({}, wrong)
  end)
end

function OptionsTests:test_gatherResults()
  refuses(self, "gatherResults", function()
    local _ = defer.gatherResults({}, wrong)
  end)
end

function OptionsTests:test_deferredQueue()
  refuses(self, "DeferredQueue", function()
    local _ = defer.DeferredQueue(wrong)
  end)
end

function OptionsTests:test_cooperator()
  refuses(self, "Cooperator", function()
    local _ = task.Cooperator(wrong)
  end)
end

function OptionsTests:test_loopingCall()
  refuses(self, "LoopingCall:start", function()
    local _ = task.LoopingCall(print):start(1, wrong)
  end)
end

function OptionsTests:test_throttlingFactory()
  refuses(self, "ThrottlingFactory", function()
    local _ = policies.ThrottlingFactory(protocol.Factory(), wrong)
  end)
end

function OptionsTests:test_memoryReactor()
  refuses(self, "listenTCP", function()
    local _ = testing.MemoryReactor():listenTCP(0, protocol.Factory(), wrong)
  end)
end

function OptionsTests:test_connectedServerAndClient()
  refuses(self, "connectedServerAndClient", function()
    local _ = testing.connectedServerAndClient(protocol.Protocol, protocol.Protocol, wrong)
  end)
end

return { OptionsTests }
