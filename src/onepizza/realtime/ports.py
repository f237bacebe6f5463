"""What the edge asks of the booked record, as its own interface, and what it answers."""

from __future__ import annotations

from typing import Any, Protocol

from onepizza.meetings.meeting import Invite, SettingsChange

Ack = dict[str, Any]
"""The answer to an event that carried an acknowledgement: `{ok: true, …}` or `{error, code, …}`."""


class MeetingService(Protocol):
    """What the edge asks of the booked record (`meetings.service`)."""

    async def open(self, meeting_id: str) -> None:
        """Make sure the room is live.

        Raises:
            NotFound, MeetingHasEnded, MeetingNotStarted, InsufficientCredits: nobody gets in.
        """
        ...

    async def update_settings(self, meeting_id: str, change: SettingsChange) -> object:
        """Store and apply what is not None in `change`."""
        ...

    async def create_invite(self, meeting_id: str, name: str | None) -> Invite:
        """Make a one-use invite."""
        ...

    async def end(self, meeting_id: str, reason: str) -> bool:
        """End the meeting; False if it had ended already."""
        ...
