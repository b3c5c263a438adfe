-- The folder for the files of one run.
local temporary = {}

local folder, count = nil, 0

-- A native of the host: stock Lua cannot make folders.
local function files()
  return require("luareactor.files")
end

local function makeFolder()
  -- The name is made by making a file of it, so that no other program has it.
  local path = os.tmpname()
  os.remove(path)
  local made, message = files().makeFolder(path)
  if not made then
    error("no folder for temporary files: " .. tostring(message), 0)
  end
  return path
end

---A path that nothing exists at yet.
---@param name string what it is for
---@return string
function temporary.path(name)
  folder = folder or makeFolder()
  count = count + 1
  return folder .. "/" .. name:gsub("[^%w_.-]+", "_"):sub(1, 60) .. "-" .. count
end

---Removes the folder and what is in it. Later paths are in a new one.
function temporary.remove()
  if folder then
    files().removeFolder(folder)
    folder = nil
  end
end

return temporary
