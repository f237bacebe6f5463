"""The HTTP edge of host controls: settings, lock, invites, participants, waiting room (API §6, §7, CONTRACT 4)."""

from __future__ import annotations

from litestar import Router, get, patch, post
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler

from onepizza.core.db import Database, Transaction
from onepizza.core.http import StrictRequest
from onepizza.core.idempotency import Idempotency, RememberedAnswers
from onepizza.core.openapi import HOST, OWNER, OWNER_AND_HOST, Repeatable, refusals
from onepizza.core.settings import Limits, Settings
from onepizza.meetings.access import MeetingAccess
from onepizza.meetings.host_controls import HostControls, optional_text, parse_change
from onepizza.meetings.meeting import SettingsChange
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
)
from onepizza.meetings.service import MeetingService
from onepizza.rooms.commands import AskUnmute, ForceMute, Kick
from onepizza.rooms.waiting_commands import AdmitWaiter, DenyWaiter


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
        name = optional_text(body.name, "name", limits.name_length)
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
        reason = optional_text((data or KickParticipant()).reason, "reason", limits.reason_length)
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
