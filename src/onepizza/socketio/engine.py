"""Engine.IO protocol 4: sessions over HTTP long-polling and WebSocket, with upgrade and heartbeat.

The wire, in short (https://socket.io/docs/v4/engine-io-protocol/). A session opens with `GET <path>/?EIO=4&transport=
polling` or a WebSocket at `?EIO=4&transport=websocket`; the server answers with packet `0{"sid",...}`. A packet is one
type digit and its payload: 0 open, 1 close, 2 ping, 3 pong, 4 message, 5 upgrade, 6 noop. Over WebSocket a packet is a
frame and a binary message has no digit; over polling packets are joined by `\\x1e` and a binary one is `b` + base64.
The server pings every `ping_interval`, the client answers within `ping_timeout`. To upgrade, the client opens a
WebSocket with its `sid` and sends `2probe`, gets `3probe`, sees its poll end with `6`, and sends `5`.

    engine = Engine(path="/engine.io")
    engine.on_message(lambda session, data: session.send(data))  # text comes as str, binary as bytes
    uvicorn.run(engine.asgi, ws=engine.websocket_protocol)

Refused with 400 and `{"code", "message"}`, with the reference server's codes: an unknown transport (0), an unknown
session (1), a bad method (2), a bad request (3: JSONP, a second GET or POST at once, polling once upgraded), another
protocol version (5). A foreign origin gets 403 (4), a body over `max_payload` 413, a new session of an address that has
too many 429. A second WebSocket of a session is accepted and closed.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import msgspec

from onepizza.socketio.deadlines import Deadlines
from onepizza.socketio.handshake import (
    BAD_METHOD,
    BAD_REQUEST,
    BAD_VERSION,
    SESSION_TAKEN,
    SHUTTING_DOWN,
    UNKNOWN_SESSION,
    UNKNOWN_TRANSPORT,
    AllowedOrigins,
    ClientAddress,
    Handshake,
    Origins,
    Refusal,
    split_head,
)
from onepizza.socketio.polling import ASGIApp, Polling
from onepizza.socketio.session import Session, run_handler
from onepizza.socketio.websocket import WebSocketConnection, protocol_class

Transport = Literal["polling", "websocket"]
OpenHandler = Callable[[Session], Any]
MessageHandler = Callable[[Session, str | bytes], Any]
CloseHandler = Callable[[Session, str], Any]

CLOSE_TIMEOUT_S = 5.0
"""How long a closed connection may take to flush and to answer the closing handshake."""
UPGRADE_TIMEOUT_S = 10.0
"""How long a probing WebSocket may take to upgrade."""
FAREWELL_TIMEOUT_S = 1.0
"""How long it may take when its session was closed meanwhile: time for the upgrade that is on its way."""


class Engine:
    """An Engine.IO server. Serve `asgi` (or `wrap(app)`) with uvicorn and give it `ws=websocket_protocol`.

    Args:
        path: where it answers, with or without a slash at the end.
        ping_interval: seconds between a pong and the next ping.
        ping_timeout: seconds a pong may take.
        max_payload: most bytes of one WebSocket message and of one polling request body.
        allowed_origins: `"*"`, or the origins whose pages may connect.
        transports: which of "polling" and "websocket" are offered.
        max_buffered_bytes, max_buffered_packets: what may wait for a client that does not read; beyond it is closed.
        client_address: tells the client's address from the headers and the peer's address, for trusted proxies.

    Handlers may be plain functions, which run inside the callback that received the packet, or coroutine functions:
    then the session's next message waits for them. Reasons given to `on_close`: "client close" (the client closed its
    WebSocket with code 1000), "transport close" (it left in any other way), "transport error" (it broke the transport's
    protocol), "parse error", "ping timeout", "forced close" (`session.close()`), "slow consumer", "server shutting
    down".
    """

    def __init__(
        self,
        path: str = "/engine.io",
        *,
        ping_interval: float = 25.0,
        ping_timeout: float = 20.0,
        max_payload: int = 1_000_000,
        allowed_origins: AllowedOrigins = "*",
        transports: Sequence[Transport] = ("polling", "websocket"),
        max_buffered_bytes: int = 2 * 1024 * 1024,
        max_buffered_packets: int = 1000,
        client_address: ClientAddress | None = None,
    ) -> None:
        self.path = "/" + path.strip("/")
        self.origins = Origins(allowed_origins)
        self.max_payload = max_payload
        self.max_buffered_bytes = max_buffered_bytes
        self.max_buffered_packets = max_buffered_packets
        self.body_timeout_s = ping_interval + ping_timeout
        self.deliver: Callable[[Session, str | bytes], None] = self._deliver_message
        self.is_crowded: Callable[[str], bool] = lambda _address: False
        """Whether a client's address has as many sessions as it may: a further one is refused with 429."""
        self._transports: frozenset[str] = frozenset(transports)
        self._client_address = client_address
        self._sessions: dict[str, Session] = {}
        self._leaving: dict[str, Session] = {}
        self._is_shutting_down = False
        self._stopped: object = None
        self._on_open: OpenHandler | None = None
        self._on_message: MessageHandler | None = None
        self._on_close: CloseHandler | None = None
        self._pings: Deadlines[Session] = Deadlines(ping_interval, self._ping)
        self._pongs: Deadlines[Session] = Deadlines(ping_timeout, self._pong_missed)
        self._leavers: Deadlines[Session] = Deadlines(ping_interval + ping_timeout, self._leaver_expired)
        self._farewells: Deadlines[Session] = Deadlines(FAREWELL_TIMEOUT_S, self._farewell_expired)
        self._closing: Deadlines[WebSocketConnection] = Deadlines(CLOSE_TIMEOUT_S, self._close_expired)
        self._probes: Deadlines[WebSocketConnection] = Deadlines(UPGRADE_TIMEOUT_S, self._probe_expired)
        self._open_fields = {
            "pingInterval": round(ping_interval * 1000),
            "pingTimeout": round(ping_timeout * 1000),
            "maxPayload": max_payload,
        }

    # For the application

    def on_open(self, handler: OpenHandler) -> OpenHandler:
        """Call `handler(session)` when a session opens."""
        self._on_open = handler
        return handler

    def on_message(self, handler: MessageHandler) -> MessageHandler:
        """Call `handler(session, data)` for each message; `data` is str or bytes."""
        self._on_message = handler
        return handler

    def on_close(self, handler: CloseHandler) -> CloseHandler:
        """Call `handler(session, reason)` once when a session ends."""
        self._on_close = handler
        return handler

    @property
    def sessions(self) -> Iterable[Session]:
        """The open sessions."""
        return self._sessions.values()

    @property
    def asgi(self) -> ASGIApp:
        """The ASGI application for polling; every other path is a 404."""
        return Polling(self, None)

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """Return an ASGI application that answers on `path` and hands everything else, lifespan included, to `app`."""
        return Polling(self, app)

    @property
    def websocket_protocol(self) -> type[asyncio.Protocol]:
        """The protocol class for uvicorn's `ws=`; it answers every WebSocket request of that server."""
        return protocol_class(self)

    async def shutdown(self) -> None:
        """Close every session politely and refuse new ones until the ASGI lifespan starts again.

        Call it before uvicorn stops: uvicorn waits for pending polls, which would otherwise end with the next ping.
        """
        self.begin_shutdown()
        await asyncio.sleep(0)

    # For the transports

    def begin_shutdown(self) -> None:
        """Close every session and take no new ones; a second call does nothing."""
        self._is_shutting_down = True
        self._close_sessions()

    def server_stops(self, connections: object) -> None:
        """Close every session and take no new ones from the uvicorn that these connections belong to.

        Another one may serve this engine next, with or without a lifespan that says so.
        """
        self._stopped = connections
        self._close_sessions()

    def has_stopped(self, connections: object) -> bool:
        """Tell whether the uvicorn that these connections belong to is stopping."""
        return self._stopped is connections

    def _close_sessions(self) -> None:
        for session in list(self._sessions.values()):
            session.close_with("server shutting down", code=1001)

    def begin_serving(self) -> None:
        """Take new sessions again after a shutdown."""
        self._is_shutting_down = False

    def check(self, method: str, query: dict[str, str], transport: Transport) -> Session | Refusal | None:  # noqa: PLR0911 - one ladder
        """Judge a request: the session it belongs to, None for a new one, or the reason to refuse it."""
        wanted = query.get("transport")
        if wanted not in self._transports:
            return UNKNOWN_TRANSPORT
        if wanted != transport or "j" in query:
            # JSONP would let any page read a session with a script tag; protocol 4 has no use for it.
            return BAD_REQUEST
        if query.get("EIO") != "4":
            return BAD_VERSION
        session_id = query.get("sid")
        if session_id is None:
            if method != "GET":
                return BAD_METHOD
            return SHUTTING_DOWN if self._is_shutting_down else None
        session = self._sessions.get(session_id)
        if session is None:
            # A closed polling session may still fetch what was left for it, and do nothing else.
            session = self._leaving.get(session_id) if method == "GET" and transport == "polling" else None
            return session if session is not None else UNKNOWN_SESSION
        if transport == "websocket":
            is_free = session.websocket is None and session.probe is None
            return session if is_free else SESSION_TAKEN
        if session.websocket is not None:
            return BAD_REQUEST
        if method == "GET" and session.is_awaiting_pong and asyncio.get_running_loop().time() > session.heartbeat_due:
            # The timer is late; a poll is no pong.
            session.finish("ping timeout")
            return UNKNOWN_SESSION
        return session

    def address_of(self, head: str, peer: str) -> str:
        """Return the client's address."""
        return peer if self._client_address is None else self._client_address(split_head(head), peer)

    def open(
        self, url: str, head: str, address: str, *, secure: bool, websocket: WebSocketConnection | None
    ) -> Session:
        """Open a session, greet it and tell the application."""
        session = Session(self, secrets.token_urlsafe(15), Handshake(url, head, address, secure=secure))
        session.websocket = websocket
        self._sessions[session.id] = session
        upgrades = ["websocket"] if websocket is None and "websocket" in self._transports else []
        greeting = msgspec.json.encode({"sid": session.id, "upgrades": upgrades, **self._open_fields})
        session.send_raw(b"0" + greeting)
        session.heartbeat_due = self._pings.add(session)
        if self._on_open is not None:
            session.take_turn(self._on_open)
        return session

    def is_own_path(self, path: str) -> bool:
        """Tell whether a request's path is this server's."""
        return path == self.path or path == self.path + "/"

    def watch_closing(self, connection: WebSocketConnection) -> None:
        """Abort the connection if it is still there after the close timeout."""
        self._closing.add(connection)

    def watch_probe(self, connection: WebSocketConnection) -> None:
        """Close the connection if it does not upgrade in time."""
        self._probes.add(connection)

    # For the sessions

    def _deliver_message(self, session: Session, data: str | bytes) -> None:
        if self._on_message is not None:
            session.take_turn(self._on_message, data)

    def heartbeat_answered(self, session: Session) -> None:
        """A pong came: the next ping is due one interval from now."""
        if session.is_awaiting_pong:
            session.is_awaiting_pong = False
            session.heartbeat_due = self._pings.add(session)

    def forget(self, session: Session) -> None:
        """The session has ended; requests with its id are refused from now on."""
        self._sessions.pop(session.id, None)

    def keep_leaving(self, session: Session) -> None:
        """Let a politely closed polling session be polled once more."""
        self._leaving[session.id] = session
        self._leavers.add(session)
        if session.has_probed:
            self._farewells.add(session)

    def left(self, session: Session) -> None:
        """A politely closed session has fetched everything."""
        self._leaving.pop(session.id, None)

    def session_closed(self, session: Session, reason: str) -> None:
        """Tell the application that a session has ended."""
        if self._on_close is not None:
            run_handler(self._on_close, session, reason)

    def _ping(self, session: Session, due: float) -> None:
        if session.heartbeat_due == due and not session.is_closed:
            session.is_awaiting_pong = True
            session.heartbeat_due = self._pongs.add(session, since=due)
            session.send_ping()

    def _pong_missed(self, session: Session, due: float) -> None:
        if session.heartbeat_due == due and session.is_awaiting_pong:
            session.finish("ping timeout")

    def _leaver_expired(self, session: Session, due: float) -> None:
        self._leaving.pop(session.id, None)

    def _farewell_expired(self, session: Session, due: float) -> None:
        session.close_probe()

    def _close_expired(self, connection: WebSocketConnection, due: float) -> None:
        connection.abort()

    def _probe_expired(self, connection: WebSocketConnection, due: float) -> None:
        connection.probe_expired()
