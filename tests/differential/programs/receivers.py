def lines_in_pieces():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
    p = P()
    p.makeConnection(StringTransport())
    for piece in [b"he", b"llo\r", b"\nworld\r\n\r\nc\nd\r\n", b"rest"]:
        trace("feed", piece)
        p.dataReceived(piece)


def another_delimiter():
    class P(LineReceiver):
        delimiter = b"--"
        def lineReceived(self, line):
            trace("line", line)
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"a-b--c---d--")
    p.sendLine(b"out")
    trace(t.value())


def a_line_that_is_too_long():
    class P(LineReceiver):
        MAX_LENGTH = 5
        def lineReceived(self, line):
            trace("line", line)
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"12345\r\n123456\r\nmore\r\n")
    trace(t.disconnecting)
    p.dataReceived(b"again\r\n")


def a_line_too_long_without_its_end():
    class P(LineReceiver):
        MAX_LENGTH = 5
        def lineReceived(self, line):
            trace("line", line)
        def lineLengthExceeded(self, line):
            trace("exceeded", line)
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"12345")
    p.dataReceived(b"\r")
    p.dataReceived(b"\n1234567")
    p.dataReceived(b"8\r\nok\r\n")


def raw_mode_and_back():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
            if line == b"raw5":
                self.left = 5
                self.setRawMode()
        def rawDataReceived(self, data):
            trace("raw", data)
            self.left = self.left - len(data)
            if self.left == 0:
                self.setLineMode(b"")
    p = P()
    p.makeConnection(StringTransport())
    for piece in [b"a\r\nraw5\r\nhel", b"lo", b"c\r\nraw5\r\n", b"12345", b"d\r\n"]:
        p.dataReceived(piece)


def line_mode_with_a_rest():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
            if line == b"raw":
                self.setRawMode()
        def rawDataReceived(self, data):
            trace("raw", data)
            self.setLineMode(b"x\r\nraw\r\n")
            trace("back")
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"raw\r\n")
    p.dataReceived(b"data")
    trace(flag(p.line_mode))


def pausing_lines():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
            if line == b"pause":
                self.pauseProducing()
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"a\r\npause\r\nb\r\npause\r\nc\r\n")
    trace(t.producerState)
    p.resumeProducing()
    trace(t.producerState)
    p.resumeProducing()
    trace(t.producerState, flag(p.paused))


def data_fed_while_paused():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
    p = P()
    p.makeConnection(StringTransport())
    p.pauseProducing()
    p.dataReceived(b"a\r\nb")
    p.dataReceived(b"\r\n")
    trace("held")
    p.resumeProducing()


def raw_data_while_paused():
    class P(LineReceiver):
        def rawDataReceived(self, data):
            trace("raw", data)
    p = P()
    p.makeConnection(StringTransport())
    p.setRawMode()
    p.pauseProducing()
    p.dataReceived(b"ab")
    p.dataReceived(b"cd")
    p.resumeProducing()


def closing_in_line_received_ends_the_lines():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
            if line == b"quit":
                self.transport.loseConnection()
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"a\r\nquit\r\nb\r\n")


def stop_producing_ends_the_lines():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
            self.stopProducing()
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"a\r\nb\r\n")
    trace(t.producerState)


def clearing_the_line_buffer():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
            if line == b"clear":
                trace("cleared", self.clearLineBuffer())
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"clear\r\na\r\nb")
    p.dataReceived(b"c\r\n")


def changing_the_delimiter_between_lines():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
            if line == b"semicolon":
                self.delimiter = b";"
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"a\r\nsemicolon\r\nb;c\r\nd;")


def feeding_from_within_line_received():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
            if line == b"feed":
                self.dataReceived(b"z\r\n")
                trace("fed")
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"feed\r\na\r\n")


def a_line_received_that_raises():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
            if line == b"bad":
                raise CustomError("line")
    p = P()
    p.makeConnection(StringTransport())
    try:
        p.dataReceived(b"bad\r\na\r\n")
    except CustomError as e:
        trace("raised", e)
    p.dataReceived(b"b\r\n")


def line_received_that_is_not_overridden():
    p = LineReceiver()
    p.makeConnection(StringTransport())
    try:
        p.dataReceived(b"a\r\n")
    except NotImplementedError as e:
        trace(e)


@differs("Twisted takes a Deferred for the word to stop, and the lines behind it get stuck (README 15)")
def line_received_that_returns_a_deferred():
    class P(LineReceiver):
        def lineReceived(self, line):
            trace("line", line)
            return succeed(None)
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"a\r\nb\r\n")


def only_lines():
    class P(LineOnlyReceiver):
        def lineReceived(self, line):
            trace("line", line)
            if line == b"quit":
                self.transport.loseConnection()
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"a\r")
    p.dataReceived(b"\nb\r\nc\nd\r\nquit\r\ne\r\n")
    p.sendLine(b"out")
    trace(t.value())


def only_lines_too_long():
    class P(LineOnlyReceiver):
        MAX_LENGTH = 3
        def lineReceived(self, line):
            trace("line", line)
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"abc\r\nabcd\r\nab\r\n")
    trace(t.disconnecting)


@differs("Twisted refuses a line of MAX_LENGTH bytes whose delimiter comes later, and keeps what it has refused")
def only_lines_too_long_without_their_end():
    class P(LineOnlyReceiver):
        MAX_LENGTH = 3
        def lineReceived(self, line):
            trace("line", line)
        def lineLengthExceeded(self, line):
            trace("exceeded", line)
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"abcd")
    p.dataReceived(b"e")
    p.dataReceived(b"\r\nab\r\n")


def netstrings():
    class P(NetstringReceiver):
        def stringReceived(self, s):
            trace("string", s)
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    for piece in [b"5:hel", b"lo,0:", b",1", b"1:hello world,3:ab"]:
        p.dataReceived(piece)
    p.sendString(b"abc")
    p.sendString(b"")
    trace(t.value(), t.disconnecting)


def netstrings_a_byte_at_a_time():
    class P(NetstringReceiver):
        def stringReceived(self, s):
            trace("string", s)
    p = P()
    p.makeConnection(StringTransport())
    for piece in [b"1", b"2", b":", b"a", b"bcdefghijk", b"l", b",", b"0", b":", b","]:
        p.dataReceived(piece)


def netstrings_that_are_none():
    for data in [b"05:hello,", b"5:hello!", b"x:", b":", b"-1:a,", b" 5:hello,", b"1234567890:", b"5hello,"]:
        class P(NetstringReceiver):
            MAX_LENGTH = 100
            def stringReceived(self, s):
                trace("string", s)
        p = P()
        t = StringTransport()
        p.makeConnection(t)
        p.dataReceived(b"2:ok,")
        p.dataReceived(data)
        trace(data, t.disconnecting, flag(p.brokenPeer))


def a_netstring_that_is_too_long():
    class P(NetstringReceiver):
        MAX_LENGTH = 5
        def stringReceived(self, s):
            trace("string", s)
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"5:hello,6:")
    trace(t.disconnecting)


def a_netstring_after_a_broken_one():
    class P(NetstringReceiver):
        def stringReceived(self, s):
            trace("string", s)
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"1:a,1:bb1:c,")
    p.dataReceived(b"1:d,")


def closing_in_string_received_of_netstrings():
    class P(NetstringReceiver):
        def stringReceived(self, s):
            trace("string", s)
            self.transport.loseConnection()
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"1:a,1:b,")


def strings_behind_one_byte():
    class P(Int8StringReceiver):
        def stringReceived(self, s):
            trace("string", s)
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"\x03abc\x00\x02a")
    p.dataReceived(b"b\x01")
    p.dataReceived(b"c")
    p.sendString(b"xyz")
    trace(t.value())


def strings_behind_two_bytes():
    class P(Int16StringReceiver):
        def stringReceived(self, s):
            trace("string", s)
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    for piece in [b"\x00", b"\x03a", b"bc\x00\x00\x00\x01", b"d"]:
        p.dataReceived(piece)
    p.sendString(b"xyz")
    trace(t.value())


def strings_behind_four_bytes():
    class P(Int32StringReceiver):
        def stringReceived(self, s):
            trace("string", s)
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"\x00\x00\x00\x03abc\x00\x00\x00\x01")
    p.dataReceived(b"d\x00\x00\x00\x00")
    p.sendString(b"xyz")
    trace(t.value())


def a_length_over_the_limit():
    class P(Int16StringReceiver):
        MAX_LENGTH = 4
        def stringReceived(self, s):
            trace("string", s)
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"\x00\x04abcd\x00\x05")
    trace(t.disconnecting)


@differs("Twisted hands out the strings before the one refused again")
def a_length_over_the_limit_that_is_looked_at():
    class P(Int32StringReceiver):
        MAX_LENGTH = 4
        def stringReceived(self, s):
            trace("string", s)
        def lengthLimitExceeded(self, length):
            trace("exceeded", length)
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"\x00\x00\x00\x02ab\x00\x0f\x42\x40rest")
    p.dataReceived(b"more")


def a_string_too_long_for_its_prefix():
    p = Int8StringReceiver()
    t = StringTransport()
    p.makeConnection(t)
    try:
        p.sendString(b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                     b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                     b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
    except StringTooLongError as e:
        trace(e, message(e))
    trace(t.value())


def pausing_strings():
    class P(Int8StringReceiver):
        def stringReceived(self, s):
            trace("string", s)
            if s == b"p":
                self.pauseProducing()
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"\x01a\x01p\x01b\x01c")
    trace(t.producerState)
    p.dataReceived(b"\x01d")
    p.resumeProducing()
    trace(t.producerState)


def closing_in_string_received():
    class P(Int8StringReceiver):
        def stringReceived(self, s):
            trace("string", s)
            self.transport.loseConnection()
    p = P()
    p.makeConnection(StringTransport())
    p.dataReceived(b"\x01a\x01b")


@differs("Twisted hands out the string again with the next data")
def a_string_received_that_raises():
    class P(Int8StringReceiver):
        def stringReceived(self, s):
            trace("string", s)
            if s == b"x":
                raise CustomError("string")
    p = P()
    p.makeConnection(StringTransport())
    try:
        p.dataReceived(b"\x01x\x01a")
    except CustomError as e:
        trace("raised", e)
    p.dataReceived(b"\x01b")


def states_of_a_string_protocol():
    class P(StatefulStringProtocol, NetstringReceiver):
        def proto_init(self, s):
            trace("init", s)
            return "second"
        def proto_second(self, s):
            trace("second", s)
            return "done"
        def proto_done(self, s):
            trace("done", s)
            return "done"
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"1:a,1:b,1:c,")
    trace(p.state, t.disconnecting)
