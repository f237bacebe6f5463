"""The door: who gets a seat, who gets its seat back, and who is refused, in the order of CONTRACT 3.

The caller has found that the meeting exists, has not ended and has started. Then: kicked, token, lock, invite, full;
the seat is taken in the same step.
"""

from __future__ import annotations

from onepizza.rooms.commands import Join, Seated
from onepizza.rooms.deliveries import Delivery, Send, Unseat
from onepizza.rooms.errors import AlreadyJoined, BadAdminToken, BadInvite, Kicked, NotJoined, RoomFull, RoomLocked
from onepizza.rooms.events import ErrorEvent, Joined, ParticipantJoinedEvent, ParticipantUpdated, Settings
from onepizza.rooms.outcome import Outcome
from onepizza.rooms.seats import Seat, token_hash
from onepizza.rooms.state import RoomState

_MAX_ORIGINS = 8
_REPLACED = ErrorEvent("You joined this meeting from another window", "replaced")


def join(state: RoomState, command: Join, now: float) -> Outcome:
    """Give a seat, give a seat back, or refuse.

    A resume token of a seat that is taken or held passes everything, as its owner is in already. One whose hold is
    over passes the lock and brings its participant id and state back, but needs a free seat. An unknown one counts
    as none. Asking for host rights with a bad token is refused, except to someone who resumes as host anyway.

    Raises:
        AlreadyJoined, NotJoined, Kicked, BadAdminToken, RoomLocked, BadInvite, RoomFull: nothing was changed.
    """
    roster = state.roster
    if roster.holds(command.connection):
        raise AlreadyJoined
    is_host = command.wants_admin and state.is_admin_token(command.admin_token_hash)
    resume_hash = token_hash(command.resume_token) if command.resume_token else None
    seat = roster.by_token.get(resume_hash) if resume_hash else None
    if seat is not None:
        if command.wants_admin and not is_host and not seat.is_admin:
            raise BadAdminToken
        return _take_over(state, seat, command, is_host)
    if command.is_resume_only:
        raise NotJoined

    if state.kicks.knows(resume_hash, command.origins, is_host):
        raise Kicked
    departed = roster.departed.get(resume_hash) if resume_hash else None
    former = departed.seat if departed is not None and departed.until > now else None
    if command.wants_admin and not is_host and not (former is not None and former.is_admin):
        raise BadAdminToken
    if state.settings.locked and not is_host and former is None:
        raise RoomLocked
    invite = command.invite_token_hash if former is None and not is_host else None
    if invite is not None and state.invites.get(invite, now) <= now:
        raise BadInvite
    if len(roster) >= state.settings.max_participants:
        raise RoomFull

    if invite is not None:
        del state.invites[invite]
    if former is not None and resume_hash is not None:
        del roster.departed[resume_hash]
    return _seat(state, former, command, is_host, now)


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


def _seat(state: RoomState, former: Seat | None, command: Join, is_host: bool, now: float) -> Outcome:
    """Put a newcomer, or someone back after the hold, on the roster and tell everybody."""
    roster = state.roster
    seat = former or _new_seat(state, command, is_host)
    is_resumed = former is not None
    seat.joined_at = now
    seat.is_admin = seat.is_admin or is_host
    others = roster.connections
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


def _take_over(state: RoomState, seat: Seat, command: Join, is_host: bool) -> Outcome:
    """Give a taken or held seat to the newer connection; the older one is told and released."""
    deliveries: list[Delivery] = []
    if seat.connection is not None:
        deliveries += [Send((seat.connection,), _REPLACED), Unseat(seat.connection, close=True)]
    state.roster.attach(seat, command.connection)
    seat.origins = tuple(dict.fromkeys((*command.origins, *seat.origins)))[:_MAX_ORIGINS]
    updated = ParticipantUpdated(seat.participant_id, is_reconnecting=False)
    if is_host and not seat.is_admin:
        seat.is_admin = True
        updated = ParticipantUpdated(seat.participant_id, is_reconnecting=False, is_admin=True)
    deliveries += _welcome(state, seat, command, is_resumed=True)
    others = state.roster.others(seat)
    if others:
        deliveries.append(Send(others, updated))
    return Outcome(Seated(seat.participant_id, seat.is_admin, True), tuple(deliveries))


def _welcome(state: RoomState, seat: Seat, command: Join, is_resumed: bool) -> list[Delivery]:
    """Return the answer to whoever came in, and who is away just now; a resume keeps the token it came with."""
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
    )
    to = (command.connection,)
    away = (other.participant_id for other in others if other.connection is None)
    return [Send(to, joined), *(Send(to, ParticipantUpdated(key, is_reconnecting=True)) for key in away)]
