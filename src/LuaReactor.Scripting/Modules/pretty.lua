-- Values as text that a person can read, and mostly paste back: keys sorted, cycles named, bytes escaped.
local escapes = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\", ['"'] = '\\"' }

local function escapeByte(byte)
  return escapes[byte] or string.format("\\x%02x", byte:byte())
end

-- Characters beyond ASCII stay when they are UTF-8 and can be seen; U+0080 to U+009F are control characters.
local function isText(s)
  return utf8.len(s) ~= nil and not s:find("\xc2[\x80-\x9f]")
end

local function quote(s, asciiOnly)
  local odd = (asciiOnly or not isText(s)) and '[%c"\\\x7f-\xff]' or '[%c"\\\x7f]'
  return '"' .. s:gsub(odd, escapeByte) .. '"'
end

-- The shortest form that is the same number again.
local function number(n)
  if math.type(n) == "integer" then
    return n == math.mininteger and "math.mininteger" or tostring(n)
  elseif n ~= n then
    return "nan"
  elseif n == math.huge or n == -math.huge then
    return n > 0 and "math.huge" or "-math.huge"
  end
  for digits = 14, 17 do
    local text = string.format("%." .. digits .. "g", n)
    if tonumber(text) == n then
      return text:find("[.e]") and text or text .. ".0"
    end
  end
end

local keywords = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true
  until while]]):gmatch("%a+") do
  keywords[word] = true
end

local function isName(key)
  return type(key) == "string" and key:find("^[%a_][%w_]*$") ~= nil and not keywords[key]
end

local ranks = { number = 1, string = 2, boolean = 3 }

local function before(a, b)
  local rankA, rankB = ranks[type(a)] or 4, ranks[type(b)] or 4
  if rankA ~= rankB then
    return rankA < rankB
  elseif rankA <= 2 then
    return a < b
  end
  return tostring(a) < tostring(b)
end

local function textOf(value)
  local ok, text = pcall(tostring, value)
  if ok then
    return text
  end
  return "<" .. type(value) .. " whose __tostring failed>"
end

local function describeFunction(f)
  local info = debug.getinfo(f, "S")
  if info.what == "C" then
    return "<" .. textOf(f):gsub("^builtin: ", "") .. ">"
  end
  return "<function at " .. info.short_src .. ":" .. info.linedefined .. ">"
end

-- What an object says of itself; nil when that is only its class and address, which its fields tell better.
local function ownText(value, metatable)
  if type(metatable) ~= "table" then
    return textOf(value)
  end
  if metatable.__tostring then
    local text = textOf(value)
    if not text:find("^<[%w_.]+ at 0x%x+>$") then
      return text
    end
  end
end

local show

-- The keys after the list part, sorted. `next` and not `pairs`: nothing of the value's own code is run here.
local function otherKeys(value, listed)
  local keys = {}
  for key in next, value do
    if not (math.type(key) == "integer" and key >= 1 and key <= listed) then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys, before)
  return keys
end

local function items(value, state, level)
  local listed, shown = 0, {}
  while rawget(value, listed + 1) ~= nil do
    listed = listed + 1
  end
  local function add(prefix, item)
    state.left = state.left - 1
    if state.left < 0 then
      return false
    end
    shown[#shown + 1] = prefix .. show(item, state, level + 1)
    return true
  end
  for i = 1, listed do
    if i > state.maxItems or not add("", rawget(value, i)) then
      shown[#shown + 1] = "… " .. listed - i + 1 .. " more"
      break
    end
  end
  local keys = otherKeys(value, listed)
  for i, key in ipairs(keys) do
    local prefix = isName(key) and key .. " = " or "[" .. show(key, state, level + 1) .. "] = "
    if i > state.maxItems or not add(prefix, rawget(value, key)) then
      shown[#shown + 1] = "… " .. #keys - i + 1 .. " more"
      break
    end
  end
  return shown
end

-- Short items side by side, so that a list of numbers is not a page.
local function filled(shown, width)
  local lines, line = {}, ""
  for _, item in ipairs(shown) do
    if #item > 20 or item:find("[={]") then
      return shown
    elseif line == "" then
      line = item
    elseif #line + #item + 3 > width then
      lines[#lines + 1], line = line, item
    else
      line = line .. ", " .. item
    end
  end
  lines[#lines + 1] = line
  return lines
end

local function showTable(value, state, level)
  local metatable = getmetatable(value)
  local prefix = ""
  if metatable ~= nil then
    local text = ownText(value, metatable)
    if text then
      return text
    end
    prefix = (type(metatable.__name) == "string" and metatable.__name or "<object>") .. " "
  end
  if state.inside[value] then
    return "<cycle to " .. state.inside[value] .. ">"
  elseif next(value) == nil then
    return prefix .. "{}"
  elseif level > state.depth then
    return prefix .. "{…}"
  end
  state.inside[value] = level == 1 and "the top" or "level " .. level
  local shown = items(value, state, level)
  state.inside[value] = nil
  local line = prefix .. "{" .. table.concat(shown, ", ") .. "}"
  if #line + 2 * (level - 1) <= state.width and not line:find("\n") then
    return line
  end
  local indent = string.rep("  ", level)
  local lines = filled(shown, state.width - #indent)
  return prefix .. "{\n" .. indent .. table.concat(lines, ",\n" .. indent) .. ",\n" .. indent:sub(3) .. "}"
end

function show(value, state, level)
  local kind = type(value)
  if kind == "string" then
    return quote(value, state.ascii)
  elseif kind == "number" then
    return number(value)
  elseif kind == "function" then
    return describeFunction(value)
  elseif kind == "table" then
    return showTable(value, state, level)
  elseif kind == "userdata" or kind == "thread" then
    return (textOf(value):gsub("^(%a+: 0x%x+)$", "<%1>"))
  end
  return tostring(value)
end

---A value as text.
---
---* `depth`: how deep tables are shown (default 6)
---* `width`: a table that fits in this many columns is shown on one line (default 80)
---* `maxItems`: how many items of one table are shown (default 100; in all, ten times as many)
---* `ascii`: whether every byte beyond ASCII is escaped, not only those that are no UTF-8 (default false)
---@param value any
---@param options? {depth?: integer, width?: integer, maxItems?: integer, ascii?: boolean}
---@return string
local function pretty(value, options)
  options = options or {}
  local maxItems = options.maxItems or 100
  return show(value, {
    depth = options.depth or 6, width = options.width or 80, ascii = options.ascii,
    maxItems = maxItems, left = maxItems * 10, inside = {},
  }, 1)
end

return pretty
