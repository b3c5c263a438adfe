-- The basic protocols: lines, strings, files.
local module = {}

for _, part in ipairs({ "_lines", "_strings", "_filesender" }) do
  for name, value in pairs(require("twisted.protocols." .. part)) do
    module[name] = value
  end
end

return module
