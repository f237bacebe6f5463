"""The ways out of a room that somebody takes: leaving, losing the connection, being removed."""

from __future__ import annotations

from onepizza.rooms import recording, spotlight, waiting
from onepizza.rooms.commands import Disconnected, Kick, Leave
from onepizza.rooms.deliveries import Delivery, Send, Unseat
from onepizza.rooms.events import AdminKick, ParticipantLeftEvent, ParticipantUpdated
from onepizza.rooms.outcome import NOTHING, Outcome
from onepizza.rooms.state import RoomState

_TIME_TO_RETURN_S = 5.0
DEFAULT_KICK_REASON = "You were removed from this meeting by the host"


def leave(state: RoomState, command: Leave, now: float) -> Outcome:
    """Free the seat at once and forget its token (CONTRACT 1.7)."""
    seat = state.roster.of(command.connection)
    state.measure_peak(now)
    fact = state.free_seat(seat, now)
    told = Send(state.roster.connections, ParticipantLeftEvent(seat.participant_id, seat.name))
    notices, stopped = recording.recorder_gone(state, seat, now)
    notices += spotlight.seat_gone(state, seat)
    return Outcome(None, (Unseat(command.connection, close=False), told, *notices), (fact, *stopped))


def disconnected(state: RoomState, command: Disconnected, now: float) -> Outcome:
    """Hold the seat and tell the others; a connection without a seat is nobody's loss.

    A silent one has used up some of its hold: else the others would look at it for the time of two heartbeats and of
    a hold (CONTRACT 5: 25 s at worst). It notices the loss itself about now, and has a moment left to come back.
    """
    if not state.roster.holds(command.connection):
        return NOTHING
    seat = state.roster.of(command.connection)
    hold_s = state.rules.seat_hold_s
    state.roster.hold(seat, now, max(hold_s - command.silent_s, min(hold_s, _TIME_TO_RETURN_S)))
    state.due_by(seat.held_until)
    told = Send(state.roster.connections, ParticipantUpdated(seat.participant_id, is_reconnecting=True))
    return Outcome(None, (Unseat(command.connection, close=False), told))


def kick(state: RoomState, command: Kick, now: float) -> Outcome:
    """Remove a participant, close its connection and remember the person (CONTRACT 1.16)."""
    state.check_host(command.by)
    seat = state.roster.participant(command.participant_id)
    state.measure_peak(now)
    state.kicks.add(seat)
    connection = seat.connection
    fact = state.free_seat(seat, now)
    deliveries: list[Delivery] = []
    if connection is not None:
        goodbye = Send((connection,), AdminKick(command.reason or DEFAULT_KICK_REASON))
        deliveries += [goodbye, Unseat(connection, close=True)]
    deliveries.append(Send(state.roster.connections, ParticipantLeftEvent(seat.participant_id, seat.name)))
    notices, stopped = recording.recorder_gone(state, seat, now)
    deliveries += notices
    deliveries += spotlight.seat_gone(state, seat)
    deliveries += waiting.person_removed(state, seat)
    return Outcome(None, tuple(deliveries), (fact, *stopped))
