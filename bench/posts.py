"""An HTTP/1.1 client that posts one and the same body again and again over kept-alive connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast


class PostLoop(asyncio.Protocol):
    """One connection: sends the request, waits for the whole answer, and asks `on_answer(connection, head)` what next.

    Answers need a Content-Length, which both servers send.
    """

    def __init__(self, request: bytes, on_answer: Callable[[PostLoop, bytes], None], on_lost: Callable[[str], None]):
        self._request = request
        self._on_answer = on_answer
        self._on_lost = on_lost
        self._received = b""
        self._is_closing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write; the load decides when to start."""
        transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass of asyncio's
        self.transport = transport

    def post(self) -> None:
        """Send the request once more."""
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Hand over the answer when it is complete."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        try:
            if len(body) < content_length(head):
                return
        except ValueError as error:
            self._on_lost(str(error))
            return
        self._received = b""
        self._on_answer(self, head + end + body)

    def close(self) -> None:
        """End the connection from our side, which is not told as lost."""
        self._is_closing = True
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that the server closed the connection."""
        if self._is_closing:
            return
        self._on_lost(f"HTTP connection lost: {exc}")


def content_length(head: bytes) -> int:
    """Return the Content-Length of a response head.

    Raises:
        ValueError: the head has none.
    """
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    if not found:
        raise ValueError(f"no Content-Length: {head!r}")
    return int(rest.partition(b"\r\n")[0])


def post_request(host: str, port: int, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """Return the bytes of one POST of JSON."""
    extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{extra}\r\n"
    ).encode() + body
