"""The door: who gets a seat, who gets its seat back, who waits, and who is refused, in the order of CONTRACT 3.

The caller has found that the meeting exists, has not ended and has started. Then: kicked, token, lock, invite or
waiting room, full; the seat is taken in the same step.
"""

from __future__ import annotations

import msgspec

from onepizza.rooms import recording, waiting
from onepizza.rooms.commands import Join, Queued, Seated
from onepizza.rooms.deliveries import Delivery, Send, Unseat
from onepizza.rooms.errors import AlreadyJoined, BadAdminToken, BadInvite, NotJoined, RoomFull, RoomLocked
from onepizza.rooms.events import (
    ErrorEvent,
    Joined,
    ParticipantJoinedEvent,
    ParticipantUpdated,
    Settings,
    WaitingAdmitted,
)
from onepizza.rooms.outcome import Outcome
from onepizza.rooms.seats import Seat, token_hash
from onepizza.rooms.state import RoomState

_MAX_ORIGINS = 8
_REPLACED = ErrorEvent("You joined this meeting from another window", "replaced")


class Claim(msgspec.Struct):
    """What a newcomer has to show. `has_ticket` means that a host let it in from the waiting room."""

    is_host: bool
    has_ticket: bool
    was_removed: bool
    former: Seat | None
    invite: bytes | None


def join(state: RoomState, command: Join, now: float) -> Outcome:
    """Give a seat, give a seat back, queue for a host, or refuse.

    A resume token of a seat that is taken or held passes everything, as its owner is in already. One whose hold is
    over passes the lock and the waiting room and brings its participant id and state back, but needs a free seat. An
    unknown one counts as none. Asking for host rights with a bad token is refused, except to someone who resumes as
    host anyway. Who was removed by a host waits, whatever it shows but a ticket (CONTRACT 1.16).

    Raises:
        AlreadyJoined, NotJoined, BadAdminToken, RoomLocked, BadInvite, EntryDenied, WaitingRoomFull, RoomFull: nothing
            was changed.
    """
    roster = state.roster
    if roster.holds(command.connection):
        raise AlreadyJoined
    resume_hash = token_hash(command.resume_token) if command.resume_token else None
    seat = roster.by_token.get(resume_hash) if resume_hash else None
    if seat is not None:
        is_host = command.wants_admin and state.opens_to_host(command.admin_token_hash, now)
        if command.wants_admin and not is_host and not seat.is_admin:
            raise BadAdminToken
        return _take_over(state, seat, command, is_host, now)
    if command.is_resume_only:
        raise NotJoined

    claim = _examine(state, command, resume_hash, now)
    if not claim.has_ticket:
        if _has_to_wait(state, command, claim, now):
            return waiting.queue(state, command, now, was_removed=claim.was_removed)
        if not state.has_free_seat():
            raise RoomFull
    if command.only_waits:
        return Outcome(Queued(False), (Send((command.connection,), WaitingAdmitted()),))
    if claim.invite is not None:
        del state.invites[claim.invite]
    if claim.former is not None and resume_hash is not None:
        del roster.departed[resume_hash]
    return _seat(state, claim, command, now)


def _examine(state: RoomState, command: Join, resume_hash: bytes | None, now: float) -> Claim:
    """Judge what a newcomer shows, up to the invite; raises BadAdminToken, RoomLocked or BadInvite in this order."""
    is_host = command.wants_admin and state.opens_to_host(command.admin_token_hash, now)
    departed = state.roster.departed.get(resume_hash) if resume_hash else None
    former = departed.seat if departed is not None and departed.until > now else None
    has_ticket = state.waiters.ticket(command.connection, command.name, now) is not None
    was_let_in = has_ticket or (former is not None and former.was_let_in)
    was_removed = not was_let_in and state.kicks.knows(resume_hash, command.origins, is_host)
    if command.wants_admin and not is_host and not (former is not None and former.is_admin):
        raise BadAdminToken
    if was_removed:
        is_host, former = False, None
    if state.settings.locked and not is_host and former is None:
        raise RoomLocked
    needs_invite = former is None and not (is_host or has_ticket or was_removed)
    invite = command.invite_token_hash if needs_invite else None
    if invite is not None and state.invites.get(invite, now) <= now:
        raise BadInvite
    return Claim(is_host, has_ticket, was_removed, former, invite)


def _has_to_wait(state: RoomState, command: Join, claim: Claim, now: float) -> bool:
    """Say whether only a host can let this newcomer in; raises EntryDenied for one denied for good."""
    if claim.was_removed:
        return True
    if claim.is_host or claim.former is not None or claim.invite is not None:
        return False
    waiting.check_not_denied(state, command.origins, now, only_for_good=True)
    return state.settings.waiting_room


def _new_seat(state: RoomState, command: Join, is_host: bool) -> Seat:
    """Return the seat of a newcomer; `muteOnJoin` and `videoOffOnJoin` spare hosts, as `mute-all` does."""
    settings = state.settings
    return Seat(
        participant_id=command.participant_id,
        name=command.name,
        connection=None,
        resume_token_hash=token_hash(command.new_resume_token),
        origins=command.origins[:_MAX_ORIGINS],
        is_admin=is_host,
        is_muted=command.is_muted or (settings.mute_on_join and not is_host),
        is_video_off=command.is_video_off or (settings.video_off_on_join and not is_host),
        joined_at=0.0,
    )


def _seat(state: RoomState, claim: Claim, command: Join, now: float) -> Outcome:
    """Put a newcomer, or someone back after the hold, on the roster and tell everybody."""
    roster = state.roster
    seat = claim.former or _new_seat(state, command, claim.is_host)
    is_resumed = claim.former is not None
    seat.joined_at = now
    seat.was_let_in = seat.was_let_in or claim.has_ticket
    others = roster.connections
    _make_host(state, seat, command, claim.is_host)
    roster.add(seat, command.connection)
    fact = state.seat_taken(seat, now)
    deliveries = _welcome(state, seat, command, is_resumed)
    if others:
        deliveries.append(
            Send(
                others,
                ParticipantJoinedEvent(
                    seat.participant_id,
                    seat.name,
                    seat.is_muted,
                    seat.is_video_off,
                    seat.is_admin,
                    seat.is_screen_sharing,
                    seat.is_hand_raised,
                    int(now * 1000),
                ),
            )
        )
    return Outcome(Seated(seat.participant_id, seat.is_admin, is_resumed), tuple(deliveries), (fact,))


def _take_over(state: RoomState, seat: Seat, command: Join, is_host: bool, now: float) -> Outcome:
    """Give a taken or held seat to the newer connection; the older one is told and released."""
    deliveries: list[Delivery] = []
    if seat.connection is not None:
        deliveries += [Send((seat.connection,), _REPLACED), Unseat(seat.connection, close=True)]
    state.roster.attach(seat, command.connection)
    facts = state.end_absence(now)
    seat.origins = tuple(dict.fromkeys((*command.origins, *seat.origins)))[:_MAX_ORIGINS]
    updated = ParticipantUpdated(seat.participant_id, is_reconnecting=False)
    if is_host and not seat.is_admin:
        updated = ParticipantUpdated(seat.participant_id, is_reconnecting=False, is_admin=True)
    _make_host(state, seat, command, is_host)
    deliveries += _welcome(state, seat, command, is_resumed=True)
    others = state.roster.others(seat)
    if others:
        deliveries.append(Send(others, updated))
    return Outcome(Seated(seat.participant_id, seat.is_admin, True), tuple(deliveries), facts)


def _make_host(state: RoomState, seat: Seat, command: Join, is_host: bool) -> None:
    """Give the role to whoever proved it; the token of a host link is used up by that."""
    if is_host and command.admin_token_hash is not None:
        seat.is_admin = True
        state.host_tokens.pop(command.admin_token_hash, None)


def _welcome(state: RoomState, seat: Seat, command: Join, is_resumed: bool) -> list[Delivery]:
    """Return the answer to whoever came in and what it has missed; a resume keeps the token it came with.

    That is who is away just now, who records and, for a host, who waits. The connection itself waits no longer.
    """
    left_queue = waiting.forget(state, command.connection)
    token = command.resume_token if is_resumed and command.resume_token else command.new_resume_token
    others = [other for other in state.roster.by_id.values() if other is not seat]
    joined = Joined(
        seat.participant_id,
        tuple(other.view() for other in others),
        Settings.of(state.settings),
        state.title,
        seat.is_admin,
        token,
        is_resumed,
        seat.view(),
        command.ice_servers,
        bool(state.recorders),
        state.spotlight,
    )
    to = (command.connection,)
    away = (other.participant_id for other in others if other.connection is None)
    return [
        Send(to, joined),
        *(Send(to, ParticipantUpdated(key, is_reconnecting=True)) for key in away),
        *recording.notice_for(state, command.connection),
        *waiting.queue_for(state, seat),
        *left_queue,
    ]
