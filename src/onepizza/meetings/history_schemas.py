"""What the history endpoints answer, key by key as API §8 and CONTRACT 4 have it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, field

from onepizza.billing.pricing import format_minutes
from onepizza.core.clock import format_seconds, to_epoch_ms
from onepizza.core.money import format_cost
from onepizza.meetings.attendance import Attendee
from onepizza.meetings.session_store import HistoryEntry

Seconds = Annotated[str, Meta(description="UTC, whole seconds.", examples=["2026-03-19T10:00:00Z"])]
EpochMs = Annotated[int, Meta(description="Epoch milliseconds.", examples=[1710000000000])]
NextCursor = Annotated[str | None, Meta(description="For the next page; null on the last.")]


class PastMeeting(msgspec.Struct, frozen=True):
    """One meeting that is over. Time in which nobody was there is in `ended_at`, but not in `duration_minutes`."""

    id: int
    meeting_id: Annotated[str, Meta(examples=["abc-defg-hij"])]
    title: str
    started_at: Seconds
    ended_at: Seconds
    duration_minutes: Annotated[str, Meta(description="Minutes, 2 decimals.", examples=["30.00"])]
    peak_participants: int
    cost_usd: Annotated[str, Meta(description="USD, 4 decimals.", examples=["0.4800"])]


class History(msgspec.Struct, frozen=True):
    """Meetings that are over, newest first."""

    meetings: list[PastMeeting]
    next_cursor: NextCursor = field(name="nextCursor")


class AttendeeOut(msgspec.Struct, frozen=True):
    """One stay of one participant; `leftAt` is null while it is there."""

    participant_id: Annotated[str, Meta(examples=["a1b2c3"])] = field(name="participantId")
    name: str
    is_admin: bool = field(name="isAdmin")
    joined_at: EpochMs = field(name="joinedAt")
    left_at: EpochMs | None = field(name="leftAt")
    seconds: int


class AttendanceOut(msgspec.Struct, frozen=True):
    """Who was in a meeting from when to when, in the order of joining."""

    attendance: list[AttendeeOut]
    next_cursor: NextCursor = field(name="nextCursor")


def past_meeting(entry: HistoryEntry) -> PastMeeting:
    """Return one line of the history."""
    return PastMeeting(
        entry.id,
        entry.meeting_id,
        entry.title,
        format_seconds(entry.started_at),
        format_seconds(entry.ended_at),
        format_minutes(entry.billed),
        entry.peak_participants,
        format_cost(entry.cost_usd),
    )


def attendee_out(attendee: Attendee, now: datetime) -> AttendeeOut:
    """Return one stay."""
    return AttendeeOut(
        attendee.participant_id,
        attendee.name,
        attendee.is_admin,
        to_epoch_ms(attendee.joined_at.timestamp()),
        None if attendee.left_at is None else to_epoch_ms(attendee.left_at.timestamp()),
        attendee.seconds(now),
    )
