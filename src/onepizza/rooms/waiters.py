"""Who waits at the door of one room, and who of them was admitted and has a seat kept."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from onepizza.rooms.errors import WaiterNotFound


class Waiter(msgspec.Struct):
    """One person at the door. `WAITING -> ADMITTED -> seated`, and from each of the first two away.

    `ticket_until` is None while it waits; then a seat is kept for this connection and this name until that second.
    """

    waiter_id: str
    name: str
    connection: str
    origins: tuple[str, ...]
    since: float
    was_removed: bool
    ticket_until: float | None = None


class Waiters:
    """Everybody at the door, found by waiter id or by connection; a connection is there once."""

    def __init__(self) -> None:
        self._queue: dict[str, Waiter] = {}
        self._tickets: dict[str, Waiter] = {}
        self._by_connection: dict[str, Waiter] = {}

    def __len__(self) -> int:
        """How many wait; the admitted do not."""
        return len(self._queue)

    @property
    def queue(self) -> tuple[Waiter, ...]:
        """Everybody who waits, the first come first."""
        return tuple(self._queue.values())

    @property
    def admitted(self) -> tuple[Waiter, ...]:
        """Everybody for whom a seat is kept."""
        return tuple(self._tickets.values())

    @property
    def kept_seats(self) -> int:
        """How many seats are kept for admitted people."""
        return len(self._tickets)

    def get(self, waiter_id: str) -> Waiter:
        """Return one who waits, or raise WaiterNotFound."""
        waiter = self._queue.get(waiter_id)
        if waiter is None:
            raise WaiterNotFound
        return waiter

    def of(self, connection: str) -> Waiter | None:
        """Return whoever waits or was admitted over this connection."""
        return self._by_connection.get(connection)

    def from_address(self, origin: str) -> int:
        """Return how many wait whose first origin this is."""
        return sum(waiter.origins[:1] == (origin,) for waiter in self._queue.values())

    def add(self, waiter: Waiter) -> None:
        """Put somebody at the end of the queue."""
        self._queue[waiter.waiter_id] = waiter
        self._by_connection[waiter.connection] = waiter

    def admit(self, waiter: Waiter, until: float) -> None:
        """Give a ticket: from now on it waits no longer, and a seat is kept."""
        del self._queue[waiter.waiter_id]
        waiter.ticket_until = until
        self._tickets[waiter.connection] = waiter

    def ticket(self, connection: str, name: str, now: float) -> Waiter | None:
        """Return the holder of a ticket that is good for this connection and this name."""
        waiter = self._tickets.get(connection)
        if waiter is None or waiter.name != name or (waiter.ticket_until or now) <= now:
            return None
        return waiter

    def remove(self, waiter: Waiter) -> None:
        """Forget somebody, and the seat that was kept."""
        self._queue.pop(waiter.waiter_id, None)
        self._tickets.pop(waiter.connection, None)
        self._by_connection.pop(waiter.connection, None)

    def of_person(self, origins: Iterable[str]) -> tuple[Waiter, ...]:
        """Return everybody at the door who shares one of these origins."""
        keys = set(origins)
        return tuple(waiter for waiter in self._by_connection.values() if not keys.isdisjoint(waiter.origins))
