"""What hosts do: mute, ask, change settings, invite. Each checks the acting host first (CONTRACT 3)."""

from __future__ import annotations

from onepizza.core.facts import Fact
from onepizza.rooms import waiting
from onepizza.rooms.commands import (
    AddHostToken,
    AddInvite,
    AskUnmute,
    CheckHost,
    ForceMute,
    MuteAll,
    RoomSettings,
    SetAdminToken,
    SettingsView,
    UpdateSettings,
)
from onepizza.rooms.deliveries import Delivery, Send
from onepizza.rooms.errors import ParticipantUnreachable, TooManyHostLinks, TooManyInvites
from onepizza.rooms.events import AdminMute, AdminUnmute, AllMuted, ParticipantUpdated, SettingsUpdated
from onepizza.rooms.outcome import NOTHING, Outcome
from onepizza.rooms.state import RoomState

_MAX_HOST_LINKS = 50


def check_host(state: RoomState, command: CheckHost, _now: float) -> Outcome:
    """Answer the acting host's participant id."""
    return Outcome(state.roster.of(command.by).participant_id if state.check_host(command.by) else None)


def force_mute(state: RoomState, command: ForceMute, _now: float) -> Outcome:
    """Mute on the server and tell all; the muted one is told each time, the others only of a change."""
    state.check_host(command.by)
    seat = state.roster.participant(command.participant_id)
    order = Send(() if seat.connection is None else (seat.connection,), AdminMute())
    if seat.is_muted and seat.is_muted_by_host:
        return Outcome(None, (order,))
    seat.is_muted = True
    seat.is_muted_by_host = True
    told = ParticipantUpdated(seat.participant_id, is_muted=True, is_muted_by_host=True)
    return Outcome(None, (order, Send(state.roster.connections, told)))


def ask_unmute(state: RoomState, command: AskUnmute, _now: float) -> Outcome:
    """Ask; the state changes when the participant unmutes itself (CONTRACT 1.18)."""
    state.check_host(command.by)
    seat = state.roster.participant(command.participant_id)
    if seat.connection is None:
        raise ParticipantUnreachable
    return Outcome(None, (Send((seat.connection,), AdminUnmute()),))


def mute_all(state: RoomState, command: MuteAll, _now: float) -> Outcome:
    """Mute everyone but hosts; one broadcast says it, as 500 updates to 500 people would be 250,000 messages."""
    state.check_host(command.by)
    for seat in state.roster.by_id.values():
        if not seat.is_admin:
            seat.is_muted = True
            seat.is_muted_by_host = True
    return Outcome(None, (Send(state.roster.connections, AllMuted()),))


def update_settings(state: RoomState, command: UpdateSettings, now: float) -> Outcome:
    """Change what is given and broadcast once, unless all of it was so already; nobody loses a seat by a lower cap.

    Switching the waiting room off lets everybody in it go on to the door.
    """
    host = state.check_host(command.by)
    old = state.settings
    settings = RoomSettings(
        mute_on_join=_or(command.mute_on_join, old.mute_on_join),
        video_off_on_join=_or(command.video_off_on_join, old.video_off_on_join),
        max_participants=old.max_participants if command.max_participants is None else command.max_participants,
        locked=_or(command.locked, old.locked),
        waiting_room=_or(command.waiting_room, old.waiting_room),
    )
    title = state.title if command.title is None else command.title
    reply = SettingsView(title, settings)
    if settings == old and title == state.title:
        return Outcome(reply)
    state.settings = settings
    state.title = title
    told = SettingsUpdated(
        settings.mute_on_join,
        settings.video_off_on_join,
        settings.max_participants,
        settings.locked,
        settings.waiting_room,
        title,
    )
    deliveries: list[Delivery] = [Send(state.roster.connections, told)]
    facts: list[Fact] = []
    if len(state.waiters) and not settings.waiting_room:
        let_in, used = waiting.open_to_all(state, host, now)
        deliveries += let_in
        facts += used
    return Outcome(reply, tuple(deliveries), tuple(facts))


def _or(new: bool | None, old: bool) -> bool:
    return old if new is None else new


def add_invite(state: RoomState, command: AddInvite, now: float) -> Outcome:
    """Make one invite known; expired ones make room first."""
    state.check_host(command.by)
    if len(state.invites) >= state.rules.max_invites:
        state.invites = {key: until for key, until in state.invites.items() if until > now}
    if len(state.invites) >= state.rules.max_invites:
        raise TooManyInvites
    state.invites[command.token_hash] = command.expires_at
    return NOTHING


def set_admin_token(state: RoomState, command: SetAdminToken, _now: float) -> Outcome:
    """Let only the new token open the door to hosts from now on; host links that are out are void too."""
    state.admin_token_hash = command.token_hash
    state.host_tokens.clear()
    return NOTHING


def add_host_token(state: RoomState, command: AddHostToken, now: float) -> Outcome:
    """Make one host link's token known; expired ones make room first."""
    state.host_tokens = {key: until for key, until in state.host_tokens.items() if until > now}
    if len(state.host_tokens) >= _MAX_HOST_LINKS:
        raise TooManyHostLinks
    state.host_tokens[command.token_hash] = command.expires_at
    return NOTHING
