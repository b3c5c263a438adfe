-- The catalogue of all that is public, and the definition files for editors that are made from it.
local bdd = require("twisted.trial.bdd")
local catalogue = require("luareactor.docs.catalogue")
local class = require("class")
local definitions = require("luareactor.docs.definitions")
local names = require("luareactor.docs.names")
local examples = require("luareactor.docs.examples")
local types = require("luareactor.types")
local unittest = require("twisted.trial.unittest")

local DefinitionsTests = class("DefinitionsTests", unittest.TestCase)

local function each(visit)
  local function walk(entries)
    for _, entry in ipairs(entries) do
      visit(entry)
      walk(entry.entries or {})
    end
  end
  walk(catalogue.read())
end

local function keys(t)
  local all = {}
  for key in pairs(t) do
    if not key:find("^_") then
      all[#all + 1] = key
    end
  end
  table.sort(all)
  return all
end

function DefinitionsTests:test_eachModuleFunctionClassAndMethodIsDescribed()
  local silent = {}
  each(function(entry)
    if entry.kind ~= "field" and entry.kind ~= "alias" and #entry.comment.text == 0 then
      silent[#silent + 1] = entry.name
    end
  end)

  self:assertEqual(silent, {})
end

function DefinitionsTests:test_eachFunctionWithParametersHasThemTagged()
  local untagged = {}
  each(function(entry)
    if type(entry.value) == "function" then
      local info = debug.getinfo(entry.value, "u")
      local count = info.nparams - (entry.kind == "method" and 1 or 0)
      if count > 0 and #entry.comment.params == 0 then
        untagged[#untagged + 1] = entry.name
      end
    end
  end)

  self:assertEqual(untagged, {})
end

function DefinitionsTests:test_eachValueOfAModuleIsInItsFile()
  local files = definitions.all()
  each(function(entry)
    if entry.kind == "module" and not entry.isDeclared then
      local text = files[entry.name:gsub("%.", "/") .. ".lua"]
      for key in pairs(entry.value) do
        if not key:find("^_") then
          self:assertTrue(text:find("\n[^\n]-" .. entry.key .. "." .. key), entry.name .. "." .. key)
        end
      end
    end
  end)
end

function DefinitionsTests:test_eachFileIsLua()
  for name, text in pairs(definitions.all()) do
    self:assertTrue(load(text, "=" .. name))
  end
end

function DefinitionsTests:test_aTypeThatIsNamedIsDeclared()
  local declared, unknown = {}, {}
  for _, text in pairs(definitions.all()) do
    for name in text:gmatch("%-%-%-@class ([%w_%.]+)") do
      declared[name] = true
    end
  end
  each(function(entry)
    local generic = table.concat(entry.comment.others, " ")
    for _, kind in ipairs({ "params", "returns", "fields" }) do
      for _, tag in ipairs(entry.comment[kind]) do
        for name in tag.type:gsub('"[^"]*"', ""):gmatch("%f[%w_]%u[%w_]*") do
          if not declared[name] and not generic:find("@generic " .. name, 1, true) then
            unknown[#unknown + 1] = entry.name .. ": " .. name
          end
        end
      end
    end
  end)

  self:assertEqual(unknown, {})
end

function DefinitionsTests:test_objectsMadeInCSharpHaveTheMethodsThatAreDeclared()
  for _, name in ipairs({ "Connector", "DelayedCall", "Port", "StandardIO", "Transport" }) do
    self:assertEqual(keys(require("luareactor.declarations." .. name)), keys(types[name]), name)
  end
end

function DefinitionsTests:test_globalsAreThoseOfTestFiles()
  local names = bdd._names()
  names.assert = nil

  self:assertEqual(keys(require("luareactor.declarations.globals")), keys(names))
end

function DefinitionsTests:test_examplesAreOfNamesThatAreKnown()
  for _, name in ipairs(examples.names()) do
    self:assertTrue(names.entry(name), name)
  end
end

function DefinitionsTests:test_eachFunctionClassAndMethodHasAnExample()
  local without = {}
  each(function(entry)
    local isOwn = entry.kind ~= "module" and entry.kind ~= "field" and entry.kind ~= "alias"
    if isOwn and not examples.of(entry.name) then
      without[#without + 1] = entry.name
    end
  end)

  self:assertEqual(without, {})
end

function DefinitionsTests:test_aHeadingMayNameSeveral()
  self:assertIn("reactor.callLater", examples.of("reactor.callLater").code)
  self:assertEqual(examples.of("clock.SECONDS"), examples.of("Clock:advance"))
  self:assertEqual(examples.of("Clock:advance").prints, "two seconds\n3.0\nfive seconds\n")
end

function DefinitionsTests:test_anExampleMayBeATestFile()
  self:assertTrue(examples.of("describe").isTest)
  self:assertIn("ok 1 - test_example.lua:a list has a length\n", examples.of("describe").prints)
  self:assertFalse(examples.of("Clock:advance").isTest)
end

return { DefinitionsTests }
