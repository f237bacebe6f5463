"""A Socket.IO socket: one client in one namespace.

CONNECTING -> CONNECTED -> DISCONNECTED
CONNECTING -> DISCONNECTED (refused, or gone before the connect handler had ended)
"""

# ruff: noqa: ANN401 - what clients send and handlers return has no type here
from __future__ import annotations

import asyncio
import enum
import logging
from collections.abc import Callable
from types import CoroutineType
from typing import TYPE_CHECKING, Any, cast

from onepizza.socketio.outgoing import Outgoing
from onepizza.socketio.packets import DISCONNECT, encode_ack, encode_control, encode_event
from onepizza.socketio.session import Session
from onepizza.socketio.turns import Turns

if TYPE_CHECKING:
    from onepizza.socketio.clients import Client
    from onepizza.socketio.handshake import Handshake

_log = logging.getLogger(__name__)


class State(enum.IntEnum):
    """Where a socket is in its life."""

    CONNECTING = 0
    CONNECTED = 1
    DISCONNECTED = 2


CONNECTING, CONNECTED, DISCONNECTED = State


class Socket:
    """What handlers are given. `data` is the application's own; everything else is read-only.

    Attributes:
        id: public, random, new with every connection; not the transport's session id, which is a secret.
        namespace: the namespace's name, "/" for the main one.
    """

    __slots__ = (
        "_ack_id",
        "_acks",
        "_client",
        "_data",
        "_is_leaving",
        "_pending",
        "end_reason",
        "id",
        "is_entering",
        "is_greeted",
        "namespace",
        "session",
        "state",
        "turns",
    )

    def __init__(self, client: Client, socket_id: str, namespace: str) -> None:
        self.id = socket_id
        self.namespace = namespace
        self.session: Session = client.session
        """The Engine.IO session below, shared by the client's namespaces."""
        self.state = CONNECTING
        self.is_entering = True
        self.is_greeted = False
        self.end_reason = ""
        self._client = client
        self._data: dict[str, Any] | None = None
        self._pending: list[Outgoing] | None = None
        self._acks: dict[int, asyncio.Future[Any]] | None = None
        self._ack_id = 0
        self.turns: Turns | None = None
        self._is_leaving = False

    @property
    def connected(self) -> bool:
        """Whether what is emitted now can reach the client."""
        return self.state is CONNECTED

    @property
    def data(self) -> dict[str, Any]:
        """Free for the application."""
        if self._data is None:
            self._data = {}
        return self._data

    @property
    def handshake(self) -> Handshake:
        """The request that opened the connection."""
        return self.session.handshake

    def emit(self, event: str, *args: Any) -> None:
        """Send an event; does nothing once disconnected. From a connect handler it follows the acceptance."""
        self.send_outgoing(encode_event(self.namespace, event, args))

    async def call(self, event: str, *args: Any, timeout: float = 20.0) -> Any:
        """Send an event and return what the client acknowledges: None, the one value, or a tuple of several.

        From a connect handler it accepts the connection first: the client answers nothing before that.

        Raises:
            TimeoutError: no acknowledgement within `timeout` seconds.
            ConnectionError: the socket is or was disconnected before the acknowledgement.
        """
        if self.state is CONNECTING:
            self._client.accept(self)
        if self.state is not CONNECTED:
            raise ConnectionError("the socket is disconnected")
        if self._acks is None:
            self._acks = {}
        ack_id = self._ack_id
        self._ack_id += 1
        answer = self._acks[ack_id] = asyncio.get_running_loop().create_future()
        try:
            self.send_outgoing(encode_event(self.namespace, event, args, ack_id))
            async with asyncio.timeout(timeout):
                return await answer
        finally:
            self._forget_call(ack_id)

    def _forget_call(self, ack_id: int) -> None:
        if self._acks is not None:
            self._acks.pop(ack_id, None)

    def disconnect(self) -> None:
        """Leave this namespace; the transport stays. `on_disconnect` runs soon, not in this call."""
        if self.state is CONNECTING:
            self._client.accept(self)
        if self.state is CONNECTED:
            self.send_outgoing(encode_control(DISCONNECT, self.namespace))
            self._client.drop(self, "server namespace disconnect")

    def close_after_flush(self) -> None:
        """Leave this namespace and close the connection once everything sent before has gone out."""
        self.disconnect()
        self.session.close()

    # Used by the package

    def send_outgoing(self, message: Outgoing) -> None:
        """Send a message made ready before."""
        if self.state is CONNECTED:
            self.session.send_outgoing(message)
        elif self.state is CONNECTING:
            if self._pending is None:
                self._pending = []
            self._pending.append(message)

    @property
    def has_pending(self) -> bool:
        """Whether anything was emitted while connecting."""
        return self._pending is not None

    def take_pending(self) -> list[Outgoing]:
        """Return what was emitted while connecting."""
        pending, self._pending = self._pending, None
        return pending or []

    def acknowledged(self, ack_id: int, args: list[Any]) -> None:
        """The client answered a call; an unknown id is ignored, it may have timed out."""
        answer = self._acks.get(ack_id) if self._acks is not None else None
        if answer is not None and not answer.done():
            answer.set_result(None if not args else args[0] if len(args) == 1 else tuple(args))

    def take_turn(self, job: Callable[[], None]) -> None:
        """Do `job` now, or after the handlers that are still at work."""
        if self.turns is None:
            job()
        else:
            self.session.wait_turn(self.turns, job)

    def run(self, handler: Callable[..., Any], ack_id: int | None, *args: Any) -> None:
        """Run an event handler and acknowledge its result; what it raises is logged and acknowledges nothing."""
        if self.state is not CONNECTED:
            return
        try:
            result = handler(self, *args)
        except Exception:  # noqa: BLE001 - the application's code
            _log.exception("%r raised", handler)
            return
        # Not `inspect.iscoroutine`: it is the same question with one call more.
        if isinstance(result, CoroutineType):
            self.hold(result, None if ack_id is None else lambda value: self.acknowledge(ack_id, value), repr(handler))
        elif ack_id is not None:
            self.acknowledge(ack_id, result)

    def hold(self, coroutine: Any, completion: Callable[[Any], None] | None, what: str) -> None:
        """Run a coroutine; the socket's next packets wait for it."""
        if self.turns is None:
            self.turns = Turns(self._turns_idle)
        self.turns.run(coroutine, completion, what)

    def _turns_idle(self) -> None:
        turns, self.turns = self.turns, None
        if turns is not None and turns.is_paused:
            self.session.hold_reading(hold=False)

    def acknowledge(self, ack_id: int, result: object) -> None:
        """Send a handler's result: None is no argument, a tuple is several, anything else is one."""
        args: tuple[Any, ...]
        if result is None:
            args = ()
        elif isinstance(result, tuple):
            args = cast("tuple[Any, ...]", result)
        else:
            args = (result,)
        try:
            self.send_outgoing(encode_ack(self.namespace, ack_id, args))
        except (TypeError, ValueError, RecursionError):
            _log.exception("a handler's result cannot be encoded")

    def leave_in_turn(self) -> None:
        """The client leaves politely: after its last event, or when it cuts the line."""
        self._is_leaving = True
        self.take_turn(lambda: self._client.left(self))

    def ended(self, reason: str) -> None:
        """Forget everything but the reason."""
        self.state = DISCONNECTED
        self.end_reason = "client namespace disconnect" if self._is_leaving else reason
        self._pending = None
        if self.turns is not None:
            self.turns.drop()
        acks, self._acks = self._acks, None
        for answer in (acks or {}).values():
            if not answer.done():
                answer.set_exception(ConnectionError("the socket was disconnected"))
