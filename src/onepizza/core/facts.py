"""Facts: what happened, past tense, as plain values. Published by use cases and rooms, taken by listeners.

`owner_id` is the account that created the meeting; `None` for guest meetings, which webhooks and billing skip.
`at` is epoch seconds of the process clock.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all facts."""

    at: float


class MeetingFact(Fact, frozen=True, kw_only=True):
    """A fact about one meeting."""

    meeting_id: str
    owner_id: int | None


class MeetingCreated(MeetingFact, frozen=True, kw_only=True):
    """A meeting was booked."""

    is_scheduled: bool
    mute_on_join: bool
    waiting_room: bool


class MeetingEnded(MeetingFact, frozen=True, kw_only=True):
    """A meeting is over. Nobody ever joined if `started_at` is None.

    `billed_s` are whole seconds in which somebody was there; `cost_usd` has 4 decimals, None for a guest meeting.
    """

    title: str
    started_at: float | None
    ended_at: float
    billed_s: int
    peak_participants: int
    cost_usd: Decimal | None
    reason: str


class RoomExpired(MeetingFact, frozen=True, kw_only=True):
    """The room's own rules ask for its end: everybody left, nobody came, or it lived too long."""

    reason: Literal["empty", "never_joined", "too_old"]


class RoomResumed(MeetingFact, frozen=True, kw_only=True):
    """Somebody took a held seat back in a room that came back after the program died; the first to do so."""


class ParticipantJoined(MeetingFact, frozen=True, kw_only=True):
    """A new participant took a seat; a resumed seat is no join."""

    participant_id: str
    name: str
    is_admin: bool
    participant_count: int


class ParticipantLeft(MeetingFact, frozen=True, kw_only=True):
    """A participant gave the seat up, was removed, or did not come back in time.

    `present_until` is when its connection was last there: before `at` by the hold, if it did not come back.
    """

    participant_id: str
    name: str
    is_admin: bool
    joined_at: float
    present_until: float
    participant_count: int


class FeatureUsed(MeetingFact, frozen=True, kw_only=True):
    """A tracked feature was used (API §18); `meta` as the tracked-events table has it, never content."""

    feature: Literal[
        "screen_share", "recording", "chat", "chat_reaction", "reaction", "hand_raise", "captions", "waiting_room"
    ]
    participant_id: str
    meta: dict[str, str | int | bool]
