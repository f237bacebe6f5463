"""The waiting room: who is queued, who is let in or sent away, and what hosts hear of it (API §11, CONTRACT 1.15).

The door decides who has to wait. Somebody who waits learns nothing of the meeting, and is a participant in no sense.
"""

from __future__ import annotations

import math

from msgspec import UNSET

from onepizza.core.facts import FeatureUsed
from onepizza.rooms.commands import Join, Queued
from onepizza.rooms.deliveries import Delivery, Dismiss, Send
from onepizza.rooms.errors import EntryDenied, RoomFull, RoomLocked, WaitingRoomFull
from onepizza.rooms.events import ParticipantWaiting, WaitingAdmitted, WaitingDenied, WaitingNotice
from onepizza.rooms.outcome import NOTHING, Outcome
from onepizza.rooms.seats import Seat
from onepizza.rooms.state import RoomState
from onepizza.rooms.waiters import Waiter
from onepizza.rooms.waiting_commands import AdmitAll, AdmitWaiter, DenyWaiter, StopWaiting, WaiterView, WaitingList

_PLEASE_WAIT = WaitingNotice("Please wait, a host will let you in soon")
_ADMITTED = WaitingAdmitted()
_DECLINED = "The host declined your entry"
_NOBODY_CAME = WaitingDenied("Nobody was there to let you in, please try again later", retry_after=0)
_MAX_ORIGINS = 8


def queue(state: RoomState, command: Join, now: float, *, was_removed: bool) -> Outcome:
    """Put somebody who has to wait at the end of the queue and tell hosts.

    Asking again keeps the place; under another name it is a new place and a new id, as a host who admits the one it
    saw must not let the other name in.

    Raises:
        EntryDenied, WaitingRoomFull: nothing was changed.
    """
    waiters, rules = state.waiters, state.rules
    reminder = Send((command.connection,), _PLEASE_WAIT)
    known = waiters.of(command.connection)
    is_waiting = known is not None and known.ticket_until is None
    if known is not None and is_waiting and known.name == command.name:
        return Outcome(Queued(True), (reminder,))
    check_not_denied(state, command.origins, now, only_for_good=False)
    if not is_waiting:
        address = command.origins[0] if command.origins else None
        if address is not None and waiters.from_address(address) >= rules.max_waiting_per_address:
            raise WaitingRoomFull("Too many people of your network are waiting already")
        if len(waiters) >= rules.max_waiting:
            raise WaitingRoomFull
    gone = forget(state, command.connection)
    waiter = Waiter(
        waiter_id=command.waiter_id,
        name=command.name,
        connection=command.connection,
        origins=command.origins[:_MAX_ORIGINS],
        since=now,
        was_removed=was_removed,
    )
    waiters.add(waiter)
    state.due_by(now + rules.max_wait_s)
    return Outcome(Queued(True), (*gone, reminder, *_tell_hosts(state, waiter)))


def check_not_denied(state: RoomState, origins: tuple[str, ...], now: float, *, only_for_good: bool) -> None:
    """Raise EntryDenied for a person who was denied a moment ago, or for good."""
    left_s = state.denials.wait_s(origins, now)
    if math.isinf(left_s):
        raise EntryDenied(None)
    if left_s > 0 and not only_for_good:
        raise EntryDenied(math.ceil(left_s))


def waiting_list(state: RoomState, command: WaitingList, _now: float) -> Outcome:
    """Answer who waits."""
    state.check_host(command.by)
    return Outcome(
        tuple(
            WaiterView(waiter.waiter_id, waiter.name, int(waiter.since * 1000), waiter.was_removed)
            for waiter in state.waiters.queue
        )
    )


def admit_waiter(state: RoomState, command: AdmitWaiter, now: float) -> Outcome:
    """Give one person a ticket for a seat that is kept for it; the lock and the cap hold here as at the door."""
    host = state.check_host(command.by)
    waiter = state.waiters.get(command.waiter_id)
    if state.settings.locked:
        raise RoomLocked
    if not state.has_free_seat():
        raise RoomFull
    deliveries = _admit(state, waiter, now)
    return Outcome(None, tuple(deliveries), (_used(state, host, "admit", now),))


def admit_all(state: RoomState, command: AdmitAll, now: float) -> Outcome:
    """Give tickets in order while seats are free; who was removed before is let in only one by one."""
    host = state.check_host(command.by)
    if state.settings.locked:
        raise RoomLocked
    deliveries: list[Delivery] = []
    facts: list[FeatureUsed] = []
    for waiter in state.waiters.queue:
        if not waiter.was_removed and state.has_free_seat():
            deliveries += _admit(state, waiter, now)
            facts.append(_used(state, host, "admit", now))
    return Outcome(len(facts), tuple(deliveries), tuple(facts))


def open_to_all(state: RoomState, host: Seat | None, now: float) -> tuple[list[Delivery], list[FeatureUsed]]:
    """Let everybody go on to the door after the waiting room was switched off, in order.

    As long as there are seats they are kept; the others may ask at the door, where nobody waits any more. Who was
    removed before stays, as it would be sent here anyway; so does everybody while the meeting is locked.
    """
    deliveries: list[Delivery] = []
    facts: list[FeatureUsed] = []
    if state.settings.locked:
        return deliveries, facts
    for waiter in state.waiters.queue:
        if waiter.was_removed:
            continue
        facts.append(_used(state, host, "admit", now))
        if state.has_free_seat():
            deliveries += _admit(state, waiter, now)
        else:
            state.waiters.remove(waiter)
            deliveries += [Send((waiter.connection,), _ADMITTED), Dismiss(waiter.connection, close=False)]
            deliveries += _tell_hosts(state, waiter, removed=True)
    return deliveries, facts


def deny_waiter(state: RoomState, command: DenyWaiter, now: float) -> Outcome:
    """Send one person away and remember it."""
    host = state.check_host(command.by)
    waiter = state.waiters.get(command.waiter_id)
    state.denials.add(waiter.origins, now, state.rules.deny_cooldown_s)
    wait_s = state.denials.wait_s(waiter.origins, now)
    told = WaitingDenied(_DECLINED, retry_after=UNSET if math.isinf(wait_s) else math.ceil(wait_s))
    return Outcome(None, tuple(_send_away(state, waiter, told)), (_used(state, host, "deny", now),))


def stop_waiting(state: RoomState, command: StopWaiting, _now: float) -> Outcome:
    """Forget a connection that is gone, and the seat that was kept for it."""
    deliveries = forget(state, command.connection)
    return Outcome(None, tuple(deliveries)) if deliveries else NOTHING


def forget(state: RoomState, connection: str) -> list[Delivery]:
    """Take whoever this connection is out of the waiting room; hosts hear of one who still waited."""
    waiter = state.waiters.of(connection)
    if waiter is None:
        return []
    state.waiters.remove(waiter)
    return _tell_hosts(state, waiter, removed=True) if waiter.ticket_until is None else []


def person_removed(state: RoomState, seat: Seat) -> list[Delivery]:
    """Flag those at the door who share an origin with somebody just removed; tickets of theirs are void.

    Else a second window, admitted before, would bring a removed person straight back.
    """
    deliveries: list[Delivery] = []
    for waiter in state.waiters.of_person(seat.origins):
        if waiter.ticket_until is not None:
            state.waiters.remove(waiter)
            deliveries.append(Dismiss(waiter.connection, close=False))
        elif not waiter.was_removed:
            waiter.was_removed = True
            deliveries += _tell_hosts(state, waiter)
    return deliveries


def queue_for(state: RoomState, seat: Seat) -> list[Delivery]:
    """Return what a host who comes in has to know of the queue."""
    if not seat.is_admin or seat.connection is None:
        return []
    count = len(state.waiters)
    return [Send((seat.connection,), _shown(waiter, count)) for waiter in state.waiters.queue]


def pass_time(state: RoomState, now: float) -> list[Delivery]:
    """Void tickets that nobody used, and send those away who waited too long while no host was there."""
    deliveries: list[Delivery] = []
    for waiter in state.waiters.admitted:
        if waiter.ticket_until is not None and waiter.ticket_until <= now:
            state.waiters.remove(waiter)
            deliveries.append(Dismiss(waiter.connection, close=False))
    for waiter in state.waiters.queue:
        if _gives_up_at(state, waiter) > now:
            break
        deliveries += _send_away(state, waiter, _NOBODY_CAME)
    return deliveries


def next_due(state: RoomState) -> float:
    """Return when `pass_time` has something to do; infinity for never."""
    tickets = (waiter.ticket_until or 0.0 for waiter in state.waiters.admitted)
    first = next(iter(state.waiters.queue), None)
    return min(math.inf if first is None else _gives_up_at(state, first), min(tickets, default=math.inf))


def _gives_up_at(state: RoomState, waiter: Waiter) -> float:
    """Return when somebody has waited long enough: only the time without a host counts."""
    if any(seat.is_admin for seat in state.roster.by_id.values()):
        return math.inf
    return max(waiter.since, state.host_left_at) + state.rules.max_wait_s


def _admit(state: RoomState, waiter: Waiter, now: float) -> list[Delivery]:
    until = now + state.rules.ticket_s
    state.waiters.admit(waiter, until)
    state.due_by(until)
    return [Send((waiter.connection,), _ADMITTED), *_tell_hosts(state, waiter, removed=True)]


def _send_away(state: RoomState, waiter: Waiter, why: WaitingDenied) -> list[Delivery]:
    state.waiters.remove(waiter)
    told = [Send((waiter.connection,), why), Dismiss(waiter.connection, close=False)]
    return [*told, *_tell_hosts(state, waiter, removed=True)]


def _tell_hosts(state: RoomState, waiter: Waiter, *, removed: bool = False) -> list[Delivery]:
    hosts = state.roster.hosts
    return [Send(hosts, _shown(waiter, len(state.waiters), removed=removed))] if hosts else []


def _shown(waiter: Waiter, count: int, *, removed: bool = False) -> ParticipantWaiting:
    if removed:
        return ParticipantWaiting(waiter.waiter_id, waiter.name, count, removed=True)
    since = int(waiter.since * 1000)
    if waiter.was_removed:
        return ParticipantWaiting(waiter.waiter_id, waiter.name, count, was_removed=True, waiting_since=since)
    return ParticipantWaiting(waiter.waiter_id, waiter.name, count, waiting_since=since)


def _used(state: RoomState, host: Seat | None, action: str, now: float) -> FeatureUsed:
    return state.feature_used(host, "waiting_room", now, {"action": action})
