"""Who was sent away from a room's waiting room, for how long (CONTRACT 1.15)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

_MAX_REMEMBERED = 2_000
_FOR_GOOD_AT = 3


class Denial(msgspec.Struct, frozen=True):
    """What one origin got so far; `until` is the epoch second at which it may ask again, unless the third was its last.

    No infinity in it: JSON has none, and a room is kept as a value (`rooms.snapshot`).
    """

    count: int
    until: float


class DenyList:
    """Denied people by their origins, known again as removed ones are (`rooms.kicks`)."""

    def __init__(self, denials: Mapping[str, Denial] | None = None) -> None:
        self._denials: dict[str, Denial] = dict(denials or {})

    @property
    def by_origin(self) -> dict[str, Denial]:
        """A copy of what each origin got, the oldest first."""
        return dict(self._denials)

    def add(self, origins: tuple[str, ...], now: float, cooldown_s: float) -> None:
        """Count a denial; the third is for good. The oldest are forgotten beyond 2,000."""
        for origin in origins:
            before = self._denials.pop(origin, None)
            count = 1 if before is None else before.count + 1
            self._denials[origin] = Denial(count, now + cooldown_s)
        while len(self._denials) > _MAX_REMEMBERED:
            del self._denials[next(iter(self._denials))]

    def wait_s(self, origins: tuple[str, ...], now: float) -> float:
        """Return the seconds until this person may ask again: 0 for now, infinity for never."""
        found = [self._denials[origin] for origin in origins if origin in self._denials]
        if any(denial.count >= _FOR_GOOD_AT for denial in found):
            return math.inf
        return max((max(0.0, denial.until - now) for denial in found), default=0.0)
