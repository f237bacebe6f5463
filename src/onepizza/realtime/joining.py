"""The one door: `join-meeting` from the limits through the booked record to a seat (ARCHITECTURE, the data's way).

`waiting-room:join` goes the same way and ends at the queue.
"""

from __future__ import annotations

import contextlib
import re

import msgspec

from onepizza.core.errors import OnePizzaError, RateLimited
from onepizza.core.ids import new_participant_id, new_token, secret_hash
from onepizza.core.limits import MovingWindow
from onepizza.meetings.errors import MeetingNotFound
from onepizza.realtime.desk import Desk
from onepizza.realtime.parsing import participant_name
from onepizza.realtime.payloads import JoinMeeting, WaitingJoin
from onepizza.realtime.ports import Ack
from onepizza.realtime.refusals import TooManySockets
from onepizza.realtime.seats import Visit
from onepizza.rooms.commands import Join, Leave, Queued
from onepizza.rooms.errors import AlreadyJoined, BadAdminToken, BadInvite, RoomNotLive
from onepizza.rooms.waiting_commands import StopWaiting

JOINS_OF_SOCKET = "joins_of_socket"
JOINS_OF_ADDRESS = "joins_of_address"
_MEETING_ID = re.compile(r"[a-z0-9-]{1,64}")


async def join_meeting(desk: Desk, window: MovingWindow, visit: Visit, payload: JoinMeeting) -> Ack:
    """Seat this socket, have it wait, or raise the refusal.

    A socket that sits in another meeting leaves that one, politely, once the new one let it in. The limits of an
    address do not keep anybody from a seat that is still theirs: a whole office may come back at once after its
    network failed, and a neighbour's guessing is no reason to lose a call.

    Raises:
        OnePizzaError: RateLimited, whatever `MeetingService.open` raises, or the room's refusal.
    """
    await window.hit(JOINS_OF_SOCKET, visit.socket.id)
    if visit.meeting_id == payload.meeting_id:
        raise AlreadyJoined
    command = _join(desk, visit, payload)
    limit = await _limit_of_address(desk, window, visit)
    if limit is None:
        return await _through_the_door(desk, visit, payload.meeting_id, command)
    if payload.resume_token is None or not desk.directory.is_live(payload.meeting_id):
        raise limit
    try:
        return _enter(desk, visit, payload.meeting_id, msgspec.structs.replace(command, is_resume_only=True))
    except OnePizzaError:
        raise limit from None


async def join_waiting_room(desk: Desk, window: MovingWindow, visit: Visit, payload: WaitingJoin) -> Ack:
    """Queue this socket, or tell it to come in; raises what `join_meeting` does."""
    await window.hit(JOINS_OF_SOCKET, visit.socket.id)
    if visit.meeting_id == payload.meeting_id:
        raise AlreadyJoined
    asked = JoinMeeting(
        payload.meeting_id, payload.name, invite_token=payload.invite_token, client_id=payload.client_id
    )
    command = msgspec.structs.replace(_join(desk, visit, asked), only_waits=True)
    limit = await _limit_of_address(desk, window, visit)
    if limit is not None:
        raise limit
    return await _through_the_door(desk, visit, payload.meeting_id, command)


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


async def _through_the_door(desk: Desk, visit: Visit, meeting_id: str, command: Join) -> Ack:
    """Open the room if need be and ask it for a seat; what a guess would look like is counted."""
    try:
        if not _MEETING_ID.fullmatch(meeting_id):
            raise RoomNotLive
        await desk.meetings.open(meeting_id)
        if not visit.socket.connected:
            # It went away while the database was asked; a seat now would be a ghost that nobody gives back.
            return {}
        return _enter(desk, visit, meeting_id, command)
    except (MeetingNotFound, RoomNotLive, BadAdminToken, BadInvite):
        desk.failures.count(visit.address)
        raise


def _enter(desk: Desk, visit: Visit, meeting_id: str, command: Join) -> Ack:
    """Take the seat or the place in the queue, give up the one in another meeting, and answer."""
    answer = desk.directory.tell(meeting_id, command)
    if visit.waiting_at not in (None, meeting_id):
        with contextlib.suppress(RoomNotLive):
            desk.directory.tell(visit.waiting_at, StopWaiting(visit.socket.id))
        desk.seats.stop_waiting(visit, desk.now())
    if isinstance(answer, Queued):
        if answer.has_to_wait:
            desk.seats.wait(visit, meeting_id)
        return {"ok": True, "isWaiting": answer.has_to_wait}
    if visit.meeting_id is not None:
        desk.directory.tell(visit.meeting_id, Leave(visit.socket.id))
    desk.seats.sit(visit, meeting_id)
    return {"ok": True, "participantId": answer.participant_id, "isResumed": answer.is_resumed}


def _join(desk: Desk, visit: Visit, payload: JoinMeeting) -> Join:
    """Return the command with fresh ids, hashed tokens and the keys this person is known by."""
    origins = [desk.origin_key("address:" + visit.address)]
    if payload.client_id:
        origins.append(desk.origin_key("device:" + payload.client_id))
    return Join(
        connection=visit.socket.id,
        participant_id=new_participant_id(),
        new_resume_token=new_token(),
        waiter_id=new_participant_id(),
        name=participant_name(payload.name, desk.limits),
        wants_admin=payload.is_admin,
        admin_token_hash=secret_hash(payload.admin_token) if payload.admin_token else None,
        invite_token_hash=secret_hash(payload.invite_token) if payload.invite_token else None,
        resume_token=payload.resume_token,
        is_muted=payload.is_muted,
        is_video_off=payload.is_video_off,
        origins=tuple(origins),
        ice_servers=desk.ice_servers(),
    )
