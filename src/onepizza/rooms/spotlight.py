"""The spotlight: one participant whom a host shows large to everybody, until a host or their leaving ends it."""

from __future__ import annotations

from onepizza.rooms.commands import SetSpotlight
from onepizza.rooms.deliveries import Delivery, Send
from onepizza.rooms.events import Spotlight
from onepizza.rooms.outcome import NOTHING, Outcome
from onepizza.rooms.seats import Seat
from onepizza.rooms.state import RoomState

_NOBODY = Spotlight(None)


def set_spotlight(state: RoomState, command: SetSpotlight, _now: float) -> Outcome:
    """Show one participant large to everybody, or nobody; as it is already, it is told to nobody.

    Raises:
        ParticipantNotFound: nobody of that id is here; whoever was in the spotlight stays in it.
    """
    state.check_host(command.by)
    wanted = command.participant_id
    if wanted is not None:
        state.roster.participant(wanted)
    if wanted == state.spotlight:
        return NOTHING
    state.spotlight = wanted
    return Outcome(None, (Send(state.roster.connections, Spotlight(wanted)),))


def seat_gone(state: RoomState, seat: Seat) -> list[Delivery]:
    """End the spotlight of a participant whose seat is free now; nothing for anybody else."""
    if state.spotlight != seat.participant_id:
        return []
    state.spotlight = None
    connections = state.roster.connections
    return [Send(connections, _NOBODY)] if connections else []
