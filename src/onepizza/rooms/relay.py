"""Signalling from one participant to one other of the same room; the sender is the server's word (CONTRACT 5)."""

from __future__ import annotations

from onepizza.rooms.commands import RelayAnswer, RelayCandidate, RelayOffer
from onepizza.rooms.deliveries import Send
from onepizza.rooms.errors import ParticipantNotFound, ParticipantUnreachable
from onepizza.rooms.events import SignalAnswer, SignalCandidate, SignalOffer
from onepizza.rooms.outcome import Outcome
from onepizza.rooms.state import RoomState


def relay_offer(state: RoomState, command: RelayOffer, _now: float) -> Outcome:
    """Pass an offer on."""
    sender, to = _route(state, command.connection, command.to)
    return Outcome(None, (Send(to, SignalOffer(sender, command.offer)),))


def relay_answer(state: RoomState, command: RelayAnswer, _now: float) -> Outcome:
    """Pass an answer on."""
    sender, to = _route(state, command.connection, command.to)
    return Outcome(None, (Send(to, SignalAnswer(sender, command.answer)),))


def relay_candidate(state: RoomState, command: RelayCandidate, _now: float) -> Outcome:
    """Pass a candidate on."""
    sender, to = _route(state, command.connection, command.to)
    return Outcome(None, (Send(to, SignalCandidate(sender, command.candidate)),))


def _route(state: RoomState, connection: str, to: str) -> tuple[str, tuple[str]]:
    """Return the sender's participant id and the receiver's connection.

    Raises:
        ParticipantNotFound: nobody of that id in this room, or the sender itself.
        ParticipantUnreachable: the receiver is reconnecting.
    """
    sender = state.roster.of(connection)
    receiver = state.roster.participant(to)
    if receiver is sender:
        raise ParticipantNotFound
    if receiver.connection is None:
        raise ParticipantUnreachable
    return sender.participant_id, (receiver.connection,)
