--- What a half typed name may become: globals, keywords, fields, methods, modules in `require`. Nothing of the script's own
--- code is run: tables are looked at raw, along the `__index` tables of their metatables.
local sources = require("luareactor.sources")

local deepest <const> = 64

local keywords = {
  "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or",
  "repeat", "return", "then", "true", "until", "while",
}

-- Where a value's missing fields are looked for; the methods of a handle with properties are an upvalue of its __index.
local function fallback(value)
  local metatable = debug.getmetatable(value)
  local index = type(metatable) == "table" and rawget(metatable, "__index") or nil
  if type(index) == "function" and type(value) == "userdata" then
    local name, methods = debug.getupvalue(index, 1)
    return name == "methods" and methods or nil
  end
  return type(index) == "table" and index or nil
end

local function field(value, name)
  for _ = 1, deepest do
    if value == nil then
      return nil
    end
    local found = type(value) == "table" and rawget(value, name) or nil
    if found ~= nil then
      return found
    end
    value = fallback(value)
  end
end

-- The names of all fields of a value; after a colon of its functions only.
local function names(value, onlyCallable, add)
  for _ = 1, deepest do
    if value == nil then
      return
    end
    if type(value) == "table" then
      for key, item in next, value do
        if type(key) == "string" and key:find("^[%a_][%w_]*$") and not (onlyCallable and type(item) ~= "function") then
          add(key)
        end
      end
    end
    value = fallback(value)
  end
end

local function matching(prefix, each)
  local found, seen = {}, {}
  each(function(name)
    -- What begins with an underscore is private until one asks for it.
    if not seen[name] and name:sub(1, #prefix) == prefix and (prefix ~= "" or name:sub(1, 1) ~= "_") then
      seen[name] = true
      found[#found + 1] = name
    end
  end)
  table.sort(found)
  return found
end

-- Modules of the program, those that are loaded or preloaded, and files along package.path.
local function modules(prefix, add)
  for _, file in ipairs(sources.list()) do
    local name = file:gsub("%.lua$", ""):gsub("/", ".")
    if not name:find("%f[%w_]_") then
      add(name)
    end
  end
  for _, known in ipairs({ package.loaded, package.preload }) do
    for name in next, known do
      if type(name) == "string" then
        add(name)
      end
    end
  end
  local files = require("luareactor.files")
  local folder = prefix:match("^(.*)%.") or ""
  for template in package.path:gmatch("[^;]+") do
    local before, after = template:match("^(.-)%?(%.lua)$")
    if before then
      local path = before .. folder:gsub("%.", "/")
      for _, entry in ipairs(files.list(path ~= "" and path or ".") or {}) do
        if not entry.directory and entry.name:sub(-#after) == after then
          add((folder ~= "" and folder .. "." or "") .. entry.name:sub(1, -#after - 1))
        end
      end
    end
  end
end

local completer = {}

---@param text string what stands before the cursor
---@return string word the end of the text that is replaced
---@return string[] candidates what by, sorted
function completer.complete(text)
  local module = text:match("require%s*%(?%s*[\"']([%w_%.%-]*)$")
  if module then
    return module, matching(module, function(add) modules(module, add) end)
  end
  local command = text:match("^%s*:(%a*)$")
  if command then
    return command, matching(command, function(add)
      for name in pairs(require("luareactor.promptcommands").commands) do add(name) end
    end)
  end
  local path, separator, word = text:match("([%a_][%w_%.]*)([%.:])([%w_]*)$")
  if not path then
    word = text:match("[%a_][%w_]*$") or ""
    if word == "" and text:find("[%.:%w]$") then
      return "", {}
    end
    return word, matching(word, function(add)
      names(_G, false, add)
      for _, keyword in ipairs(keywords) do add(keyword) end
    end)
  end
  local value = _G
  for name in path:gmatch("[%a_][%w_]*") do
    value = field(value, name)
  end
  return word, matching(word, function(add)
    names(value, separator == ":", add)
  end)
end

return completer
