"""One connected client: its sockets by namespace, and the packets that arrive for them."""

# ruff: noqa: ANN401 - what clients send and handlers return has no type here
from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any, cast

import msgspec

from onepizza.socketio import packets
from onepizza.socketio.packets import Header, ParseError
from onepizza.socketio.session import Session, run_handler
from onepizza.socketio.sockets import CONNECTED, CONNECTING, DISCONNECTED, Socket

if TYPE_CHECKING:
    from onepizza.socketio.server import Namespace, Route, Server

_log = logging.getLogger(__name__)

GREETING_GAP_S = 0.005
"""How long what a connect handler emitted waits after the CONNECT packet, over WebSocket.

Clients that await one message after the other, the protocol's own test suite among them, lose the second of two that
come in one read: their WebSocket hands out both before the code that awaits goes on. Node's server leaves such a gap
too, by waiting for every write; it costs others nothing here.
"""


class ConnectionRefused(Exception):
    """Raised by a connect handler: the client gets `connect_error` with this message and data.

    Args:
        message: becomes the client's `error.message`.
        data: anything msgspec encodes; becomes `error.data`, left out when None.
    """

    def __init__(self, message: str = "Connection refused", data: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class Partial:
    """A binary packet whose attachments are still arriving."""

    __slots__ = ("arrived", "due", "header", "size", "text")

    def __init__(self, header: Header, text: str) -> None:
        self.header = header
        self.text = text
        self.arrived: list[bytes] = []
        self.size = len(text)
        self.due = 0.0


class Client:
    """Everything one Engine.IO session carries."""

    __slots__ = ("_left", "_server", "_sockets", "connect_due", "partial", "session")

    def __init__(self, server: Server, session: Session) -> None:
        self._server = server
        self.session = session
        self._left: set[str] | None = None
        """Namespaces the client once was in or was refused; packets for them may still be on their way."""
        self._sockets: dict[str, Socket] = {}
        self.partial: Partial | None = None
        self.connect_due = 0.0
        """When a client without any namespace is closed; 0 while it has one."""

    # Packets in

    def receive(self, data: str | bytes) -> None:
        """Take one Engine.IO message; one that is no Socket.IO packet closes this client at once."""
        try:
            if isinstance(data, bytes):
                self._receive_attachment(data)
            elif self.partial is not None:
                raise ParseError
            elif data[:2] == "2[":
                self._receive_plain(data)
            else:
                self._receive_packet(data)
        except ParseError:
            self.session.finish("parse error", code=1002)

    def _receive_plain(self, data: str) -> None:
        """Take `2["name",payload]`, an event of the main namespace that asks for no acknowledgement.

        Nearly all there are, so it takes the straight way; what is in any way different goes the long one, which tells
        what is wrong with it.
        """
        socket = self._sockets.get("/")
        if socket is None:
            self._check_left("/")
            return
        route = self._server.main_routes.get(data[3 : data.find('"', 3)])
        if route is not None and route.decode is not None and socket.turns is None:
            try:
                payload = route.decode(data[1:])[1]
            except (msgspec.DecodeError, RecursionError):
                pass
            else:
                socket.run(route.handler, None, payload)
                return
        self._receive_event(socket, data, 1, None, None)

    def _receive_packet(self, data: str) -> None:
        header = packets.parse_header(data)
        kind = header.kind
        if kind == packets.CONNECT:
            self._receive_connect(header, data)
        elif kind in (packets.BINARY_EVENT, packets.BINARY_ACK):
            self._start_partial(header, data)
        elif kind == packets.CONNECT_ERROR:
            raise ParseError
        else:
            self._dispatch(header, data, None)

    def _dispatch(self, header: Header, data: str, attachments: list[bytes] | None) -> None:
        socket = self._sockets.get(header.namespace)
        if socket is None:
            self._check_left(header.namespace)
            return
        kind = header.kind
        if kind in (packets.EVENT, packets.BINARY_EVENT):
            self._receive_event(socket, data, header.start, header.ack_id, attachments)
        elif kind == packets.DISCONNECT:
            if header.start != len(data):
                raise ParseError
            socket.leave_in_turn()
        else:
            if header.ack_id is None:
                raise ParseError
            args = packets.decode_list(data[header.start :])
            if attachments is not None:
                args = packets.fill_placeholders(args, attachments)
            socket.acknowledged(header.ack_id, args)

    def _check_left(self, namespace: str) -> None:
        """A packet for a namespace the client is not in: late if it ever was in it, else no client's doing."""
        if self._left is None or namespace not in self._left:
            raise ParseError

    def _receive_event(
        self, socket: Socket, data: str, start: int, ack_id: int | None, attachments: list[bytes] | None
    ) -> None:
        name = packets.event_name(data, start)
        namespace = self._server.namespaces[socket.namespace]
        route = namespace.routes.get(name) if name is not None else None
        if route is not None and route.decoder is not None and attachments is None:
            self._receive_typed(socket, route, data, start, ack_id)
            return
        values = packets.decode_list(data[start:])
        if attachments is not None:
            values = packets.fill_placeholders(values, attachments)
        if not values or type(values[0]) is not str:
            raise ParseError
        name = cast("str", values[0])
        route = namespace.routes.get(name)
        if name in packets.RESERVED_EVENTS:
            return
        if route is None:
            unknown = self._server.unknown_event_handler
            if unknown is not None:
                self._run(socket, unknown, ack_id, name, values[1:])
        elif route.payload is not None:
            try:
                payload = msgspec.convert(values[1] if len(values) > 1 else {}, route.payload)
            except msgspec.ValidationError as error:
                self._run_invalid(socket, name, ack_id, error)
            else:
                self._run(socket, route.handler, ack_id, payload)
        else:
            self._run(socket, route.handler, ack_id, *values[1:])

    def _receive_typed(self, socket: Socket, route: Route, data: str, start: int, ack_id: int | None) -> None:
        """Decode `["name", payload]` in one go; the slow way is for other lengths and for what does not fit."""
        text = data[start:]
        decoder = cast("msgspec.json.Decoder[Any]", route.decoder)
        try:
            payload = packets.decode(text, decoder)[1]
        except msgspec.ValidationError:
            values = packets.decode_list(text)
            argument: Any = values[1] if len(values) > 1 and values[1] is not None else {}
            try:
                payload = msgspec.convert(argument, route.payload)
            except msgspec.ValidationError as error:
                self._run_invalid(socket, route.event, ack_id, error)
                return
        self._run(socket, route.handler, ack_id, payload)

    def _run_invalid(self, socket: Socket, event: str, ack_id: int | None, error: msgspec.ValidationError) -> None:
        handler = self._server.invalid_handler
        if handler is not None:
            self._run(socket, handler, ack_id, event, error)

    def _run(self, socket: Socket, handler: Callable[..., Any], ack_id: int | None, *args: Any) -> None:
        if socket.turns is None:
            socket.run(handler, ack_id, *args)
        else:
            socket.take_turn(lambda: socket.run(handler, ack_id, *args))

    # Binary packets

    def _start_partial(self, header: Header, data: str) -> None:
        if not 1 <= header.attachments <= self._server.max_attachments:
            raise ParseError
        self.partial = Partial(header, data)
        self.partial.due = self._server.watch_partial(self)

    def _receive_attachment(self, data: bytes) -> None:
        partial = self.partial
        if partial is None:
            raise ParseError
        partial.arrived.append(data)
        partial.size += len(data)
        if partial.size > self._server.max_payload:
            raise ParseError
        if len(partial.arrived) == partial.header.attachments:
            self.partial = None
            self._dispatch(partial.header, partial.text, partial.arrived)

    # Connecting

    def _receive_connect(self, header: Header, data: str) -> None:
        auth: Any = {}
        if header.start < len(data):
            auth = packets.decode(data[header.start :])
            if type(auth) is not dict:
                raise ParseError
        if header.ack_id is not None or header.namespace in self._sockets:
            raise ParseError
        namespace = self._server.namespaces.get(header.namespace)
        if namespace is None:
            self._refuse(header.namespace, {"message": "Invalid namespace"})
            return
        socket = Socket(self, secrets.token_urlsafe(15), namespace.name)
        self._sockets[namespace.name] = socket
        self._server.no_longer_idle(self)
        self._server.add(socket)
        self._connect(socket, namespace, cast("dict[str, Any]", auth))

    def _connect(self, socket: Socket, namespace: Namespace, auth: dict[str, Any]) -> None:
        handler = namespace.connect_handler
        if handler is None:
            self._entered(socket)
            return
        try:
            result = handler(socket, auth)
        except Exception as error:  # noqa: BLE001 - the application's code
            self._refused(socket, error, handler)
            return
        if iscoroutine(result):
            socket.hold(self._finish_connect(socket, result, handler), None, repr(handler))
        elif self._entered(socket):
            socket.hold(self._accept_later(socket), None, repr(handler))

    async def _finish_connect(self, socket: Socket, coroutine: Any, handler: object) -> None:
        try:
            await coroutine
        except Exception as error:  # noqa: BLE001 - the application's code
            self._refused(socket, error, handler)
        else:
            if self._entered(socket):
                await self._accept_later(socket)

    async def _accept_later(self, socket: Socket) -> None:
        """Let a moment pass after the greeting; the client's packets wait."""
        await asyncio.sleep(GREETING_GAP_S)
        self.accept(socket)

    def _entered(self, socket: Socket) -> bool:
        """The connect handler has accepted; return whether what it emitted is to follow a moment later."""
        socket.is_entering = False
        if socket.state is DISCONNECTED:
            # It went while the connect handler worked; only now is there something to undo.
            self._tell_disconnected(socket)
        elif socket.has_pending and self.session.websocket is not None:
            self._greet(socket)
            return True
        else:
            self.accept(socket)
        return False

    def _greet(self, socket: Socket) -> None:
        """Tell the client that it is connected."""
        if not socket.is_greeted:
            socket.is_greeted = True
            greeting = packets.encode_control(packets.CONNECT, socket.namespace, {"sid": socket.id})
            self.session.send_outgoing(greeting)

    def accept(self, socket: Socket) -> None:
        """Tell the client that it is connected, and whatever was emitted to it meanwhile."""
        if socket.state is not CONNECTING:
            return
        self._greet(socket)
        socket.state = CONNECTED
        for message in socket.take_pending():
            self.session.send_outgoing(message)

    def _refused(self, socket: Socket, error: Exception, handler: object) -> None:
        if isinstance(error, ConnectionRefused):
            payload: dict[str, Any] = {"message": error.message}
            if error.data is not None:
                payload["data"] = error.data
        else:
            _log.error("%r raised", handler, exc_info=error)
            payload = {"message": "Internal server error"}
        if socket.state is CONNECTED:
            # It was accepted early, by a call inside the handler.
            self.session.send_outgoing(packets.encode_control(packets.DISCONNECT, socket.namespace))
        elif socket.state is CONNECTING:
            self._refuse(socket.namespace, payload)
        if socket.state is not DISCONNECTED:
            self._remove(socket)
            socket.ended("refused")

    def _refuse(self, namespace: str, payload: dict[str, Any]) -> None:
        self.session.send_outgoing(packets.encode_control(packets.CONNECT_ERROR, namespace, payload))

    # Disconnecting

    def left(self, socket: Socket) -> None:
        """The client has left a namespace."""
        if socket.state is not DISCONNECTED:
            self._end(socket, "client namespace disconnect")

    def drop(self, socket: Socket, reason: str) -> None:
        """The server takes a socket out of its namespace; the application hears of it in the loop's next turn."""
        self._remove(socket)
        socket.ended(reason)
        if not socket.is_entering:
            asyncio.get_running_loop().call_soon(self._tell_disconnected, socket)

    def closed(self, reason: str) -> None:
        """The session has ended."""
        self.partial = None
        self._server.no_longer_idle(self)
        for socket in list(self._sockets.values()):
            self._end(socket, reason)

    def _end(self, socket: Socket, reason: str) -> None:
        self._remove(socket)
        socket.ended(reason)
        if not socket.is_entering:
            self._tell_disconnected(socket)

    def _remove(self, socket: Socket) -> None:
        self._sockets.pop(socket.namespace, None)
        self._server.remove(socket)
        if self.session.is_closed:
            return
        if self._left is None:
            self._left = set()
        self._left.add(socket.namespace)
        if not self._sockets:
            self._server.watch_idle(self)

    def _tell_disconnected(self, socket: Socket) -> None:
        handler = self._server.namespaces[socket.namespace].disconnect_handler
        if handler is not None:
            run_handler(handler, socket, socket.end_reason)
