"""One Engine.IO session: what it has to send, over which transport, and how it ends.

    OPEN on polling -> PROBING -> OPEN on WebSocket -> CLOSED
    OPEN on WebSocket -> CLOSED

A polling session that is closed politely stays findable (LEAVING) until the client has fetched what was left for it.
"""

# ruff: noqa: ANN401 - what clients send and handlers return has no type here
from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import Callable, Coroutine
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any, Protocol

from onepizza.socketio.frames import binary_frame, text_frame
from onepizza.socketio.outgoing import Outgoing, outgoing_binary, outgoing_text
from onepizza.socketio.turns import MAX_WAITING, PAUSE_AT, Turns, run_detached

if TYPE_CHECKING:
    from onepizza.socketio.engine import Engine
    from onepizza.socketio.handshake import Handshake

_log = logging.getLogger(__name__)

SEPARATOR = b"\x1e"
CLOSE = b"1"
PING = b"2"
NOOP = b"6"
_PING_FRAME = text_frame(PING)


class WebSocketPort(Protocol):
    """What a session needs of its WebSocket."""

    def write(self, wire: bytes) -> None:
        """Send ready-made frames."""
        ...

    def close(self, code: int) -> None:
        """Start the closing handshake; no call comes back to the session."""
        ...

    def abort(self) -> None:
        """Drop the connection and what it still had to send; no call comes back to the session."""
        ...

    def hold_reading(self, *, hold: bool) -> None:
        """Stop reading, or go on."""
        ...


class Session:
    """A client, whatever its transport. Handlers may keep what they like in `data`."""

    __slots__ = (
        "_buffer",
        "_buffered_bytes",
        "_engine",
        "_has_farewell",
        "_is_held",
        "_read_waiter",
        "_turns",
        "data",
        "handshake",
        "has_probed",
        "heartbeat_due",
        "id",
        "is_awaiting_pong",
        "is_closed",
        "is_failed",
        "is_posting",
        "poll",
        "probe",
        "websocket",
    )

    def __init__(self, engine: Engine, session_id: str, handshake: Handshake) -> None:
        self.id = session_id
        self.handshake = handshake
        self.data: Any = None
        self.is_closed = False
        self.is_failed = False
        self.websocket: WebSocketPort | None = None
        self.probe: WebSocketPort | None = None
        self.has_probed = False
        self.poll: asyncio.Future[bool] | None = None
        self.is_posting = False
        self.heartbeat_due = 0.0
        self.is_awaiting_pong = False
        self._engine = engine
        self._buffer: list[bytes] | None = None
        self._buffered_bytes = 0
        self._has_farewell = False
        self._turns: Turns | None = None
        self._is_held = False
        self._read_waiter: asyncio.Future[None] | None = None

    # Sending

    def send(self, data: str | bytes) -> None:
        """Send one message; does nothing once the session is closed.

        Raises:
            TypeError: neither text nor bytes.
        """
        if isinstance(data, str):
            self.send_outgoing(outgoing_text(b"4" + data.encode()))
        else:
            self.send_outgoing(outgoing_binary(bytes(memoryview(data))))

    def send_outgoing(self, message: Outgoing) -> None:
        """Send a message made ready before."""
        if self.is_closed:
            return
        websocket = self.websocket
        if websocket is not None:
            websocket.write(message.wire)
        else:
            for packet in message.packets:
                self._enqueue(packet)

    def send_raw(self, packet: bytes) -> None:
        """Send one Engine.IO text packet, type first."""
        self.send_outgoing(outgoing_text(packet))

    def send_ping(self) -> None:
        """Send the heartbeat."""
        if self.websocket is not None:
            self.websocket.write(_PING_FRAME)
        else:
            self._enqueue(PING)

    def _enqueue(self, packet: bytes) -> None:
        buffer = self._buffer
        if buffer is None:
            self._buffer = buffer = []
        buffer.append(packet)
        self._buffered_bytes += len(packet)
        engine = self._engine
        if len(buffer) > engine.max_buffered_packets or self._buffered_bytes > engine.max_buffered_bytes:
            self.cut("slow consumer")
        else:
            self._wake_poll()

    def _wake_poll(self) -> None:
        poll = self.poll
        if poll is not None and not poll.done():
            poll.set_result(True)

    def take_payload(self, limit: int | None = None) -> bytes | None:
        """Return what a poll is answered with, `limit` packets at most, or None if it has to wait.

        During a probe an empty answer is a `noop`: the client waits for its last poll before it upgrades.
        """
        buffer = self._buffer
        if buffer:
            packets = buffer[:limit]
            self._buffer = buffer[len(packets) :] or None
            self._buffered_bytes -= sum(map(len, packets))
            return SEPARATOR.join(packets)
        if self._has_farewell:
            return self._take_farewell()
        return NOOP if self.has_probed or self.websocket is not None else None

    def _take_farewell(self) -> bytes:
        """The client hears of the end now, by whatever way it takes."""
        self._has_farewell = False
        self._engine.left(self)
        self.close_probe()
        return CLOSE

    # Receiving

    def receive_text(self, packet: str) -> None:
        """Take one text packet, type first."""
        kind = packet[:1]
        if kind == "4":
            self._engine.deliver(self, packet[1:])
        elif packet == "3":
            self._engine.heartbeat_answered(self)
        elif packet == "1":
            self.finish("transport close", last=NOOP)
        elif kind == "2":
            # Heartbeats go from the server to the client; the reference server treats the reverse alike.
            self.finish("transport error", code=1002)
        elif kind == "b":
            self._receive_base64(packet)
        elif kind not in ("5", "6") or len(packet) != 1:
            self.finish("parse error", code=1002)

    def receive_binary(self, data: bytes) -> None:
        """Take one binary message."""
        self._engine.deliver(self, data)

    def _receive_base64(self, packet: str) -> None:
        """Take one binary message as text: all are over polling, and of clients that have no binary frames."""
        try:
            data = base64.b64decode(packet[1:], validate=True)
        except (binascii.Error, ValueError):
            self.finish("parse error", code=1002)
            return
        self._engine.deliver(self, data)

    # Upgrading

    def probed(self) -> None:
        """The probe was answered: let a pending poll go, and the next ones at once."""
        self.has_probed = True
        self._wake_poll()

    def probe_ended(self) -> None:
        """The probing WebSocket went without upgrading."""
        self.probe = None
        self.has_probed = False

    def upgrade(self, websocket: WebSocketPort) -> None:
        """Go on over `websocket`; what no poll has fetched goes first."""
        self.probe_ended()
        if not self.is_closed:
            self.websocket = websocket
        buffer, self._buffer, self._buffered_bytes = self._buffer, None, 0
        self._wake_poll()
        for packet in buffer or ():
            if packet[:1] == b"b":
                websocket.write(binary_frame(base64.b64decode(packet[1:])))
            else:
                websocket.write(text_frame(packet))
        if self.is_closed:
            self._take_farewell()
            websocket.close(1000)
        elif self._is_held:
            websocket.hold_reading(hold=True)

    def close_probe(self) -> None:
        """Close the WebSocket that was to be upgraded to."""
        if self.probe is not None:
            self.probe.close(1000)
            self.probe_ended()

    # Order

    def take_turn(self, handler: Callable[..., Any], *args: Any) -> None:
        """Run a handler of the application, or queue it behind the coroutine that runs now."""
        if self._turns is not None:
            self.wait_turn(self._turns, lambda: self.take_turn_now(handler, *args))
        else:
            self.take_turn_now(handler, *args)

    def take_turn_now(self, handler: Callable[..., Any], *args: Any) -> None:
        """Run a handler; what it raises is logged and changes nothing else."""
        try:
            result = handler(self, *args)
        except Exception:  # noqa: BLE001 - the application's code
            _log.exception("%r raised", handler)
            return
        if iscoroutine(result):
            if self._turns is None:
                self._turns = Turns(self._turns_idle)
            self._turns.run(result, None, repr(handler))

    def _turns_idle(self) -> None:
        turns, self._turns = self._turns, None
        if turns is not None and turns.is_paused:
            self.hold_reading(hold=False)

    def wait_turn(self, turns: Turns, job: Callable[[], None]) -> None:
        """Queue `job`; a client that sends faster than its handlers work is first not read, then closed."""
        turns.wait(job)
        waiting = len(turns)
        if waiting >= PAUSE_AT and not turns.is_paused:
            turns.is_paused = True
            self.hold_reading(hold=True)
        if waiting > MAX_WAITING:
            turns.drop()
            self.cut("transport error")

    def hold_reading(self, *, hold: bool) -> None:
        """Stop reading from the client, or go on; the answer to a polling POST waits for it."""
        self._is_held = hold
        if self.websocket is not None:
            self.websocket.hold_reading(hold=hold)
        if not hold and self._read_waiter is not None:
            if not self._read_waiter.done():
                self._read_waiter.set_result(None)
            self._read_waiter = None

    async def readable(self) -> None:
        """Return once the client's packets are wanted again."""
        while self._is_held and not self.is_closed:
            if self._read_waiter is None:
                self._read_waiter = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._read_waiter)

    # Ending

    def close(self) -> None:
        """Close politely: what was sent before still reaches the client. `on_close` runs soon, not in this call."""
        self.close_with("forced close")

    def close_with(self, reason: str, code: int = 1000) -> None:
        """Close politely, for a reason of the layer above."""
        if self.is_closed:
            return
        if self.websocket is None and (self._buffer or self.poll is None):
            # The close packet waits for a poll of its own: clients act on it before they look at what came with it.
            self._has_farewell = True
            self._engine.keep_leaving(self)
            self._end(code, None)
        else:
            self._end(code, CLOSE)
        asyncio.get_running_loop().call_soon(self._engine.session_closed, self, reason)

    def cut(self, reason: str) -> None:
        """Drop the client and everything queued for it.

        May be called amid a broadcast, so `on_close` runs later: it may change what the caller iterates over.
        """
        if self.is_closed:
            return
        self._buffer = None
        if self.websocket is not None:
            self.websocket.abort()
            self.websocket = None
        self._end(1008, CLOSE)
        asyncio.get_running_loop().call_soon(self._engine.session_closed, self, reason)

    def finish(self, reason: str, *, code: int = 1000, last: bytes = CLOSE) -> None:
        """End the session because of what the client did or did not do; `on_close` runs at once.

        Args:
            reason: what `on_close` is told.
            code: the WebSocket's close code.
            last: the packet that a pending poll is answered with.
        """
        if not self.is_closed:
            self.is_failed = reason in ("parse error", "transport error")
            self._end(code, last)
            self._engine.session_closed(self, reason)

    def lost(self, reason: str) -> None:
        """The transport is gone; `on_close` runs at once."""
        self.websocket = None
        self.finish(reason)

    def _end(self, code: int, last: bytes | None) -> None:
        self.is_closed = True
        self._engine.forget(self)
        if self.websocket is not None:
            self.websocket.close(code)
            self.websocket = None
        else:
            if last is not None:
                self._buffer = [*(self._buffer or ()), last]
            self._wake_poll()
        if not self._has_farewell or not self.has_probed:
            self.close_probe()
        # Else the client may have stopped polling already, and hears of the end when it has upgraded.
        if self._turns is not None:
            self._turns.drop()
        self.hold_reading(hold=False)


def run_handler(handler: Callable[..., Any], *args: Any) -> None:
    """Run a handler that nothing follows; what it raises is logged."""
    try:
        result: Coroutine[Any, Any, Any] | object = handler(*args)
    except Exception:  # noqa: BLE001 - the application's code
        _log.exception("%r raised", handler)
        return
    if iscoroutine(result):
        run_detached(result, repr(handler))
