"""What a room can be told about its waiting room, beside `Join`, which queues whoever has to wait (CONTRACT 1.15)."""

from __future__ import annotations

import msgspec

from onepizza.rooms.commands import Command


class WaiterView(msgspec.Struct, frozen=True):
    """One person in the queue as hosts see it; `was_removed` marks somebody whom a host removed before."""

    waiter_id: str
    name: str
    waiting_since_ms: int
    was_removed: bool


class WaitingList(Command[tuple[WaiterView, ...]], frozen=True):
    """Answer who waits, in order; changes nothing."""

    by: str | None = None


class AdmitWaiter(Command[None], frozen=True):
    """Keep a seat for this person and tell it to join; raises WaiterNotFound, RoomLocked or RoomFull."""

    waiter_id: str
    by: str | None = None


class AdmitAll(Command[int], frozen=True):
    """Admit in order while there are seats, all but people who were removed before. Answer: how many."""

    by: str | None = None


class DenyWaiter(Command[None], frozen=True):
    """Send this person away for a minute, the third time for good; raises WaiterNotFound."""

    waiter_id: str
    by: str | None = None


class StopWaiting(Command[None], frozen=True):
    """The connection waits no longer, admitted or not. Unknown connections are fine."""

    connection: str


WaitingCommand = WaitingList | AdmitWaiter | AdmitAll | DenyWaiter | StopWaiting
