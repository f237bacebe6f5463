"""Which connection sits where: the edge's only state, one `Visit` per connected socket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from onepizza.core.limits import TokenBucket
from onepizza.realtime.buckets import Kind, Rate
from onepizza.socketio import Socket


def no_buckets() -> list[TokenBucket | None]:
    """Return a place for one bucket of each kind, all still to be made."""
    return [None] * len(Kind)


class Visit:
    """One connected socket. `meeting_id` is None until a room gave it a seat, and again after it lost it.

    `waiting_at` is the meeting in whose waiting room it is, admitted or not; it may sit in another one meanwhile.
    """

    __slots__ = (
        "_buckets",
        "address",
        "close_when_done",
        "is_busy",
        "meeting_id",
        "socket",
        "told_limit_at",
        "unjoined_since",
        "unknown_events",
        "waiting_at",
    )

    def __init__(self, socket: Socket, address: str, now: float) -> None:
        self.socket = socket
        self.address = address
        self.meeting_id: str | None = None
        self.waiting_at: str | None = None
        self.unjoined_since = now
        self.unknown_events = 0
        self.told_limit_at = float("-inf")
        self.is_busy = False
        self.close_when_done = False
        self._buckets: list[TokenBucket | None] | None = None

    def take(self, kind: int, rate: Rate, now: float) -> bool:
        """Take one event of this kind from its bucket."""
        buckets = self._buckets
        if buckets is None:
            buckets = self._buckets = no_buckets()
        bucket = buckets[kind]
        if bucket is None:
            bucket = buckets[kind] = TokenBucket(rate.burst, rate.per_s)
        return bucket.take(now)

    def retry_after_s(self, kind: int, now: float) -> float:
        """Return the seconds until the next event of this kind gets through."""
        bucket = self._buckets[kind] if self._buckets else None
        return bucket.retry_after_s(now) if bucket else 0.0


class Seats:
    """All visits by connection, and how many of each address are in a meeting and are not."""

    def __init__(self) -> None:
        self._visits: dict[str, Visit] = {}
        self.get: Callable[[str], Visit | None] = self._visits.get
        """Return the visit of a connection, None when it is gone."""
        self._unjoined: dict[str, Visit] = {}
        self._joined_of: Counter[str] = Counter()
        self._unjoined_of: Counter[str] = Counter()

    def sockets(self) -> list[Socket]:
        """Return everybody who is connected."""
        return [visit.socket for visit in self._visits.values()]

    def joined_from(self, address: str) -> int:
        """Return how many sockets of this address hold a seat."""
        return self._joined_of[address]

    def unjoined_from(self, address: str) -> int:
        """Return how many sockets of this address hold none."""
        return self._unjoined_of[address]

    def arrive(self, visit: Visit) -> None:
        """Take a new socket in, without a seat."""
        self._visits[visit.socket.id] = visit
        self._unjoined[visit.socket.id] = visit
        self._unjoined_of[visit.address] += 1

    def depart(self, connection: str) -> Visit | None:
        """Forget a socket that is gone and return what it was."""
        visit = self._visits.pop(connection, None)
        if visit is not None:
            self._unjoined.pop(connection, None)
            _count_down(self._unjoined_of if visit.meeting_id is None else self._joined_of, visit.address)
        return visit

    def sit(self, visit: Visit, meeting_id: str) -> None:
        """Note that a room gave this socket a seat."""
        if visit.meeting_id is None:
            self._unjoined.pop(visit.socket.id, None)
            _count_down(self._unjoined_of, visit.address)
            self._joined_of[visit.address] += 1
        visit.meeting_id = meeting_id
        visit.waiting_at = None

    def stand(self, visit: Visit, now: float) -> None:
        """Note that the socket holds no seat any more."""
        if visit.meeting_id is None:
            return
        visit.meeting_id = None
        _count_down(self._joined_of, visit.address)
        self._unjoined_of[visit.address] += 1
        if visit.waiting_at is None:
            self._loiter(visit, now)

    def wait(self, visit: Visit, meeting_id: str) -> None:
        """Note that the socket is in a waiting room; it may stay without a seat as long as the room lets it."""
        visit.waiting_at = meeting_id
        self._unjoined.pop(visit.socket.id, None)

    def stop_waiting(self, visit: Visit, now: float) -> None:
        """Note that the socket is in no waiting room any more."""
        if visit.waiting_at is None:
            return
        visit.waiting_at = None
        if visit.meeting_id is None:
            self._loiter(visit, now)

    def _loiter(self, visit: Visit, now: float) -> None:
        visit.unjoined_since = now
        self._unjoined[visit.socket.id] = visit

    def loitering(self, since: float) -> list[Visit]:
        """Return the sockets that sit and wait nowhere since before `since`; costs only what it returns."""
        found: list[Visit] = []
        for visit in self._unjoined.values():
            if visit.unjoined_since > since:
                break
            found.append(visit)
        return found


def _count_down(counter: Counter[str], address: str) -> None:
    """Count one less and forget addresses at zero, or every address ever seen would stay."""
    if counter[address] <= 1:
        del counter[address]
    else:
        counter[address] -= 1
