"""One HTTP connection: uvicorn's, with bounds on how long a request may take to arrive and how long its head may be.

uvicorn waits for ever for the rest of a request, and keeps every header of a head that never ends: one client without
an account could take all memory (measured: 3.5 bytes for each one sent), a thousand silent ones all file descriptors.
What `core.edge` refuses it refuses once the head is there, so the bound here is only for what never comes that far.
"""

from __future__ import annotations

import asyncio
import secrets
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from onepizza.core.answers import HeadersTooLarge, error_answer
from onepizza.core.errors import InvalidRequest, OnePizzaError

_MAX_HEAD_BYTES = 256 * 1024
"""As much as uvloop reads at once: a head in one piece always gets the edge's own answer."""


class RequestTimeout(OnePizzaError):
    """The request did not arrive whole in time."""

    status = 408
    code = "request_timeout"
    message = "The request took too long to arrive"


class HttpConnection(HttpToolsProtocol):
    """A connection that closes itself when a request, the first one included, has not arrived after `request_s`.

    While a request is answered no time runs here; between two of them uvicorn's keep-alive timer does.
    """

    request_s: float = 30.0

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - passed through
        super().__init__(*args, **options)
        self._answering: RequestResponseCycle | None = None
        self._arriving_since: float | None = None
        self._is_in_head = True
        self._head_bytes = 0
        self._is_handed_over = False
        # One timer for the whole connection, which looks again when it was early: cheaper than one for each request.
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first request."""
        super().connection_made(cast("asyncio.Transport", transport))
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer, and tell the request that is answered: uvicorn tells the last one that came."""
        self._stop_waiting()
        super().connection_lost(exc)
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head may not grow for ever."""
        super().data_received(data)
        if self._is_handed_over or self.transport.is_closing():
            return
        if self._arriving_since is None:
            # Line ends between two requests begin none, but they stop the keep-alive timer.
            if self.timeout_keep_alive_task is None and not self._is_answering():
                self._expect_request()
        elif self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > _MAX_HEAD_BYTES:
                self._refuse(HeadersTooLarge())

    def on_message_begin(self) -> None:
        """A request begins; the time of the first one has run since the connection was made."""
        super().on_message_begin()
        if self._arriving_since is None:
            self._expect_request()

    def on_headers_complete(self) -> None:
        """The head is there, and from here on the body has bounds of its own."""
        self._is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is there."""
        self._arriving_since = None
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over; the WebSocket has timers of its own."""
        self._stop_waiting()
        self._is_handed_over = True
        super().handle_websocket_upgrade()
        # The parser calls our methods: a cycle that would keep this object until the collector comes.
        self.parser = cast("Any", None)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, in the shape of every other error."""
        self._refuse(InvalidRequest("This is not a valid HTTP request"))

    def _expect_request(self) -> None:
        self._arriving_since = self.loop.time()
        self._is_in_head = True
        self._head_bytes = 0
        if self._timer is None:
            self._timer = self.loop.call_later(self.request_s, self._look)

    def _stop_waiting(self) -> None:
        self._arriving_since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        if self._arriving_since is None or self.transport.is_closing():
            return
        late_s = self.loop.time() - self._arriving_since - self.request_s
        if late_s < -0.001:  # a later request of the same connection
            self._timer = self.loop.call_later(-late_s, self._look)
        elif self._is_in_head and self._is_answering():
            # The request before it is still answered, and an answer is never cut off.
            self._timer = self.loop.call_later(self.request_s, self._look)
        elif self._has_said_nothing() or self.pipeline or self._has_begun_to_answer():
            self.transport.close()
        else:
            self._refuse(RequestTimeout())

    def _is_answering(self) -> bool:
        return self._answering is not None and not self._answering.response_complete

    def _has_begun_to_answer(self) -> bool:
        cycle = self._answering
        return cycle is not None and cycle.response_started and not cycle.response_complete

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:  # noqa: ANN401 - passed through
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _has_said_nothing(self) -> bool:
        return self._is_in_head and self._head_bytes == 0

    def _refuse(self, error: OnePizzaError) -> None:
        """Answer past the application, which has not seen this request or waits for its rest, and close."""
        self._arriving_since = None
        if self._has_begun_to_answer():
            self.transport.close()
            return
        status, headers, body = error_answer(error, secrets.token_hex(8))
        lines = [b"HTTP/1.1 %d %s" % (status, HTTPStatus(status).phrase.encode())]
        lines += [name + b": " + value for name, value in (*headers, (b"connection", b"close"))]
        self.transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        self.transport.close()


def http_protocol(request_s: float) -> type[HttpConnection]:
    """Return the protocol class for uvicorn's `http=`, which wants a class."""
    return type("HttpConnection", (HttpConnection,), {"request_s": request_s})
