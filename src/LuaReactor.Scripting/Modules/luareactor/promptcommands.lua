--- The commands of a prompt: they begin with a colon, which no Lua does.
local evaluator = require("luareactor.evaluator")

local help <const> = [[
An expression shows its value, and `_` is the last one; a statement is run. Locals last for one chunk.
Names at hand: reactor, defer, protocol, basic, task, await. await(d) waits for a Deferred.
  :help              this
  :doc NAME          what is written about a function or module: :doc reactor.callLater
  :time EXPR         runs it and tells how long it took
  :load FILE         runs a script's file
  :timers            calls that are still to come
  :connections       ports, connections and attempts to connect
Tab completes. Ctrl-C stops what runs, gives up waiting, or drops the line. Ctrl-D leaves.
Alt-Enter begins a new line; Up and Down go through lines and then through history.
]]

local commands = {}

function commands.help(session)
  session:write(help)
end

function commands.doc(session, name)
  if name == "" then
    return session:write("usage: :doc NAME, for example :doc reactor.callLater\n", true)
  end
  local text, problem = require("luareactor.docs").of(name)
  session:write((text or problem) .. "\n", not text)
end

commands["time"] = function(session, text)
  local f, problem = evaluator.compile(text)
  if not f then
    return session:write(problem .. "\n", true)
  end
  local seconds = require("twisted.internet.reactor").seconds
  local began = seconds()
  local results = table.pack(f())
  local took = seconds() - began
  session:write(string.format(took < 1 and "%.3f ms\n" or "%.3f s\n", took < 1 and took * 1000 or took))
  return table.unpack(results, 1, results.n)
end

function commands.load(session, path)
  if path == "" then
    return session:write("usage: :load FILE\n", true)
  end
  local f, problem = loadfile(path, "t")
  if not f then
    return session:write(problem .. "\n", true)
  end
  return f()
end

local function leftovers(session, wanted, none)
  local count = 0
  for _, item in ipairs(require("luareactor.leftovers").list()) do
    if wanted(item.kind) then
      count = count + 1
      session:write("  " .. item.what .. (item.where and "  (" .. item.where .. ")" or "") .. "\n")
    end
  end
  if count == 0 then
    session:write(none .. "\n")
  end
end

function commands.timers(session)
  leftovers(session, function(kind) return kind == "timer" end, "no timers")
end

function commands.connections(session)
  leftovers(session, function(kind) return kind ~= "timer" end, "no connections")
end

local module = { commands = commands }

---@param session Session
---@param name string
---@param rest string what stands after the name
function module.run(session, name, rest)
  local command = commands[name]
  if not command then
    return session:write("there is no command :" .. name .. ", see :help\n", true)
  end
  return command(session, rest)
end

return module
