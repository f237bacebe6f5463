"""The one door: `join-meeting` from the limits through the booked record to a seat (ARCHITECTURE, the data's way)."""

from __future__ import annotations

import re

from onepizza.core.errors import OnePizzaError, RateLimited
from onepizza.core.ids import new_participant_id, new_token, secret_hash
from onepizza.core.limits import MovingWindow
from onepizza.meetings.errors import MeetingNotFound
from onepizza.realtime.desk import Desk
from onepizza.realtime.parsing import participant_name
from onepizza.realtime.payloads import JoinMeeting
from onepizza.realtime.ports import Ack
from onepizza.realtime.refusals import TooManySockets
from onepizza.realtime.seats import Visit
from onepizza.rooms.commands import Join, Leave
from onepizza.rooms.errors import AlreadyJoined, BadAdminToken, BadInvite, RoomNotLive

JOINS_OF_SOCKET = "joins_of_socket"
JOINS_OF_ADDRESS = "joins_of_address"
_MEETING_ID = re.compile(r"[a-z0-9-]{1,64}")


async def join_meeting(desk: Desk, window: MovingWindow, visit: Visit, payload: JoinMeeting) -> Ack:
    """Seat this socket or raise the refusal.

    A socket that sits in another meeting leaves that one, politely, once the new one let it in. The limits of an
    address do not keep anybody from a seat that is still theirs: a whole office may come back at once after its
    network failed, and a neighbour's guessing is no reason to lose a call.

    Raises:
        OnePizzaError: RateLimited, whatever `MeetingService.open` raises, or the room's refusal.
    """
    await window.hit(JOINS_OF_SOCKET, visit.socket.id)
    if visit.meeting_id == payload.meeting_id:
        raise AlreadyJoined
    name = participant_name(payload.name, desk.limits)
    limit = await _limit_of_address(desk, window, visit)
    if limit is None:
        return await _through_the_door(desk, visit, payload, name)
    if payload.resume_token is None or not desk.directory.is_live(payload.meeting_id):
        raise limit
    try:
        return _sit_down(desk, visit, payload, _join(desk, visit, payload, name, is_resume_only=True))
    except OnePizzaError:
        raise limit from None


async def _limit_of_address(desk: Desk, window: MovingWindow, visit: Visit) -> RateLimited | None:
    """Return the limit that the address of this socket has reached, if it has."""
    try:
        await window.hit(JOINS_OF_ADDRESS, visit.address)
        desk.failures.check(visit.address)
    except RateLimited as limit:
        return limit
    seated = desk.seats.joined_from(visit.address)
    if visit.meeting_id is None and seated >= desk.limits.joined_sockets_per_address:
        return TooManySockets(60)
    return None


async def _through_the_door(desk: Desk, visit: Visit, payload: JoinMeeting, name: str) -> Ack:
    """Open the room if need be and ask it for a seat; what a guess would look like is counted."""
    try:
        if not _MEETING_ID.fullmatch(payload.meeting_id):
            raise RoomNotLive
        await desk.meetings.open(payload.meeting_id)
        if not visit.socket.connected:
            # It went away while the database was asked; a seat now would be a ghost that nobody gives back.
            return {}
        return _sit_down(desk, visit, payload, _join(desk, visit, payload, name, is_resume_only=False))
    except (MeetingNotFound, RoomNotLive, BadAdminToken, BadInvite):
        desk.failures.count(visit.address)
        raise


def _sit_down(desk: Desk, visit: Visit, payload: JoinMeeting, command: Join) -> Ack:
    """Take the seat, give up the one in another meeting, and answer."""
    seated = desk.directory.tell(payload.meeting_id, command)
    if visit.meeting_id is not None:
        desk.directory.tell(visit.meeting_id, Leave(visit.socket.id))
    desk.seats.sit(visit, payload.meeting_id)
    return {"ok": True, "participantId": seated.participant_id, "isResumed": seated.is_resumed}


def _join(desk: Desk, visit: Visit, payload: JoinMeeting, name: str, *, is_resume_only: bool) -> Join:
    """Return the command with fresh ids, hashed tokens and the keys this person is known by."""
    origins = [desk.origin_key("address:" + visit.address)]
    if payload.client_id:
        origins.append(desk.origin_key("device:" + payload.client_id))
    return Join(
        connection=visit.socket.id,
        participant_id=new_participant_id(),
        new_resume_token=new_token(),
        name=name,
        wants_admin=payload.is_admin,
        admin_token_hash=secret_hash(payload.admin_token) if payload.admin_token else None,
        invite_token_hash=secret_hash(payload.invite_token) if payload.invite_token else None,
        resume_token=payload.resume_token,
        is_resume_only=is_resume_only,
        is_muted=payload.is_muted,
        is_video_off=payload.is_video_off,
        origins=tuple(origins),
        ice_servers=desk.ice_servers(),
    )
