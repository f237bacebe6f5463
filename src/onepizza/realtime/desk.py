"""What the handlers of socket events share: the neighbours, the seats, the limits, and the one way to refuse."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import structlog

from onepizza.core.errors import OnePizzaError, RateLimited
from onepizza.core.settings import Limits
from onepizza.realtime.attempts import FailedLookups
from onepizza.realtime.ports import Ack, MeetingService
from onepizza.realtime.refusals import error_ack, error_event
from onepizza.realtime.seats import Seats, Visit
from onepizza.rooms.directory import Directory
from onepizza.rooms.events import ErrorEvent

TELL_LIMIT_EVERY_S = 5.0

log = structlog.get_logger("onepizza.realtime")


class Desk:
    """Handed to every handler.

    `origin_key(text)` hashes an address or device so that rooms can know it again and nobody can read it;
    `ice_servers` returns the ready JSON for `joined`.
    """

    def __init__(
        self,
        *,
        directory: Directory,
        meetings: MeetingService,
        seats: Seats,
        failures: FailedLookups,
        limits: Limits,
        now: Callable[[], float],
        origin_key: Callable[[str], str],
        ice_servers: Callable[[], msgspec.Raw],
    ) -> None:
        self.directory = directory
        self.meetings = meetings
        self.seats = seats
        self.failures = failures
        self.limits = limits
        self.now = now
        self.origin_key = origin_key
        self.ice_servers = ice_servers

    def refuse(self, visit: Visit, error: OnePizzaError) -> Ack:
        """Send `error` and return the acknowledgement; a rate limit is told at most once in 5 s (CONTRACT 2)."""
        event = error_event(error)
        if isinstance(error, RateLimited):
            now = self.now()
            if now - visit.told_limit_at < TELL_LIMIT_EVERY_S:
                return error_ack(event)
            visit.told_limit_at = now
        visit.socket.emit(ErrorEvent.event, event)
        return error_ack(event)

    def fail(self, visit: Visit, event: str) -> Ack:
        """Answer a bug of ours as HTTP does and log it once; must be called where the exception is handled."""
        log.exception("socket_event_failed", event_name=event)
        return self.refuse(visit, OnePizzaError())
