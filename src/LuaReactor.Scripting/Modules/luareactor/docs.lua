--- The doc comment of a function or module, taken from where it stands.
local sources = require("luareactor.sources")

local docs = {}

local function textOf(source)
  local file = source:match("^@(.*)")
  if not file then
    return nil
  end
  local text = sources.read(file)
  if not text then
    local opened = io.open(file, "r")
    text = opened and opened:read("a")
    if opened then opened:close() end
  end
  return text
end

local function lines(text)
  local all = {}
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
    all[#all + 1] = line
  end
  return all
end

-- The block of comment lines that ends right above a line.
local function above(all, line)
  local first = line
  while first > 1 and all[first - 1]:find("^%s*%-%-") do
    first = first - 1
  end
  if first == line then
    return nil
  end
  local block = {}
  for i = first, line - 1 do
    block[#block + 1] = (all[i]:gsub("^%s*%-%-%-?%s?", ""))
  end
  return table.concat(block, "\n")
end

-- What is written in C# is named, with its comment, in the module's Lua file: `reactor.callLater = reactor.callLater`.
local function named(name)
  local pattern = "^%s*[%w_%.]+[%.:]" .. name .. "%s*="
  for _, file in ipairs(sources.list()) do
    local all = lines(sources.read(file))
    for i, line in ipairs(all) do
      local found = line:find(pattern) and above(all, i)
      if found then
        return found
      end
    end
  end
end

---The comment and the first line of what a name stands for; nil and why not when there is none.
---@param name string such as `reactor.callLater`, `defer.Deferred`, `basic.LineReceiver.sendLine`
---@return string|nil doc
---@return string|nil problem
function docs.of(name)
  local value, last = _G, name
  for part in name:gmatch("[^%.:]+") do
    last = part
    local ok, found = pcall(function() return value[part] end)
    value = ok and found or nil
  end
  if value == nil then
    local loaded, module = pcall(require, name)
    if not loaded then
      return nil, "there is no '" .. name .. "'"
    end
    value = module
  end
  if type(value) == "function" then
    local info = debug.getinfo(value, "S")
    local text = info.what ~= "C" and textOf(info.source)
    if text then
      local all = lines(text)
      local comment = above(all, info.linedefined)
      return (comment and comment .. "\n" or "") .. all[info.linedefined] .. "\n(" .. info.short_src .. ":" .. info.linedefined .. ")"
    end
  end
  if type(last) == "string" and last:find("^[%a_][%w_]*$") then
    local found = named(last)
    if found then
      return found
    end
  end
  for module, loaded in pairs(package.loaded) do
    local text = loaded == value and type(module) == "string" and sources.read(module:gsub("%.", "/") .. ".lua")
    local head = text and text:match("^(%-%-[^\n]*\n[%-%s][^\n]*)") or text and text:match("^(%-%-[^\n]*)")
    if head then
      return (head:gsub("%-%-%-?%s?", "")) .. "\n(module " .. module .. ")"
    end
  end
  return nil, "nothing is written about '" .. name .. "'"
end

return docs
