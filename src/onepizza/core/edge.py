"""The outermost ASGI layer: request id, size limits, client address, CORS and security headers, in one pass.

One layer and not five, because every layer costs a coroutine and a `send` closure per request, and the cost of a
request is measured (`make bench`). It takes no part in what a route does.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from onepizza.core.addresses import LOCAL, Network, forwarded_address
from onepizza.core.answers import BodyTooLarge, Headers, HeadersTooLarge, UrlTooLong, error_answer
from onepizza.core.errors import OnePizzaError
from onepizza.core.limits import Standing
from onepizza.core.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]

_acceptable_request_id = re.compile(rb"[A-Za-z0-9._-]{8,64}").fullmatch
API_PATHS = ("/api/", "/admin/api/")
_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_NO_METHOD = "NONE"
"""No route has it: the refusal names what the path does have. Litestar's own OPTIONS know one handler only."""
_REQUEST_HEADERS = b"Authorization, Content-Type, Idempotency-Key, X-Admin-Token, X-Api-Key, X-Request-Id"
_EXPOSED_HEADERS = b"RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"


def client_address(scope: Scope, trusted: Sequence[Network]) -> str:
    """Return the address of who sent an HTTP request, behind trusted proxies if it came through them."""
    peer: tuple[str, int] | None = scope.get("client")
    if not trusted:
        return peer[0] if peer and peer[0] else LOCAL
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    return forwarded_address(peer[0] if peer else None, forwarded.decode("latin-1"), trusted)


def content_security_policy(app_url: str, script_hashes: Sequence[str] = ()) -> str:
    """Return what a page of ours may load and run.

    No `unsafe-inline` anywhere; a WebSocket only to our own origin, spelled out because `'self'` does not cover `wss:`
    in every browser.

    Args:
        script_hashes: of the scripts that stand in the page itself, as `sha256-<base64>`.
    """
    url = urlsplit(app_url)
    sockets = f"{'wss' if url.scheme == 'https' else 'ws'}://{url.netloc}" if url.netloc else "wss: ws:"
    scripts = " ".join(("'self'", "'wasm-unsafe-eval'", *(f"'{one}'" for one in script_hashes)))
    return "; ".join(
        (
            "default-src 'self'",
            f"connect-src 'self' {sockets}",
            f"script-src {scripts}",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            "font-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def security_headers(app_url: str) -> Headers:
    """Return the headers that every answer carries.

    Camera, microphone and screen are for our own pages, which ready-made sets forbid.
    """
    headers = [
        (b"content-security-policy", content_security_policy(app_url).encode()),
        (b"permissions-policy", b"camera=(self), microphone=(self), display-capture=(self)"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if urlsplit(app_url).scheme == "https":
        headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
    return headers


class Edge:
    """Wraps the application; puts `request_id`, `client_address` and `header_map` into the scope for the layers below.

    A route may set `scope["rate_limit"]` to a `Standing`, which becomes the `RateLimit` headers, and may send its own
    `Content-Security-Policy` or `Cache-Control`, which then win.

    Args:
        body_bytes_by_path: exact paths that read more than `LIMIT_HTTP_BODY_BYTES`.
    """

    def __init__(self, app: App, settings: Settings, body_bytes_by_path: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._trusted = settings.trusted_proxies
        self._url_bytes = settings.limits.http_url_bytes
        self._header_bytes = settings.limits.http_header_bytes
        self._body_bytes = settings.limits.http_body_bytes
        self._body_bytes_by_path = dict(body_bytes_by_path or {})
        self._security = security_headers(settings.app_url)
        self._origins = frozenset(origin.encode() for origin in settings.allowed_origins)
        self._any_origin = b"*" in self._origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        header_map: dict[bytes, bytes] = dict(scope["headers"])
        given_id = header_map.get(b"x-request-id")
        request_id = given_id if given_id and _acceptable_request_id(given_id) else secrets.token_hex(8).encode()
        scope["request_id"] = request_id.decode()
        scope["header_map"] = header_map
        scope["client_address"] = client_address(scope, self._trusted)
        if scope["method"] == "HEAD":  # in a copy: uvicorn looks at its own
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        common = self._common_headers(header_map, request_id)
        answer = self._answering(scope, common, send)

        refusal = self._refusal(scope, header_map)
        if refusal is not None:
            await _send_error(refusal, scope["request_id"], answer)
        elif scope["method"] == "OPTIONS":
            if b"access-control-request-method" in header_map:
                await _send(204, self._preflight_headers(header_map), b"", answer)
            else:
                await self._app({**scope, "method": _NO_METHOD}, receive, _naming_methods(answer))
        else:
            if b"content-length" not in header_map:
                receive = _counted(receive, self._body_limit(scope["path"]))
            await self._app(scope, receive, answer)

    def _refusal(self, scope: Scope, header_map: dict[bytes, bytes]) -> OnePizzaError | None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self._url_bytes:
            return UrlTooLong()
        if sum([len(name) + len(value) for name, value in scope["headers"]]) > self._header_bytes:
            return HeadersTooLarge()
        length = header_map.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._body_limit(scope["path"]):
            return BodyTooLarge()
        return None

    def _body_limit(self, path: str) -> int:
        return self._body_bytes_by_path.get(path, self._body_bytes)

    def _common_headers(self, header_map: dict[bytes, bytes], request_id: bytes) -> Headers:
        common = [*self._security, (b"x-request-id", request_id)]
        origin = header_map.get(b"origin")
        if origin is None:
            return common
        if self._any_origin:
            common.append((b"access-control-allow-origin", b"*"))
        elif origin in self._origins:
            common += [(b"access-control-allow-origin", origin), (b"access-control-allow-credentials", b"true")]
        common += [(b"access-control-expose-headers", _EXPOSED_HEADERS), (b"vary", b"Origin")]
        return common

    def _preflight_headers(self, header_map: dict[bytes, bytes]) -> Headers:
        if not (self._any_origin or header_map.get(b"origin") in self._origins):
            return []
        return [
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", _REQUEST_HEADERS),
            (b"access-control-max-age", b"600"),
        ]

    def _answering(self, scope: Scope, common: Headers, send: Send) -> Send:
        """Return a `send` that adds our headers to the start of the answer."""
        is_api = scope["path"].startswith(API_PATHS)

        def answer(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                headers = [*message["headers"], *common]
                if b"content-security-policy" in own:
                    headers = [*message["headers"], *(pair for pair in common if pair[0] not in own)]
                if is_api and b"cache-control" not in own:
                    headers.append((b"cache-control", b"no-store"))
                standing: Standing | None = scope.get("rate_limit")
                if standing is not None:
                    headers += _rate_limit_headers(standing)
                message["headers"] = headers
            return send(message)

        return answer


def _rate_limit_headers(standing: Standing) -> Headers:
    name = standing.bucket
    return [
        (b"ratelimit-policy", f'"{name}";q={standing.limit};w={standing.window_s:.0f}'.encode()),
        (b"ratelimit", f'"{name}";r={standing.remaining};t={standing.reset_s}'.encode()),
    ]


def _counted(receive: Receive, limit: int) -> Receive:
    """Return a `receive` that stops a body of undeclared length at the limit."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise BodyTooLarge
        return message

    return counted


def _without_body(send: Send) -> Send:
    def headers_only(message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        return send(message)

    return headers_only


def _naming_methods(send: Send) -> Send:
    """Return a `send` that turns the refusal of a method into the answer to OPTIONS: `Allow`, and nothing else."""
    is_refusal = False

    def allowed_only(message: Message) -> Awaitable[None]:
        nonlocal is_refusal
        if message["type"] == "http.response.start":
            is_refusal = message["status"] == 405
            if is_refusal:
                allow = [pair for pair in message["headers"] if pair[0] == b"allow"]
                message = {**message, "status": 204, "headers": allow}
        elif is_refusal:
            message = {**message, "body": b""}
        return send(message)

    return allowed_only


async def _send_error(error: OnePizzaError, request_id: str, send: Send) -> None:
    status, headers, body = error_answer(error, request_id)
    await _send(status, headers, body, send)


async def _send(status: int, headers: Headers, body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
