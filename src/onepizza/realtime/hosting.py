"""What hosts do over their own socket that needs the booked record, or names the meeting (CONTRACT 3, API §11).

Each asks the room first whether the sender is a host, on every event; the rest is the meeting service's.
"""

from __future__ import annotations

from onepizza.core.text import bounded, visible
from onepizza.realtime.desk import Desk
from onepizza.realtime.parsing import Builders
from onepizza.realtime.payloads import HostInvite, HostSettings, Nothing, Waiter, WaitingMeeting
from onepizza.realtime.ports import Ack
from onepizza.realtime.seats import Visit
from onepizza.rooms.commands import CheckHost
from onepizza.rooms.errors import NotHost, NotJoined
from onepizza.rooms.waiting_commands import AdmitAll, AdmitWaiter, DenyWaiter

ENDED_BY_HOST = "host"
"""The reason as `meetings.ending` knows it; participants read its sentence."""


def _meeting_of_host(desk: Desk, visit: Visit) -> str:
    """Return the meeting this socket hosts; raises NotJoined or NotHost."""
    if visit.meeting_id is None:
        raise NotJoined
    desk.directory.tell(visit.meeting_id, CheckHost(visit.socket.id))
    return visit.meeting_id


async def host_settings(desk: Desk, builders: Builders, visit: Visit, payload: HostSettings) -> Ack:
    """Change settings; everyone hears of it by `meeting:settings-updated`."""
    meeting_id = _meeting_of_host(desk, visit)
    await desk.meetings.update_settings(meeting_id, builders.settings_change(payload))
    return {"ok": True}


async def host_invite(desk: Desk, visit: Visit, payload: HostInvite) -> Ack:
    """Make a one-use invite; the acknowledgement carries it."""
    meeting_id = _meeting_of_host(desk, visit)
    shown = visible(payload.name or "")
    name = bounded(shown, "name", desk.limits.name_length) if shown else None
    invite = await desk.meetings.create_invite(meeting_id, name)
    return {"ok": True, "inviteToken": invite.token, "joinUrl": invite.join_url}


async def host_end(desk: Desk, visit: Visit, _payload: Nothing) -> Ack:
    """End the meeting for everyone."""
    meeting_id = _meeting_of_host(desk, visit)
    await desk.meetings.end(meeting_id, ENDED_BY_HOST)
    return {"ok": True}


def _own_meeting(visit: Visit, meeting_id: str) -> str:
    """Return the meeting that this socket sits in; raises NotJoined, or NotHost if it names another one."""
    if visit.meeting_id is None:
        raise NotJoined
    if visit.meeting_id != meeting_id:
        raise NotHost
    return meeting_id


async def admit(desk: Desk, visit: Visit, payload: Waiter) -> Ack:
    """Let somebody in from the waiting room; the room checks that the sender is its host."""
    meeting_id = _own_meeting(visit, payload.meeting_id)
    desk.directory.tell(meeting_id, AdmitWaiter(payload.socket_id, by=visit.socket.id))
    return {"ok": True}


async def admit_all(desk: Desk, visit: Visit, payload: WaitingMeeting) -> Ack:
    """Let everybody in from the waiting room for whom there is a seat."""
    meeting_id = _own_meeting(visit, payload.meeting_id)
    admitted = desk.directory.tell(meeting_id, AdmitAll(by=visit.socket.id))
    return {"ok": True, "admitted": admitted}


async def deny(desk: Desk, visit: Visit, payload: Waiter) -> Ack:
    """Send somebody away from the waiting room."""
    meeting_id = _own_meeting(visit, payload.meeting_id)
    desk.directory.tell(meeting_id, DenyWaiter(payload.socket_id, by=visit.socket.id))
    return {"ok": True}
