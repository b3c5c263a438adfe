def what_a_string_transport_keeps():
    t = StringTransport()
    t.write(b"a")
    t.writeSequence([b"b", b"c"])
    trace(t.value())
    t.clear()
    trace(t.value())
    t.loseConnection()
    t.write(b"d")
    trace(t.value(), t.disconnecting)
    trace(t.getPeer().host, t.getPeer().port, t.getHost().host, t.getHost().port)


def aborting_a_string_transport():
    t = StringTransport()
    t.abortConnection()
    trace(t.disconnected, t.disconnecting)


def writing_what_is_no_bytes():
    t = StringTransport()
    try:
        t.write(5)
    except TypeError as e:
        trace(e)


def producers_of_a_string_transport():
    t = StringTransport()
    producer = Protocol()
    t.registerProducer(producer, True)
    trace(t.producer is producer, t.streaming)
    try:
        t.registerProducer(producer, False)
    except RuntimeError as e:
        trace(e)
    t.unregisterProducer()
    trace(t.producer)
    try:
        t.unregisterProducer()
    except RuntimeError as e:
        trace(e)


def the_states_of_a_string_transport():
    t = StringTransport()
    trace(t.producerState)
    t.pauseProducing()
    trace(t.producerState)
    t.resumeProducing()
    trace(t.producerState)
    t.stopProducing()
    trace(t.producerState)
    try:
        t.resumeProducing()
    except RuntimeError as e:
        trace(e)
    try:
        t.pauseProducing()
    except RuntimeError as e:
        trace(e)


def a_string_transport_that_closes():
    t = StringTransport()
    t.loseConnection()
    try:
        t.pauseProducing()
    except RuntimeError as e:
        trace(e)


def a_transport_that_tells_of_its_end():
    class P(Protocol):
        def connectionLost(self, reason):
            trace("lost", reason)
    p = P()
    t = StringTransportWithDisconnection()
    t.protocol = p
    p.makeConnection(t)
    t.loseConnection()
    t.loseConnection()
    trace(t.connected)


def what_a_memory_reactor_notes():
    r = MemoryReactorClock()
    f = Factory()
    c = ClientFactory()
    port = r.listenTCP(80, f, interface="127.0.0.1", backlog=7)
    connector = r.connectTCP("10.1.2.3", 99, c, timeout=5)
    server = r.tcpServers[0]
    client = r.tcpClients[0]
    trace(server[0], server[1] is f, server[2], server[3])
    trace(client[0], client[1], client[2] is c, client[3], client[4])
    trace(port.getHost().port, connector.getDestination().host, connector.getDestination().port)
    connector.stopConnecting()
    trace(connector.stoppedConnecting)
    r.callLater(1, trace, "due")
    r.advance(1)


def running_a_memory_reactor():
    r = MemoryReactorClock()
    r.callWhenRunning(lambda: trace("hook", r.running))
    r.run()
    trace(r.running, r.hasRun, r.hasStopped)


def an_accumulating_protocol():
    f = Factory()
    f.protocol = AccumulatingProtocol
    f.protocolConnectionMade = Deferred()
    f.protocolConnectionMade.addCallback(lambda p: trace("made"))
    p = f.buildProtocol(None)
    p.closedDeferred = Deferred()
    p.closedDeferred.addCallback(lambda r: trace("closed", r))
    p.makeConnection(StringTransport())
    p.dataReceived(b"ab")
    p.dataReceived(b"cd")
    trace(p.data, flag(p.made), flag(p.closed))
    p.connectionLost(Failure(ConnectionDone()))
    trace(flag(p.closed), p.closedReason)


@differs("Twisted's keeps the last line it sent in place of the one it got")
def a_line_sending_protocol_that_waits():
    p = LineSendingProtocol([b"a", b"b"], False)
    t = StringTransport()
    p.makeConnection(t)
    trace(t.value())
    p.dataReceived(b"hello\r\n")
    trace(t.value(), p.response)
    p.connectionLost(Failure(ConnectionLost()))
    trace(flag(p.lostConn))


def a_line_sending_protocol():
    p = LineSendingProtocol([b"a", b"b"])
    t = StringTransport()
    p.makeConnection(t)
    p.dataReceived(b"hello\r\n")
    trace(t.value(), p.response)


def a_fake_datagram_transport():
    t = FakeDatagramTransport()
    t.write(b"x", ["10.0.0.1", 5])
    trace(t.written)


def a_pulled_producer():
    t = StringTransport()
    p = NonStreamingProducer(t)
    t.registerProducer(p, False)
    p.result.addCallback(lambda r: trace("result", r))
    for i in range(10):
        p.resumeProducing()
    trace(t.value(), t.producer)


def addresses_compare():
    trace(IPv4Address("TCP", "10.0.0.1", 80) == IPv4Address("TCP", "10.0.0.1", 80))
    trace(IPv4Address("TCP", "10.0.0.1", 80) == IPv4Address("UDP", "10.0.0.1", 80))
    trace(IPv4Address("TCP", "10.0.0.1", 80) == IPv6Address("TCP", "::1", 80))


def texts_of_errors():
    trace(message(ConnectionDone()), message(ConnectionDone("why")), message(ConnectionLost()))
    trace(message(ConnectionRefusedError()), message(TCPTimedOutError()), message(NoRouteError()), message(UserError()))
    trace(message(ConnectError(5)), message(ConnectError(None, "text")), message(ConnectError(5, "text")))
    trace(message(DNSLookupError("host")), message(NotConnectingError()), message(NotListeningError()))
    trace(message(CannotListenError("", 80, "in use")), message(CannotListenError("10.0.0.1", 80, "in use")))
    trace(message(AlreadyCalled()), message(AlreadyCancelled()), message(MessageLengthError()))
    trace(message(ConnectionAborted()), message(ServiceNameUnknownError()), message(UnknownHostError()), message(SSLError()))
    trace(message(ProcessDone(0)), message(ProcessTerminated(3)), message(ProcessTerminated(None, 9)))


def parents_of_errors():
    f = Failure(ConnectionAborted())
    trace(f.check(ConnectionDone) is None, f.check(ConnectionLost) is None, f.check(ConnectionClosed) is None)
    f = Failure(TCPTimedOutError())
    trace(f.check(ConnectError) is None, f.check(UserError) is None, f.check(DNSLookupError, ConnectError))


def a_failure_and_its_error():
    f = Failure(CustomError("text"))
    trace(f.value, f.type, f.getErrorMessage(), f.check(OtherError, CustomError))
    try:
        f.raiseException()
    except CustomError as e:
        trace("raised", e is f.value)
    try:
        f.trap(OtherError)
    except CustomError as e:
        trace("not trapped", e)


def a_failure_by_the_name_of_its_class():
    f = Failure(OtherError("x"))
    trace(f.check(ConnectionDone, OtherError), f.trap(CustomError))


def what_an_error_carries():
    e = CustomError("a", 2)
    trace(e.args[0], e.args[1], message(e))


def the_log_tells_observers():
    events = []
    def observer(event):
        if flag(event):
            events.append(1)
    log.addObserver(observer)
    say("one")
    log.removeObserver(observer)
    say("two")
    trace(len(events))


def errors_that_are_logged():
    log.err(Failure(CustomError("failure")))
    log.err(CustomError("error"), "with a reason")
