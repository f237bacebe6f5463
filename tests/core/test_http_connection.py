"""A request arrives whole, in time and with a head of bounded size, or its connection is closed."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from onepizza.core.http_connection import HttpConnection, http_protocol
from onepizza.socketio import Engine

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]

NEVER_S = 3600.0
SOON_S = 0.05
HEAD = b"POST / HTTP/1.1\r\nhost: onepizza.test\r\n"


async def _echo(_scope: Any, receive: Any, send: Any) -> None:
    body, is_more = b"", True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        is_more = message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def _serving(
    request_s: float, app: Any = _echo, keep_alive_s: int = 3600, ws: Any = "none"
) -> AsyncGenerator[Connect]:
    config = uvicorn.Config(app, http=http_protocol(request_s), ws=ws, log_config=None, timeout_keep_alive=keep_alive_s)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: config.http_protocol_class(config=config, server_state=state, app_state={}),  # type: ignore[call-arg]
        "127.0.0.1",
        0,
    )
    host, port = server.sockets[0].getsockname()
    writers: list[asyncio.StreamWriter] = []

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(host, port)
        writers.append(writer)
        return reader, writer

    try:
        yield connect
    finally:
        for writer in writers:
            writer.close()
        server.close()
        for task in state.tasks:
            task.cancel()


def upgrade_request(path: str) -> bytes:
    """Return the request that asks for a WebSocket (RFC 6455, 1.2)."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: onepizza.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def _refusal(answer: bytes) -> tuple[bytes, dict[str, Any]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"\r\nconnection: close" in head
    refusal = json.loads(body)
    assert len(refusal.pop("requestId")) == 16
    return head.partition(b"\r\n")[0], refusal


TOO_LATE = (
    b"HTTP/1.1 408 Request Timeout",
    {"error": "The request took too long to arrive", "code": "request_timeout"},
)


class TestWebSocket:
    async def test_is_bound_by_no_request(self) -> None:
        engine = Engine(ping_interval=SOON_S * 4)
        async with _serving(SOON_S, engine.asgi, ws=engine.websocket_protocol) as connect:
            reader, writer = await connect()
            writer.write(upgrade_request("/engine.io/?EIO=4&transport=websocket"))
            await reader.readuntil(b"\r\n\r\n")
            await reader.readuntil(b"\x81\x012")  # a ping, which comes after the time of a request

    async def test_keeps_nothing_of_the_http_connection(self) -> None:
        engine = Engine()
        async with _serving(NEVER_S, engine.asgi, ws=engine.websocket_protocol) as connect:
            reader, writer = await connect()
            writer.write(upgrade_request("/engine.io/?EIO=4&transport=websocket"))
            await reader.readuntil(b"\r\n\r\n")
            assert [thing for thing in gc.get_objects() if isinstance(thing, HttpConnection)] == []


class TestTime:
    async def test_who_connects_and_says_nothing_is_hung_up_on(self) -> None:
        async with _serving(SOON_S) as connect:
            reader, _ = await connect()
            assert await reader.read() == b""

    @pytest.mark.parametrize(
        "part",
        [b"P", HEAD, HEAD + b"content-length: 10\r\n\r\n123", HEAD + b"transfer-encoding: chunked\r\n\r\n3\r\n123\r\n"],
        ids=["one byte", "half a head", "half a body", "a body without an end"],
    )
    async def test_a_request_that_does_not_come_whole_is_refused(self, part: bytes) -> None:
        async with _serving(SOON_S) as connect:
            reader, writer = await connect()
            writer.write(part)
            assert _refusal(await reader.read()) == TOO_LATE

    async def test_a_trickle_gains_no_time(self) -> None:
        async with _serving(SOON_S) as connect:
            reader, writer = await connect()
            writer.write(HEAD + b"content-length: 100000\r\n\r\n")
            # The refusal itself may be lost: the client still sends when the connection is closed.
            end = asyncio.gather(reader.read(), return_exceptions=True)
            while not end.done():
                writer.write(b" ")
                await asyncio.wait([end], timeout=SOON_S / 10)

    async def test_each_request_of_a_connection_has_the_whole_time(self) -> None:
        async with _serving(SOON_S) as connect:
            reader, writer = await connect()
            loop = asyncio.get_running_loop()
            started = loop.time()
            while loop.time() < started + 3 * SOON_S:
                writer.write(HEAD + b"content-length: 2\r\n\r\n")
                writer.write(b"hi")
                await reader.readuntil(b"\r\n\r\nhi")

    async def test_the_time_of_the_answer_does_not_count(self) -> None:
        asked, may_answer = asyncio.Event(), asyncio.Event()

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            asked.set()
            await may_answer.wait()
            await _echo(scope, receive, send)

        async with _serving(SOON_S, slow) as connect:
            reader, writer = await connect()
            writer.write(HEAD + b"content-length: 2\r\n\r\nhi")
            await asked.wait()
            other, _ = await connect()
            assert await other.read() == b""  # as long as a request may take has passed
            may_answer.set()
            assert await reader.readuntil(b"hi") != b""

    async def test_line_ends_between_requests_keep_no_connection(self) -> None:
        async with _serving(SOON_S) as connect:
            reader, writer = await connect()
            writer.write(HEAD + b"content-length: 2\r\n\r\nhi")
            await reader.readuntil(b"hi")
            writer.write(b"\r\n")
            assert await reader.read() == b""


class TestHead:
    async def test_a_head_without_an_end_is_refused_after_256_kilobytes(self) -> None:
        async with _serving(NEVER_S) as connect:
            reader, writer = await connect()
            # Not a byte more: of a connection closed with something unread the answer may be lost.
            writer.write(HEAD + b"x-padding: ".ljust(256 * 1024 + 1 - len(HEAD), b"v"))
            assert _refusal(await reader.read()) == (
                b"HTTP/1.1 431 Request Header Fields Too Large",
                {"error": "The request headers are too large", "code": "headers_too_large"},
            )

    async def test_what_is_not_http_is_refused_in_our_shape(self) -> None:
        async with _serving(NEVER_S) as connect:
            reader, writer = await connect()
            writer.write(b"\x16\x03\x01\r\n\r\n")
            assert _refusal(await reader.read()) == (
                b"HTTP/1.1 400 Bad Request",
                {"error": "This is not a valid HTTP request", "code": "invalid_request"},
            )


class TestPipelined:
    async def test_who_hangs_up_is_gone_for_the_request_that_is_answered(self) -> None:
        """uvicorn tells the last one only; the first would be answered into a closed transport, with a traceback."""
        told: asyncio.Queue[str] = asyncio.Queue()

        async def listen(_scope: Any, receive: Any, _send: Any) -> None:
            message = await receive()
            told.put_nowait(message["type"])
            told.put_nowait((await receive())["type"])

        async with _serving(NEVER_S, listen) as connect:
            _, writer = await connect()
            writer.write((HEAD + b"content-length: 2\r\n\r\nhi") * 2)
            assert await told.get() == "http.request"
            writer.transport.abort()
            assert await asyncio.wait_for(told.get(), 5) == "http.disconnect"
