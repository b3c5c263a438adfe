-- A test's problems as text: the message, and of the traceback the script's own frames.
local problems = {}

local ours = { "^twisted/", "/twisted/%l+/_?%l+%.lua:", "^class%.lua:", "/class%.lua:", "^luareactor/", "^%[C%]:", "^%(%.%.%.tail" }

local function isOurs(frame)
  for _, pattern in ipairs(ours) do
    if frame:find(pattern) then
      return true
    end
  end
  return false
end

---The frames of a script, without the host's own.
---@param traceback string Lua's
---@return string[] frames
function problems.frames(traceback)
  local frames = {}
  for line in traceback:gmatch("[^\n]+") do
    local frame = line:match("^%s+(.*)$")
    if frame and not isOurs(frame) then
      frames[#frames + 1] = frame
    end
  end
  return frames
end

---The error's class and message; of a failed assertion the message alone.
---@param problem TrialProblem
---@return string
function problems.message(problem)
  local failure = problem.failure
  local text = failure:getErrorMessage()
  if problem.kind == "error" and type(failure.type) == "table" then
    text = failure.type.__name .. ": " .. text
  end
  if problem.phase ~= "test" and problem.phase ~= "reactor" then
    local when = problem.phase == "log" and "logged: " or "in " .. problem.phase .. ": "
    text = when .. text
  end
  return text
end

---All of a test's problems, with frames.
---@param result TrialResult
---@param indent? string
---@return string
function problems.text(result, indent)
  indent = indent or ""
  local lines = {}
  for _, problem in ipairs(result.problems) do
    for line in (problems.message(problem):gsub("%s+$", "") .. "\n"):gmatch("([^\n]*)\n") do
      lines[#lines + 1] = indent .. line
    end
    local frames = problems.frames(problem.failure.traceback)
    if #frames == 0 and result.where then
      frames[1] = result.where .. ": the test"
    end
    for _, frame in ipairs(frames) do
      lines[#lines + 1] = indent .. "  " .. frame
    end
  end
  return table.concat(lines, "\n")
end

return problems
