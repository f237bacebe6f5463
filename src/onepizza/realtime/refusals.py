"""Turns refusals into what a client sees: an `error` event and an acknowledgement, never with its input in them."""

from __future__ import annotations

import re

import msgspec
from msgspec import UNSET

from onepizza.core.clock import format_milliseconds
from onepizza.core.errors import InvalidRequest, OnePizzaError, RateLimited
from onepizza.meetings.errors import MeetingNotStarted
from onepizza.realtime.ports import Ack
from onepizza.rooms.errors import EntryDenied
from onepizza.rooms.events import ErrorEvent

_missing_field = re.compile(r"Object missing required field `(\w+)`").match


class UnknownEvent(InvalidRequest):
    """An event that this server does not know."""

    code = "unknown_event"
    message = "This event is not known"


class TooManySockets(RateLimited):
    """An address holds as many sockets as it may."""

    message = "Too many connections from this address"


def invalid_payload(event: str, error: Exception | None) -> InvalidRequest:
    """Return the refusal of a payload that does not fit its type.

    Only names of fields are taken out of msgspec's message: the rest may quote a value ("Invalid enum value 'x'").
    """
    message = str(error) if isinstance(error, msgspec.ValidationError) else ""
    # What is unknown is ignored, so a missing name is one of ours.
    missing = _missing_field(message)
    place = message.partition(" - at `$.")[2].rstrip("`")
    path = ".".join(filter(None, (place, missing[1] if missing else "")))
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
