"""A participant's own switches: microphone, camera, screen, hand. A switch that is so already is silent."""

from __future__ import annotations

from onepizza.core.facts import Fact
from onepizza.rooms.commands import SetHand, SetMuted, SetScreenShare, SetVideoOff
from onepizza.rooms.deliveries import Send
from onepizza.rooms.events import ParticipantUpdated
from onepizza.rooms.outcome import NOTHING, Outcome
from onepizza.rooms.state import RoomState


def set_muted(state: RoomState, command: SetMuted, _now: float) -> Outcome:
    """Mute or unmute; whoever was muted by force may unmute itself (CONTRACT 1.18)."""
    seat = state.roster.of(command.connection)
    if seat.is_muted == command.is_muted:
        return NOTHING
    seat.is_muted = command.is_muted
    seat.is_muted_by_host = False
    return _tell(state, ParticipantUpdated(seat.participant_id, is_muted=command.is_muted))


def set_video_off(state: RoomState, command: SetVideoOff, _now: float) -> Outcome:
    """Turn the camera off or on."""
    seat = state.roster.of(command.connection)
    if seat.is_video_off == command.is_video_off:
        return NOTHING
    seat.is_video_off = command.is_video_off
    return _tell(state, ParticipantUpdated(seat.participant_id, is_video_off=command.is_video_off))


def set_screen_share(state: RoomState, command: SetScreenShare, now: float) -> Outcome:
    """Start or stop sharing; several may share at once."""
    seat = state.roster.of(command.connection)
    if seat.is_screen_sharing == command.is_screen_sharing:
        return NOTHING
    seat.is_screen_sharing = command.is_screen_sharing
    action = "start" if command.is_screen_sharing else "stop"
    fact = state.feature_used(seat, "screen_share", now, {"action": action})
    return _tell(state, ParticipantUpdated(seat.participant_id, is_screen_sharing=command.is_screen_sharing), fact)


def set_hand(state: RoomState, command: SetHand, now: float) -> Outcome:
    """Raise or lower the hand and tell everyone, the sender included."""
    seat = state.roster.of(command.connection)
    if seat.is_hand_raised == command.is_hand_raised:
        return NOTHING
    seat.is_hand_raised = command.is_hand_raised
    fact = state.feature_used(seat, "hand_raise", now, {"raised": command.is_hand_raised})
    return _tell(state, ParticipantUpdated(seat.participant_id, is_hand_raised=command.is_hand_raised), fact)


def _tell(state: RoomState, update: ParticipantUpdated, *facts: Fact) -> Outcome:
    return Outcome(None, (Send(state.roster.connections, update),), facts)
