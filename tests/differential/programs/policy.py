def a_timeout_mixin():
    clock = Clock()
    class P(Protocol, TimeoutMixin):
        def callLater(self, period, f):
            return clock.callLater(period, f)
        def timeoutConnection(self):
            trace("timed out", clock.seconds())
    p = P()
    p.makeConnection(StringTransport())
    trace(p.setTimeout(3))
    clock.advance(2)
    p.resetTimeout()
    clock.advance(2)
    trace("reset", p.timeOut)
    clock.advance(1)
    p.resetTimeout()
    trace(len(clock.getDelayedCalls()))


def changing_a_timeout():
    clock = Clock()
    class P(Protocol, TimeoutMixin):
        def callLater(self, period, f):
            return clock.callLater(period, f)
    p = P()
    t = StringTransport()
    p.makeConnection(t)
    p.setTimeout(5)
    trace(p.setTimeout(1))
    clock.advance(1)
    trace(t.disconnecting)
    p.setTimeout(1)
    trace(p.setTimeout(None), p.timeOut)
    clock.advance(2)
    trace(len(clock.getDelayedCalls()))


def a_factory_with_timeouts():
    clock = Clock()
    class P(Protocol):
        def dataReceived(self, data):
            trace("data", data)
            self.transport.write(data)
        def connectionLost(self, reason):
            trace("lost", reason)
    class F(TimeoutFactory):
        def callLater(self, period, f):
            return clock.callLater(period, f)
    f = Factory()
    f.protocol = P
    wrapped = F(f, 3)
    p = wrapped.buildProtocol(IPv4Address("TCP", "10.0.0.1", 5))
    t = StringTransportWithDisconnection()
    t.protocol = p
    p.makeConnection(t)
    clock.advance(2)
    p.dataReceived(b"x")
    clock.advance(2)
    trace(t.value(), t.connected)
    clock.advance(1)
    trace(t.connected, len(clock.getDelayedCalls()))


def a_timeout_of_a_wrapped_protocol_that_is_cancelled():
    clock = Clock()
    class F(TimeoutFactory):
        def callLater(self, period, f):
            return clock.callLater(period, f)
    f = Factory()
    f.protocol = Protocol
    p = F(f, 3).buildProtocol(None)
    t = StringTransport()
    p.makeConnection(t)
    p.cancelTimeout()
    clock.advance(5)
    trace(t.disconnecting, p.timeoutPeriod)
    p.setTimeout(1)
    clock.advance(1)
    trace(t.disconnecting)


def a_wrapping_factory():
    class P(Protocol):
        def connectionMade(self):
            trace("made", self.transport.getPeer().host)
        def dataReceived(self, data):
            trace("data", data)
            self.transport.write(data)
            self.transport.writeSequence([b"!", b"!"])
        def connectionLost(self, reason):
            trace("lost", reason)
    class F(Factory):
        protocol = P
        def startFactory(self):
            trace("start")
        def stopFactory(self):
            trace("stop")
    w = WrappingFactory(F())
    w.doStart()
    p = w.buildProtocol(None)
    t = StringTransport()
    p.makeConnection(t)
    trace(p.wrappedProtocol.transport is p)
    p.dataReceived(b"x")
    trace(t.value())
    p.wrappedProtocol.transport.loseConnection()
    trace(flag(p.disconnecting), t.disconnecting)
    p.connectionLost(Failure(ConnectionDone()))
    w.doStop()


def a_throttled_factory_counts_connections():
    class F(ThrottlingFactory):
        def callLater(self, period, f):
            return clock.callLater(period, f)
    clock = Clock()
    f = Factory()
    f.protocol = Protocol
    limited = F(f, 2)
    a = limited.buildProtocol(None)
    a.makeConnection(StringTransport())
    b = limited.buildProtocol(None)
    b.makeConnection(StringTransport())
    trace(limited.connectionCount, limited.buildProtocol(None))
    a.connectionLost(Failure(ConnectionDone()))
    trace(limited.connectionCount, limited.buildProtocol(None) is None)


def throttled_reads():
    class F(ThrottlingFactory):
        def callLater(self, period, f):
            return clock.callLater(period, f)
    clock = Clock()
    f = Factory()
    f.protocol = Protocol
    limited = F(f, readLimit=10)
    p = limited.buildProtocol(None)
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"01234567890123456789")
    trace(t.producerState)
    clock.advance(1)
    trace("after a second", t.producerState)
    clock.advance(0.9)
    trace(t.producerState)
    clock.advance(0.2)
    trace(t.producerState)
    p.connectionLost(Failure(ConnectionDone()))
    trace(len(clock.getDelayedCalls()))


def throttled_writes():
    class F(ThrottlingFactory):
        def callLater(self, period, f):
            return clock.callLater(period, f)
    class Source(Protocol):
        def pauseProducing(self):
            trace("pause", clock.seconds())
        def resumeProducing(self):
            trace("resume", clock.seconds())
    clock = Clock()
    f = Factory()
    f.protocol = Protocol
    limited = F(f, writeLimit=10)
    p = limited.buildProtocol(None)
    p.makeConnection(StringTransport())
    p.registerProducer(Source(), True)
    p.write(b"0123456789")
    p.writeSequence([b"01234", b"56789"])
    clock.pump([1, 0.5, 0.5, 1])
    p.unregisterProducer()
    p.connectionLost(Failure(ConnectionDone()))


@differs("Twisted asks an address for its first item, which its addresses do not have: a TypeError")
def connections_limited_by_peer():
    f = Factory()
    f.protocol = Protocol
    class F(LimitConnectionsByPeer):
        maxConnectionsPerPeer = 1
    limited = F(f)
    a = limited.buildProtocol(IPv4Address("TCP", "10.0.0.1", 5))
    trace(limited.buildProtocol(IPv4Address("TCP", "10.0.0.1", 6)))
    trace(limited.buildProtocol(IPv4Address("TCP", "10.0.0.2", 6)) is None)
    a.makeConnection(StringTransport(None, IPv4Address("TCP", "10.0.0.1", 5)))
    a.connectionLost(Failure(ConnectionDone()))
    trace(limited.buildProtocol(IPv4Address("TCP", "10.0.0.1", 7)) is None)


def connections_limited_in_all():
    class Overflow(Protocol):
        def connectionMade(self):
            trace("overflow")
            self.transport.loseConnection()
    class F(LimitTotalConnectionsFactory):
        protocol = Protocol
        connectionLimit = 1
    f = F()
    a = f.buildProtocol(None)
    a.makeConnection(StringTransport())
    trace(f.connectionCount, f.buildProtocol(None))
    f.overflowProtocol = Overflow
    b = f.buildProtocol(None)
    t = StringTransport()
    b.makeConnection(t)
    trace(f.connectionCount, t.disconnecting)
    b.connectionLost(Failure(ConnectionDone()))
    a.connectionLost(Failure(ConnectionDone()))
    trace(f.connectionCount)


def a_factory_starts_once_and_stops_once():
    class F(Factory):
        noisy = False
        def startFactory(self):
            trace("start")
        def stopFactory(self):
            trace("stop")
    f = F()
    f.doStart()
    f.doStart()
    trace(f.numPorts)
    f.doStop()
    f.doStop()
    f.doStop()
    trace(f.numPorts)


def a_factory_builds_protocols():
    class P(Protocol):
        def connectionMade(self):
            trace("made", self.factory is f)
    f = Factory.forProtocol(P)
    p = f.buildProtocol(None)
    trace(flag(p.connected), p.transport)
    p.makeConnection(StringTransport())
    trace(flag(p.connected))
    p.connectionLost(Failure(ConnectionDone()))
    trace(flag(p.connected))


def datagram_protocols_start_and_stop():
    class P(DatagramProtocol):
        noisy = False
        def startProtocol(self):
            trace("start")
        def stopProtocol(self):
            trace("stop")
    p = P()
    p.makeConnection(FakeDatagramTransport())
    trace(p.numPorts)
    p.doStop()
    trace(p.numPorts, p.transport)
    try:
        p.doStop()
    except AssertionError as e:
        trace(e)


def what_a_process_protocol_hands_out():
    class P(ProcessProtocol):
        def outReceived(self, data):
            trace("out", data)
        def errReceived(self, data):
            trace("err", data)
        def inConnectionLost(self):
            trace("in lost")
        def outConnectionLost(self):
            trace("out lost")
    p = P()
    p.childDataReceived(1, b"a")
    p.childDataReceived(2, b"b")
    p.childDataReceived(3, b"c")
    p.childConnectionLost(0)
    p.childConnectionLost(1)


def reconnecting_after_growing_delays():
    class Connector(Protocol):
        def connect(self):
            trace("connect", clock.seconds())
        def stopConnecting(self):
            trace("stop connecting")
    clock = Clock()
    class F(ReconnectingClientFactory):
        jitter = 0
        noisy = False
        factor = 2
    f = F()
    f.clock = clock
    c = Connector()
    f.clientConnectionFailed(c, None)
    trace(f.delay, f.retries)
    clock.advance(2)
    f.clientConnectionLost(c, None)
    trace(f.delay, f.retries)
    clock.advance(4)
    f.resetDelay()
    trace(f.delay, f.retries)
    f.clientConnectionLost(c, None)
    clock.advance(1)
    f.stopTrying()
    clock.advance(10)
    f.clientConnectionLost(c, None)
    trace(len(clock.getDelayedCalls()), flag(f.continueTrying))


def reconnecting_gives_up():
    class Connector(Protocol):
        def connect(self):
            trace("connect", clock.seconds())
            f.clientConnectionFailed(self, None)
    clock = Clock()
    class F(ReconnectingClientFactory):
        jitter = 0
        noisy = False
        maxRetries = 3
        maxDelay = 4
        factor = 3
    f = F()
    f.clock = clock
    f.clientConnectionFailed(Connector(), None)
    for i in range(20):
        clock.advance(1)
    trace(f.retries, f.delay)


def the_first_delays_of_reconnecting():
    class Connector(Protocol):
        def connect(self):
            trace("connect", clock.seconds())
            f.clientConnectionFailed(self, None)
    clock = Clock()
    class F(ReconnectingClientFactory):
        jitter = 0
        noisy = False
    f = F()
    f.clock = clock
    f.clientConnectionFailed(Connector(), None)
    for i in range(40):
        clock.advance(1)


def retrying_without_a_connector():
    f = ReconnectingClientFactory()
    try:
        f.retry()
    except ValueError as e:
        trace(e)


def a_client_creator_connects():
    class P(Protocol):
        def __init__(self, name):
            self.name = name
    r = MemoryReactorClock()
    d = ClientCreator(r, P, "n").connectTCP("10.0.0.1", 80)
    d.addCallback(lambda p: trace("connected", p.name))
    client = r.tcpClients[0]
    p = client[2].buildProtocol(None)
    p.makeConnection(StringTransport())
    trace("not in this turn")
    r.advance(0)


def a_client_creator_whose_connect_fails():
    r = MemoryReactorClock()
    d = ClientCreator(r, Protocol).connectTCP("10.0.0.1", 80)
    d.addErrback(lambda f: trace(f))
    client = r.tcpClients[0]
    client[2].clientConnectionFailed(None, Failure(ConnectionRefusedError()))
    trace("not in this turn")
    r.advance(0)


def a_client_creator_that_is_cancelled():
    r = MemoryReactorClock()
    d = ClientCreator(r, Protocol).connectTCP("10.0.0.1", 80)
    d.addErrback(lambda f: trace(f))
    d.cancel()
    connector = r.connectors[0]
    trace(connector._disconnected)


@differs("Twisted makes a protocol all the same, and raises AlreadyCalledError when its Deferred is to be fired")
def a_client_creator_that_is_cancelled_and_connects():
    r = MemoryReactorClock()
    d = ClientCreator(r, Protocol).connectTCP("10.0.0.1", 80)
    d.addErrback(lambda f: trace(f))
    d.cancel()
    client = r.tcpClients[0]
    trace(client[2].buildProtocol(None))
    r.advance(0)
