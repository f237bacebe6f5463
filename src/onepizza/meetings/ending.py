"""The one way a meeting ends, whatever ends it: a host, the API, or the room's own rules."""

from __future__ import annotations

from onepizza.core.clock import Clock, to_datetime
from onepizza.core.db import Database, Transaction
from onepizza.core.facts import MeetingEnded
from onepizza.meetings import store
from onepizza.meetings.guests import GuestMeetings
from onepizza.rooms.commands import Describe, RoomView
from onepizza.rooms.directory import Directory
from onepizza.rooms.errors import RoomNotLive

SENTENCES = {
    "host": "The host ended the meeting",
    "empty": "Everyone has left the meeting",
    "never_joined": "Nobody joined the meeting",
    "too_old": "The meeting has reached its longest duration",
}
"""What participants read, by the reason that is stored; a reason that is not here is a sentence itself."""


class Ending:
    """Ends meetings. Whatever races, one caller is told True, and there is one `MeetingEnded`."""

    def __init__(self, db: Database, directory: Directory, guests: GuestMeetings, clock: Clock) -> None:
        self._db = db
        self._directory = directory
        self._guests = guests
        self._clock = clock

    async def end(self, meeting_id: str, reason: str) -> bool:
        """End an active meeting or cancel a scheduled one; False if it was over already, or never was.

        The row and all that hangs on it change in one transaction; participants are told after the commit, so nobody
        hears of an end that did not happen. A process that dies in between takes the room with it.
        """
        sentence = SENTENCES.get(reason, reason)
        if self._guests.find(meeting_id) is not None:
            return await self._guests.end(meeting_id, sentence, reason)
        view = await self._room(meeting_id)
        async with self._db.transaction() as tx:
            is_ended = await self._end_row(tx, meeting_id, reason, view)
        if is_ended:
            await self._directory.close(meeting_id, sentence)
        return is_ended

    async def _room(self, meeting_id: str) -> RoomView | None:
        try:
            return await self._directory.call(meeting_id, Describe())
        except RoomNotLive:
            return None

    async def _end_row(self, tx: Transaction, meeting_id: str, reason: str, view: RoomView | None) -> bool:
        now = self._clock.now()
        started_at = view.started_at if view else None
        peak_participants = view.peak_participants if view else 0
        meeting = await store.mark_over(
            tx,
            meeting_id,
            started_at=None if started_at is None else to_datetime(started_at),
            ended_at=to_datetime(now),
            peak_participants=peak_participants,
            reason=reason,
        )
        if meeting is None:
            return False
        if meeting.status == "ended":
            await tx.publish(
                MeetingEnded(
                    at=now,
                    meeting_id=meeting_id,
                    owner_id=meeting.owner_id,
                    title=meeting.title,
                    started_at=started_at,
                    ended_at=now,
                    peak_participants=peak_participants,
                    reason=reason,
                )
            )
        return True
