-- The basic protocols: the cases of Twisted's protocols/test/test_basic.py, and those it lacks.
local basic = require("twisted.protocols.basic")
local class = require("class")
local exception = require("twisted.python.exception")
local interfaces = require("interfaces")
local testing = require("twisted.internet.testing")
local unittest = require("twisted.trial.unittest")

local function list(items)
  return table.concat(items, "|")
end

-- Feeds the bytes in pieces of that size.
local function feed(protocol, bytes, size)
  for at = 1, #bytes, size do
    protocol:dataReceived(bytes:sub(at, at + size - 1))
  end
end

local function connected(protocol)
  local transport = testing.StringTransport()
  protocol:makeConnection(transport)
  return protocol, transport
end

-- Obeys what its lines say: "len N" asks for N raw bytes, "pause", "rawpause", "stop", "produce", "unproduce".
local Obeying = class("Obeying", basic.LineReceiver)
Obeying.delimiter = "\n"
Obeying.MAX_LENGTH = 64

function Obeying:connectionMade()
  self.received = {}
end

function Obeying:lineReceived(line)
  self.received[#self.received + 1] = line
  if line == "pause" or line == "rawpause" then
    self:pauseProducing()
    if line == "rawpause" then
      self.received[#self.received + 1] = ""
      self:setRawMode()
    end
  elseif line == "stop" then
    self:stopProducing()
  elseif line == "produce" then
    self.transport:registerProducer(self, false)
  elseif line == "unproduce" then
    self.transport:unregisterProducer()
  elseif line:find("^len ") then
    self.wanted = tonumber(line:match("%d+"))
    if line ~= "len 5 later" then
      self.received[#self.received + 1] = ""
      self:setRawMode()
    end
  end
end

function Obeying:rawDataReceived(data)
  local piece, rest = data:sub(1, self.wanted), data:sub(self.wanted + 1)
  self.received[#self.received] = self.received[#self.received] .. piece
  self.wanted = self.wanted - #piece
  if self.wanted == 0 then
    self:setLineMode(rest)
  end
end

function Obeying:lineLengthExceeded(line)
  self:setLineMode(line:sub(self.MAX_LENGTH + 2))
end

local LineReceiverTests = class("LineReceiverTests", unittest.TestCase)

function LineReceiverTests:test_buffer()
  local bytes = "len 10\n0123456789len 5\n\n1234foo\nlen 3\na\nblast\n\n" .. ("1234567890"):rep(7) .. "\nlen 1\naend\n"
  local expected = "len 10|0123456789|len 5|\n1234|foo|len 3|a\nb|last||67890|len 1|a|end"
  for size = 1, 9 do
    local protocol = connected(Obeying())

    feed(protocol, bytes, size)

    self:assertEqual(list(protocol.received), expected)
  end
end

function LineReceiverTests:test_pausing()
  for size = 1, 34 do
    local protocol, transport = connected(Obeying())

    feed(protocol, "twiddle1\ntwiddle2\npause\ntwiddle3\n", size)

    self:assertEqual(list(protocol.received), "twiddle1|twiddle2|pause")
    self:assertEqual(transport.producerState, "paused")
    protocol:resumeProducing()
    self:assertEqual(list(protocol.received), "twiddle1|twiddle2|pause|twiddle3")
    self:assertEqual(transport.producerState, "producing")
  end
end

function LineReceiverTests:test_rawPausing()
  for size = 1, 9 do
    local protocol = connected(Obeying())

    feed(protocol, "twiddle1\nlen 5 later\nrawpause\n12345twiddle3\n", size)

    self:assertEqual(list(protocol.received), "twiddle1|len 5 later|rawpause|")
    protocol:resumeProducing()
    self:assertEqual(list(protocol.received), "twiddle1|len 5 later|rawpause|12345|twiddle3")
  end
end

function LineReceiverTests:test_stopProducing()
  for size = 1, 9 do
    local protocol, transport = connected(Obeying())

    feed(protocol, "twiddle1\ntwiddle2\nstop\nmore\nstuff\n", size)

    self:assertEqual(list(protocol.received), "twiddle1|twiddle2|stop")
    self:assertEqual(transport.producerState, "stopped")
  end
end

function LineReceiverTests:test_lineReceiverAsProducer()
  local protocol = connected(Obeying())

  protocol:dataReceived("produce\nhello world\nunproduce\ngoodbye\n")

  self:assertEqual(list(protocol.received), "produce|hello world|unproduce|goodbye")
end

-- A script's own fields are not those that the receiver keeps its buffer in.
function LineReceiverTests:test_fieldNamedLines()
  local Keeping = class("Keeping", basic.LineReceiver)
  function Keeping:connectionMade() self.lines, self._lines, self.buffer, self._buffer = {}, {}, {}, {} end
  function Keeping:lineReceived(line) table.insert(self._lines, line) end
  local proto = Keeping()
  proto:makeConnection(testing.StringTransport())

  proto:dataReceived("one\r\ntwo\r\n")

  self:assertEqual(proto._lines, { "one", "two" })
end

function LineReceiverTests:test_clearLineBuffer()
  local protocol = basic.LineReceiver()
  self:assertEqual(protocol:clearLineBuffer(), "")
  function protocol:lineReceived(line)
    self.line = line
    self.rest = self:clearLineBuffer()
  end

  protocol:dataReceived("foo\r\nbar\r\nbaz")

  self:assertEqual(protocol.line, "foo")
  self:assertEqual(protocol.rest, "bar\r\nbaz")
  protocol:dataReceived("quux\r\n")
  self:assertEqual(protocol.line, "quux")
  self:assertEqual(protocol.rest, "")
end

-- Each line switches to raw mode, whose first byte switches back.
function LineReceiverTests:test_stackRecursion()
  local protocol = connected(basic.LineReceiver())
  protocol.delimiter = "\n"
  local lines, raw = 0, 0
  function protocol:lineReceived(line)
    lines = lines + #line
    self:setRawMode()
  end
  function protocol:rawDataReceived(data)
    raw = raw + 1
    self:setLineMode(data:sub(2))
  end

  protocol:dataReceived(("x\nx"):rep(5000))

  self:assertEqual(lines, 5000)
  self:assertEqual(raw, 5000)
end

function LineReceiverTests:test_maximumLineLength()
  local protocol, transport = connected(basic.LineReceiver())

  protocol:dataReceived(("x"):rep(protocol.MAX_LENGTH + 1) .. "\r\nr")

  self:assertTrue(transport.disconnecting)
end

function LineReceiverTests:test_maximumLineLengthAccepted()
  local protocol, transport = connected(basic.LineReceiver())
  function protocol:lineReceived(line)
    self.length = #line
  end

  protocol:dataReceived(("x"):rep(16384) .. "\r\n")

  self:assertEqual(protocol.length, 16384)
  self:assertFalse(transport.disconnecting)
end

function LineReceiverTests:test_maximumLineLengthPartialDelimiter()
  local protocol, transport = connected(Obeying())
  protocol.delimiter = "\r\n"
  protocol.MAX_LENGTH = 4

  protocol:dataReceived("xxx")
  protocol:dataReceived("\r")
  protocol:dataReceived("\nxxx")

  self:assertFalse(transport.disconnecting)
  self:assertEqual(list(protocol.received), "xxx")
end

function LineReceiverTests:test_notQuiteMaximumLineLengthUnfinished()
  local protocol, transport = connected(basic.LineReceiver())

  protocol:dataReceived(("x"):rep(protocol.MAX_LENGTH) .. "\r")

  self:assertFalse(transport.disconnecting)
end

function LineReceiverTests:test_rawDataError()
  local protocol = connected(basic.LineReceiver())
  local oops = exception.RuntimeError("oops")
  function protocol:rawDataReceived()
    return oops
  end
  protocol:setRawMode()

  self:assertEqual(protocol:dataReceived("data"), oops)
end

-- What lineReceived returns ends the work on what is buffered; the rest waits for the next data.
function LineReceiverTests:test_lineError()
  local protocol = connected(Obeying())
  local received = {}
  function protocol:lineReceived(line)
    received[#received + 1] = line
    return line == "a" and "why"
  end

  self:assertEqual(protocol:dataReceived("a\nb\n"), "why")
  self:assertEqual(list(received), "a")
  protocol:dataReceived("c\n")
  self:assertEqual(list(received), "a|b|c")
end

function LineReceiverTests:test_raisingLeavesItUsable()
  local protocol = connected(basic.LineReceiver())
  local received = {}
  function protocol:lineReceived(line)
    received[#received + 1] = line
    if line == "bad" then
      error(exception.ValueError("bad line"), 0)
    end
  end

  self:assertRaises(exception.ValueError, protocol.dataReceived, protocol, "bad\r\ngood\r\n")
  protocol:dataReceived("next\r\n")

  self:assertEqual(list(received), "bad|good|next")
end

function LineReceiverTests:test_dataWhileReceiving()
  local protocol = connected(Obeying())
  function protocol:lineReceived(line)
    self.received[#self.received + 1] = line
    if line == "first" then
      self:dataReceived("third\n")
      self.received[#self.received + 1] = "(back)"
    end
  end

  protocol:dataReceived("first\nsecond\n")

  self:assertEqual(list(protocol.received), "first|(back)|second|third")
end

function LineReceiverTests:test_loseConnectionEndsTheLines()
  local protocol, transport = connected(basic.LineReceiver())
  local received = {}
  function protocol:lineReceived(line)
    received[#received + 1] = line
    self.transport:loseConnection()
  end

  protocol:dataReceived("quit\r\nmore\r\n")

  self:assertTrue(transport.disconnecting)
  self:assertEqual(list(received), "quit")
end

function LineReceiverTests:test_sendLine()
  local protocol, transport = connected(basic.LineReceiver())

  self:assertEqual(select("#", protocol:sendLine("hello")), 0)
  self:assertRaises(exception.TypeError, protocol.sendLine, protocol, 5)
  self:assertRaises(exception.TypeError, protocol.sendLine, protocol)

  self:assertEqual(transport:value(), "hello\r\n")
end

function LineReceiverTests:test_rawDataReceivedNotImplemented()
  local protocol = basic.LineReceiver()

  self:assertRaises(exception.NotImplementedError, protocol.rawDataReceived, protocol, "foo")
end

function LineReceiverTests:test_lineReceivedNotImplemented()
  local protocol = basic.LineReceiver()

  self:assertRaises(exception.NotImplementedError, protocol.lineReceived, protocol, "foo")
end

local LineReceiverLineLengthExceededTests = class("LineReceiverLineLengthExceededTests", unittest.TestCase)

function LineReceiverLineLengthExceededTests:setUp()
  local long = {}
  self.long = long
  self.protocol = connected(basic.LineReceiver())
  self.protocol.MAX_LENGTH = 6
  function self.protocol:lineReceived()
  end
  function self.protocol:lineLengthExceeded(line)
    long[#long + 1] = line
  end
end

function LineReceiverLineLengthExceededTests:test_longUnendedLine()
  self.protocol:dataReceived(("x"):rep(14))

  self:assertEqual(list(self.long), ("x"):rep(14))
end

function LineReceiverLineLengthExceededTests:test_longLineAfterShortLine()
  self.protocol:dataReceived("x\r\n" .. ("y"):rep(14))

  self:assertEqual(list(self.long), ("y"):rep(14))
end

function LineReceiverLineLengthExceededTests:test_longLineWithDelimiter()
  local bytes = ("x"):rep(14) .. "\r\n" .. ("x"):rep(14)

  self.protocol:dataReceived(bytes)

  self:assertEqual(list(self.long), bytes)
end

function LineReceiverLineLengthExceededTests:test_multipleLongLines()
  local bytes = (("x"):rep(14) .. "\r\n"):rep(2)

  self.protocol:dataReceived(bytes)

  self:assertEqual(list(self.long), bytes)
end

function LineReceiverLineLengthExceededTests:test_maximumLineLength()
  local protocol, transport = connected(basic.LineReceiver())

  protocol:dataReceived(("x"):rep(protocol.MAX_LENGTH + 1) .. "\r\nr")

  self:assertTrue(transport.disconnecting)
end

function LineReceiverLineLengthExceededTests:test_maximumLineLengthRemaining()
  local protocol, transport = connected(basic.LineReceiver())

  protocol:dataReceived(("x"):rep(protocol.MAX_LENGTH + #protocol.delimiter))

  self:assertTrue(transport.disconnecting)
end

local LineOnlyReceiverTests = class("LineOnlyReceiverTests", unittest.TestCase)

function LineOnlyReceiverTests:setUp()
  local received = {}
  self.received = received
  self.protocol, self.transport = connected(basic.LineOnlyReceiver())
  function self.protocol:lineReceived(line)
    received[#received + 1] = line
    if line == "quit" then
      self.transport:loseConnection()
    end
  end
end

function LineOnlyReceiverTests:test_buffer()
  self.protocol.delimiter = "\n"

  feed(self.protocol, "foo\nbleakness\n\ndesolation\nplastic forks\nrest", 1)

  self:assertEqual(list(self.received), "foo|bleakness||desolation|plastic forks")
end

function LineOnlyReceiverTests:test_loseConnectionEndsTheLines()
  self.protocol:dataReceived("quit\r\nmore\r\n")

  self:assertEqual(list(self.received), "quit")
end

function LineOnlyReceiverTests:test_greaterThanMaximumLineLength()
  self.protocol:dataReceived(("x"):rep(self.protocol.MAX_LENGTH + 2 + 1) .. "\r\nr")

  self:assertTrue(self.transport.disconnecting)
end

function LineOnlyReceiverTests:test_lineLengthExceededGetsTheLine()
  self.protocol.MAX_LENGTH = 3
  local long
  function self.protocol:lineLengthExceeded(line)
    long = line
  end

  self.protocol:dataReceived("abc\r\nabcd\r\nab\r\n")

  self:assertEqual(list(self.received), "abc")
  self:assertEqual(long, "abcd")
end

function LineOnlyReceiverTests:test_lineReceivedNotImplemented()
  local protocol = basic.LineOnlyReceiver()

  self:assertRaises(exception.NotImplementedError, protocol.lineReceived, protocol, "foo")
end

-- Keeps the strings it gets in `received`.
local function collecting(cls)
  local protocol, transport = connected(cls())
  protocol.received = {}
  function protocol:stringReceived(string)
    self.received[#self.received + 1] = string
  end
  return protocol, transport
end

local NetstringReceiverTests = class("NetstringReceiverTests", unittest.TestCase)

function NetstringReceiverTests:setUp()
  self.protocol, self.transport = collecting(basic.NetstringReceiver)
end

-- In pieces of any size: these strings come, and the connection is closed or not.
local function receives(test, bytes, expected, closes)
  for size = 1, #bytes do
    local protocol, transport = collecting(basic.NetstringReceiver)
    feed(protocol, bytes, size)
    test:assertEqual(list(protocol.received), expected)
    test:assertEqual(transport.disconnecting, closes or false)
    test:assertEqual(protocol.brokenPeer, closes or false)
  end
end

function NetstringReceiverTests:test_buffer()
  local strings = { "hello", "world", "how", "are", "you123", ":today", ("a"):rep(515) }
  local sender, wire = collecting(basic.NetstringReceiver)
  for _, string in ipairs(strings) do
    sender:sendString(string)
  end

  receives(self, wire:value(), list(strings))
end

function NetstringReceiverTests:test_receiveEmptyNetstring()
  receives(self, "0:,", "")
  self.protocol:dataReceived("0:,")
  self:assertEqual(#self.protocol.received, 1)
end

function NetstringReceiverTests:test_receiveOneCharacter()
  receives(self, "1:a,", "a")
end

function NetstringReceiverTests:test_receiveTwoCharacters()
  receives(self, "2:ab,", "ab")
end

function NetstringReceiverTests:test_receiveNestedNetstring()
  receives(self, "4:1:a,,", "1:a,")
end

function NetstringReceiverTests:test_moreDataThanSpecified()
  receives(self, "2:aaa,", "", true)
end

function NetstringReceiverTests:test_moreDataThanSpecifiedBorderCase()
  receives(self, "0:a,", "", true)
end

function NetstringReceiverTests:test_missingNumber()
  receives(self, ":aaa,", "", true)
end

function NetstringReceiverTests:test_missingColon()
  receives(self, "3aaa,", "", true)
end

function NetstringReceiverTests:test_missingNumberAndColon()
  receives(self, "aaa,", "", true)
end

function NetstringReceiverTests:test_onlyData()
  receives(self, "aaa", "", true)
end

-- Gives the receiver these pieces.
function NetstringReceiverTests:receive(...)
  for _, piece in ipairs({ ... }) do
    self.protocol:dataReceived(piece)
  end
  return list(self.protocol.received)
end

function NetstringReceiverTests:test_receiveNetstringPortions_1()
  self:assertEqual(self:receive("4:aa", "aa,"), "aaaa")
end

function NetstringReceiverTests:test_receiveNetstringPortions_2()
  self:assertEqual(self:receive("1", "0:01234", "56789", ","), "0123456789")
end

function NetstringReceiverTests:test_receiveNetstringPortions_3()
  self:assertEqual(self:receive("2", ":", "a", "b", ","), "ab")
end

-- What is expected after a length is so many bytes and a comma.
function NetstringReceiverTests:test_consumeLength()
  self:assertEqual(self:receive("12:", ("a"):rep(12)), "")
  self:assertFalse(self.protocol.brokenPeer)

  self:assertEqual(self:receive(","), ("a"):rep(12))
end

function NetstringReceiverTests:test_consumeLengthBorderCase1()
  self.protocol.MAX_LENGTH = 12

  self:assertEqual(self:receive("12:", ("a"):rep(12) .. ","), ("a"):rep(12))
  self:assertFalse(self.protocol.brokenPeer)
end

function NetstringReceiverTests:test_consumeLengthBorderCase2()
  self.protocol.MAX_LENGTH = 11

  self:receive("12:")

  self:assertTrue(self.protocol.brokenPeer)
end

function NetstringReceiverTests:test_consumeLengthBorderCase3()
  self.protocol.MAX_LENGTH = 11

  self:receive("1000:")

  self:assertTrue(self.protocol.brokenPeer)
end

function NetstringReceiverTests:test_receiveTwoNetstrings()
  receives(self, "1:a,2:bc,", "a|bc")
  receives(self, "1:a,x", "a", true)
end

function NetstringReceiverTests:test_illegal()
  for _, bytes in ipairs({
    "01:a,", "00:,", "-1:a,", "+1:a,", " 1:a,", "1 :a,", "4:abcde", "1:a;", "9999999999999999999999", "99999999:",
  }) do
    receives(self, bytes, "", true)
  end
end

function NetstringReceiverTests:test_maxReceiveLimit()
  self.protocol.MAX_LENGTH = 10
  self.protocol:dataReceived("10:0123456789,")
  self:assertEqual(list(self.protocol.received), "0123456789")
  self:assertFalse(self.transport.disconnecting)

  self.protocol:dataReceived("11")

  self:assertTrue(self.transport.disconnecting)
end

function NetstringReceiverTests:test_sendString()
  self.protocol:sendString("hello")
  self:assertRaises(exception.TypeError, self.protocol.sendString, self.protocol, 5)

  self:assertEqual(self.transport:value(), "5:hello,")
end

function NetstringReceiverTests:test_stringReceivedNotImplemented()
  local protocol = basic.NetstringReceiver()

  self:assertRaises(exception.NotImplementedError, protocol.stringReceived, protocol, "foo")
end

local IntNTestCaseMixin = {}

function IntNTestCaseMixin:setUp()
  self.protocol, self.transport = collecting(self.receiver)
end

function IntNTestCaseMixin:test_receive()
  local wire = ""
  for _, string in ipairs({ "a", "b", "", ("c"):rep(16) }) do
    wire = wire .. self.format:pack(string)
  end
  for size = 1, #wire do
    local protocol = collecting(self.receiver)
    feed(protocol, wire, size)
    self:assertEqual(list(protocol.received), "a|b||" .. ("c"):rep(16))
  end
end

function IntNTestCaseMixin:test_partial()
  for cut = 0, self.receiver.prefixLength + 4 do
    local protocol = collecting(self.receiver)
    protocol:dataReceived(self.format:pack("ubars"):sub(1, cut))
    self:assertEqual(#protocol.received, 0)
  end
end

function IntNTestCaseMixin:test_send()
  self.protocol:sendString("b" .. ("x"):rep(15))

  self:assertEqual(self.transport:value(), self.format:pack("b" .. ("x"):rep(15)))
end

function IntNTestCaseMixin:test_illegal()
  self.protocol.MAX_LENGTH = 50

  self.protocol:dataReceived(self.format:pack(("a"):rep(51)))

  self:assertTrue(self.transport.disconnecting)
  self:assertEqual(#self.protocol.received, 0)
end

function IntNTestCaseMixin:test_lengthLimitExceeded()
  local refused
  function self.protocol:lengthLimitExceeded(length)
    refused = length
  end
  self.protocol.MAX_LENGTH = 10

  self.protocol:dataReceived(self.format:pack(("x"):rep(11)):sub(1, self.protocol.prefixLength))

  self:assertEqual(refused, 11)
  self:assertFalse(self.transport.disconnecting)
end

function IntNTestCaseMixin:test_longStringNotDelivered()
  function self.protocol:lengthLimitExceeded()
  end
  self.protocol.MAX_LENGTH = 10

  self.protocol:dataReceived(self.format:pack(("x"):rep(11)))

  self:assertEqual(#self.protocol.received, 0)
end

function IntNTestCaseMixin:test_pauseResume()
  function self.protocol:stringReceived(string)
    self.received[#self.received + 1] = string
    self:pauseProducing()
  end

  self.protocol:dataReceived(self.format:pack("one") .. self.format:pack("two"))

  self:assertEqual(list(self.protocol.received), "one")
  self.protocol:resumeProducing()
  self:assertEqual(list(self.protocol.received), "one|two")
end

function IntNTestCaseMixin:test_stringReceivedNotImplemented()
  local protocol = self.receiver()

  self:assertRaises(exception.NotImplementedError, protocol.stringReceived, protocol, "foo")
end

-- `recvd`: the bytes behind the string that has come.
local RecvdAttributeMixin = {}

function RecvdAttributeMixin:test_recvdContainsRemainingData()
  local rest = self.format:pack("bbbbb"):sub(1, -2)
  local seen = {}
  self.protocol.recvd = ""
  function self.protocol:stringReceived()
    seen[#seen + 1] = self.recvd
  end

  self.protocol:dataReceived(self.format:pack("aaaaa") .. rest)

  self:assertEqual(seen, { rest })
end

function RecvdAttributeMixin:test_recvdChanged()
  local instead = self.format:pack("ccccc")
  self.protocol.recvd = ""
  function self.protocol:stringReceived(string)
    self.received[#self.received + 1] = string
    if #self.received == 1 then
      self.recvd = instead
    end
  end

  self.protocol:dataReceived(self.format:pack("aaaaa") .. self.format:pack("bbbbb"))

  self:assertEqual(list(self.protocol.received), "aaaaa|ccccc")
end

-- Four bytes between the strings are taken away by hand.
function RecvdAttributeMixin:test_switching()
  local between = "\0\0\0\0"
  self.protocol.recvd = ""
  function self.protocol:stringReceived(string)
    self.received[#self.received + 1] = string
    self.recvd = self.recvd:sub(#between + 1)
  end

  self.protocol:dataReceived(self.format:pack("a") .. between .. self.format:pack(("b"):rep(16)) .. between)
  self.protocol:dataReceived("\1")

  self:assertEqual(list(self.protocol.received), "a|" .. ("b"):rep(16))
  self:assertEqual(self.protocol.recvd, "\1")
end

function RecvdAttributeMixin:test_recvdInLengthLimitExceeded()
  local seen
  self.protocol.MAX_LENGTH, self.protocol.recvd = 7, ""
  function self.protocol:lengthLimitExceeded(length)
    seen = { length, self.recvd }
  end

  self.protocol:dataReceived(self.format:pack("too long"))

  self:assertEqual(seen, { 8, self.format:pack("too long") })
end

local Int32Tests = class("Int32Tests", unittest.TestCase, IntNTestCaseMixin, RecvdAttributeMixin)
Int32Tests.receiver = basic.Int32StringReceiver
Int32Tests.format = ">s4"

function Int32Tests:test_data()
  self.protocol:dataReceived("\0\0\0\3foo\0\0\0\4ubar")

  self:assertEqual(list(self.protocol.received), "foo|ubar")
end

function Int32Tests:test_hugeLength()
  self.protocol:dataReceived("\16\0\0\0aaaaaa")

  self:assertTrue(self.transport.disconnecting)
end

local Int16Tests = class("Int16Tests", unittest.TestCase, IntNTestCaseMixin, RecvdAttributeMixin)
Int16Tests.receiver = basic.Int16StringReceiver
Int16Tests.format = ">s2"

function Int16Tests:test_data()
  self.protocol:sendString("foo")
  self.protocol:dataReceived("\0\3foo\0\4ubar")

  self:assertEqual(self.transport:value(), "\0\3foo")
  self:assertEqual(list(self.protocol.received), "foo|ubar")
end

function Int16Tests:test_tooLongSend()
  self.protocol:sendString(("x"):rep(65535))
  self:assertRaises(basic.StringTooLongError, self.protocol.sendString, self.protocol, ("x"):rep(65537))
end

local Int8Tests = class("Int8Tests", unittest.TestCase, IntNTestCaseMixin, RecvdAttributeMixin)
Int8Tests.receiver = basic.Int8StringReceiver
Int8Tests.format = ">s1"

function Int8Tests:test_data()
  self.protocol:sendString("foo")
  self.protocol:dataReceived("\3foo\4ubar")

  self:assertEqual(self.transport:value(), "\3foo")
  self:assertEqual(list(self.protocol.received), "foo|ubar")
end

function Int8Tests:test_tooLongSend()
  self.protocol:sendString(("x"):rep(255))

  local raised = self:assertRaises(
    basic.StringTooLongError, self.protocol.sendString, self.protocol, ("x"):rep(256))

  self:assertEqual(tostring(raised), "Try to send 256 bytes whereas maximum is 256")
end

local ProducerTests = class("ProducerTests", unittest.TestCase)

-- It pauses itself after each line.
function ProducerTests:test_pauseResume()
  local protocol, transport = connected(basic.LineReceiver())
  local received = {}
  function protocol:lineReceived(line)
    received[#received + 1] = line
    self:pauseProducing()
  end

  protocol:dataReceived("hello, ")
  self:assertEqual(#received, 0)
  protocol:dataReceived("world\r\n")
  self:assertEqual(list(received), "hello, world")
  self:assertEqual(transport.producerState, "paused")
  protocol:resumeProducing()
  self:assertEqual(list(received), "hello, world")
  protocol:dataReceived("hello\r\nworld\r\n")
  self:assertEqual(list(received), "hello, world|hello")
  protocol:resumeProducing()
  self:assertEqual(list(received), "hello, world|hello|world")
  protocol:dataReceived("goodbye\r\n")
  self:assertEqual(list(received), "hello, world|hello|world")
  protocol:resumeProducing()
  self:assertEqual(list(received), "hello, world|hello|world|goodbye")
end

local StatefulStringProtocolTests = class("StatefulStringProtocolTests", unittest.TestCase)

function StatefulStringProtocolTests:test_states()
  local Greeter = class("Greeter", basic.Int8StringReceiver, basic.StatefulStringProtocol)
  local seen = {}
  function Greeter:proto_init(string)
    seen[#seen + 1] = "init " .. string
    return "name"
  end
  function Greeter:proto_name(string)
    seen[#seen + 1] = "name " .. string
    return "done"
  end
  local protocol, transport = connected(Greeter())

  protocol:dataReceived("\5hello")
  self:assertFalse(transport.disconnecting)
  protocol:dataReceived("\3Ann")

  self:assertEqual(list(seen), "init hello|name Ann")
  self:assertTrue(transport.disconnecting)
end

local FileSenderTests = class("FileSenderTests", unittest.TestCase)

-- A file of that content, as far as FileSender reads it.
local function fileOf(content)
  return {
    read = function(_, count)
      local piece
      piece, content = content:sub(1, count), content:sub(count + 1)
      return piece ~= "" and piece or nil
    end,
  }
end

function FileSenderTests:setUp()
  self.consumer = testing.StringTransport()
  self.sender = basic.FileSender()
end

function FileSenderTests:begin(content, transform)
  local deferred = self.sender:beginFileTransfer(fileOf(content), self.consumer, transform)
  deferred:addCallback(function(last)
    self.last = last
  end)
  deferred:addErrback(function(reason)
    self.reason = reason
  end)
end

-- The methods of IPullProducer.
function FileSenderTests:test_interface()
  interfaces.provides(self, self.sender, interfaces.pullProducer)
end

function FileSenderTests:test_producerRegistered()
  self:begin("Test content")

  self:assertEqual(self.consumer.producer, self.sender)
  self:assertFalse(self.consumer.streaming)
end

function FileSenderTests:test_transfer()
  self:begin("Test content")

  self.sender:resumeProducing()
  self:assertEqual(self.last, nil)
  self.sender:resumeProducing()

  self:assertEqual(self.consumer.producer, nil)
  self:assertEqual(self.consumer:value(), "Test content")
  self:assertEqual(self.last, "t")
end

function FileSenderTests:test_transferMultipleChunks()
  self:begin("Test content")
  self.sender.CHUNK_SIZE = 4

  self.sender:resumeProducing()
  self:assertEqual(self.consumer:value(), "Test")
  self.sender:resumeProducing()
  self:assertEqual(self.consumer:value(), "Test con")
  self.sender:resumeProducing()
  self.sender:resumeProducing()

  self:assertEqual(self.consumer:value(), "Test content")
  self:assertEqual(self.last, "t")
end

function FileSenderTests:test_transferWithTransform()
  self:begin("Test content", string.upper)

  self.sender:resumeProducing()
  self.sender:resumeProducing()

  self:assertEqual(self.consumer:value(), "TEST CONTENT")
  self:assertEqual(self.last, "T")
end

function FileSenderTests:test_abortedTransfer()
  self:begin("Test content")

  self.sender:stopProducing()

  self:assertEqual(self.reason:getErrorMessage(), "Consumer asked us to stop producing")
end

return {
  LineReceiverTests,
  LineReceiverLineLengthExceededTests,
  LineOnlyReceiverTests,
  NetstringReceiverTests,
  Int32Tests,
  Int16Tests,
  Int8Tests,
  ProducerTests,
  StatefulStringProtocolTests,
  FileSenderTests,
}
