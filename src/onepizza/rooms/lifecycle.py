"""What time does to a room, how it is described, and how it ends."""

from __future__ import annotations

from typing import Literal

from onepizza.core.facts import Fact, RoomExpired
from onepizza.rooms import recording, spotlight, waiting
from onepizza.rooms.commands import Describe, End, HasBegun, ParticipantView, RoomSummary, RoomView, Tick
from onepizza.rooms.deliveries import Delivery, Dismiss, Send, Unseat
from onepizza.rooms.events import MeetingEndedEvent, ParticipantLeftEvent
from onepizza.rooms.outcome import NOTHING, Outcome
from onepizza.rooms.seats import Departed
from onepizza.rooms.state import RoomState

# A room that asked for its end and still lives (the database was away) asks again.
_ASK_AGAIN_S = 60.0


def describe(state: RoomState, _command: Describe, now: float) -> Outcome:
    """Answer what REST shows."""
    state.measure_peak(now)
    participants = tuple(
        ParticipantView(
            seat.participant_id,
            seat.name,
            seat.is_muted,
            seat.is_video_off,
            seat.is_screen_sharing,
            seat.is_hand_raised,
            seat.is_admin,
            int(seat.joined_at * 1000),
        )
        for seat in state.roster.by_id.values()
    )
    view = RoomView(
        state.title,
        state.settings,
        participants,
        state.started_at,
        state.peak_participants,
        state.present_until(now),
        state.empty_s,
        bool(state.recorders),
    )
    return Outcome(view)


def has_begun(state: RoomState, _command: HasBegun, _now: float) -> Outcome:
    """Say whether the first join has been."""
    return Outcome(state.started_at is not None)


def tick(state: RoomState, _command: Tick, now: float) -> Outcome:
    """Free seats whose hold is over, forget who may not come back any more, and ask for the end if it is time."""
    if now < state.due_at:
        return NOTHING
    roster = state.roster
    state.measure_peak(now)
    deliveries: list[Delivery] = []
    facts: list[Fact] = []
    over = [seat for seat in roster.by_id.values() if seat.lost_at is not None and seat.held_until <= now]
    roster.departed = {key: gone for key, gone in roster.departed.items() if gone.until > now}
    for seat in over:
        facts.append(state.free_seat(seat, now))
        # Not from `lost_at`: after a restart the hold begins anew, and so does the window.
        window_ends = seat.held_until - state.rules.seat_hold_s + state.rules.resume_window_s
        if window_ends > now:
            roster.departed[seat.resume_token_hash] = Departed(seat, window_ends)
    if roster.connections:
        deliveries += [Send(roster.connections, ParticipantLeftEvent(seat.participant_id, seat.name)) for seat in over]
    for seat in over:
        notices, stopped = recording.recorder_gone(state, seat, now)
        deliveries += notices
        deliveries += spotlight.seat_gone(state, seat)
        facts += stopped
    deliveries += waiting.pass_time(state, now)
    reason = _why_over(state, now)
    if reason is not None and (state.expired_at is None or now - state.expired_at >= _ASK_AGAIN_S):
        state.expired_at = now
        facts.append(RoomExpired(at=now, meeting_id=state.meeting_id, owner_id=state.owner_id, reason=reason))
    state.due_at = _next_due(state)
    return Outcome(None, tuple(deliveries), tuple(facts))


def _why_over(state: RoomState, now: float) -> Literal["empty", "never_joined", "too_old"] | None:
    """Return why the room's own rules ask for its end (CONTRACT 1.3), if they do."""
    rules = state.rules
    if state.started_at is None and now >= state.created_at + rules.never_joined_s:
        return "never_joined"
    if now >= state.created_at + rules.max_age_s:
        return "too_old"
    if state.empty_since is not None and now >= state.empty_since + rules.empty_grace_s:
        return "empty"
    return None


def _next_due(state: RoomState) -> float:
    """Return the next moment at which time alone changes something."""
    rules = state.rules
    if state.expired_at is not None:
        ends = state.expired_at + _ASK_AGAIN_S
    else:
        ends = state.created_at + rules.max_age_s
        if state.started_at is None:
            ends = min(ends, state.created_at + rules.never_joined_s)
        elif state.empty_since is not None:
            ends = min(ends, state.empty_since + rules.empty_grace_s)
    holds = (seat.held_until for seat in state.roster.by_id.values() if seat.lost_at is not None)
    return min(ends, min(holds, default=ends), waiting.next_due(state))


def end(state: RoomState, command: End, now: float) -> Outcome:
    """Tell everyone, those who wait too, release everyone, and sum up."""
    state.measure_peak(now)
    summary = RoomSummary(
        state.title, state.started_at, state.present_until(now), state.peak_participants, state.empty_s
    )
    connections = state.roster.connections
    deliveries: list[Delivery] = [Send(connections, MeetingEndedEvent(command.reason))]
    deliveries += [Unseat(connection, close=True) for connection in connections]
    at_the_door = tuple(waiter.connection for waiter in (*state.waiters.queue, *state.waiters.admitted))
    if at_the_door:
        deliveries.append(Send(at_the_door, MeetingEndedEvent(command.reason)))
        deliveries += [Dismiss(connection, close=True) for connection in at_the_door]
    facts: list[Fact] = []
    for seat in tuple(state.roster.by_id.values()):
        facts.append(state.free_seat(seat, now))
        facts += recording.recorder_gone(state, seat, now)[1]
    return Outcome(summary, tuple(deliveries), tuple(facts))
