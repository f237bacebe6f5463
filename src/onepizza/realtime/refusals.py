"""Turns refusals into what a client sees: an `error` event and an acknowledgement, never with its input in them."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from onepizza.core.clock import format_milliseconds
from onepizza.core.errors import InvalidRequest, OnePizzaError, RateLimited
from onepizza.meetings.errors import MeetingNotStarted
from onepizza.realtime.ports import Ack
from onepizza.rooms.errors import EntryDenied
from onepizza.rooms.events import ErrorEvent


class UnknownEvent(InvalidRequest):
    """An event that this server does not know."""

    code = "unknown_event"
    message = "This event is not known"


class TooManySockets(RateLimited):
    """An address holds as many sockets as it may."""

    message = "Too many connections from this address"


def invalid_payload(event: str, error: Exception | None) -> InvalidRequest:
    """Return the refusal of a payload that does not fit its type.

    Only the path out of msgspec's message is used: the rest may quote a value ("Invalid enum value 'x'").
    """
    path = str(error).rpartition(" - at `$.")[2].rstrip("`") if isinstance(error, msgspec.ValidationError) else ""
    known = path.replace(".", "").replace("_", "").isalnum() and len(path) <= 64
    return InvalidRequest(f"The payload of {event} is not valid" + (f": {path}" if known else ""))


def error_event(error: OnePizzaError) -> ErrorEvent:
    """Return the `error` event of a refusal."""
    retry_after_s = error.retry_after_s if isinstance(error, RateLimited | EntryDenied) else None
    return ErrorEvent(
        error.text,
        error.code,
        scheduled_at=format_milliseconds(error.scheduled_at) if isinstance(error, MeetingNotStarted) else UNSET,
        retry_after=UNSET if retry_after_s is None else retry_after_s,
    )


def error_ack(event: ErrorEvent) -> Ack:
    """Return the acknowledgement that says the same."""
    ack: Ack = {"error": event.message, "code": event.code}
    if event.scheduled_at is not UNSET:
        ack["scheduledAt"] = event.scheduled_at
    if event.retry_after is not UNSET:
        ack["retryAfter"] = event.retry_after
    return ack
