-- Which of luareactor's files are modules that a script may require.
local sources = require("luareactor.sources")

-- Private by their names, or the parts that `luareactor test` is made of.
local internal <const> = {
  "^luareactor/", "/_", "^twisted/trial/bdd", "^twisted/trial/loader", "^twisted/trial/reporters", "^twisted/trial/runner",
}

-- What comes earlier is used by what comes later; the last pattern that fits counts.
local layers <const> = {
  "", "^twisted/python", "^twisted/internet", "^twisted/protocols", "^twisted/internet/testing", "^twisted/trial",
}

local function layer(file)
  local last
  for i, pattern in ipairs(layers) do
    last = file:find(pattern) and i or last
  end
  return last
end

local function isPublic(file)
  for _, pattern in ipairs(internal) do
    if file:find(pattern) then
      return false
    end
  end
  return true
end

local files = {}

---The public modules' files, each after those that it is made of.
---@return string[]
function files.public()
  local public = {}
  for _, file in ipairs(sources.list()) do
    if isPublic(file) then
      public[#public + 1] = file
    end
  end
  table.sort(public, function(a, b)
    local first, second = layer(a), layer(b)
    return first < second or first == second and a < b
  end)
  return public
end

---Where the parts of a module may be written: its own file, then the private ones beside it.
---@param file string
---@return string[]
function files.of(file)
  local parts = files.below((file:match("^.*/") or "") .. "_")
  table.insert(parts, 1, file)
  return parts
end

---The files whose names begin so.
---@param prefix string
---@return string[]
function files.below(prefix)
  local below = {}
  for _, file in ipairs(sources.list()) do
    if file:sub(1, #prefix) == prefix then
      below[#below + 1] = file
    end
  end
  table.sort(below)
  return below
end

---The name one requires a file by.
---@param file string
---@return string
function files.module(file)
  return (file:gsub("%.lua$", ""):gsub("/", "."))
end

return files
