"""One meeting as its own page in the dashboard shows it: who is there and who waits, or what it came to."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta, field

from onepizza.billing import rates
from onepizza.billing.pricing import billed_duration, format_minutes, meeting_cost
from onepizza.core.clock import format_milliseconds, to_epoch_ms
from onepizza.core.db import Transaction
from onepizza.core.money import format_cost, format_rate
from onepizza.meetings import session_store
from onepizza.meetings.meeting import Meeting, Status
from onepizza.meetings.schemas import (
    EpochMs,
    MeetingId,
    ParticipantOut,
    ScheduledAt,
    SettingsOut,
    WaiterOut,
    participant_out,
    settings_out,
    waiting_out,
)
from onepizza.meetings.service import MeetingService
from onepizza.rooms.commands import RoomView
from onepizza.rooms.errors import RoomNotLive
from onepizza.rooms.waiting_commands import WaiterView, WaitingList

_PENDING = ("scheduled", "active")


class CostOut(msgspec.Struct, frozen=True, kw_only=True):
    """What a meeting cost, or costs if it ended now: minutes × most people at once × rate, rounded once."""

    duration_minutes: Annotated[str, Meta(description="Minutes, 2 decimals.", examples=["30.00"])] = field(
        name="durationMinutes"
    )
    rate_usd: Annotated[str, Meta(description="USD a participant and minute.", examples=["0.0040"])] = field(
        name="ratePerParticipantMinuteUsd"
    )
    cost_usd: Annotated[str, Meta(description="USD, 4 decimals.", examples=["0.4800"])] = field(name="costUsd")


class MeetingOverview(msgspec.Struct, frozen=True, kw_only=True):
    """One meeting in whatever state.

    `startedAt` is the first join, `endedAt` the last leave; a meeting that nobody joined has no `startedAt`. `cost` is
    null before somebody came, and for an owner whose former company paid. Who is not the owner sees what the history
    shows.
    """

    meeting_id: MeetingId = field(name="meetingId")
    title: str
    status: Status
    is_owner: Annotated[bool, Meta(description="Otherwise a member of the company that paid.")] = field(name="isOwner")
    created_at: EpochMs = field(name="createdAt")
    scheduled_at: ScheduledAt | None = field(name="scheduledAt")
    started_at: EpochMs | None = field(name="startedAt")
    ended_at: EpochMs | None = field(name="endedAt")
    peak_participants: Annotated[int, Meta(description="Most people at once.")] = field(name="peakParticipants")
    is_recording: bool = field(name="isRecording")
    participants: list[ParticipantOut]
    waiting: list[WaiterOut]
    settings: SettingsOut
    cost: CostOut | None


class Overviews:
    """Puts a meeting's page together from its row, its room and its history."""

    def __init__(self, meetings: MeetingService) -> None:
        self._meetings = meetings

    async def of(self, tx: Transaction, meeting: Meeting, viewer_id: int) -> MeetingOverview:
        """Return the page of a meeting that this account may look at."""
        if meeting.status in _PENDING:
            view = await self._meetings.view(meeting.id)
            return await self._pending(tx, meeting, view)
        return await self._over(tx, meeting, viewer_id)

    async def _pending(self, tx: Transaction, meeting: Meeting, view: RoomView | None) -> MeetingOverview:
        shown = _page(meeting, is_owner=True)
        if view is None:
            return shown
        started_at = view.started_at
        return msgspec.structs.replace(
            shown,
            title=view.title,
            settings=settings_out(view.settings),
            started_at=None if started_at is None else to_epoch_ms(started_at),
            peak_participants=view.peak_participants,
            is_recording=view.is_recording,
            participants=[participant_out(participant) for participant in view.participants],
            waiting=waiting_out(await self._waiting(meeting.id)).waiting,
            cost=None if started_at is None else _cost_so_far(view, started_at, await rates.rate(tx)),
        )

    async def _waiting(self, meeting_id: str) -> tuple[WaiterView, ...]:
        try:
            return await self._meetings.tell(meeting_id, WaitingList())
        except RoomNotLive:
            return ()

    async def _over(self, tx: Transaction, meeting: Meeting, viewer_id: int) -> MeetingOverview:
        end = await session_store.find_end(tx, meeting.id)
        line = await session_store.find_history(tx, viewer_id, meeting.id)
        return msgspec.structs.replace(
            _page(meeting, is_owner=meeting.owner_id == viewer_id),
            started_at=_epoch_ms(end.started_at),
            ended_at=_epoch_ms(end.ended_at),
            peak_participants=end.peak_participants,
            cost=None
            if line is None
            else CostOut(
                duration_minutes=format_minutes(line.entry.billed),
                rate_usd=format_rate(line.rate_usd),
                cost_usd=format_cost(line.entry.cost_usd),
            ),
        )


def _page(meeting: Meeting, *, is_owner: bool) -> MeetingOverview:
    return MeetingOverview(
        meeting_id=meeting.id,
        title=meeting.title,
        status=meeting.status,
        is_owner=is_owner,
        created_at=to_epoch_ms(meeting.created_at.timestamp()),
        scheduled_at=None if meeting.scheduled_at is None else format_milliseconds(meeting.scheduled_at),
        started_at=None,
        ended_at=None,
        peak_participants=0,
        is_recording=False,
        participants=[],
        waiting=[],
        settings=settings_out(meeting.settings),
        cost=None,
    )


def _cost_so_far(view: RoomView, started_at: float, rate: Decimal) -> CostOut:
    billed = billed_duration(started_at, view.present_until, view.empty_s)
    return CostOut(
        duration_minutes=format_minutes(billed),
        rate_usd=format_rate(rate),
        cost_usd=format_cost(meeting_cost(billed, view.peak_participants, rate)),
    )


def _epoch_ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_epoch_ms(moment.timestamp())
