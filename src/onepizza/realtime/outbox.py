"""Sends what rooms deliver and releases connections that lost their seat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from onepizza.realtime.seats import Seats, Visit
from onepizza.rooms.deliveries import Delivery, Send, Unseat
from onepizza.socketio import Server


class SocketOutbox:
    """The `rooms.ports.Outbox` of this process."""

    def __init__(self, server: Server, seats: Seats, now: Callable[[], float]) -> None:
        self._server = server
        self._seats = seats
        self._now = now

    def deliver(self, deliveries: Sequence[Delivery]) -> None:
        """Send and release in order; one encoding for each event, whoever receives it."""
        for delivery in deliveries:
            # A struct's class has an abstract metaclass, which makes `isinstance` the dearer question.
            if type(delivery) is Send:
                payload = delivery.payload
                self._server.send_to(delivery.to, payload.event, payload)
            elif isinstance(delivery, Unseat):
                self._release(delivery.connection, delivery.close)
            else:
                self._dismiss(delivery.connection, delivery.close)

    def _release(self, connection: str, close: bool) -> None:
        visit = self._seats.get(connection)
        if visit is None:
            return
        self._seats.stand(visit, self._now())
        if close:
            _close(visit)

    def _dismiss(self, connection: str, close: bool) -> None:
        visit = self._seats.get(connection)
        if visit is None:
            return
        self._seats.stop_waiting(visit, self._now())
        if close and visit.meeting_id is None:
            _close(visit)


def _close(visit: Visit) -> None:
    if visit.is_busy:
        # The socket's own event (a host ending the meeting) caused this: its acknowledgement goes first.
        visit.close_when_done = True
    else:
        # In the next turn: the socket's own event (a host who removes itself) may be what is handled just now.
        asyncio.get_running_loop().call_soon(visit.socket.close_after_flush)
