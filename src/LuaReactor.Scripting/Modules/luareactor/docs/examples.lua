-- The examples of examples.md, by the names in its headings (`### reactor.callLater`).
local sources = require("luareactor.sources")

---@class Example
---@field code string
---@field prints string|nil

local examples = {}
local sections

-- Case does not count, and a colon is as good as a dot: `transport:write` is also Transport's.
local function key(name)
  return (name:lower():gsub(":", "."))
end

local function read()
  sections = {}
  local section
  for line in sources.read("examples.md"):gmatch("[^\n]*\n") do
    local heading = line:match("^### (%S+)")
    if heading then
      section = { name = heading, lines = {} }
      sections[#sections + 1], sections[key(heading)] = section, section
    elseif section then
      table.insert(section.lines, line)
    end
  end
  return sections
end

---The names that have examples, in order.
---@return string[]
function examples.names()
  local names = {}
  for i, section in ipairs(sections or read()) do
    names[i] = section.name
  end
  return names
end

---The first example of a name.
---@param name string
---@return Example|nil
function examples.of(name)
  local section = (sections or read())[key(name)]
  local code, rest = (section and table.concat(section.lines) or ""):match("```lua\n(.-)```\n(.*)")
  return code and { code = code, prints = rest:match("^```text\n(.-)```") }
end

return examples
