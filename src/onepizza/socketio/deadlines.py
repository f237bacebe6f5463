"""One timer for many equal delays: heartbeats, connect timeouts and closing connections cost no timer of their own."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_EARLY_S = 0.001
"""uvloop rounds timers to milliseconds, so one may fire up to half a millisecond before its due time."""
LATE_S = 0.01
"""How late a timer may fire without the next delay suffering: more is a loop that stood still, nobody's own fault."""
_BATCH = 500
"""Expiries handled before the loop gets its turn: ten thousand sockets that connected together also ping together."""


class Deadlines(Generic[T]):
    """Calls `expire(item, due)` once `delay_s` after each `add`.

    All delays of one instance are equal, so the queue is sorted by construction and adding is O(1). There is no
    removal: the item remembers the `due` that counts, and `expire` ignores the others. An item is therefore kept
    alive for at most `delay_s` after it stopped to matter.
    """

    __slots__ = ("_delay_s", "_expire", "_loop", "_queue", "_timer")

    def __init__(self, delay_s: float, expire: Callable[[T, float], None]) -> None:
        self._delay_s = delay_s
        self._expire = expire
        self._queue: deque[tuple[float, T]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.Handle | None = None

    def add(self, item: T, *, since: float = 0.0) -> float:
        """Start the delay for `item`; return its due time on the loop's clock.

        Args:
            item: what is handed to `expire`.
            since: the due time of the delay before this one, so that two timers' lateness does not add up.
        """
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            # A server object may be served again by a new event loop; what the old one was asked for died with it.
            self._loop = loop
            self._queue.clear()
            self._timer = None
        now = loop.time()
        start = max(since, now - LATE_S) if since else now
        due = start + self._delay_s
        self._queue.append((due, item))
        if self._timer is None:
            self._timer = loop.call_at(due, self._run)
        return due

    def _run(self) -> None:
        loop = self._loop
        if loop is None:
            return
        self._timer = None
        queue = self._queue
        latest = loop.time() + _EARLY_S
        for _ in range(_BATCH):
            if not queue or queue[0][0] > latest:
                break
            due, item = queue.popleft()
            self._expire(item, due)
        if queue and self._timer is None:
            self._timer = loop.call_at(queue[0][0], self._run)
