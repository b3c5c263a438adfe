-- Doc comments where they stand: the block of comment lines right above a function, a class or an assignment.
local sources = require("luareactor.sources")
local tags = require("luareactor.docs.tags")

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
  return first < line and tags.parse(lines, first, line - 1) or nil
end

---The comment a file begins with.
---@param file string
---@return DocComment
function comments.head(file)
  local lines = comments.lines(file)
  local last = 0
  while isComment(lines[last + 1]) do
    last = last + 1
  end
  return tags.parse(lines, 1, last)
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
