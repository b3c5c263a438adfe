-- Compares the cases of Twisted's own tests with our tests, and with the reasons why some cannot apply.
local conformance = {}

-- Twisted's names begin with a small letter, a capital or an underscore; ours always with a small letter.
local function id(className, name)
  name = name:gsub("^_+", "")
  return className .. "." .. name:sub(1, 1):lower() .. name:sub(2)
end

---@class ConformanceCase
---@field id string `Class.name`
---@field wanted string[] the ids of the tests that cover it: one, or for a mixin's case one in each class

---Reads `module/Class: name, name`, or `module/Mixin [Class Class]: name, name`; an indented line goes on with the names.
---@param text string
---@return ConformanceCase[]
function conformance.cases(text)
  local cases, className, classes = {}, nil, nil
  for line in text:gmatch("[^\n]+") do
    local head, names = line:match("^(%S[^:]*): (.*)$")
    if head and head:sub(1, 1) ~= "#" then
      className = head:match("/(%w+)")
      classes = {}
      for name in (head:match("%[(.*)%]") or className):gmatch("%w+") do
        classes[#classes + 1] = name
      end
    elseif not head then
      names = line:match("^%s+(.*)$")
    end
    for name in (className and names or ""):gmatch("[%w_]+") do
      local wanted = {}
      for i, cls in ipairs(classes) do
        wanted[i] = id(cls, name)
      end
      cases[#cases + 1] = { id = id(className, name), wanted = wanted }
    end
  end
  return cases
end

---Reads `Class.name: reason`.
---@param text string
---@return table<string, string> reasons by id
---@return string[] problems lines that are not of that form, or say something twice
function conformance.reasons(text)
  local reasons, problems = {}, {}
  for line in text:gmatch("[^\n]+") do
    if line:sub(1, 1) ~= "#" then
      local className, name, reason = line:match("^(%w+)%.([%w_]+): (.*%S)")
      if not className then
        problems[#problems + 1] = "not `Class.name: reason`: " .. line
      elseif reasons[id(className, name)] then
        problems[#problems + 1] = "listed twice: " .. className .. "." .. name
      else
        reasons[id(className, name)] = reason
      end
    end
  end
  return reasons, problems
end

---@param cases ConformanceCase[]
---@param tests string[] our tests, `Class.test_name`
---@param reasons table<string, string>
---@return integer covered
---@return string[] problems
function conformance.compare(cases, tests, reasons)
  local has, known, problems, covered = {}, {}, {}, 0
  for _, test in ipairs(tests) do
    local className, name = test:match("^(%w+)%.test_(.+)$")
    if className then
      has[id(className, name)] = true
    end
  end
  for _, case in ipairs(cases) do
    known[case.id] = true
    local missing = {}
    for _, wanted in ipairs(case.wanted) do
      if not has[wanted] then
        missing[#missing + 1] = wanted
      end
    end
    if #missing == 0 then
      covered = covered + 1
    end
    if #missing == 0 and reasons[case.id] then
      problems[#problems + 1] = "tested and listed as not applicable: " .. case.id
    elseif #missing > 0 and not reasons[case.id] then
      problems[#problems + 1] = "no test and no reason: " .. table.concat(missing, ", ")
    end
  end
  for listed in pairs(reasons) do
    if not known[listed] then
      problems[#problems + 1] = "not applicable, but no such case: " .. listed
    end
  end
  table.sort(problems)
  return covered, problems
end

return conformance
