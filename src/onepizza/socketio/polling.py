"""The HTTP long-polling transport, an ASGI application: a GET waits for packets, a POST brings some."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from onepizza.socketio.handshake import (
    BAD_METHOD,
    BAD_REQUEST,
    CROWDED,
    FORBIDDEN,
    TOO_LARGE,
    Refusal,
    join_head,
    parse_query,
)
from onepizza.socketio.session import NOOP, Session

if TYPE_CHECKING:
    from onepizza.socketio.engine import Engine

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_PACKETS_A_TURN = 256
"""Packets of one POST handled before the loop gets its turn: a full payload can hold some hundred thousand."""
_DISCARDED_FACTOR = 4
"""A body over the bound is read up to this many times the bound, so that the client gets to see the 413."""
_PYTHON_PACKETS = 16
"""Packets of one payload that `python-engineio` takes; it gives up the connection over one more."""
_TEXT = (b"content-type", b"text/plain; charset=UTF-8")
_JSON = (b"content-type", b"application/json")
_GUARDS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
"""On every answer: it is for one client only, and what clients wrote into it is no page."""


class Polling:
    """Answers on the engine's path; hands everything else to `app`, or refuses it when there is none."""

    __slots__ = ("_app", "_engine")

    def __init__(self, engine: Engine, app: ASGIApp | None) -> None:
        self._engine = engine
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        kind = scope["type"]
        if kind == "lifespan":
            await self._live(scope, receive, send)
        elif kind in ("http", "websocket") and self._engine.is_own_path(_path(scope)):
            if kind == "http":
                await self._serve(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1000})
        elif self._app is not None:
            await self._app(scope, receive, send)
        elif kind == "http":
            await _respond(send, 404, b"Not Found", [_TEXT])

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._engine.begin_serving()
        if self._app is not None:
            await self._app(scope, receive, send)
            return
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                self._engine.begin_shutdown()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = _header(scope, b"origin")
        headers: Headers = self._engine.origins.response_headers(origin)
        headers += _GUARDS
        if not self._engine.origins.allows(origin):
            await _refuse(send, FORBIDDEN, headers)
            return
        method: str = scope["method"]
        if method == "OPTIONS":
            await _respond(send, 204, b"", headers + _preflight(scope))
            return
        if method not in ("GET", "POST"):
            await _refuse(send, BAD_METHOD, headers)
            return
        query = parse_query(scope["query_string"].decode("latin-1"))
        verdict = self._engine.check(method, query, "polling")
        # What that client sends as `t` are seconds with decimals; no other's has a point.
        limit = _PYTHON_PACKETS if "." in query.get("t", "") else None
        if isinstance(verdict, Refusal):
            await _refuse(send, verdict, headers)
        elif verdict is None:
            await self._open(scope, send, headers)
        elif method == "GET":
            await self._poll(verdict, receive, send, headers, limit)
        else:
            await self._post(verdict, scope, receive, send, headers)

    async def _open(self, scope: Scope, send: Send, headers: Headers) -> None:
        query_string = scope["query_string"].decode("latin-1")
        client = scope.get("client")
        head = join_head((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        address = self._engine.address_of(head, str(client[0]) if client else "")
        if self._engine.is_crowded(address):
            await _refuse(send, CROWDED, headers)
            return
        session = self._engine.open(
            f"{_path(scope)}?{query_string}", head, address, secure=scope.get("scheme") == "https", websocket=None
        )
        await _respond(send, 200, session.take_payload(1) or NOOP, [*headers, _TEXT])

    async def _poll(self, session: Session, receive: Receive, send: Send, headers: Headers, limit: int | None) -> None:
        if session.poll is not None:
            session.finish("transport error")
            await _refuse(send, BAD_REQUEST, headers)
            return
        payload = session.take_payload(limit)
        if payload is None:
            session.poll = poll = asyncio.get_running_loop().create_future()
            watcher = asyncio.create_task(_watch(receive, poll))
            try:
                is_answer = await poll
            finally:
                session.poll = None
                watcher.cancel()
            if not is_answer:
                session.finish("transport close")
                return
            payload = session.take_payload(limit) or NOOP
        await _respond(send, 200, payload, [*headers, _TEXT])

    async def _post(self, session: Session, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        if session.is_posting:
            session.finish("transport error")
            await _refuse(send, BAD_REQUEST, headers)
            return
        session.is_posting = True
        try:
            verdict = await self._take_body(session, scope, receive)
        finally:
            session.is_posting = False
        if verdict is None:
            await _respond(send, 200, b"ok", [*headers, _TEXT])
        else:
            # The rest of the body may still be on its way: this connection is good for nothing else.
            await _refuse(send, verdict, [*headers, (b"connection", b"close")])

    async def _take_body(self, session: Session, scope: Scope, receive: Receive) -> Refusal | None:
        try:
            async with asyncio.timeout(self._engine.body_timeout_s):
                body = await _read_body(receive, _header(scope, b"content-length"), self._engine.max_payload)
        except TimeoutError:
            session.finish("transport error")
            return BAD_REQUEST
        if body is None:
            session.finish("transport error")
            return TOO_LARGE
        try:
            packets = str(body, "utf-8").split("\x1e")
        except UnicodeDecodeError:
            session.finish("parse error")
            return BAD_REQUEST
        for number, packet in enumerate(packets, 1):
            if session.is_closed:
                break
            session.receive_text(packet)
            if number % _PACKETS_A_TURN == 0:
                await asyncio.sleep(0)
            await session.readable()
        return BAD_REQUEST if session.is_failed else None


async def _watch(receive: Receive, poll: asyncio.Future[bool]) -> None:
    """Let the poll go when its client hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
    if not poll.done():
        poll.set_result(False)


async def _read_body(receive: Receive, announced: str | None, limit: int) -> bytes | None:
    """Return the body, or None when it is longer than `limit` or the client went away."""
    is_too_long = announced is not None and announced.isdecimal() and int(announced) > limit
    chunks: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk: bytes = message.get("body", b"")
        length += len(chunk)
        if length > limit:
            is_too_long = True
        if is_too_long:
            chunks.clear()
        else:
            chunks.append(chunk)
        if not message.get("more_body", False):
            return None if is_too_long else b"".join(chunks)
        if length > _DISCARDED_FACTOR * limit:
            return None


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _header(scope: Scope, wanted: bytes) -> str | None:
    for name, value in scope["headers"]:
        if name == wanted:
            return value.decode("latin-1")
    return None


def _preflight(scope: Scope) -> Headers:
    asked = _header(scope, b"access-control-request-headers")
    # As the reference server: what is none of GET and POST is let through to be told so.
    return [
        (b"access-control-allow-methods", b"GET,HEAD,PUT,PATCH,POST,DELETE"),
        (b"access-control-allow-headers", (asked or "content-type").encode("latin-1")),
        (b"access-control-max-age", b"600"),
    ]


async def _refuse(send: Send, refusal: Refusal, headers: Headers) -> None:
    await _respond(send, refusal.status, refusal.body(), [*headers, _JSON])


async def _respond(send: Send, status: int, body: bytes, headers: Headers) -> None:
    if status != 204:
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
