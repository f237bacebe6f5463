"""Serves an engine or a server on a free port inside the test's own event loop, with uvicorn's real HTTP protocols."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import uvicorn
from uvicorn.server import ServerState
from websockets.asyncio.client import ClientConnection, connect

from onepizza.socketio import Engine, Server


class Served:
    """A listening server; `http` and `ws` speak to it without any Socket.IO library."""

    def __init__(self, port: int, path: str, state: ServerState, http: httpx.AsyncClient) -> None:
        self.port = port
        self.path = path
        self.state = state
        self.http = http

    def url(self, **query: str) -> str:
        """Return the path and query of a request to the engine."""
        return f"{self.path}/?{'&'.join(f'{key}={value}' for key, value in query.items())}"

    async def get(self, sid: str, **headers: str) -> httpx.Response:
        """Poll once."""
        return await self.http.get(self.url(EIO="4", transport="polling", sid=sid), headers=headers)

    async def post(self, sid: str, body: str | bytes) -> httpx.Response:
        """Send a payload."""
        return await self.http.post(self.url(EIO="4", transport="polling", sid=sid), content=body)

    async def open_polling(self) -> str:
        """Open a session over polling and return its id."""
        response = await self.http.get(self.url(EIO="4", transport="polling"))
        assert response.status_code == 200
        return msgspec.json.decode(response.text[1:])["sid"]

    def ws(self, sid: str | None = None, path: str | None = None, **options: Any) -> connect:
        """Connect a WebSocket; `async with` it."""
        url = path or self.url(EIO="4", transport="websocket", **({"sid": sid} if sid else {}))
        defaults: dict[str, Any] = {
            "compression": None,
            "ping_interval": None,
            "max_size": None,
            "proxy": None,
            "close_timeout": 0.1,
        }
        return connect(f"ws://127.0.0.1:{self.port}{url}", **(defaults | options))

    @contextlib.asynccontextmanager
    async def opened(self, **options: Any) -> AsyncIterator[ClientConnection]:
        """An Engine.IO session over WebSocket, its greeting read."""
        async with self.ws(**options) as ws:
            assert str(await ws.recv()).startswith("0")
            yield ws

    @contextlib.asynccontextmanager
    async def joined(self, connect_packet: str = "40", **options: Any) -> AsyncIterator[ClientConnection]:
        """A Socket.IO connection over WebSocket, its CONNECT answered."""
        async with self.opened(**options) as ws:
            await ws.send(connect_packet)
            assert str(await ws.recv()).startswith(connect_packet.partition("{")[0])
            yield ws


@contextlib.asynccontextmanager
async def serve(served: Engine | Server, *, http: str = "httptools", app: Any = None) -> AsyncIterator[Served]:
    """Listen until the block ends."""
    loop = asyncio.get_running_loop()
    config = uvicorn.Config(
        served.wrap(app) if app else served.asgi,
        ws=served.websocket_protocol,
        http=http,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
    )
    config.load()
    state = ServerState()
    listener = await loop.create_server(
        lambda: config.http_protocol_class(config=config, server_state=state, app_state={}, _loop=loop), "127.0.0.1", 0
    )
    port = listener.sockets[0].getsockname()[1]
    path = served.path if isinstance(served, Engine) else served.engine.path
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as client:
            yield Served(port, path, state, client)
    finally:
        await served.shutdown()
        for connection in list(state.connections):
            connection.transport.abort() if hasattr(connection, "transport") else connection.abort()
        listener.close()


class Recorder:
    """Collects what handlers were told, and lets a test wait for it."""

    def __init__(self) -> None:
        self._told: asyncio.Queue[Any] = asyncio.Queue()

    def __call__(self, *told: Any) -> None:
        self._told.put_nowait(told)

    def reason(self, _: Any, reason: str) -> None:
        """Handle a close or disconnect: keep the reason."""
        self._told.put_nowait(reason)

    async def next(self, timeout_s: float = 5.0) -> Any:
        """Return the next thing told."""
        return await asyncio.wait_for(self._told.get(), timeout_s)

    @property
    def is_empty(self) -> bool:
        """Whether everything told was read."""
        return self._told.empty()


def echo_engine(**options: Any) -> Engine:
    """An engine that sends every message back, as the protocol's conformance suite expects."""
    engine = Engine(**options)
    engine.on_message(lambda session, data: session.send(data))
    return engine


def echo_server(**options: Any) -> Server:
    """A server with the handlers the protocol's conformance suite expects, on "/" and "/custom"."""
    server = Server(**options)
    for namespace in ("/", "/custom"):
        server.on_connect(lambda socket, auth: socket.emit("auth", auth), namespace)
        server.on("message", lambda socket, *args: socket.emit("message-back", *args), namespace)
        server.on("message-with-ack", lambda socket, *args: args, namespace)
    return server
