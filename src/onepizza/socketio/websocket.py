"""The WebSocket transport: an `asyncio.Protocol` that uvicorn is given as `ws=`.

Frames are parsed by `websockets`' Sans-I/O `ServerProtocol`; outgoing frames come ready-made and go straight to the
transport. No task, queue or timer belongs to a connection, and after the opening handshake it keeps no request.
"""

# ruff: noqa: ANN401 - what clients send and handlers return has no type here
from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, ClassVar, cast

from websockets.frames import BINARY, CLOSE, CONT, TEXT, Frame
from websockets.http11 import Request, Response
from websockets.protocol import CONNECTING, OPEN, Protocol
from websockets.server import ServerProtocol

from onepizza.socketio.frames import text_frame, whole_text
from onepizza.socketio.handshake import (
    CROWDED,
    FORBIDDEN,
    NOT_FOUND,
    SESSION_TAKEN,
    SHUTTING_DOWN,
    Refusal,
    join_head,
    parse_query,
)
from onepizza.socketio.session import Session

if TYPE_CHECKING:
    from onepizza.socketio.engine import Engine

_parser_log = logging.getLogger("onepizza.socketio.frames")
_parser_log.setLevel(logging.WARNING)
"""`websockets` would log every connection at INFO, and format every frame at DEBUG."""

_SLICE = 4 * 1024
"""Bytes parsed at once. A read may bring 256 KiB, which can be 40,000 tiny frames: a quarter of a second."""
_FRAMES_A_TURN = 500
"""Frames handled before the rest of a large read waits for the loop's next turn."""
_PROBE_ANSWER = text_frame(b"3probe")
_NORMAL_CLOSURE = 1000
_POLICY_VIOLATION = 1008
_HIGH_WATER = 16 * 1024
"""Unsent bytes at which the transport says so, and from which on what it holds is counted."""


class WebSocketConnection(asyncio.Protocol):
    """One TCP connection that asked to be a WebSocket.

    HANDSHAKE -> PROBING -> OPEN -> CLOSING
    HANDSHAKE -> OPEN | REFUSED
    """

    __slots__ = (
        "_connections",
        "_fragments",
        "_is_held",
        "_is_paused",
        "_is_probe",
        "_is_text",
        "_parser",
        "_rest",
        "_session",
        "_transport",
        "_unsent_packets",
    )

    engine: ClassVar[Engine]

    def __init__(self, config: object, server_state: Any, app_state: object = None, _loop: object = None) -> None:
        self._connections: set[Any] = server_state.connections
        self._parser: ServerProtocol | None = ServerProtocol(max_size=self.engine.max_payload, logger=_parser_log)
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)
        self._session: Session | None = None
        self._is_probe = False
        self._is_paused = False
        self._is_held = False
        self._unsent_packets = 0
        self._fragments: bytearray | None = None
        self._is_text = False
        self._rest: bytes | None = None

    # Called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the connection."""
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Parse what came; a large read in slices, so that other clients get their turn."""
        if self._rest is not None:
            self._rest += data
        elif len(data) <= _SLICE:
            session = self._session
            parser = self._parser
            if (
                # Only an open connection has a session.
                session is not None
                and parser is not None
                and parser.current_size is None
                and not parser.reader.buffer
                and (text := whole_text(data, self.engine.max_payload)) is not None
            ):
                self._take_text(text, session)
            else:
                self._feed(data)
        else:
            self._feed_sliced(data)

    def eof_received(self) -> None:
        """The client sends no more: it is gone, whatever it left unread."""
        self._lose()
        self.engine.watch_closing(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._connections.discard(self)
        self._rest = None
        self._lose()
        # A generator inside holds its own frame: a cycle that would otherwise wait for the collector.
        self._parser = None

    def pause_writing(self) -> None:
        """The transport holds more than the kernel takes: count from here."""
        self._is_paused = True
        self._unsent_packets = 0

    def resume_writing(self) -> None:
        """The client has read."""
        self._is_paused = False

    def shutdown(self) -> None:
        """Called by uvicorn when it stops: every session of the engine is told, polling ones too."""
        self.engine.server_stops(self._connections)
        if self._parser is not None and self._parser.state is CONNECTING:
            self._transport.close()

    # Called by the session

    def write(self, wire: bytes) -> None:
        """Send ready-made frames; cut the client when what it has not read passes the bounds."""
        self._transport.write(wire)
        if self._is_paused:
            self._unsent_packets += 1
            engine = self.engine
            if (
                self._unsent_packets > engine.max_buffered_packets
                or self._transport.get_write_buffer_size() > engine.max_buffered_bytes
            ) and self._session is not None:
                self._session.cut("slow consumer")

    def close(self, code: int) -> None:
        """Send a close frame; the connection goes when the client answers it, or after the close timeout."""
        self._session = None
        parser = self._parser
        if parser is None or self._transport.is_closing():
            return
        if parser.state is OPEN:
            parser.send_close(code)
        self._flush_parser(parser)
        if self._is_held:
            self.hold_reading(hold=False)
        self.engine.watch_closing(self)

    def abort(self) -> None:
        """Drop the connection now."""
        self._session = None
        self._transport.abort()

    def hold_reading(self, *, hold: bool) -> None:
        """Stop reading from the client, or go on."""
        self._is_held = hold
        if self._transport.is_closing():
            return
        if hold:
            self._transport.pause_reading()
        elif self._rest is None:
            self._transport.resume_reading()
        else:
            asyncio.get_running_loop().call_soon(self._go_on)

    def probe_expired(self) -> None:
        """The upgrade was not completed in time; the session goes on over polling."""
        if self._is_probe:
            self._drop_probe()

    # Receiving

    def _feed(self, data: bytes | memoryview) -> int:
        """Parse and handle a piece of what was read; return the number of frames in it."""
        parser = self._parser
        if parser is None:
            return 0
        parser.receive_data(cast("bytes", data))
        events = parser.events
        if events:
            parser.events = []
            for event in events:
                session = self._session
                if session is not None:
                    self._take_frame(cast("Frame", event), session)
                elif isinstance(event, Request):
                    self._take_request(event, parser)
        if parser.writes:
            self._flush_parser(parser)
        if parser.parser_exc is not None and self._session is not None:
            self._lose("transport error")
        return len(events)

    def _feed_sliced(self, data: bytes) -> None:
        view = memoryview(data)
        frames = 0
        start = 0
        while start < len(data) and frames < _FRAMES_A_TURN and not self._is_held:
            frames += self._feed(view[start : start + _SLICE])
            start += _SLICE
        if start < len(data) and not self._transport.is_closing():
            self._rest = data[start:]
            self._transport.pause_reading()
            if not self._is_held:
                asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        rest, self._rest = self._rest, None
        if rest is None or self._transport.is_closing():
            return
        self._feed_sliced(rest)
        if self._rest is None and not self._is_held and not self._transport.is_closing():
            self._transport.resume_reading()

    def _take_frame(self, frame: Frame, session: Session) -> None:
        opcode = frame.opcode
        if opcode is TEXT and frame.fin:
            self._take_text(frame.data, session)
        elif opcode is BINARY and frame.fin:
            self._take_binary(bytes(frame.data), session)
        elif opcode is CLOSE:
            self._lose("client close" if self._is_goodbye() else "transport close")
        elif opcode in (TEXT, BINARY, CONT):
            self._take_fragment(frame, session)

    def _take_fragment(self, frame: Frame, session: Session) -> None:
        """Put fragments together; the parser has checked their order and bounds their sum."""
        if self._fragments is None:
            self._is_text = frame.opcode is TEXT
            self._fragments = bytearray()
        self._fragments += frame.data
        if not frame.fin:
            return
        message, self._fragments = bytes(self._fragments), None
        if self._is_text:
            self._take_text(message, session)
        else:
            self._take_binary(message, session)

    def _take_text(self, data: Any, session: Session) -> None:
        try:
            packet = str(data, "utf-8")
        except UnicodeDecodeError:
            self._fail(1007)
            return
        if self._is_probe:
            self._take_probe(packet, session)
        else:
            session.receive_text(packet)

    def _take_binary(self, data: bytes, session: Session) -> None:
        if self._is_probe:
            self._drop_probe()
        else:
            session.receive_binary(data)

    def _take_probe(self, packet: str, session: Session) -> None:
        if packet == "2probe":
            self._transport.write(_PROBE_ANSWER)
            session.probed()
        elif packet == "5" and session.has_probed:
            self._is_probe = False
            session.upgrade(self)
        else:
            self._drop_probe()

    # Ending

    def _is_goodbye(self) -> bool:
        """Say whether the client's close frame says that it is done (RFC 6455, 7.4.1).

        `python-socketio` leaves like this, its disconnect packet still queued. A reloaded page sends 1001, and the
        JavaScript client no code when it drops its transport: both may come back.
        """
        received = self._parser.close_rcvd if self._parser is not None else None
        return received is not None and received.code == _NORMAL_CLOSURE

    def _lose(self, reason: str = "transport close") -> None:
        """The WebSocket is over for the session it carried or was to carry."""
        session, self._session = self._session, None
        if session is None:
            return
        if self._is_probe:
            self._is_probe = False
            session.probe_ended()
        else:
            session.lost(reason)

    def _fail(self, code: int) -> None:
        if self._parser is not None:
            self._parser.fail(code)
            self._flush_parser(self._parser)
        self._lose("transport error")

    def _drop_probe(self) -> None:
        session, self._session = self._session, None
        self._is_probe = False
        if session is not None:
            session.probe_ended()
        self.close(1000)

    def _flush_parser(self, parser: ServerProtocol) -> None:
        """Send pongs, close frames and the end of the stream as the parser asks for them."""
        transport = self._transport
        writes = parser.data_to_send()
        if transport.is_closing():
            return
        is_over = False
        for data in writes:
            if data == b"":
                is_over = True
            elif parser.state is OPEN:
                self.write(data)
            else:
                transport.write(data)
        if is_over:
            # Half-close and go on reading: closing while the client still sends would reset the connection and could
            # take the close frame with it. The close timeout ends it if the client does not.
            if parser.close_rcvd is not None or not transport.can_write_eof():
                transport.close()
            else:
                transport.write_eof()
            self.engine.watch_closing(self)

    # The opening handshake

    def _take_request(self, request: Request, parser: ServerProtocol) -> None:
        path, _, query_string = request.path.partition("?")
        verdict: Session | Refusal | None
        if not self.engine.is_own_path(path):
            verdict = NOT_FOUND
        elif not self.engine.origins.allows(request.headers.get("Origin")):
            verdict = FORBIDDEN
        elif self.engine.has_stopped(self._connections):
            verdict = SHUTTING_DOWN
        else:
            verdict = self.engine.check(request.method or "GET", parse_query(query_string), "websocket")
        head = address = ""
        if verdict is None:
            head = join_head(request.headers.raw_items())
            address = self.engine.address_of(head, self._peer())
            if self.engine.is_crowded(address):
                verdict = CROWDED
        if isinstance(verdict, Refusal) and verdict is not SESSION_TAKEN:
            parser.send_response(_refusal(parser, verdict))
            return
        response = parser.accept(request)
        parser.send_response(response)
        self._flush_parser(parser)
        if response.status_code != 101:
            return
        # The handshake's generator would keep the whole request for as long as the connection lives (2.5 kB of 10), and
        # cost every frame one more level to resume.
        parser.parser = Protocol.parse(parser)
        next(parser.parser)
        self._transport.set_write_buffer_limits(high=_HIGH_WATER)
        if isinstance(verdict, Refusal):
            # The protocol wants a second WebSocket of a session closed: to a client a refused handshake is an error.
            self.close(_POLICY_VIOLATION)
        elif verdict is None:
            self._session = self.engine.open(
                request.path,
                head,
                address,
                secure=self._transport.get_extra_info("sslcontext") is not None,
                websocket=self,
            )
            if self._session.is_closed:
                self._session = None
        else:
            self._is_probe = True
            self._session = verdict
            verdict.probe = self
            self.engine.watch_probe(self)

    def _peer(self) -> str:
        peer: object = self._transport.get_extra_info("peername")
        return str(cast("tuple[object, ...]", peer)[0]) if isinstance(peer, tuple) and peer else ""


def _refusal(parser: ServerProtocol, refusal: Refusal) -> Response:
    response = parser.reject(refusal.status, refusal.body().decode())
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/json"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def protocol_class(of: Engine) -> type[WebSocketConnection]:
    """Return the protocol class of one engine: uvicorn wants a class and calls it once per connection."""

    class EngineWebSocket(WebSocketConnection):
        __slots__ = ()
        engine = of

    return EngineWebSocket
