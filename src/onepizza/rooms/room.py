"""The aggregate: one live meeting, changed by one command at a time."""

from __future__ import annotations

from typing import Any

from onepizza.rooms.commands import Command, RoomSpec
from onepizza.rooms.outcome import Outcome


class Room:
    """One live meeting.

    `due_at` is the epoch second before which a `Tick` would change nothing.
    """

    def __init__(self, spec: RoomSpec) -> None:
        self.due_at = spec.created_at

    def handle(self, command: Command[Any], now: float) -> Outcome:
        """Change the room as told and say what to send and what happened."""
        raise NotImplementedError
