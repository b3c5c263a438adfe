-- Finds test files: those of that name in folders and their folders, and whatever file is named itself.
local finding = {}

local function tidy(path)
  path = path:gsub("\\", "/"):gsub("/+", "/")
  path = path:gsub("^%./", ""):gsub("/%./", "/"):gsub("(.)/$", "%1")
  return path == "" and "." or path
end

local function isTest(name)
  return name:find("^test_.*%.lua$") ~= nil or name:find("_spec%.lua$") ~= nil
end

local function walk(files, folder, entries, found)
  local prefix = folder == "." and "" or folder .. "/"
  for _, entry in ipairs(entries) do
    local path = prefix .. entry.name
    if not entry.directory then
      if isTest(entry.name) then
        found[#found + 1] = path
      end
    elseif not entry.name:find("^%.") then
      walk(files, path, files.list(path) or {}, found)
    end
  end
end

---The test files under the paths, each once. A path may end in `:name` to pick tests of a file by their id.
---@param files table the host's native module: list(path)
---@param paths string[] files and folders
---@return string[] found
---@return table<string, string[]> picked per file the names asked for
---@return string[] missing paths that are neither
function finding.find(files, paths)
  local found, picked, missing, seen = {}, {}, {}, {}
  for _, path in ipairs(paths) do
    local file, name = path:match("^(.*%.lua):(.+)$")
    path = tidy(file or path)
    local entries = files.list(path)
    local here = {}
    if entries then
      walk(files, path, entries, here)
    elseif path:find("%.lua$") then
      here[1] = path
    else
      missing[#missing + 1] = path
    end
    for _, one in ipairs(here) do
      if not seen[one] then
        seen[one] = true
        found[#found + 1] = one
        picked[one] = name and {} or nil
      elseif not name then
        picked[one] = nil
      end
      if name and picked[one] then
        table.insert(picked[one], name)
      end
    end
  end
  return found, picked, missing
end

return finding
