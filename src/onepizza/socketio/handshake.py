"""What the opening request says: the peer, its headers, whether its origin and its query are acceptable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal
from urllib.parse import parse_qsl

import msgspec

ClientAddress = Callable[[Mapping[str, str], str], str]
"""Given the headers (lower-case names) and the peer's address, return the client's; for trusted proxies."""

AllowedOrigins = Literal["*"] | Iterable[str]

_NOT_KEPT = frozenset({"connection", "upgrade", "content-length", "transfer-encoding"})


class Handshake:
    """The opening request of a session, as small as it can be kept: headers stay one string until they are asked for.

    Attributes:
        url: path and query as requested.
        remote_address: the client's address, the peer's own unless `client_address` of the server says otherwise.
        secure: the request came over TLS, as far as this process can see.
    """

    __slots__ = ("_head", "remote_address", "secure", "url")

    def __init__(self, url: str, head: str, remote_address: str, *, secure: bool) -> None:
        self.url = url
        self._head = head
        self.remote_address = remote_address
        self.secure = secure

    @property
    def headers(self) -> dict[str, str]:
        """The request's headers, names in lower case; repeated ones joined by a comma."""
        return split_head(self._head)

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; of a repeated one the last."""
        return parse_query(self.url.partition("?")[2])


def join_head(headers: Iterable[tuple[str, str]]) -> str:
    """Pack the headers worth keeping into one string."""
    lines: list[str] = []
    for name, value in headers:
        key = name.lower()
        if key not in _NOT_KEPT and not key.startswith("sec-websocket-"):
            lines.append(f"{key}:{value}")
    return "\n".join(lines)


def split_head(head: str) -> dict[str, str]:
    """Undo `join_head`."""
    headers: dict[str, str] = {}
    for line in head.split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def parse_query(query: str) -> dict[str, str]:
    """Return the parameters of a query string; malformed percent-escapes are replaced, never an error."""
    try:
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=64))
    except ValueError:
        return {}


class Origins:
    """Which `Origin` may talk to the server; a request without one comes from no browser page and may."""

    __slots__ = ("_allowed",)

    def __init__(self, allowed: AllowedOrigins) -> None:
        if isinstance(allowed, str):
            self._allowed = None if allowed == "*" else frozenset({allowed.rstrip("/")})
        else:
            listed = frozenset(origin.rstrip("/") for origin in allowed)
            self._allowed = None if "*" in listed else listed

    def allows(self, origin: str | None) -> bool:
        """Tell whether a request with this `Origin` header may proceed."""
        return origin is None or self._allowed is None or origin in self._allowed

    def response_headers(self, origin: str | None) -> list[tuple[bytes, bytes]]:
        """Return the CORS headers of an answer.

        Credentials are offered to listed origins alone; with `*` any page could otherwise act with a visitor's cookies.
        """
        if self._allowed is None:
            return [(b"access-control-allow-origin", b"*")]
        headers = [(b"vary", b"Origin")]
        if origin is not None and origin in self._allowed:
            headers.append((b"access-control-allow-origin", origin.encode("latin-1")))
            headers.append((b"access-control-allow-credentials", b"true"))
        return headers


class Refusal(msgspec.Struct, frozen=True):
    """Why a request is not served; `code` and `message` are the ones the reference server answers with."""

    status: int
    code: int
    message: str

    def body(self) -> bytes:
        """Return the JSON body of the answer."""
        return msgspec.json.encode({"code": self.code, "message": self.message})


UNKNOWN_TRANSPORT = Refusal(400, 0, "Transport unknown")
UNKNOWN_SESSION = Refusal(400, 1, "Session ID unknown")
BAD_METHOD = Refusal(400, 2, "Bad handshake method")
BAD_REQUEST = Refusal(400, 3, "Bad request")
SESSION_TAKEN = Refusal(400, 3, "Session has a WebSocket")
FORBIDDEN = Refusal(403, 4, "Forbidden")
BAD_VERSION = Refusal(400, 5, "Unsupported protocol version")
TOO_LARGE = Refusal(413, 3, "Payload too large")
NOT_FOUND = Refusal(404, 3, "Not found")
CROWDED = Refusal(429, 3, "Too many connections")
SHUTTING_DOWN = Refusal(503, 3, "Server shutting down")
