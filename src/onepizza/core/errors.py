"""The error tree: every refusal a caller can meet, with its HTTP status and its stable code.

    OnePizzaError
    ├── InvalidRequest 400          the body, a query or an event payload is wrong; `details` says where
    ├── Unauthenticated 401         no key or session, or not a valid one
    ├── InsufficientCredits 402
    ├── Forbidden 403               known caller, wrong admin token
    ├── NotFound 404                unknown or foreign; the two are never told apart (CONTRACT 1.10)
    ├── Conflict 409
    ├── RateLimited 429             carries `retry_after_s`
    └── ServiceUnavailable 503      carries `retry_after_s`

Slices define their own leaves beside the code that raises them (`class RoomFull(Conflict): code = "room_full"`).
Only `core.http` and `realtime` turn errors into answers. The message is a sentence that a user may read.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec


class ErrorDetail(msgspec.Struct, frozen=True):
    """One thing wrong with a request: `field` is its dotted path (`settings.maxParticipants`), or empty."""

    field: str
    message: str


class OnePizzaError(Exception):
    """Base of every refusal; `status` and `code` are fixed by the class, the message may vary."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    message: ClassVar[str] = "Internal server error"

    def __init__(self, message: str | None = None) -> None:
        self.text = message if message is not None else self.message
        super().__init__(self.text)


class InvalidRequest(OnePizzaError):
    """The caller's input does not fit; nothing was changed."""

    status = 400
    code = "invalid_request"
    message = "The request is not valid"

    def __init__(self, message: str | None = None, details: tuple[ErrorDetail, ...] = ()) -> None:
        super().__init__(message)
        self.details = details


class Unauthenticated(OnePizzaError):
    """No API key or session, or not a valid one."""

    status = 401
    code = "unauthenticated"
    message = "Missing or invalid API key"


class InsufficientCredits(OnePizzaError):
    """The payer's balance does not allow a meeting (API §16)."""

    status = 402
    code = "insufficient_credits"
    message = "Insufficient credits to start a meeting"


class Forbidden(OnePizzaError):
    """The caller owns the object but may not do this with it (CONTRACT 1.10)."""

    status = 403
    code = "forbidden"
    message = "You may not do this"


class NotFound(OnePizzaError):
    """Unknown or foreign; never told apart (CONTRACT 1.10)."""

    status = 404
    code = "not_found"
    message = "Not found"


class Conflict(OnePizzaError):
    """The request is well formed but the present state refuses it."""

    status = 409
    code = "conflict"
    message = "The request conflicts with the current state"


class RateLimited(OnePizzaError):
    """Too many requests in a moving window; `retry_after_s` is whole seconds, at least 1."""

    status = 429
    code = "rate_limited"
    message = "Too many requests, please slow down"

    def __init__(self, retry_after_s: int, message: str | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = max(1, retry_after_s)


class ServiceUnavailable(OnePizzaError):
    """A part the answer needs (database, payment provider) is away; `retry_after_s` is whole seconds."""

    status = 503
    code = "service_unavailable"
    message = "The service is not available right now, please try again"

    def __init__(self, message: str | None = None, retry_after_s: int = 2) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
