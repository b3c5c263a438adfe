-- How a name is written where it is used: `defer.succeed(result: any): Deferred`.
local signatures = {}

local function typed(tag)
  local mark = tag.optional and "?" or ""
  return tag.name .. mark .. ": " .. tag.type
end

local function types(tags)
  local all = {}
  for i, tag in ipairs(tags) do
    all[i] = tag.type
  end
  return table.concat(all, ", ")
end

---A function's parameters and results, as a type has them.
---@param comment DocComment|nil
---@return string `(name: type, other?: type): type`
function signatures.call(comment)
  local parts = {}
  for i, param in ipairs(comment and comment.params or {}) do
    parts[i] = typed(param)
  end
  local returns = types(comment and comment.returns or {})
  return "(" .. table.concat(parts, ", ") .. ")" .. (returns == "" and "" or ": " .. returns)
end

---What a class or a module is called with, from its `@overload` or its `__init`, its own or a parent's.
---@param entry Entry
---@return string|nil `(name: type): Class`
function signatures.constructor(entry)
  for _, other in ipairs(entry.comment and entry.comment.others or {}) do
    local overload = other:match("^@overload fun(.*)")
    if overload then
      return overload
    end
  end
  if entry.init then
    return signatures.call(entry.init) .. ": " .. entry.type
  end
  for _, parent in ipairs(entry.parents or {}) do
    local inherited = signatures.constructor(parent)
    if inherited then
      return (inherited:gsub("[^:]*$", " " .. entry.type))
    end
  end
end

---@param entry Entry
---@return string
function signatures.of(entry)
  if entry.kind == "function" or entry.kind == "method" then
    return entry.name .. signatures.call(entry.comment)
  elseif entry.kind == "field" then
    return entry.name .. ": " .. entry.type
  elseif entry.kind == "alias" then
    return entry.name .. " is " .. entry.of.name
  end
  return entry.name .. (signatures.constructor(entry) or "")
end

return signatures
