"""Who was in a meeting from when to when: one stay for each time a seat was taken and given up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime

import msgspec

from onepizza.core.clock import format_milliseconds
from onepizza.core.facts import ParticipantJoined, ParticipantLeft
from onepizza.rooms.snapshot import RoomSnapshot

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Stay(msgspec.Struct, frozen=True):
    """One participant from taking a seat to giving it up; `left_at` None while it is there. Epoch seconds."""

    meeting_id: str
    participant_id: str
    joined_at: float
    left_at: float | None
    name: str
    is_admin: bool


class Attendee(msgspec.Struct, frozen=True):
    """A stay as it is stored; `left_at` None while the participant is there."""

    participant_id: str
    name: str
    is_admin: bool
    joined_at: datetime
    left_at: datetime | None

    def seconds(self, now: datetime) -> int:
        """Return how long the stay was, or has been, in whole seconds."""
        return max(0, int(((self.left_at or now) - self.joined_at).total_seconds()))


def stay_begun(fact: ParticipantJoined) -> Stay:
    """Return the stay that a join begins."""
    return Stay(fact.meeting_id, fact.participant_id, fact.at, None, fact.name, fact.is_admin)


def stay_ended(fact: ParticipantLeft) -> Stay:
    """Return the stay that a leave ends."""
    left_at = max(fact.joined_at, fact.present_until)
    return Stay(fact.meeting_id, fact.participant_id, fact.joined_at, left_at, fact.name, fact.is_admin)


def stays_at_the_end(meeting_id: str, snapshot: RoomSnapshot, ended_at: float) -> list[Stay]:
    """Return the stays of everybody who has a seat when the meeting ends."""
    return [
        Stay(
            meeting_id,
            seat.participant_id,
            seat.joined_at,
            max(seat.joined_at, seat.present_until(ended_at)),
            seat.name,
            seat.is_admin,
        )
        for seat in snapshot.seats
    ]


def merged(stays: Iterable[Stay]) -> list[Stay]:
    """Return one entry for each stay, the later of those that are about the same one."""
    return list({(stay.meeting_id, stay.joined_at, stay.participant_id): stay for stay in stays}.values())


def attendance_csv(attendees: Iterable[Attendee], now: datetime) -> str:
    """Return the list as RFC 4180, one line for each stay.

    A name that a spreadsheet would take for a formula gets an apostrophe in front, which spreadsheets take for "text".
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("participantId", "name", "isAdmin", "joinedAt", "leftAt", "seconds"))
    for attendee in attendees:
        writer.writerow(
            (
                _plain(attendee.participant_id),
                _plain(attendee.name),
                "true" if attendee.is_admin else "false",
                format_milliseconds(attendee.joined_at),
                "" if attendee.left_at is None else format_milliseconds(attendee.left_at),
                attendee.seconds(now),
            )
        )
    return out.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) or text.startswith(_FORMULA_STARTS) else text
