-- Doc comments where they stand: the block of comment lines right above a function, a class or an assignment, and its tags.
local sources = require("luareactor.sources")

---@class DocTag
---@field name string the parameter's or field's, "" for what is returned
---@field optional boolean
---@field type string
---@field text string

---@class DocComment
---@field text string[] the lines without tags
---@field params DocTag[]
---@field returns DocTag[]
---@field fields DocTag[]
---@field others string[] tags of other kinds, as they stand: `@overload …`

local comments = {}

local function split(text)
  local lines = {}
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
    lines[#lines + 1] = line
  end
  return lines
end

local embedded = {}

---The lines of an embedded file, or of one on the disk; nil when it cannot be read.
---@param file string
---@return string[]|nil
function comments.lines(file)
  if embedded[file] then
    return embedded[file]
  end
  local text = sources.read(file)
  if text then
    embedded[file] = split(text)
    return embedded[file]
  end
  local opened = io.open(file, "r")
  local read = opened and opened:read("a")
  if opened then
    opened:close()
  end
  return read and split(read)
end

-- A type ends at the first blank outside of brackets that does not follow `:`, `,` or `|`.
local function splitType(text)
  local depth, last = 0, ""
  for i = 1, #text do
    local c = text:sub(i, i)
    if c:find("[%(%[{<]") then
      depth = depth + 1
    elseif c:find("[%)%]}>]") then
      depth = depth - 1
    elseif c == " " and depth == 0 and not last:find("[:,|]") then
      return text:sub(1, i - 1), text:sub(i + 1)
    end
    last = c
  end
  return text, ""
end

local function tag(name, rest)
  local type, text = splitType(rest)
  return { name = name:gsub("%?$", ""), optional = name:sub(-1) == "?", type = type, text = text }
end

local function named(rest)
  local name, more = rest:match("^(%S+)%s*(.*)")
  return tag(name, more)
end

---A comment without tags.
---@param ... string its lines
---@return DocComment
function comments.plain(...)
  return { text = { ... }, params = {}, returns = {}, fields = {}, others = {} }
end

local function parse(lines, first, last)
  local comment = comments.plain()
  for i = first, last do
    local line = lines[i]:gsub("^%s*%-%-%-?%s?", "")
    local kind, rest = line:match("^@(%a+)%s*(.*)")
    if kind == "param" then
      table.insert(comment.params, named(rest))
    elseif kind == "return" then
      table.insert(comment.returns, tag("", rest))
    elseif kind == "field" then
      table.insert(comment.fields, named(rest))
    elseif kind then
      table.insert(comment.others, line)
    else
      table.insert(comment.text, line)
    end
  end
  return comment
end

local function isComment(line)
  return line ~= nil and line:find("^%s*%-%-") ~= nil
end

---The comment that ends right above a line.
---@param lines string[]
---@param line integer
---@return DocComment|nil
function comments.above(lines, line)
  local first = line
  while isComment(lines[first - 1]) do
    first = first - 1
  end
  return first < line and parse(lines, first, line - 1) or nil
end

---The comment a file begins with.
---@param lines string[]
---@return DocComment|nil
function comments.head(lines)
  local last = 0
  while isComment(lines[last + 1]) do
    last = last + 1
  end
  return last > 0 and parse(lines, 1, last) or nil
end

---The first text in some files' comments that has a line of a pattern, or stands above one.
---@param files string[]
---@param pattern string
---@return DocComment|nil
function comments.find(files, pattern)
  for _, file in ipairs(files) do
    local lines = comments.lines(file)
    for i, line in ipairs(lines) do
      if line:find(pattern) then
        while isComment(lines[i]) do
          i = i + 1
        end
        local found = comments.above(lines, i)
        if found and #found.text > 0 then
          return found
        end
      end
    end
  end
end

---The pattern of a line that begins `name =` or `a.name =`.
---@param name string
---@return string
function comments.assignment(name)
  return "^%s*[%w_%.]-%f[%w_]" .. name .. "%s*=%f[^=]"
end

---A function's comment: above the function, or above `name = ` in the same file or in others.
---@param f function
---@param name string
---@param files string[]
---@return DocComment|nil
function comments.of(f, name, files)
  local info = debug.getinfo(f, "S")
  local file = info.source:match("^@(.*)")
  local lines = file and comments.lines(file)
  return lines and comments.above(lines, info.linedefined)
    or comments.find(lines and { file, table.unpack(files) } or files, comments.assignment(name))
end

return comments
