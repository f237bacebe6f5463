"""The one way a meeting ends, whatever ends it: a host, the API, or the room's own rules.

One transaction: the row, the charge, the history, the attendance, and whatever listeners of `MeetingEnded` write.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Literal

import msgspec
import structlog

from onepizza.billing import ledger, pricing, rates
from onepizza.billing.ledger import EntryType
from onepizza.billing.payers import CompanyPayer, Payer, UserPayer
from onepizza.core.clock import Clock, to_datetime
from onepizza.core.db import Database, Transaction
from onepizza.core.facts import MeetingEnded
from onepizza.meetings import session_store, store
from onepizza.meetings.attendance import merged, stays_at_the_end
from onepizza.meetings.guests import GuestMeetings
from onepizza.meetings.keeper import Keeper
from onepizza.meetings.session_store import Ended, Run, SavedRoom
from onepizza.rooms.directory import Directory
from onepizza.rooms.errors import RoomNotLive
from onepizza.rooms.snapshot import RoomSnapshot, Snapshot

SENTENCES = {
    "host": "The host ended the meeting",
    "empty": "Everyone has left the meeting",
    "never_joined": "Nobody joined the meeting",
    "too_old": "The meeting has reached its longest duration",
}
"""What participants read, by the reason that is stored; a reason that is not here is a sentence itself."""

SESSION = 1
"""A meeting has one session; its number is part of the charge's cause, so that there may be more some day."""

Outcome = Literal["ended", "over already", "goes on"]

_NOTHING = Decimal("0.0000")
_log = structlog.get_logger(__name__)


class Ending:
    """Ends meetings. Whatever races, one caller is told True, and there is one charge and one `MeetingEnded`."""

    def __init__(self, db: Database, directory: Directory, guests: GuestMeetings, keeper: Keeper, clock: Clock) -> None:
        self._db = db
        self._directory = directory
        self._guests = guests
        self._keeper = keeper
        self._clock = clock

    async def end(self, meeting_id: str, reason: str) -> bool:
        """End an active meeting or cancel a scheduled one; False if it was over already, or never was.

        A room that asked for its end because nobody was there goes on if somebody has come since; that is False too.
        Participants are told after the commit, so nobody hears of an end that did not happen. A process that dies in
        between takes the room with it.
        """
        sentence = SENTENCES.get(reason, reason)
        if self._guests.find(meeting_id) is not None:
            return await self._guests.end(meeting_id, sentence, reason)
        with self._keeper.leaving_alone(meeting_id):
            async with self._db.transaction() as tx:
                outcome = await self._end(tx, meeting_id, reason)
            if outcome != "goes on":
                # Also the room of a meeting that was over already: its end was committed and the answer got lost.
                await self._directory.close(meeting_id, sentence)
                self._keeper.forget(meeting_id)
        return outcome == "ended"

    async def _end(self, tx: Transaction, meeting_id: str, reason: str) -> Outcome:
        """Write the end. The row's lock comes first: everybody else waits for it and then finds the meeting over."""
        meeting = await store.find_meeting(tx, meeting_id, lock_row=True)
        if meeting is None or meeting.status in ("ended", "cancelled"):
            return "over already"
        now = self._clock.now()
        if meeting.status == "scheduled":
            await session_store.cancel(tx, meeting_id, to_datetime(now), reason)
            return "ended"
        saved = await session_store.find_room(tx, meeting_id)
        snapshot, seen_at = await self._last_state(saved, meeting_id, now)
        if (reason == "empty" and snapshot.seats) or (reason == "never_joined" and snapshot.started_at is not None):
            return "goes on"
        await self._write_end(tx, meeting_id, snapshot, seen_at, reason)
        return "ended"

    async def _last_state(self, saved: SavedRoom | None, meeting_id: str, now: float) -> tuple[RoomSnapshot, float]:
        """Return the room as it is, or as it was kept by a program that died, and when that was."""
        try:
            return await self._directory.call(meeting_id, Snapshot()), now
        except RoomNotLive:
            if saved is None or saved.state is None:
                return RoomSnapshot(last_present_at=now), now
            return read_state(saved.state), min(saved.beat_at.timestamp(), now)

    async def _write_end(
        self, tx: Transaction, meeting_id: str, snapshot: RoomSnapshot, seen_at: float, reason: str
    ) -> None:
        await session_store.drop_room(tx, meeting_id)
        started_at = snapshot.started_at
        ended_at = snapshot.present_until(seen_at) if started_at is not None else self._clock.now()
        ended_at = max(ended_at, started_at or 0.0)
        ended = await session_store.mark_ended(
            tx,
            meeting_id,
            started_at=None if started_at is None else to_datetime(started_at),
            ended_at=to_datetime(ended_at),
            peak_participants=snapshot.peak_participants,
            reason=reason,
        )
        billed, cost = timedelta(0), _NOTHING
        if started_at is not None:
            billed = pricing.billed_duration(started_at, ended_at, snapshot.empty_s)
            run = Run(to_datetime(started_at), to_datetime(ended_at), billed, snapshot.peak_participants)
            cost = await _charge(tx, meeting_id, ended, run)
            last = stays_at_the_end(meeting_id, snapshot, ended_at)
            await session_store.add_stays(tx, merged([*self._keeper.pending_stays(meeting_id), *last]))
            await session_store.end_stays(tx, meeting_id, to_datetime(ended_at))
        await tx.publish(
            MeetingEnded(
                at=self._clock.now(),
                meeting_id=meeting_id,
                owner_id=ended.owner_id,
                title=ended.title,
                started_at=started_at,
                ended_at=ended_at,
                billed_s=int(billed.total_seconds()),
                peak_participants=snapshot.peak_participants,
                cost_usd=cost,
                reason=reason,
            )
        )


async def _charge(tx: Transaction, meeting_id: str, ended: Ended, run: Run) -> Decimal:
    """Write the history and take the money from whom the meeting was created for; return the cost."""
    rate = await rates.rate(tx)
    cost = pricing.meeting_cost(run.billed, run.peak_participants, rate)
    await session_store.add_history(tx, meeting_id, SESSION, ended, run, rate_usd=rate, cost_usd=cost)
    if cost > 0:
        await ledger.post(
            tx,
            _payer(ended),
            -cost,
            EntryType.MEETING_CHARGE,
            cause=f"meeting:{meeting_id}:{SESSION}",
            description=_description(meeting_id, run),
        )
    return cost


def _description(meeting_id: str, run: Run) -> str:
    """Return the charge as API §15 shows it: `Meeting abc-defg-hij (30m, 4 participants)`."""
    minutes = pricing.format_minutes(run.billed).removesuffix(".00")
    count = run.peak_participants
    return f"Meeting {meeting_id} ({minutes}m, {count} participant{'' if count == 1 else 's'})"


def _payer(ended: Ended) -> Payer:
    if ended.payer_company_id is not None:
        return CompanyPayer(ended.payer_company_id)
    return UserPayer(ended.owner_id if ended.payer_user_id is None else ended.payer_user_id)


def read_state(state: bytes) -> RoomSnapshot:
    """Return a room as it was kept; one that this program cannot read is logged and taken for a fresh one."""
    try:
        return msgspec.msgpack.decode(state, type=RoomSnapshot)
    except (msgspec.DecodeError, msgspec.ValidationError):
        _log.exception("room_state_unreadable")
        return RoomSnapshot()
