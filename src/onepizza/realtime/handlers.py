"""Makes the handler of each row of the table: limit, seat, command, answer. The hot path of the product is here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from onepizza.core.errors import OnePizzaError, RateLimited
from onepizza.core.limits import MovingWindow
from onepizza.realtime import hosting, joining
from onepizza.realtime.buckets import Rate
from onepizza.realtime.desk import Desk
from onepizza.realtime.parsing import Builders
from onepizza.realtime.ports import Ack
from onepizza.realtime.refusals import invalid_payload
from onepizza.realtime.seats import Visit
from onepizza.realtime.table import BY_EVENT, WORKS_BEFORE_JOINING, Row
from onepizza.rooms.errors import NotJoined
from onepizza.socketio import Socket

Handler = Callable[[Socket, Any], "Ack | Awaitable[Ack | None] | None"]
UseCase = Callable[[Visit, Any], Awaitable[Ack]]

OK: Ack = {"ok": True}
ACK_GOES_FIRST_S = 0.1
"""How long a connection that its own event closes stays open, so that the acknowledgement gets out."""


def room_handler(desk: Desk, builders: Builders, row: Row, rate: Rate) -> Handler:
    """Return the handler of an event that the sender's room answers.

    Synchronous on purpose: a task for each event would cost more than the event (ARCHITECTURE, the Socket.IO server).
    """
    assert row.build is not None
    build, kind, event, answers = row.build, int(row.kind), row.event, row.answers
    visit_of, now, tell = desk.seats.get, desk.now, desk.directory.tell

    def handle(socket: Socket, payload: Any) -> Ack | None:  # noqa: ANN401 (the table pairs event and payload)
        visit = visit_of(socket.id)
        if visit is None:
            return None
        at = now()
        if not visit.take(kind, rate, at):
            return _limited(desk, visit, kind, at)
        meeting_id = visit.meeting_id
        try:
            if meeting_id is None:
                raise NotJoined
            reply = tell(meeting_id, build(builders, socket.id, payload), at)
        except OnePizzaError as error:
            return desk.refuse(visit, error)
        except Exception:  # noqa: BLE001 (the edge answers for bugs, ARCHITECTURE)
            return desk.fail(visit, event)
        return OK if answers is None else {"ok": True, answers: reply}

    return handle


def special_handler(desk: Desk, row: Row, rate: Rate, use_case: UseCase) -> Handler:
    """Return the handler of an event that waits for something; its socket's next event waits with it."""
    kind = int(row.kind)

    async def handle(socket: Socket, payload: Any) -> Ack | None:  # noqa: ANN401 (the table pairs event and payload)
        visit = desk.seats.get(socket.id)
        if visit is None:
            return None
        at = desk.now()
        if not visit.take(kind, rate, at):
            return _limited(desk, visit, kind, at)
        visit.is_busy = True
        try:
            return await use_case(visit, payload)
        except OnePizzaError as error:
            return desk.refuse(visit, error)
        except Exception:  # noqa: BLE001 (the edge answers for bugs, ARCHITECTURE)
            return desk.fail(visit, row.event)
        finally:
            visit.is_busy = False
            if visit.close_when_done:
                asyncio.get_running_loop().call_later(ACK_GOES_FIRST_S, visit.socket.close_after_flush)

    return handle


def use_cases(desk: Desk, builders: Builders, window: MovingWindow) -> dict[str, UseCase]:
    """Return what the special rows of the table name."""

    async def report(_visit: Visit, _payload: msgspec.Struct) -> Ack:
        return OK

    return {
        "join": lambda visit, payload: joining.join_meeting(desk, window, visit, payload),
        "wait": lambda visit, payload: joining.join_waiting_room(desk, window, visit, payload),
        "admit": lambda visit, payload: hosting.admit(desk, visit, payload),
        "admit_all": lambda visit, payload: hosting.admit_all(desk, visit, payload),
        "deny": lambda visit, payload: hosting.deny(desk, visit, payload),
        "settings": lambda visit, payload: hosting.host_settings(desk, builders, visit, payload),
        "invite": lambda visit, payload: hosting.host_invite(desk, visit, payload),
        "end": lambda visit, payload: hosting.host_end(desk, visit, payload),
        "report": report,
    }


def refuse_unreadable(
    desk: Desk, rate_of: Sequence[Rate], socket: Socket, event: str, problem: Exception
) -> Ack | None:
    """Answer a payload that does not fit its type; it counts against the event's limit as a good one would."""
    visit = desk.seats.get(socket.id)
    if visit is None:
        return None
    kind = BY_EVENT[event].kind
    at = desk.now()
    if not visit.take(kind, rate_of[kind], at):
        return _limited(desk, visit, kind, at)
    if visit.meeting_id is None and event not in WORKS_BEFORE_JOINING:
        return desk.refuse(visit, NotJoined())
    return desk.refuse(visit, invalid_payload(event, problem))


def _limited(desk: Desk, visit: Visit, kind: int, at: float) -> Ack:
    seconds = visit.retry_after_s(kind, at)
    return desk.refuse(visit, RateLimited(int(min(seconds, 3_600)) + 1))
