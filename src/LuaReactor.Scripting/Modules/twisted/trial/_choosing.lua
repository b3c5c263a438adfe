-- Which tests are run, in which order; and which failed last time.
local choosing = {}

local function fits(id, filter)
  if id:find(filter, 1, true) then
    return true
  end
  -- What is no pattern can only be meant as it stands.
  local ok, at = pcall(string.find, id, filter)
  return ok and at ~= nil
end

---The tests whose id has one of the filters in it, as it stands or as a Lua pattern.
---@param records TrialCase[]
---@param filters string|string[]|nil nil: all
---@return TrialCase[]
function choosing.filter(records, filters)
  if filters == nil then
    return records
  end
  filters = type(filters) == "table" and filters or { filters }
  local chosen = {}
  for _, record in ipairs(records) do
    for _, filter in ipairs(filters) do
      if fits(record.id, filter) then
        chosen[#chosen + 1] = record
        break
      end
    end
  end
  return chosen
end

---The tests of which the name, or the class before its dot, is among the names.
---@param records TrialCase[] of one file
---@param names string[]|nil nil: all
---@return TrialCase[]
function choosing.pick(records, names)
  if not names then
    return records
  end
  local chosen = {}
  for _, record in ipairs(records) do
    for _, name in ipairs(names) do
      -- A file that could not be loaded has no names, and must not be passed over.
      if record.name == "" or record.name == name or record.name:sub(1, #name + 1) == name .. "." then
        chosen[#chosen + 1] = record
        break
      end
    end
  end
  return chosen
end

local function shuffleList(list, random)
  for i = #list, 2, -1 do
    local j = random(i)
    list[i], list[j] = list[j], list[i]
  end
end

-- Sorts into groups by one step of the path, shuffles the groups, then each within: blocks and classes stay together.
local function shuffled(records, level, random)
  local groups, known = {}, {}
  for _, record in ipairs(records) do
    local key = record.path[level] or record
    if not known[key] then
      known[key] = { key = key }
      groups[#groups + 1] = known[key]
    end
    table.insert(known[key], record)
  end
  shuffleList(groups, random)
  local result = {}
  for _, group in ipairs(groups) do
    local isOne = group.key == group[1]
    for _, record in ipairs(isOne and group or shuffled(group, level + 1, random)) do
      result[#result + 1] = record
    end
  end
  return result
end

---The tests in random order, the same for the same seed. Those of a file, class or block stay together.
---@param records TrialCase[]
---@param seed integer
---@return TrialCase[]
function choosing.shuffle(records, seed)
  local state = seed & 0x7fffffff
  -- A generator of our own: the tests may seed Lua's. Park and Miller's, with Schrage's divisor.
  state = state % 2147483646 + 1
  return shuffled(records, 1, function(n)
    state = state * 48271 % 2147483647
    return state % n + 1
  end)
end

---The ids a file holds, one a line.
---@param path string
---@return table<string, boolean> ids empty when there is no such file
function choosing.readFailed(path)
  local ids = {}
  local file = io.open(path, "r")
  if file then
    for line in file:lines() do
      ids[line] = true
    end
    file:close()
  end
  return ids
end

---Writes down what failed. What failed earlier and was not run now stays; with nothing to write the file goes.
---@param path string
---@param outcomes table<string, boolean> per id that was run, whether it failed
---@return string|nil message why it could not be written
function choosing.writeFailed(path, outcomes)
  local ids = {}
  for id in pairs(choosing.readFailed(path)) do
    if outcomes[id] == nil then
      ids[#ids + 1] = id
    end
  end
  for id, failed in pairs(outcomes) do
    if failed then
      ids[#ids + 1] = id
    end
  end
  if #ids == 0 then
    os.remove(path)
    return nil
  end
  table.sort(ids)
  local file, message = io.open(path, "w")
  if not file then
    return message
  end
  file:write(table.concat(ids, "\n"), "\n")
  file:close()
  return nil
end

return choosing
