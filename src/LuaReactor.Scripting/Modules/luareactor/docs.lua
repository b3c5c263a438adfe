-- What is written about a name, for `luareactor doc` and the prompt's `:doc`: how it is called, its comment, an example.
local catalogue = require("luareactor.docs.catalogue")
local comments = require("luareactor.docs.comments")
local examples = require("luareactor.docs.examples")
local names = require("luareactor.docs.names")
local signatures = require("luareactor.docs.signatures")

local docs = {}

local function indent(out, text)
  for line in text:gmatch("([^\n]*)\n") do
    out[#out + 1] = line == "" and "" or "    " .. line
  end
  out[#out + 1] = ""
end

local function listTags(out, list, name)
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

local function listEntries(out, entries)
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
  listTags(out, entry.comment.params)
  listTags(out, entry.comment.returns, "returns")
  if out[#out] ~= "" then
    out[#out + 1] = ""
  end
  if entry.entries and #entry.entries > 0 then
    listEntries(out, entry.entries)
    out[#out + 1] = ""
  end
  local example = examples.of(entry.name)
  if example then
    out[#out + 1] = "Example:"
    out[#out + 1] = ""
    indent(out, example.code)
    if example.prints then
      out[#out + 1] = (example.isTest and "With luareactor test --reporter tap it" or "It") .. " prints:"
      out[#out + 1] = ""
      indent(out, example.prints)
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
  local comment = comments.above(lines, info.linedefined)
  local out = comment and comment.text or {}
  out[#out + 1] = lines[info.linedefined]
  out[#out + 1] = "(" .. info.short_src .. ":" .. info.linedefined .. ")"
  return table.concat(out, "\n")
end

---What is written about a name; nil and why not when there is nothing.
---@param name string such as `reactor.callLater`, `Deferred:addCallback`, `defer`, or one of the session's globals
---@return string|nil doc
---@return string|nil problem
function docs.of(name)
  local entry = names.entry(name)
  local text = entry and full(entry) or ofValue(name)
  if text then
    return text
  end
  local near = names.near(name)
  return nil, "nothing is written about '" .. name .. "'"
    .. (#near > 0 and "; there is " .. table.concat(near, ", ") or "")
end

---All modules, each with its first sentence.
---@return string
function docs.modules()
  local out = {}
  listEntries(out, catalogue.read())
  return table.concat(out, "\n")
end

---`luareactor doc [NAME]`.
---@param name? string
function docs.command(name)
  local text, problem
  if name then
    text, problem = docs.of(name)
  else
    text = docs.modules()
  end
  if not text then
    io.stderr:write("luareactor: ", problem, "\n")
    os.exit(1)
  end
  print(text)
end

return docs
