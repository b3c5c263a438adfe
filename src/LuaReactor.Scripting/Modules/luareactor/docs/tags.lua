-- The tags of a doc comment, as lua-language-server has them: `@param name type text`.

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

local tags = {}

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
function tags.plain(...)
  return { text = { ... }, params = {}, returns = {}, fields = {}, others = {} }
end

---A comment from its lines in a file.
---@param lines string[]
---@param first integer
---@param last integer
---@return DocComment
function tags.parse(lines, first, last)
  local comment = tags.plain()
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

return tags
