"""The booked record of a meeting and what a live room is opened with from it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from onepizza.core.errors import ErrorDetail, InvalidRequest
from onepizza.core.settings import Settings
from onepizza.rooms.commands import RoomRules, RoomSettings, RoomSpec

Status = Literal["scheduled", "active", "ended", "cancelled"]


class Meeting(msgspec.Struct, frozen=True):
    """One row of `meetings`; `activated_at` is when people could first join, None while it is scheduled.

    `calendar_revision` counts the changes of what calendars show.

    SCHEDULED -> ACTIVE -> ENDED, or SCHEDULED -> CANCELLED.
    """

    id: str
    owner_id: int
    title: str
    status: Status
    settings: RoomSettings
    admin_token_hash: bytes
    scheduled_at: datetime | None
    created_at: datetime
    activated_at: datetime | None
    calendar_revision: int = 0


class NewMeeting(msgspec.Struct, frozen=True):
    """What the caller decides about a meeting; `scheduled_at` None means now."""

    title: str
    settings: RoomSettings
    scheduled_at: datetime | None = None


class SettingsChange(msgspec.Struct, frozen=True, kw_only=True):
    """New values for some of a meeting's settings, checked and normalised; None leaves a setting as it is."""

    title: str | None = None
    mute_on_join: bool | None = None
    video_off_on_join: bool | None = None
    max_participants: int | None = None
    locked: bool | None = None
    waiting_room: bool | None = None


class Invite(msgspec.Struct, frozen=True):
    """A one-use invite; the only place where its token is in clear. `name` is what the join page shows."""

    token: str
    join_url: str
    name: str | None


def join_url(meeting_id: str) -> str:
    """Return the path under which a meeting is joined."""
    return f"/join/{meeting_id}"


def check_max_participants(value: int, cap: int) -> None:
    """Raise InvalidRequest for more participants than this server allows; the schema holds the API's own bounds."""
    if value > cap:
        message = f"must be at most {cap}"
        raise InvalidRequest(f"maxParticipants {message}", (ErrorDetail("maxParticipants", message),))


def room_rules(settings: Settings) -> RoomRules:
    """Return how long things last in the room of an API meeting."""
    lifetime_s = settings.meeting_max_hours * 3600
    return RoomRules(
        seat_hold_s=settings.seat_hold_seconds,
        resume_window_s=settings.resume_window_seconds,
        empty_grace_s=settings.empty_meeting_grace_seconds,
        never_joined_s=lifetime_s,
        max_age_s=lifetime_s,
        peak_min_s=settings.peak_min_seconds,
        max_invites=settings.limits.invites_per_meeting,
        max_waiting=settings.limits.waiting_per_meeting,
        max_waiting_per_address=settings.limits.waiting_per_address,
    )


def guest_rules(settings: Settings) -> RoomRules:
    """Return how long things last in the room of a guest meeting; one that nobody joins counts as empty."""
    limits = settings.limits
    return msgspec.structs.replace(
        room_rules(settings),
        empty_grace_s=limits.guest_empty_seconds,
        never_joined_s=limits.guest_empty_seconds,
        max_age_s=limits.guest_max_seconds,
    )


def room_spec(meeting: Meeting, rules: RoomRules) -> RoomSpec:
    """Return what the room of an active meeting is opened with; its age counts from activation."""
    return RoomSpec(
        meeting_id=meeting.id,
        title=meeting.title,
        owner_id=meeting.owner_id,
        is_guest=False,
        admin_token_hash=meeting.admin_token_hash,
        settings=meeting.settings,
        rules=rules,
        created_at=(meeting.activated_at or meeting.created_at).timestamp(),
    )
