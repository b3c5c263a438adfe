-- What is written about a name, for `luareactor doc` and the prompt's `:doc`: how it is called, its comment, an example.
local catalogue = require("luareactor.catalogue")
local comments = require("luareactor.comments")
local examples = require("luareactor.examples")
local signatures = require("luareactor.signatures")

local docs = {}

local function key(name)
  return (name:gsub(":", "."))
end

-- Each entry by the names it may be asked for: as they are, and in small letters for those that are not found so.
local index

local function put(name, entry)
  name = key(name)
  index[name] = index[name] or entry
  index.small[name:lower()] = index.small[name:lower()] or entry
end

local function readIndex()
  index = { small = {} }
  local function members(owner, prefixes)
    for _, entry in ipairs(owner.entries or {}) do
      local names = { entry.name }
      for _, prefix in ipairs(prefixes) do
        table.insert(names, prefix .. "." .. entry.key)
      end
      for _, name in ipairs(names) do
        put(name, entry)
      end
      if entry.kind == "class" then
        table.insert(names, entry.key)
        put(entry.key, entry)
      end
      members(entry, names)
    end
  end
  local modules = catalogue.read()
  for _, module in ipairs(modules) do
    put(module.name, module)
    put(module.key, module)
  end
  for _, module in ipairs(modules) do
    members(module, { module.name, module.key })
  end
  return index
end

local function inParents(entry, member)
  for _, parent in ipairs(entry.parents or {}) do
    for _, each in ipairs(parent.entries) do
      if each.key == member then
        return each
      end
    end
    local found = inParents(parent, member)
    if found then
      return found
    end
  end
end

---@param name string
---@return Entry|nil
function docs.entry(name)
  local all = index or readIndex()
  name = key(name)
  local found = all[name] or all.small[name:lower()]
  if not found then
    local owner, member = name:match("^(.*)%.([^%.]+)$")
    local class = owner and docs.entry(owner)
    found = class and inParents(class, member)
  end
  return found and found.of or found
end

local function indented(out, text)
  for line in text:gmatch("([^\n]*)\n") do
    out[#out + 1] = line == "" and "" or "    " .. line
  end
  out[#out + 1] = ""
end

local function tags(out, list, name)
  for _, tag in ipairs(list) do
    if tag.text ~= "" then
      out[#out + 1] = "  " .. (name or tag.name .. ":") .. " " .. tag.text
    end
  end
end

local function firstSentence(comment)
  local paragraph = table.concat(comment.text, "\n"):match("^(.-)\n\n") or table.concat(comment.text, "\n")
  paragraph = paragraph:gsub("\n", " ")
  return paragraph:match("^.-[%.!?]%f[ \0]") or paragraph
end

local function listed(out, entries)
  for _, entry in ipairs(entries) do
    local about = entry.kind == "alias" and "is " .. entry.of.name or firstSentence(entry.comment)
    local name = entry.kind == "field" and signatures.of(entry) or entry.name
    out[#out + 1] = "  " .. name .. (" "):rep(math.max(2, 32 - #name)) .. about
  end
end

local function full(entry)
  local out = { signatures.of(entry), "" }
  table.move(entry.comment.text, 1, #entry.comment.text, #out + 1, out)
  out[#out + 1] = ""
  tags(out, entry.comment.params)
  tags(out, entry.comment.returns, "returns")
  if out[#out] ~= "" then
    out[#out + 1] = ""
  end
  if entry.entries and #entry.entries > 0 then
    listed(out, entry.entries)
    out[#out + 1] = ""
  end
  local example = examples.of(entry.name)
  if example then
    out[#out + 1] = "Example:"
    out[#out + 1] = ""
    indented(out, example.code)
    if example.prints then
      out[#out + 1] = "It prints:"
      out[#out + 1] = ""
      indented(out, example.prints)
    end
  end
  return (table.concat(out, "\n"):gsub("\n*$", ""))
end

-- A name of the session's own: the comment, the first line and the place of the function it stands for.
local function ofValue(name)
  local value = _G
  for part in name:gmatch("[^%.:]+") do
    local ok, found = pcall(function() return value[part] end)
    value = ok and found or nil
  end
  local _, known = catalogue.read()
  if value ~= nil and known[value] then
    return full(known[value])
  end
  local info = type(value) == "function" and debug.getinfo(value, "S")
  local lines = info and info.source:find("^@") and comments.lines(info.source:sub(2))
  if not lines then
    return nil
  end
  local comment = comments.above(lines, info.linedefined) or comments.plain()
  local out = table.move(comment.text, 1, #comment.text, 1, {})
  out[#out + 1] = lines[info.linedefined]
  out[#out + 1] = "(" .. info.short_src .. ":" .. info.linedefined .. ")"
  return table.concat(out, "\n")
end

-- How many letters have to be put in, left out or changed.
local function distance(a, b)
  local row = {}
  for j = 0, #b do
    row[j] = j
  end
  for i = 1, #a do
    local corner = row[0]
    row[0] = i
    for j = 1, #b do
      local change = corner + (a:byte(i) == b:byte(j) and 0 or 1)
      corner, row[j] = row[j], math.min(row[j] + 1, row[j - 1] + 1, change)
    end
  end
  return row[#b]
end

local function near(name)
  local wanted = name:lower():match("[^%.:]*$")
  local found = {}
  local function look(entries)
    for _, entry in ipairs(entries) do
      local own = entry.key:lower()
      local far = own ~= wanted and own:find(wanted, 1, true) and 1 or distance(own, wanted)
      if far <= 2 and entry.kind ~= "alias" then
        found[#found + 1] = { entry.name, far }
      end
      look(entry.entries or {})
    end
  end
  look(catalogue.read())
  table.sort(found, function(a, b) return a[2] < b[2] or a[2] == b[2] and a[1] < b[1] end)
  local names = {}
  for i = 1, math.min(#found, 5) do
    names[i] = found[i][1]
  end
  return names
end

---What is written about a name; nil and why not when there is nothing.
---@param name string such as `reactor.callLater`, `Deferred:addCallback`, `defer`, or one of the session's globals
---@return string|nil doc
---@return string|nil problem
function docs.of(name)
  local entry = docs.entry(name)
  local text = entry and full(entry) or ofValue(name)
  if text then
    return text
  end
  local names = near(name)
  return nil, "nothing is written about '" .. name .. "'"
    .. (#names > 0 and "; there is " .. table.concat(names, ", ") or "")
end

---All modules, each with its first line.
---@return string
function docs.modules()
  local out = {}
  listed(out, catalogue.read())
  return table.concat(out, "\n")
end

---`luareactor doc [NAME]`.
---@param name? string
function docs.command(name)
  local text, problem = docs.modules()
  if name then
    text, problem = docs.of(name)
  end
  if not text then
    io.stderr:write("luareactor: ", problem, "\n")
    os.exit(1)
  end
  print(text)
end

return docs
