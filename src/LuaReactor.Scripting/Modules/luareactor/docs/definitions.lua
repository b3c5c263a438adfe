-- What an editor's language server (LuaLS) reads: a file of declarations for each module, from the comments in its source.
local catalogue = require("luareactor.docs.catalogue")
local signatures = require("luareactor.docs.signatures")

local definitions = {}

local function tagLine(kind, name, optional, tag)
  local words = { "---@" .. kind, name and name .. (optional and "?" or ""), tag.type, tag.text ~= "" and tag.text or nil }
  local line = {}
  for i = 1, 4 do
    line[#line + 1] = words[i]
  end
  return table.concat(line, " ")
end

local function text(out, comment)
  for _, line in ipairs(comment and comment.text or {}) do
    out[#out + 1] = "---" .. line
  end
end

local function writeFields(out, comment)
  for _, field in ipairs(comment and comment.fields or {}) do
    out[#out + 1] = tagLine("field", field.name, field.optional, field)
  end
end

local function writeFunction(out, name, comment, isLocal)
  text(out, comment)
  for _, other in ipairs(comment.others) do
    out[#out + 1] = "---" .. other
  end
  local names = {}
  for i, param in ipairs(comment.params) do
    out[#out + 1] = tagLine("param", param.name, param.optional, param)
    names[i] = param.name
  end
  for _, result in ipairs(comment.returns) do
    out[#out + 1] = tagLine("return", nil, false, result)
  end
  out[#out + 1] = (isLocal and "local " or "") .. "function " .. name .. "(" .. table.concat(names, ", ") .. ") end"
  out[#out + 1] = ""
end

local function writeClass(out, entry)
  text(out, entry.comment)
  local parents = {}
  for i, parent in ipairs(entry.parents) do
    parents[i] = parent.type
  end
  out[#out + 1] = "---@class " .. entry.type .. (#parents > 0 and ": " .. table.concat(parents, ", ") or "")
  writeFields(out, entry.comment)
  local constructor = signatures.constructor(entry)
  if constructor then
    out[#out + 1] = "---@overload fun" .. constructor
  end
  out[#out + 1] = "local " .. entry.key .. " = {}"
  out[#out + 1] = ""
  for _, member in ipairs(entry.entries) do
    if member.kind ~= "field" then
      writeFunction(out, entry.key .. (member.kind == "method" and ":" or ".") .. member.key, member.comment)
    end
  end
end

local function writeModule(out, module)
  local key = module.key
  text(out, module.comment)
  out[#out + 1] = "---@class " .. module.name
  writeFields(out, module.comment)
  local call = signatures.constructor(module)
  if call then
    out[#out + 1] = "---@overload fun" .. call
  end
  out[#out + 1] = "local " .. key .. " = {}"
  out[#out + 1] = ""
  for _, entry in ipairs(module.entries) do
    local name = key .. "." .. entry.key
    if entry.kind == "function" then
      writeFunction(out, name, entry.comment)
    elseif entry.kind == "class" then
      writeClass(out, entry)
      out[#out + 1] = name .. " = " .. entry.key
      out[#out + 1] = ""
    elseif entry.kind == "field" and entry.value ~= nil then
      text(out, entry.comment)
      out[#out + 1] = "---@type " .. entry.type
      out[#out + 1] = name .. " = nil"
      out[#out + 1] = ""
    elseif entry.kind == "alias" then
      out[#out + 1] = name .. ' = require("' .. entry.of.module.name .. '").' .. entry.of.key
      out[#out + 1] = ""
    end
  end
  out[#out + 1] = "return " .. key
end

---The declarations of one of the catalogue's modules, as Lua.
---@param module Entry
---@return string
function definitions.of(module)
  local out = { "---@meta " .. (module.isDeclared and "_" or module.name), "" }
  if module.kind == "class" then
    writeClass(out, module)
  elseif module.kind == "function" then
    writeFunction(out, module.key, module.comment, true)
    out[#out + 1] = "return " .. module.key
  elseif module.isDeclared then
    for _, entry in ipairs(module.entries) do
      writeFunction(out, entry.name, entry.comment)
    end
  else
    writeModule(out, module)
  end
  return (table.concat(out, "\n"):gsub("\n*$", "\n"))
end

---All of them, by the names of their files.
---@return table<string, string>
function definitions.all()
  local files = {}
  for _, module in ipairs(catalogue.read()) do
    files[module.name:gsub("%.", "/") .. ".lua"] = definitions.of(module)
  end
  return files
end

return definitions
