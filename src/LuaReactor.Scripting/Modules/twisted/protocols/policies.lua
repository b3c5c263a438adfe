-- What stands between a factory and its connections: limits, timeouts, throttles, logs. Twisted's `policies`.
local policies = {}

for _, name in ipairs({ "_wrapping", "_throttling", "_limits", "_timeouts", "_traffic" }) do
  for key, value in pairs(require("twisted.protocols." .. name)) do
    policies[key] = value
  end
end

return policies
