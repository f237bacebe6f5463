"""What the handlers of host controls share: who may, what a body asks for, and the way to the room."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from msgspec import Struct, UnsetType

from onepizza.core.db import Database, Transaction
from onepizza.core.http import StrictRequest
from onepizza.core.idempotency import HEADER, Idempotency, RememberedAnswers
from onepizza.core.ids import new_token
from onepizza.core.settings import Limits
from onepizza.core.text import bounded, visible
from onepizza.meetings.access import MeetingAccess
from onepizza.meetings.errors import MeetingNotStarted
from onepizza.meetings.meeting import SettingsChange, check_max_participants
from onepizza.meetings.schemas import AdmittedOut, ChangeSettings, Ok, WaitingOut, waiting_out
from onepizza.meetings.service import MeetingService
from onepizza.rooms.commands import Command, MuteAll
from onepizza.rooms.errors import ParticipantNotFound, RoomNotLive, WaiterNotFound
from onepizza.rooms.waiting_commands import AdmitAll, AdmitWaiter, DenyWaiter, WaitingList

T = TypeVar("T")
A = TypeVar("A", bound=Struct)


class HostControls:
    """What the handlers share: the checks, and the way to the room."""

    def __init__(
        self,
        db: Database,
        meetings: MeetingService,
        access: MeetingAccess,
        idempotency: Idempotency,
        remembered: RememberedAnswers,
    ) -> None:
        self._db = db
        self._meetings = meetings
        self._access = access
        self._idempotency = idempotency
        self._remembered = remembered

    async def once(
        self,
        request: StrictRequest,
        meeting_id: str,
        work: Callable[[str, Transaction | None], Awaitable[A]],
        *,
        answer: type[A],
        operation: str,
        body: object = None,
        is_early: bool = False,
    ) -> A:
        """Have `work` do something with a fresh token, once under the request's idempotency key.

        Args:
            request, meeting_id: checked already.
            work: gets the token and the transaction in which the answer is kept; none for a guest meeting, which is in
                memory alone with all that is remembered of it.
            answer, operation, body: see `Idempotency.once`.
            is_early: it may be done before the meeting's time, without a live room.
        """
        key, caller = request.header(HEADER), f"meeting:{meeting_id}"
        if self._meetings.guests.find(meeting_id) is None:
            try:
                await self._meetings.prepare(meeting_id)
            except MeetingNotStarted:
                if not is_early:
                    raise
            async with self._db.transaction() as tx:
                return await self._idempotency.once(
                    tx,
                    key,
                    lambda new_secret: work(new_secret(new_token), tx),
                    answer=answer,
                    caller=caller,
                    operation=operation,
                    body=body,
                )
        found = self._remembered.find(key, caller=caller, operation=operation, body=body, answer=answer)
        if found is not None:
            return found
        done = await work(new_token(), None)  # suspends nowhere: a room in memory answers at once
        self._remembered.remember(key, done, caller=caller, operation=operation, body=body)
        return done

    async def check(self, request: StrictRequest, meeting_id: str, *, needs_key: bool) -> None:
        """Let only a host of this meeting through; see `meetings.access`."""
        async with self._db.transaction() as tx:
            await self._access.hosted(tx, request, meeting_id, needs_key=needs_key)

    async def check_owner(self, request: StrictRequest, meeting_id: str) -> None:
        """Let only the account of this meeting through; a guest meeting's admin token stands for it."""
        async with self._db.transaction() as tx:
            await self._access.owned(tx, request, meeting_id)

    async def change(self, request: StrictRequest, meeting_id: str, change: SettingsChange) -> None:
        """Check the host and change settings."""
        await self.check(request, meeting_id, needs_key=False)
        await self._meetings.update_settings(meeting_id, change)

    async def tell_participant(self, request: StrictRequest, meeting_id: str, command: Command[None]) -> None:
        """Check the host and give the room a command about one participant; a room nobody opened has none."""
        await self.check(request, meeting_id, needs_key=True)
        try:
            await self._meetings.tell(meeting_id, command)
        except RoomNotLive:
            raise ParticipantNotFound from None

    async def waiting(self, request: StrictRequest, meeting_id: str) -> WaitingOut:
        """Check the host and return who waits; in a room nobody opened nobody does."""
        await self.check(request, meeting_id, needs_key=True)
        try:
            return waiting_out(await self._meetings.tell(meeting_id, WaitingList()))
        except RoomNotLive:
            return WaitingOut([])

    async def decide(self, request: StrictRequest, meeting_id: str, command: AdmitWaiter | DenyWaiter) -> Ok:
        """Check the host and admit or deny one who waits."""
        await self.check(request, meeting_id, needs_key=True)
        try:
            await self._meetings.tell(meeting_id, command)
        except RoomNotLive:
            raise WaiterNotFound from None
        return Ok()

    async def admit_all(self, request: StrictRequest, meeting_id: str) -> AdmittedOut:
        """Check the host and admit everybody for whom there is a seat."""
        await self.check(request, meeting_id, needs_key=True)
        try:
            return AdmittedOut(await self._meetings.tell(meeting_id, AdmitAll()))
        except RoomNotLive:
            return AdmittedOut(0)

    async def mute_all(self, request: StrictRequest, meeting_id: str) -> None:
        """Check the host and mute everybody; where nobody is, all are muted."""
        await self.check(request, meeting_id, needs_key=True)
        try:
            await self._meetings.tell(meeting_id, MuteAll())
        except RoomNotLive:
            return


def parse_change(data: ChangeSettings, limits: Limits) -> SettingsChange:
    """Check and normalise new settings.

    Raises:
        InvalidRequest: a title without visible characters, or a cap above this server's.
    """
    cap = _given(data.max_participants)
    if cap is not None:
        check_max_participants(cap, limits.max_participants)
    title = _given(data.title)
    return SettingsChange(
        title=None if title is None else bounded(title, "title", limits.title_length),
        mute_on_join=_given(data.mute_on_join),
        video_off_on_join=_given(data.video_off_on_join),
        max_participants=cap,
        locked=_given(data.locked),
        waiting_room=_given(data.waiting_room),
    )


def _given(value: T | UnsetType) -> T | None:
    return None if isinstance(value, UnsetType) else value


def optional_text(text: str | UnsetType, field: str, max_length: int) -> str | None:
    """Return visible text of bounded length; None where nothing, or nothing visible, was sent."""
    if isinstance(text, UnsetType) or not visible(text):
        return None
    return bounded(text, field, max_length)
