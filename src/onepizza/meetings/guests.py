"""Guest meetings: in memory only, made by anyone, bounded in number and in time (API §4, CONTRACT 2)."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from onepizza.billing.pricing import billed_duration
from onepizza.core.clock import Clock
from onepizza.core.facts import Fact, MeetingCreated, MeetingEnded
from onepizza.core.ids import new_guest_admin_token, new_guest_meeting_id, secret_hash
from onepizza.core.settings import Settings
from onepizza.meetings.errors import MeetingNotFound, TooManyGuestMeetings
from onepizza.meetings.meeting import guest_rules
from onepizza.rooms.commands import RoomSettings, RoomSpec, RoomSummary
from onepizza.rooms.directory import Directory

_RETRY_AFTER_S = 60
_guest_meeting_id = re.compile(r"[a-z]{6}-[a-z]{3}").fullmatch


def could_be_guest_meeting(meeting_id: str) -> bool:
    """Say whether a string has the form of a guest meeting's id; one that is over is no more than that."""
    return _guest_meeting_id(meeting_id) is not None


class GuestMeeting(msgspec.Struct, frozen=True):
    """What is remembered of a guest meeting beside its room; `created_at` is epoch seconds."""

    id: str
    admin_token_hash: bytes
    created_at: float


class GuestMeetings:
    """All guest meetings of this server. An id is in here exactly as long as its room lives."""

    def __init__(
        self, directory: Directory, clock: Clock, settings: Settings, announce: Callable[[Fact], None]
    ) -> None:
        self._directory = directory
        self._clock = clock
        self._announce = announce
        self._rules = guest_rules(settings)
        self._max_live = settings.limits.guest_meetings_live
        self._meetings: dict[str, GuestMeeting] = {}

    def find(self, meeting_id: str) -> GuestMeeting | None:
        """Return a live guest meeting."""
        return self._meetings.get(meeting_id)

    def get(self, meeting_id: str) -> GuestMeeting:
        """Return a live guest meeting.

        Raises:
            MeetingNotFound: there is none (any more).
        """
        meeting = self._meetings.get(meeting_id)
        if meeting is None:
            raise MeetingNotFound
        return meeting

    def check_room_for_one(self) -> None:
        """Raise TooManyGuestMeetings if no further guest meeting may be opened."""
        if len(self._meetings) >= self._max_live:
            raise TooManyGuestMeetings(retry_after_s=_RETRY_AFTER_S)

    def create(self, title: str) -> tuple[str, str]:
        """Open the room of a new guest meeting and return its id and admin token.

        Raises:
            TooManyGuestMeetings: as many live as may.
        """
        self.check_room_for_one()
        now = self._clock.now()
        admin_token = new_guest_admin_token()
        meeting_id = new_guest_meeting_id()
        while meeting_id in self._meetings:
            meeting_id = new_guest_meeting_id()
        meeting = GuestMeeting(meeting_id, secret_hash(admin_token), now)
        self._directory.open(
            RoomSpec(
                meeting_id=meeting_id,
                title=title,
                owner_id=None,
                is_guest=True,
                admin_token_hash=meeting.admin_token_hash,
                settings=RoomSettings(),
                rules=self._rules,
                created_at=now,
            )
        )
        self._meetings[meeting_id] = meeting
        self._announce(
            MeetingCreated(
                at=now,
                meeting_id=meeting_id,
                owner_id=None,
                is_scheduled=False,
                mute_on_join=False,
                waiting_room=False,
            )
        )
        return meeting_id, admin_token

    def set_admin_token(self, meeting_id: str, token_hash: bytes) -> None:
        """Replace the admin token of a live guest meeting; the room is told by the caller."""
        self._meetings[meeting_id] = msgspec.structs.replace(self.get(meeting_id), admin_token_hash=token_hash)

    async def end(self, meeting_id: str, sentence: str, reason: str) -> bool:
        """Close the room; False if it is no live guest meeting.

        Args:
            meeting_id: of a guest meeting.
            sentence: shown to the participants.
            reason: the code that facts carry.
        """
        if self._meetings.pop(meeting_id, None) is None:
            return False
        summary = await self._directory.close(meeting_id, sentence)
        if summary is not None:
            self._announce(
                MeetingEnded(
                    at=self._clock.now(),
                    meeting_id=meeting_id,
                    owner_id=None,
                    title=summary.title,
                    started_at=summary.started_at,
                    ended_at=summary.ended_at,
                    billed_s=_seconds(summary),
                    peak_participants=summary.peak_participants,
                    cost_usd=None,
                    reason=reason,
                )
            )
        return True


def _seconds(summary: RoomSummary) -> int:
    if summary.started_at is None:
        return 0
    return int(billed_duration(summary.started_at, summary.ended_at, summary.empty_s).total_seconds())
