"""The recording notice: everybody in a room knows whether a host records it, and who (CONTRACT 1.19)."""

from __future__ import annotations

from onepizza.core.facts import Fact
from onepizza.rooms.commands import StartRecording, StopRecording
from onepizza.rooms.deliveries import Delivery, Send
from onepizza.rooms.errors import NotHost
from onepizza.rooms.events import RecordingStarted, RecordingStopped
from onepizza.rooms.outcome import NOTHING, Outcome
from onepizza.rooms.seats import Seat
from onepizza.rooms.state import RoomState

_STOPPED = RecordingStopped()


def start_recording(state: RoomState, command: StartRecording, now: float) -> Outcome:
    """Tell everybody who records, by the name on the roster; saying so again is silent."""
    seat = state.roster.of(command.connection)
    if not seat.is_admin:
        raise NotHost
    if seat.participant_id in state.recorders:
        return NOTHING
    state.recorders[seat.participant_id] = seat.name
    fact = state.feature_used(seat, "recording", now, {"action": "start"})
    return Outcome(None, (Send(state.roster.connections, RecordingStarted(seat.name)),), (fact,))


def stop_recording(state: RoomState, command: StopRecording, now: float) -> Outcome:
    """Tell everybody once the last one who recorded has stopped."""
    deliveries, facts = recorder_gone(state, state.roster.of(command.connection), now)
    return Outcome(None, tuple(deliveries), tuple(facts)) if facts else NOTHING


def recorder_gone(state: RoomState, seat: Seat, now: float) -> tuple[list[Delivery], list[Fact]]:
    """End the recording of a participant who stops or is gone; nothing for anybody else."""
    if state.recorders.pop(seat.participant_id, None) is None:
        return [], []
    deliveries: list[Delivery] = []
    if not state.recorders and state.roster.connections:
        deliveries.append(Send(state.roster.connections, _STOPPED))
    return deliveries, [state.feature_used(seat, "recording", now, {"action": "stop"})]


def notice_for(state: RoomState, connection: str) -> list[Delivery]:
    """Return the notices that somebody who comes in has missed."""
    return [Send((connection,), RecordingStarted(name)) for name in state.recorders.values()]
