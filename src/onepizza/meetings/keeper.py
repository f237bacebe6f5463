"""Keeps the live rooms of API meetings in the database, so that they outlive the program (CONTRACT 1.35).

A change that would be missed (somebody came, went or came back, a decision at the waiting room) is written at once, or
half a second after the last write; everything else with the heartbeat. What a caller is told it has (an invite) is
written before the answer. Attendance goes the same way, in the same transaction as the room it belongs to.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice

import msgspec
import structlog

from onepizza.core.bus import Bus
from onepizza.core.clock import Clock, to_datetime
from onepizza.core.db import Database, Transaction
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.facts import FeatureUsed, ParticipantJoined, ParticipantLeft, RoomResumed
from onepizza.meetings import session_store
from onepizza.meetings.attendance import Stay, merged, stay_begun, stay_ended
from onepizza.meetings.guests import GuestMeetings
from onepizza.rooms.directory import Directory
from onepizza.rooms.errors import RoomNotLive
from onepizza.rooms.snapshot import Snapshot

FLUSH_GAP_S = 0.5
"""Between two writes: what a death in the middle of a storm of joins can lose. 0.1 s costs four times the CPU."""
RETURN_GAP_S = 0.1
"""The same where somebody returns after a crash: crashes in a row must not add up to more than a heartbeat."""

BEAT_EVERY_S = 3.0
"""Well under the 10 s up to which a lost meeting is charged (CONTRACT 5)."""

_ROOMS_AT_ONCE = 100
_OVER = "The meeting has ended"

_log = structlog.get_logger(__name__)


class Keeper:
    """Writes rooms and attendance; one `run` for each program."""

    def __init__(self, db: Database, directory: Directory, guests: GuestMeetings, clock: Clock) -> None:
        self._db = db
        self._directory = directory
        self._guests = guests
        self._clock = clock
        self._changed: set[str] = set()
        self._news = asyncio.Event()
        self._returns = asyncio.Event()
        self._stays: defaultdict[str, list[Stay]] = defaultdict(list)
        self._ending: set[str] = set()
        # Hashes of the states that are in the database: a room in which nothing happened is not written again.
        self._written: dict[str, int] = {}
        self._encode = msgspec.msgpack.Encoder().encode

    def subscribe(self, bus: Bus) -> None:
        """Listen for what must be written soon."""
        bus.after_commit(ParticipantJoined, self._joined)
        bus.after_commit(ParticipantLeft, self._left)
        bus.after_commit(FeatureUsed, self._used)
        bus.after_commit(RoomResumed, self._resumed)

    async def run(self) -> None:
        """Write what changed as it changes, with a gap in between, and everything with each beat, until cancelled.

        The first beat is not at the start: nobody is in the rooms yet, and the first one to return would wait for it.
        """
        loop = asyncio.get_running_loop()
        beat_at = loop.time() + BEAT_EVERY_S
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(beat_at):
                    await self._news.wait()
            self._news.clear()
            is_beat = loop.time() >= beat_at
            if is_beat:
                beat_at = loop.time() + BEAT_EVERY_S
            try:
                await self.write(everything=is_beat)
            except ServiceUnavailable:
                # Nothing is forgotten; the next round writes it.
                _log.warning("rooms_not_kept")
                self._news.set()
            except Exception:  # noqa: BLE001 (a bug here must not stop all later heartbeats)
                _log.exception("rooms_not_kept")
            await asyncio.sleep(RETURN_GAP_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_GAP_S - RETURN_GAP_S):
                    await self._returns.wait()
            self._returns.clear()

    async def write(self, *, everything: bool) -> None:
        """Write rooms that changed, or all that live, in slices that stall nobody.

        Raises:
            ServiceUnavailable: the database is away; nothing is lost.
        """
        due = dict.fromkeys(self._changed)
        if everything:
            live = [meeting_id for meeting_id in self._directory.live_ids() if self._guests.find(meeting_id) is None]
            due |= dict.fromkeys(live)
            self._written = {key: value for key, value in self._written.items() if key in due}
        for meeting_ids in _slices(tuple(due)):
            await self._write(meeting_ids)

    async def save(self, meeting_id: str, tx: Transaction | None = None) -> None:
        """Write one room now, because a caller is about to be told that something in it will hold.

        With `tx` it is written there, with what else the caller's answer depends on.

        Raises:
            ServiceUnavailable: the database is away.
        """
        if self._guests.find(meeting_id) is not None:
            return
        if tx is None:
            await self._write((meeting_id,))
        else:
            await self._write_rooms(tx, (meeting_id,))

    def touch(self, meeting_id: str) -> None:
        """Have this room written soon."""
        self._changed.add(meeting_id)
        self._news.set()

    def pending_stays(self, meeting_id: str) -> list[Stay]:
        """Return the attendance of a meeting that is not written yet."""
        return list(self._stays.get(meeting_id, ()))

    @contextmanager
    def leaving_alone(self, meeting_id: str) -> Generator[None]:
        """Leave the closing of this room to the block, which ends the meeting."""
        self._ending.add(meeting_id)
        try:
            yield
        finally:
            self._ending.discard(meeting_id)

    def forget(self, meeting_id: str) -> None:
        """Drop what is left to write of a meeting whose end is written."""
        self._changed.discard(meeting_id)
        self._stays.pop(meeting_id, None)
        self._written.pop(meeting_id, None)

    async def _write(self, meeting_ids: Sequence[str]) -> None:
        self._changed.difference_update(meeting_ids)
        try:
            async with self._db.transaction() as tx:
                orphans = await self._write_rooms(tx, meeting_ids)
        except BaseException:
            self._changed.update(meeting_ids)
            self._news.set()
            raise
        for meeting_id in orphans - self._ending:
            # Its end was committed, but the answer got lost on the way from the database.
            await self._directory.close(meeting_id, _OVER)
            self.forget(meeting_id)

    async def _write_rooms(self, tx: Transaction, meeting_ids: Sequence[str]) -> set[str]:
        """Write these rooms; return those whose meeting is over.

        The rows are locked before the rooms are looked at: whoever writes last has then seen the latest state.
        """
        live = [meeting_id for meeting_id in meeting_ids if self._directory.is_live(meeting_id)]
        known = await session_store.lock_rooms(tx, live) if live else set[str]()
        missing = [meeting_id for meeting_id in live if meeting_id not in known]
        now = to_datetime(self._clock.now())
        adopted = await session_store.adopt_rooms(tx, missing, now) if missing else set[str]()
        stays = {meeting_id: self.pending_stays(meeting_id) for meeting_id in meeting_ids}
        states: dict[str, bytes | None] = {}
        hashes: dict[str, int] = {}
        for meeting_id in (*known, *adopted):
            state = self._state(meeting_id)
            if state is not None:
                hashes[meeting_id] = hash(state)
                is_new = self._written.get(meeting_id) != hashes[meeting_id] or meeting_id in adopted
                states[meeting_id] = state if is_new else None
        if states:
            await session_store.save_rooms(tx, states, now)
        if together := merged(stay for each in stays.values() for stay in each):
            await session_store.add_stays(tx, together)
        tx.after_commit(lambda: self._wrote(hashes, {key: frozenset(each) for key, each in stays.items()}))
        return set(missing) - adopted

    def _state(self, meeting_id: str) -> bytes | None:
        try:
            return self._encode(self._directory.tell(meeting_id, Snapshot()))
        except RoomNotLive:
            return None
        except Exception:  # noqa: BLE001 (a bug with one room must not stop the heartbeat of all others)
            _log.exception("room_not_kept", meeting_id=meeting_id)
            return None

    def _wrote(self, hashes: dict[str, int], stays: dict[str, frozenset[Stay]]) -> None:
        self._written |= hashes
        for meeting_id, written in stays.items():
            rest = [stay for stay in self._stays.pop(meeting_id, ()) if stay not in written]
            if rest:
                self._stays[meeting_id] = rest

    def _joined(self, fact: ParticipantJoined) -> None:
        if fact.owner_id is not None:
            self._note(stay_begun(fact))

    def _left(self, fact: ParticipantLeft) -> None:
        if fact.owner_id is not None:
            self._note(stay_ended(fact))

    def _note(self, stay: Stay) -> None:
        self._stays[stay.meeting_id].append(stay)
        self.touch(stay.meeting_id)

    def _used(self, fact: FeatureUsed) -> None:
        if fact.feature == "waiting_room" and fact.owner_id is not None:
            self.touch(fact.meeting_id)

    def _resumed(self, fact: RoomResumed) -> None:
        if fact.owner_id is not None:
            self.touch(fact.meeting_id)
            self._returns.set()


def _slices(meeting_ids: Sequence[str]) -> Iterator[tuple[str, ...]]:
    remaining = iter(meeting_ids)
    while part := tuple(islice(remaining, _ROOMS_AT_ONCE)):
        yield part
