"""Rate limits: exact moving windows for HTTP calls and token buckets for socket events.

Both are plain memory and take the time as an argument or from the clock they were given, so tests move time by hand.
The `limits` library was tried first: its asyncio memory storage starts a task on every hit that visits every key in a
thread (measured 265 µs CPU a hit with one key, 1.8 ms with a thousand), and any address can add keys. The window
below costs about 1 µs and does not slow down with the number of keys.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping

import msgspec

from onepizza.core.clock import Clock
from onepizza.core.errors import RateLimited

_FIRST_SWEEP_AT_KEYS = 1024


class Quota(msgspec.Struct, frozen=True):
    """At most `amount` hits in any `window_s` seconds; an amount of 0 refuses everything."""

    amount: int
    window_s: float


class Standing(msgspec.Struct, frozen=True, gc=False):
    """Where a caller stands after a hit, as the `RateLimit` header tells it."""

    bucket: str
    limit: int
    window_s: float
    remaining: int
    reset_s: int


class QuotaUsedUp(RateLimited):
    """A hit that was refused; `standing` is told like that of one that passed."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing.reset_s)
        self.standing = standing


class MovingWindow:
    """Counts hits by bucket and key; the window moves with every hit, so no burst fits across a border (CONTRACT 2).

    A refused hit is not counted: who waits as long as `retry_after_s` says gets through.
    """

    def __init__(self, clock: Clock, quotas: Mapping[str, Quota]) -> None:
        self._clock = clock
        self._quotas = dict(quotas)
        self._hits: dict[tuple[str, str], deque[float]] = {}
        self._sweep_at_keys = _FIRST_SWEEP_AT_KEYS

    async def hit(self, bucket: str, key: str) -> Standing:
        """Count one hit; async because a store shared by several processes will have to be.

        Raises:
            QuotaUsedUp: of this bucket, for this key.
            KeyError: no such bucket was configured.
        """
        quota = self._quotas[bucket]
        now = self._clock.now()
        hits = self._hits.get((bucket, key))
        if hits is None:
            hits = self._new_key(bucket, key, now)
        horizon = now - quota.window_s
        while hits and hits[0] <= horizon:
            hits.popleft()
        if len(hits) >= quota.amount:
            reset_s = math.ceil((hits[0] if hits else now) + quota.window_s - now)
            raise QuotaUsedUp(Standing(bucket, quota.amount, quota.window_s, 0, reset_s))
        hits.append(now)
        return Standing(
            bucket, quota.amount, quota.window_s, quota.amount - len(hits), math.ceil(hits[0] + quota.window_s - now)
        )

    async def check(self, bucket: str, key: str) -> None:
        """Raise RateLimited like `hit` if one more would be refused, without counting; for buckets of failures."""
        quota = self._quotas[bucket]
        now = self._clock.now()
        horizon = now - quota.window_s
        recent = [at for at in self._hits.get((bucket, key), ()) if at > horizon]
        if len(recent) >= quota.amount:
            raise RateLimited(math.ceil((recent[0] if recent else now) + quota.window_s - now))

    def _new_key(self, bucket: str, key: str, now: float) -> deque[float]:
        """Make room for a key; the sweep doubles its distance, so its cost per hit stays constant."""
        if len(self._hits) >= self._sweep_at_keys:
            self._forget_expired(now)
            self._sweep_at_keys = max(_FIRST_SWEEP_AT_KEYS, 2 * len(self._hits))
        hits: deque[float] = deque()
        self._hits[(bucket, key)] = hits
        return hits

    def _forget_expired(self, now: float) -> None:
        self._hits = {
            (bucket, key): hits
            for (bucket, key), hits in self._hits.items()
            if hits and hits[-1] > now - self._quotas[bucket].window_s
        }


class TokenBucket:
    """Lets `capacity` events through at once and `refill_per_s` a second after that; allocates nothing per event."""

    __slots__ = ("_at", "_capacity", "_refill_per_s", "_tokens")

    def __init__(self, capacity: float, refill_per_s: float) -> None:
        self._capacity = capacity
        self._refill_per_s = refill_per_s
        self._tokens = capacity
        self._at = -math.inf

    def take(self, now: float, cost: float = 1) -> bool:
        """Take `cost` tokens at epoch second `now`; False leaves the bucket as it was."""
        if now > self._at:
            tokens = self._tokens + (now - self._at) * self._refill_per_s
            # Not `min`: a call costs more than the rest of this method.
            self._tokens = tokens if tokens < self._capacity else self._capacity
            self._at = now
        if self._tokens < cost:
            return False
        self._tokens -= cost
        return True

    def retry_after_s(self, now: float, cost: float = 1) -> float:
        """Return the seconds from `now` until `cost` tokens are there; infinity if they never will be."""
        tokens = min(self._capacity, self._tokens + max(0.0, now - self._at) * self._refill_per_s)
        if tokens >= cost:
            return 0.0
        if cost > self._capacity or self._refill_per_s <= 0:
            return math.inf
        return (cost - tokens) / self._refill_per_s
