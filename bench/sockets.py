"""One raw Socket.IO client connection, as lean as it can be: the load must not be the slowest part."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from bench import wire


class Socket(asyncio.Protocol):
    """A WebSocket that connects to the namespace `/`, answers pings and hands events to `on_event(socket, payload)`.

    Whatever ends it, other than the end of the process, is told to `on_lost(reason)`.
    """

    def __init__(self, on_event: Callable[[Socket, bytes], None], on_lost: Callable[[str], None]) -> None:
        self._on_event = on_event
        self._on_lost = on_lost
        self._rest = b""
        self._is_upgraded = False
        self.connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.joined: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass of asyncio's
        self.send = transport.write
        host, port = transport.get_extra_info("peername")[:2]
        self.send(wire.upgrade_request(host, port))

    def data_received(self, data: bytes) -> None:
        """Handle whole frames, keep the rest."""
        if self._rest:
            data, self._rest = self._rest + data, b""
        try:
            if not self._is_upgraded:
                data = self._upgraded(data)
            payloads, self._rest = wire.take_frames(data)
        except ValueError as error:
            self._on_lost(f"{type(error).__name__}: {error}")
            return
        for payload in payloads:
            if payload.startswith(b"42"):
                self._on_event(self, payload)
            else:
                self._control(payload)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that the server closed the connection."""
        self._on_lost(f"connection lost: {exc}")

    def _upgraded(self, data: bytes) -> bytes:
        """Return what follows the answer to the upgrade; nothing while the answer is incomplete."""
        head, end, frames = data.partition(b"\r\n\r\n")
        if not end:
            self._rest = head
            return b""
        if not head.startswith(b"HTTP/1.1 101"):
            raise ValueError(f"no upgrade: {head.decode(errors='replace')}")
        self._is_upgraded = True
        return frames

    def _control(self, payload: bytes) -> None:
        if payload == b"2":
            self.send(wire.client_frame(wire.PONG))
        elif payload.startswith(b"0"):
            self.send(wire.client_frame(wire.CONNECT))
        elif payload.startswith(b"40"):
            self.connected.set_result(None)
        elif payload.startswith((b"1", b"41", b"44")):
            self._on_lost(payload.decode(errors="replace"))
