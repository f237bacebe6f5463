"""Failed look-ups by address: who guesses meeting ids, admin tokens or invites is stopped for a while (CONTRACT 2)."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from onepizza.core.errors import RateLimited

_WINDOW_S = 600.0


class FailedLookups:
    """An exact window of 10 minutes; unlike a plain limit it counts failures only, and then refuses everything."""

    def __init__(self, amount: int, now: Callable[[], float]) -> None:
        self._amount = amount
        self._now = now
        self._failures: dict[str, deque[float]] = {}

    def check(self, address: str) -> None:
        """Raise RateLimited if this address has failed too often."""
        failures = self._failures.get(address)
        if failures is None:
            return
        now = self._now()
        while failures and failures[0] <= now - _WINDOW_S:
            failures.popleft()
        if not failures:
            del self._failures[address]
        elif len(failures) >= self._amount:
            raise RateLimited(math.ceil(failures[0] + _WINDOW_S - now))

    def count(self, address: str) -> None:
        """Note a failure; the addresses whose failures are all old are forgotten when there are many."""
        now = self._now()
        if len(self._failures) >= 10_000:
            self._failures = {key: seen for key, seen in self._failures.items() if seen[-1] > now - _WINDOW_S}
        self._failures.setdefault(address, deque(maxlen=self._amount)).append(now)
