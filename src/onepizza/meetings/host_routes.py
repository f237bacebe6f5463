"""The HTTP edge of host controls: settings, lock, invites, participants, waiting room (API §6, §7, CONTRACT 4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from litestar import Router, get, patch, post
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler
from msgspec import Struct, UnsetType

from onepizza.core.db import Database, Transaction
from onepizza.core.http import StrictRequest
from onepizza.core.idempotency import HEADER, Idempotency, RememberedAnswers
from onepizza.core.ids import new_token
from onepizza.core.openapi import HOST, OWNER, OWNER_AND_HOST, Repeatable, refusals
from onepizza.core.settings import Limits, Settings
from onepizza.core.text import bounded, visible
from onepizza.meetings.access import MeetingAccess
from onepizza.meetings.errors import MeetingNotStarted
from onepizza.meetings.meeting import SettingsChange, check_max_participants
from onepizza.meetings.schemas import (
    AdmittedOut,
    ChangeSettings,
    CreateInvite,
    Done,
    HostLinkOut,
    InviteOut,
    KickParticipant,
    MeetingIdInPath,
    NewAdminToken,
    Ok,
    ParticipantIdInPath,
    WaiterIdInPath,
    WaitingOut,
    invite_out,
    waiting_out,
)
from onepizza.meetings.service import MeetingService
from onepizza.rooms.commands import AskUnmute, Command, ForceMute, Kick, MuteAll
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


def _optional_text(text: str | UnsetType, field: str, max_length: int) -> str | None:
    """Return visible text of bounded length; None where nothing, or nothing visible, was sent."""
    if isinstance(text, UnsetType) or not visible(text):
        return None
    return bounded(text, field, max_length)


def routes(
    db: Database,
    meetings: MeetingService,
    access: MeetingAccess,
    settings: Settings,
    *,
    idempotency: Idempotency,
    remembered: RememberedAnswers,
) -> Router:
    """Return the routes of API §6 and §7."""
    controls = HostControls(db, meetings, access, idempotency, remembered)
    handlers = [
        *_settings_routes(controls, settings.limits),
        *_invite_routes(controls, meetings, settings.limits),
        *_participant_routes(controls, settings.limits),
        *_waiting_routes(controls),
        *_token_routes(controls, meetings),
    ]
    return Router("/{meeting_id:str}", route_handlers=handlers, tags=["host controls"])


def _settings_routes(controls: HostControls, limits: Limits) -> list[ControllerRouterHandler]:
    responses = refusals(401, 403, 404, 429)

    @patch(
        "/settings",
        summary="Change settings",
        operation_id="changeSettings",
        security=HOST,
        responses=refusals(400, 401, 403, 404, 413, 415, 429),
    )
    async def change_settings(
        request: StrictRequest, meeting_id: MeetingIdInPath, data: JSONBody[ChangeSettings]
    ) -> Done:
        """Change settings of an open meeting; participants hear of it at once, and only once."""
        await controls.change(request, meeting_id, parse_change(data, limits))
        return Done("Settings updated")

    @post("/lock", summary="Lock", operation_id="lockMeeting", status_code=200, security=HOST, responses=responses)
    async def lock(request: StrictRequest, meeting_id: MeetingIdInPath) -> Done:
        """Let no new participant in until the meeting is unlocked."""
        await controls.change(request, meeting_id, SettingsChange(locked=True))
        return Done("Meeting locked")

    @post(
        "/unlock", summary="Unlock", operation_id="unlockMeeting", status_code=200, security=HOST, responses=responses
    )
    async def unlock(request: StrictRequest, meeting_id: MeetingIdInPath) -> Done:
        """Let new participants in again."""
        await controls.change(request, meeting_id, SettingsChange(locked=False))
        return Done("Meeting unlocked")

    return [change_settings, lock, unlock]


def _invite_routes(controls: HostControls, meetings: MeetingService, limits: Limits) -> list[ControllerRouterHandler]:
    @post(
        "/invite",
        summary="Invite somebody",
        operation_id="createInvite",
        operation_class=Repeatable,
        security=HOST,
        responses=refusals(400, 401, 402, 403, 404, 409, 413, 415, 422, 429),
    )
    async def invite(
        request: StrictRequest, meeting_id: MeetingIdInPath, data: JSONBody[CreateInvite | None] = None
    ) -> InviteOut:
        """Make a link that lets one person in, past the waiting room.

        It is good for 24 hours, which count from the start of a meeting that is still ahead.
        """
        body = data or CreateInvite()
        name = _optional_text(body.name, "name", limits.name_length)
        await controls.check(request, meeting_id, needs_key=False)

        async def make(token: str, tx: Transaction | None) -> InviteOut:
            return invite_out(await meetings.add_invite(meeting_id, name, token, tx))

        return await controls.once(
            request, meeting_id, make, answer=InviteOut, operation="createInvite", body=body, is_early=True
        )

    return [invite]


def _participant_routes(controls: HostControls, limits: Limits) -> list[ControllerRouterHandler]:
    responses = refusals(401, 403, 404, 409, 429)

    @post(
        "/participants/{participant_id:str}/mute",
        summary="Mute a participant",
        operation_id="muteParticipant",
        status_code=200,
        security=OWNER_AND_HOST,
        responses=responses,
    )
    async def mute(request: StrictRequest, meeting_id: MeetingIdInPath, participant_id: ParticipantIdInPath) -> Done:
        """Mute one participant, whatever its client does."""
        await controls.tell_participant(request, meeting_id, ForceMute(participant_id))
        return Done("Participant muted")

    @post(
        "/participants/{participant_id:str}/unmute",
        summary="Ask a participant to unmute",
        operation_id="unmuteParticipant",
        status_code=200,
        security=OWNER_AND_HOST,
        responses=responses,
    )
    async def unmute(request: StrictRequest, meeting_id: MeetingIdInPath, participant_id: ParticipantIdInPath) -> Done:
        """Ask one participant to unmute; nobody's microphone is opened for them."""
        await controls.tell_participant(request, meeting_id, AskUnmute(participant_id))
        return Done("Unmute request sent")

    @post(
        "/participants/{participant_id:str}/kick",
        summary="Remove a participant",
        operation_id="kickParticipant",
        status_code=200,
        security=OWNER_AND_HOST,
        responses=refusals(400, 401, 403, 404, 409, 413, 415, 429),
    )
    async def kick(
        request: StrictRequest,
        meeting_id: MeetingIdInPath,
        participant_id: ParticipantIdInPath,
        data: JSONBody[KickParticipant | None] = None,
    ) -> Done:
        """Remove one participant at once, telling it the reason."""
        reason = _optional_text((data or KickParticipant()).reason, "reason", limits.reason_length)
        await controls.tell_participant(request, meeting_id, Kick(participant_id, reason))
        return Done("Participant removed")

    @post(
        "/mute-all",
        summary="Mute everybody",
        operation_id="muteAll",
        status_code=200,
        security=OWNER_AND_HOST,
        responses=refusals(401, 403, 404, 429),
    )
    async def mute_all(request: StrictRequest, meeting_id: MeetingIdInPath) -> Done:
        """Mute every participant but hosts."""
        await controls.mute_all(request, meeting_id)
        return Done("All participants muted")

    return [mute, unmute, kick, mute_all]


def _waiting_routes(controls: HostControls) -> list[ControllerRouterHandler]:
    responses = refusals(401, 403, 404, 409, 429)

    @get(
        "/waiting",
        summary="List who waits",
        operation_id="listWaiting",
        security=OWNER_AND_HOST,
        responses=refusals(401, 403, 404, 429),
    )
    async def waiting(request: StrictRequest, meeting_id: MeetingIdInPath) -> WaitingOut:
        """List the waiting room, the first come first."""
        return await controls.waiting(request, meeting_id)

    @post(
        "/waiting/{waiter_id:str}/admit",
        summary="Admit somebody who waits",
        operation_id="admitWaiting",
        status_code=200,
        security=OWNER_AND_HOST,
        responses=responses,
    )
    async def admit(request: StrictRequest, meeting_id: MeetingIdInPath, waiter_id: WaiterIdInPath) -> Ok:
        """Let one person in; a seat is kept for a minute. Refused while the meeting is full or locked."""
        return await controls.decide(request, meeting_id, AdmitWaiter(waiter_id))

    @post(
        "/waiting/{waiter_id:str}/deny",
        summary="Deny somebody who waits",
        operation_id="denyWaiting",
        status_code=200,
        security=OWNER_AND_HOST,
        responses=responses,
    )
    async def deny(request: StrictRequest, meeting_id: MeetingIdInPath, waiter_id: WaiterIdInPath) -> Ok:
        """Send one person away for a minute, the third time for the rest of the meeting."""
        return await controls.decide(request, meeting_id, DenyWaiter(waiter_id))

    @post(
        "/waiting/admit-all",
        summary="Admit everybody who waits",
        operation_id="admitAllWaiting",
        status_code=200,
        security=OWNER_AND_HOST,
        responses=responses,
    )
    async def admit_all(request: StrictRequest, meeting_id: MeetingIdInPath) -> AdmittedOut:
        """Let people in, in order, while there are seats; who was removed before stays. Refused while locked."""
        return await controls.admit_all(request, meeting_id)

    return [waiting, admit, deny, admit_all]


def _token_routes(controls: HostControls, meetings: MeetingService) -> list[ControllerRouterHandler]:
    @post(
        "/host-link",
        summary="Make a host link",
        operation_id="createHostLink",
        operation_class=Repeatable,
        status_code=200,
        security=OWNER,
        responses=refusals(400, 401, 402, 403, 404, 409, 422, 429),
    )
    async def host_link(request: StrictRequest, meeting_id: MeetingIdInPath) -> HostLinkOut:
        """Make a link that lets one person in as host within 10 minutes."""
        await controls.check_owner(request, meeting_id)

        async def make(token: str, tx: Transaction | None) -> HostLinkOut:
            return HostLinkOut(await meetings.add_host_link(meeting_id, token, tx))

        return await controls.once(request, meeting_id, make, answer=HostLinkOut, operation="createHostLink")

    @post(
        "/admin-token",
        summary="Replace the admin token",
        operation_id="replaceAdminToken",
        status_code=200,
        security=OWNER,
        responses=refusals(401, 403, 404, 429),
    )
    async def admin_token(request: StrictRequest, meeting_id: MeetingIdInPath) -> NewAdminToken:
        """Replace the admin token; the old one and unused host links die at once."""
        await controls.check_owner(request, meeting_id)
        return NewAdminToken(await meetings.replace_admin_token(meeting_id))

    return [host_link, admin_token]
