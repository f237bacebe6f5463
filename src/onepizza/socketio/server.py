"""Socket.IO protocol 5 over the engine: namespaces, connect handlers, events, acknowledgements, broadcasts.

    server = Server(path="/socket.io", allowed_origins=["https://example.org"])
    server.on_connect(handler)             # handler(socket, auth); raise ConnectionRefused(message, data) to refuse
    server.on("chat", handler)             # handler(socket, *args); the result is the ack, a tuple is several arguments
    server.on("chat", handler, payload=T)  # handler(socket, value): the first argument decoded straight into T
    server.on_disconnect(handler)          # handler(socket, reason)
    uvicorn.run(server.wrap(app), ws=server.websocket_protocol, proxy_headers=False)  # or server.asgi, without an app

A handler that is a plain function runs inside the callback that received the packet; one that is a coroutine function
delays its own socket's later events and nobody else's. What it returns is the acknowledgement, if the client asked for
one: None is one without arguments (as Node's `ack()`), a tuple is several, anything else is one; bytes may stand
anywhere in it. What it raises is logged, and the acknowledgement stays unsent; that of an event nobody handles too. A
connect handler that raises anything but ConnectionRefused refuses the client without telling it why.

In any handler, and any time between, `socket.emit` sends, `await socket.call` sends and waits for the acknowledgement
(TimeoutError when none comes, ConnectionError when the client goes), `socket.disconnect()` takes the socket out of its
namespace. After that `emit` and `disconnect` do nothing. Over WebSocket, what a connect handler emitted follows 5 ms
after the acceptance; over polling it comes along with it.

What closes the connection at once, as a parse error: text that is no packet; JSON that is not strict; an event without
a name; attachments that are too many, too large, missing or unexpected; a packet for a namespace that was never joined;
joining one twice. An acknowledgement nobody waits for and an event named like one of the libraries' own run nothing.

Reasons given to a disconnect handler: "client namespace disconnect" (the client left politely, by a disconnect packet
or by closing its WebSocket with code 1000), "server namespace disconnect" (`socket.disconnect()`), "transport close"
(the line was lost), "transport error", "parse error", "ping timeout", "slow consumer", "server shutting down".
"""

# ruff: noqa: ANN401 - what clients send and handlers return has no type here
from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import msgspec

from onepizza.socketio.clients import Client, ConnectionRefused
from onepizza.socketio.deadlines import Deadlines
from onepizza.socketio.engine import Engine, Transport
from onepizza.socketio.handshake import AllowedOrigins, ClientAddress
from onepizza.socketio.outgoing import Outgoing
from onepizza.socketio.packets import RESERVED_EVENTS, encode_event
from onepizza.socketio.polling import ASGIApp
from onepizza.socketio.session import Session
from onepizza.socketio.sockets import CONNECTED, Socket

__all__ = ["ConnectionRefused", "Namespace", "Route", "Server"]

Handler = Callable[..., Any]
ConnectHandler = Callable[[Socket, dict[str, Any]], Any]
DisconnectHandler = Callable[[Socket, str], Any]
UnknownEventHandler = Callable[[Socket, str, list[Any]], Any]
InvalidHandler = Callable[[Socket, str, msgspec.ValidationError], Any]

PARTIAL_TIMEOUT_S = 10.0
"""How long the attachments of one binary packet may take."""


class Route:
    """The handler of one event, and how its payload is decoded."""

    __slots__ = ("decode", "decoder", "event", "handler", "payload")

    def __init__(self, event: str, handler: Handler, payload: Any) -> None:
        self.event = event
        self.handler = handler
        self.payload = payload
        self.decoder: msgspec.json.Decoder[Any] | None = None
        self.decode: Callable[[str], Any] | None = None
        if payload is not None:
            self.decoder = msgspec.json.Decoder(cast("Any", tuple[str, payload]))
            self.decode = self.decoder.decode


class Namespace:
    """The handlers of one namespace."""

    __slots__ = ("connect_handler", "disconnect_handler", "name", "routes")

    def __init__(self, name: str) -> None:
        self.name = name
        self.routes: dict[str, Route] = {}
        self.connect_handler: ConnectHandler | None = None
        self.disconnect_handler: DisconnectHandler | None = None


class Server:
    """A Socket.IO server; the arguments it shares with `Engine` are explained there.

    Args:
        connect_timeout: seconds a client may stay without having joined any namespace.
        max_idle_per_address: most clients of one address that have joined none; a further session is refused with 429.
        address_key: what counts as one address.
        max_attachments: most bytes objects in one packet; together with its text they may be `max_payload` bytes.

    The main namespace "/" always exists; any other exists once something was registered for it.
    """

    def __init__(
        self,
        path: str = "/socket.io",
        *,
        ping_interval: float = 25.0,
        ping_timeout: float = 20.0,
        max_payload: int = 1_000_000,
        allowed_origins: AllowedOrigins = "*",
        transports: Sequence[Transport] = ("polling", "websocket"),
        max_buffered_bytes: int = 2 * 1024 * 1024,
        max_buffered_packets: int = 1000,
        client_address: ClientAddress | None = None,
        connect_timeout: float = 45.0,
        max_idle_per_address: int | None = None,
        address_key: Callable[[str], str] = str,
        max_attachments: int = 10,
    ) -> None:
        self.engine = engine = Engine(
            path,
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            max_payload=max_payload,
            allowed_origins=allowed_origins,
            transports=transports,
            max_buffered_bytes=max_buffered_bytes,
            max_buffered_packets=max_buffered_packets,
            client_address=client_address,
        )
        engine.on_open(self._opened)
        engine.on_close(self._closed)
        # Straight, not through `on_message`: every packet passes here.
        engine.deliver = _deliver
        self.max_payload = max_payload
        self.max_attachments = max_attachments
        self.namespaces: dict[str, Namespace] = {"/": Namespace("/")}
        self.main_routes = self.namespaces["/"].routes
        self.unknown_event_handler: UnknownEventHandler | None = None
        self.invalid_handler: InvalidHandler | None = None
        self._sockets: dict[str, Socket] = {}
        self.get: Callable[[str], Socket | None] = self._sockets.get
        """Return the socket with this id, in whatever namespace."""
        self._idle: Deadlines[Client] = Deadlines(connect_timeout, self._idle_expired)
        self._idle_of: Counter[str] = Counter()
        self.also_idle: Callable[[str], int] = lambda _address_key: 0
        """How many clients of an address the application counts as idle although they have joined a namespace."""
        self._address_key = address_key
        if max_idle_per_address is not None:
            engine.is_crowded = lambda address: self._idle_from(address_key(address)) >= max_idle_per_address
        self._partials: Deadlines[Client] = Deadlines(PARTIAL_TIMEOUT_S, self._partial_expired)

    # Registering

    def on(self, event: str, handler: Handler, namespace: str = "/", *, payload: Any = None) -> None:
        """Handle an event; a second handler for the same event replaces the first.

        Args:
            event: its name; not one of those that belong to the libraries (`connect`, `disconnect`, …).
            handler: `handler(socket, *args)`; with `payload`, `handler(socket, value)`.
            namespace: where the event is expected.
            payload: a type msgspec decodes; the event's first argument becomes a value of it (a missing one is decoded
                from `{}`, further ones are ignored). What does not fit goes to `on_invalid` instead of the handler.

        Raises:
            ValueError: a reserved event name.
        """
        if event in RESERVED_EVENTS:
            raise ValueError(f"{event!r} is reserved; use on_connect or on_disconnect")
        self._namespace(namespace).routes[event] = Route(event, handler, payload)

    def on_connect(self, handler: ConnectHandler, namespace: str = "/") -> None:
        """Judge a client that wants to join: `handler(socket, auth)`; `auth` is `{}` when the client sent none."""
        self._namespace(namespace).connect_handler = handler

    def on_disconnect(self, handler: DisconnectHandler, namespace: str = "/") -> None:
        """Hear of the end of each socket whose connect handler accepted it, once, never before that handler ended."""
        self._namespace(namespace).disconnect_handler = handler

    def on_unknown_event(self, handler: UnknownEventHandler) -> None:
        """Call `handler(socket, event, args)` for events nobody handles; its result is the ack."""
        self.unknown_event_handler = handler

    def on_invalid(self, handler: InvalidHandler) -> None:
        """Call `handler(socket, event, error)` when an event does not fit its `payload` type; its result is the ack."""
        self.invalid_handler = handler

    def _namespace(self, name: str) -> Namespace:
        if not name.startswith("/") or "," in name:
            raise ValueError(f"not a namespace: {name!r}")
        return self.namespaces.setdefault(name, Namespace(name))

    # Using

    @property
    def sockets(self) -> Iterable[Socket]:
        """All sockets, connecting ones included."""
        return self._sockets.values()

    def broadcast(self, sockets: Iterable[Socket], event: str, *args: Any) -> None:
        """Send one event to many sockets, encoded once; those no longer connected are skipped.

        No handler runs inside this call, so the sockets may come from a collection that disconnect handlers change.
        """
        message = None
        namespace = ""
        for socket in sockets:
            if message is None or socket.namespace != namespace:
                namespace = socket.namespace
                message = encode_event(namespace, event, args)
            _send(socket, message)

    def send_to(self, socket_ids: Iterable[str], event: str, *args: Any) -> None:
        """Do the same for sockets of the main namespace by their ids; ids nobody has (any more) are skipped."""
        message = encode_event("/", event, args)
        wire = message.wire
        find = self.get
        for socket_id in socket_ids:
            socket = find(socket_id)
            if socket is None:
                continue
            websocket = socket.session.websocket
            if websocket is not None and socket.state is CONNECTED:
                websocket.write(wire)
            else:
                _send(socket, message)

    # Serving

    @property
    def asgi(self) -> ASGIApp:
        """The ASGI application for polling; every other path is a 404."""
        return self.engine.asgi

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """Return an ASGI application that answers on `path` and hands everything else, lifespan included, to `app`."""
        return self.engine.wrap(app)

    @property
    def websocket_protocol(self) -> type[asyncio.Protocol]:
        """The protocol class for uvicorn's `ws=`; it answers every WebSocket request of that server."""
        return self.engine.websocket_protocol

    async def shutdown(self) -> None:
        """Disconnect everybody with "server shutting down"; call it before uvicorn stops (see `Engine.shutdown`)."""
        await self.engine.shutdown()

    # For the clients

    def add(self, socket: Socket) -> None:
        """A client is joining a namespace."""
        self._sockets[socket.id] = socket

    def remove(self, socket: Socket) -> None:
        """A socket has ended."""
        self._sockets.pop(socket.id, None)

    def watch_idle(self, client: Client) -> None:
        """Close the client if it joins no namespace in time."""
        client.connect_due = self._idle.add(client)
        self._idle_of[self._address_of(client)] += 1

    def no_longer_idle(self, client: Client) -> None:
        """The client has joined a namespace, or is gone."""
        if client.connect_due:
            client.connect_due = 0.0
            address = self._address_of(client)
            self._idle_of[address] -= 1
            if not self._idle_of[address]:
                del self._idle_of[address]

    def _idle_from(self, address_key: str) -> int:
        return self._idle_of[address_key] + self.also_idle(address_key)

    def _address_of(self, client: Client) -> str:
        return self._address_key(client.session.handshake.remote_address)

    def watch_partial(self, client: Client) -> float:
        """Close the client if its attachments do not arrive in time; return the due time."""
        return self._partials.add(client)

    def _opened(self, session: Session) -> None:
        client = session.data = Client(self, session)
        self.watch_idle(client)

    def _closed(self, session: Session, reason: str) -> None:
        client, session.data = session.data, None
        if client is not None:
            cast("Client", client).closed(_SOCKET_REASONS.get(reason, reason))

    def _idle_expired(self, client: Client, due: float) -> None:
        if client.connect_due == due:
            client.session.finish("transport close")

    def _partial_expired(self, client: Client, due: float) -> None:
        if client.partial is not None and client.partial.due == due:
            client.session.finish("parse error", code=1002)


_SOCKET_REASONS = {"forced close": "server namespace disconnect", "client close": "client namespace disconnect"}


def _send(socket: Socket, message: Outgoing) -> None:
    websocket = socket.session.websocket
    if websocket is not None and socket.state is CONNECTED:
        websocket.write(message.wire)
    else:
        socket.send_outgoing(message)


def _deliver(session: Session, data: str | bytes) -> None:
    cast("Client", session.data).receive(data)
