local class = require("class")
local unittest = require("twisted.trial.unittest")

local ClassTests = class("ClassTests", unittest.TestCase)

function ClassTests:test_callingMakesAnObjectAndRunsInit()
  local Point = class("Point")
  function Point:__init(x, y)
    self.x, self.y = x, y
  end

  local point = Point(1, nil)

  self:assertEqual(point.x, 1)
  self:assertIs(getmetatable(point), Point)
  self:assertEqual(Point.__name, "Point")
  self:assertIs(Point.__index, Point)
end

function ClassTests:test_initIsInherited()
  local Base = class("Base")
  function Base:__init(value)
    self.value = value
  end
  local Derived = class("Derived", Base)

  self:assertEqual(Derived(3).value, 3)
end

function ClassTests:test_methodAddedToBaseLaterIsSeen()
  local Base = class("Base")
  local object = class("Derived", Base)()

  function Base:late()
    return "late"
  end

  self:assertEqual(object:late(), "late")
end

function ClassTests:test_metamethodsAreTakenOver()
  local Base = class("Base")
  function Base:__tostring()
    return "shown"
  end
  function Base.__eq()
    return true
  end
  function Base.__lt()
    return true
  end
  function Base:__len()
    return 7
  end
  function Base:__call(x)
    return x + 1
  end
  function Base.__concat()
    return "joined"
  end
  local Derived = class("Derived", Base)
  local a, b = Derived(), Derived()

  self:assertEqual(tostring(a), "shown")
  self:assertTrue(a == b)
  self:assertTrue(a < b)
  self:assertEqual(#a, 7)
  self:assertEqual(a(1), 2)
  self:assertEqual(a .. "x", "joined")
end

function ClassTests:test_closeIsTakenOver()
  local closed = 0
  local Base = class("Base")
  function Base.__close()
    closed = closed + 1
  end
  local Derived = class("Derived", Base)

  do
    local _ <close> = Derived()
  end

  self:assertEqual(closed, 1)
end

function ClassTests:test_mixinsMethodsAreCopied()
  local Mixin = class("Mixin")
  function Mixin:greet()
    return "hello from " .. self.name
  end
  function Mixin:__init()
    error("a mixin's constructor is not run")
  end
  local Base = class("Base")
  function Base:greet()
    return "base"
  end
  Base.name = "Bob"
  local Both = class("Both", Base, Mixin)

  self:assertEqual(Both():greet(), "hello from Bob")
  self:assertTrue(class.isinstance(Both(), Mixin))
  self:assertFalse(class.isinstance(Base(), Mixin))
end

function ClassTests:test_isinstance()
  local Base = class("Base")
  local Derived = class("Derived", Base)

  self:assertTrue(class.isinstance(Derived(), Base))
  self:assertFalse(class.isinstance(Base(), Derived))
  for _, value in ipairs({ 1, "text", true, {}, print, Base }) do
    self:assertFalse(class.isinstance(value, Base))
  end
  self:assertFalse(class.isinstance(nil, Base))
end

function ClassTests:test_issubclass()
  local Base = class("Base")
  local Derived = class("Derived", Base)

  self:assertTrue(class.issubclass(Derived, Base))
  self:assertTrue(class.issubclass(Base, Base))
  self:assertFalse(class.issubclass(Base, Derived))
  self:assertFalse(class.issubclass(nil, Base))
  self:assertFalse(class.issubclass("Base", Base))
end

function ClassTests:test_typeOf()
  local Base = class("Base")

  self:assertIs(class.typeOf(Base()), Base)
  self:assertIsNone(class.typeOf(Base))
  self:assertIsNone(class.typeOf("text"))
  self:assertIsNone(class.typeOf(nil))
  self:assertTrue(class.isclass(Base))
  self:assertFalse(class.isclass(Base()))
  self:assertFalse(class.isclass(nil))
end

function ClassTests:test_defaultTostring()
  local Thing = class("Thing")

  self:assertTrue(tostring(Thing()):find("^<Thing at 0x%x+>$"))
  self:assertTrue(tostring(class("Other", Thing)()):find("^<Other at 0x%x+>$"))
  self:assertEqual(tostring(Thing), "<class Thing>")
end

function ClassTests:test_wrongUseIsRefusedAtTheCallersLine()
  for _, arguments in ipairs({ {}, { 3 }, { "" }, { "Name", {} }, { "Name", "Base" }, { "Name", nil, 3, n = 3 } }) do
    local ok, message = pcall(function()
      local made = class(table.unpack(arguments, 1, arguments.n or #arguments))
      return made
    end)
    self:assertFalse(ok)
    self:assertTrue(message:find("test_class.lua:%d+: class"), message)
  end
end

function ClassTests:test_constructor()
  local Fast = class("Fast")
  class.constructor(Fast, function(cls, value)
    return setmetatable({ value = value }, cls)
  end)
  local Faster = class("Faster", Fast)

  self:assertEqual(Fast(1).value, 1)
  self:assertIs(class.typeOf(Faster(2)), Faster)
end

function ClassTests:test_allocator()
  local Roomy = class("Roomy")
  class.allocator(Roomy, function()
    return { value = 1, other = nil }
  end)
  local Plain = class("Plain", Roomy)
  function Plain:__init(other)
    self.other = other
  end

  self:assertEqual({ Roomy().value, Plain(2).value, Plain(2).other }, { 1, 1, 2 })
  self:assertIsNot(Roomy(), Roomy())
  self:assertIs(class.typeOf(Plain(2)), Plain)
end

function ClassTests:test_issubclassKnowsTheMixinsOfMixins()
  local Loud, Plain = class("Loud"), {}
  local Louder = class("Louder", nil, Loud, Plain)
  local Animal = class("Animal", nil, Louder)
  local Dog = class("Dog", Animal)

  for _, ancestor in ipairs({ Dog, Animal, Louder, Loud, Plain }) do
    self:assertTrue(class.issubclass(Dog, ancestor))
  end
  self:assertFalse(class.issubclass(Animal, Dog))
  self:assertFalse(class.issubclass(Plain, Plain))
  self:assertFalse(class.issubclass(nil, Animal))
end

return { ClassTests }
