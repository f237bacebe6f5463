"""The only way to reach a room. In one process a dictionary; across machines it will forward commands to the owner."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from onepizza.core.facts import Fact
from onepizza.rooms.commands import Command, End, Reply, RoomSpec, RoomSummary, Tick
from onepizza.rooms.errors import RoomNotLive
from onepizza.rooms.outcome import Outcome
from onepizza.rooms.ports import Outbox
from onepizza.rooms.room import Room
from onepizza.rooms.snapshot import RoomSnapshot, restore

_TICK_BUDGET_S = 0.05


class Directory:
    """All live rooms by meeting id.

    Args:
        outbox: takes what rooms send.
        announce: hears every fact at once; must not raise.
        now: epoch seconds that never run backwards.
    """

    def __init__(self, outbox: Outbox, announce: Callable[[Fact], None], now: Callable[[], float]) -> None:
        self._deliver = outbox.deliver
        self._announce = announce
        self._now = now
        self._rooms: dict[str, Room] = {}
        self._waiting: deque[Outcome] = deque()
        self._is_handing_on = False

    def open(self, spec: RoomSpec) -> None:
        """Make the room live; a room that lives already keeps its state."""
        if spec.meeting_id not in self._rooms:
            self._rooms[spec.meeting_id] = Room(spec)

    def reopen(self, spec: RoomSpec, snapshot: RoomSnapshot, seen_at: float) -> None:
        """Make a room live as it was when the program that had it died; one that lives already keeps its state.

        Args:
            spec: as the booked record has it now.
            snapshot: the last one that was kept.
            seen_at: epoch second of the last sign of life; whoever was connected then was there until then.
        """
        if spec.meeting_id not in self._rooms:
            self._rooms[spec.meeting_id] = Room(spec, restore(spec, snapshot, seen_at, self._now()))

    def is_live(self, meeting_id: str) -> bool:
        """Say whether the room of this meeting lives."""
        return meeting_id in self._rooms

    def live_ids(self) -> tuple[str, ...]:
        """Return the meeting ids of all live rooms."""
        return tuple(self._rooms)

    async def call(self, meeting_id: str, command: Command[Reply]) -> Reply:
        """Tell a room, wherever it lives, and return its answer; the way for everything that can wait.

        Raises:
            RoomNotLive: no such room.
            OnePizzaError: the room refused; nothing was changed.
        """
        return self.tell(meeting_id, command)

    def tell(self, meeting_id: str, command: Command[Reply], now: float | None = None) -> Reply:
        """Tell a room of this process, without a task or an await in between; the way of a socket's events.

        What it sends and announces has been handed on when it returns. Raises like `call`.

        Args:
            now: what the caller has just read from the same clock.
        """
        room = self._rooms.get(meeting_id)
        if room is None:
            raise RoomNotLive
        outcome = room.handle(command, self._now() if now is None else now)
        if self._is_handing_on:
            self._waiting.append(outcome)
        elif outcome.deliveries or outcome.facts:
            self._hand_on(outcome)
        return outcome.reply

    def _hand_on(self, outcome: Outcome | None) -> None:
        """Send and announce; what that leads to (a reader cut for being slow loses its seat) comes after it."""
        self._is_handing_on = True
        try:
            while outcome is not None:
                if outcome.deliveries:
                    self._deliver(outcome.deliveries)
                for fact in outcome.facts:
                    self._announce(fact)
                outcome = self._waiting.popleft() if self._waiting else None
        finally:
            self._is_handing_on = False

    async def close(self, meeting_id: str, reason: str) -> RoomSummary | None:
        """End the room and forget it; None when it does not live, so a second end does nothing."""
        if meeting_id not in self._rooms:
            return None
        summary = self.tell(meeting_id, End(reason))
        del self._rooms[meeting_id]
        return summary

    def tick(self) -> None:
        """Let time pass in the rooms where something is due; meant to be called once a second.

        After 50 ms it leaves the rest to the next call, so that thousands of cut connections stall nobody.
        """
        started_at = self._now()
        for meeting_id in [key for key, room in self._rooms.items() if room.due_at <= started_at]:
            self.tell(meeting_id, Tick())
            if self._now() - started_at > _TICK_BUDGET_S:
                return
