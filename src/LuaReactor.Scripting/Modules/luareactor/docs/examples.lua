-- The examples of examples.md, by the names in its headings: `### reactor.callLater`, or several with commas between them.
local sources = require("luareactor.sources")

---@class Example
---@field code string
---@field prints string|nil
---@field isTest boolean whether it is a test file, for `luareactor test`

local examples = {}
local names, sections

-- Case does not count, and a colon is as good as a dot: `transport:write` is also Transport's.
local function key(name)
  return (name:lower():gsub(":", "."))
end

local function read()
  names, sections = {}, {}
  local section
  for line in sources.read("examples.md"):gmatch("[^\n]*\n") do
    local heading = line:match("^### (.*)\n")
    if heading then
      section = {}
      for name in heading:gmatch("[^%s,]+") do
        names[#names + 1], sections[key(name)] = name, section
      end
    elseif section then
      table.insert(section, line)
    end
  end
end

---The names that have examples, in order.
---@return string[]
function examples.names()
  if not names then
    read()
  end
  return names
end

---The first example of a name.
---@param name string
---@return Example|nil
function examples.of(name)
  if not sections then
    read()
  end
  local text = table.concat(sections[key(name)] or {})
  local kind, code, rest = text:match("```lua([^\n]*)\n(.-)```\n(.*)")
  return code and { code = code, prints = rest:match("^```text\n(.-)```"), isTest = kind == " test" }
end

return examples
