-- `luareactor init`: what a new project begins with, and what its editor and luacheck have to know.
local definitions = require("luareactor.docs.definitions")
local disk = require("luareactor.files")
local files = require("luareactor.docs.files")
local sources = require("luareactor.sources")

local begins <const> = "luareactor/starter/"

local nextSteps <const> = [[
Next%s:
  luareactor main.lua     the server; talk to it with ncat -C 127.0.0.1 5001
  luareactor test         its tests
  luareactor doc          what there is to require
An editor with lua-language-server completes and checks from here on. The definitions it reads are in
%s
and come anew with each `luareactor init`.]]

-- %s is replaced.
local luarc <const> = [[
{
  "runtime.version": "Lua 5.4",
  "workspace.library": ["%s"]
}
]]

local luacheckrc <const> = [[
std = "lua54"
-- The reactor gives callbacks what they may need; few need all of it.
unused_args = false

-- busted's words, which test files find as globals.
stds.luareactor_test = {
  read_globals = {
    assert = { other_fields = true },
    %s,
  },
}
files["**/test_*.lua"].std = "+luareactor_test"
files["**/*_spec.lua"].std = "+luareactor_test"
]]

local function write(path, text)
  disk.makeFolder(path:match("^(.*)/"))
  local file, problem = io.open(path, "w")
  if not file then
    io.stderr:write("luareactor: ", problem, "\n")
    os.exit(1)
  end
  file:write(text)
  file:close()
end

local function exists(path)
  local file = io.open(path, "r")
  if file then
    file:close()
  end
  return file ~= nil
end

local function quotedNames(t)
  local names = {}
  for name in pairs(t) do
    names[#names + 1] = '"' .. name .. '"'
  end
  table.sort(names)
  return table.concat(names, ", ")
end

-- The files of a project, by their names.
local function project(library)
  local all = {
    [".luarc.json"] = luarc:format((library:gsub('[\\"]', "\\%0"))),
    [".luacheckrc"] = luacheckrc:format(quotedNames(require("luareactor.declarations.globals"))),
  }
  for _, file in ipairs(files.below(begins)) do
    all[file:sub(#begins + 1)] = sources.read(file)
  end
  return all
end

local starter = {}

---`luareactor init [DIR]`: a file that is there already is kept.
---@param data string the folder for the user's data
---@param folder? string
function starter.command(data, folder)
  local library = data .. "/luareactor/definitions"
  disk.removeFolder(library)
  for name, text in pairs(definitions.all()) do
    write(library .. "/" .. name, text)
  end
  local texts, names = project(library), {}
  for name in pairs(texts) do
    names[#names + 1] = name
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local path = (folder or ".") .. "/" .. name
    local isKept = exists(path)
    if not isKept then
      write(path, texts[name])
    end
    print((isKept and "kept   " or "wrote  ") .. name)
  end
  print(nextSteps:format(folder and ", in " .. folder or "", library))
end

return starter
