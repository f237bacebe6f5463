"""Ends meetings whose rooms ask for it: everybody left, nobody came, or they lived too long (CONTRACT 1.3)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

import structlog

from onepizza.core.bus import Bus
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.facts import RoomExpired
from onepizza.meetings.service import MeetingService

_log = structlog.get_logger(__name__)


def subscribe(bus: Bus, meetings: MeetingService, spawn: Callable[[Coroutine[None, None, None]], object]) -> None:
    """Listen for `RoomExpired`; `spawn` runs a coroutine as a task that the program keeps and logs."""

    def end(fact: RoomExpired) -> None:
        spawn(_end(meetings, fact))

    bus.after_commit(RoomExpired, end)


async def _end(meetings: MeetingService, fact: RoomExpired) -> None:
    try:
        await meetings.end(fact.meeting_id, fact.reason)
    except ServiceUnavailable:
        # The room asks again a minute later for as long as it lives.
        _log.warning("meeting_end_delayed", meeting_id=fact.meeting_id, reason=fact.reason)
