"""One clock for wall times and durations: epoch seconds that never run backwards."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the code below the edges is told the time by."""

    def now(self) -> float:
        """Epoch seconds; the difference of two readings is a true duration."""
        ...


class SteadyClock:
    """The wall clock read once at start and advanced by the monotonic clock.

    A step of the system clock (NTP, an administrator) would otherwise show in bills and seat holds. The price is that
    a process that runs for weeks drifts from the wall by the quartz's error, a second or so a week.
    """

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Return the steady wall time."""
        return self._offset + time.monotonic()


class FakeClock:
    """A clock for tests that moves only when told to."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._now = start

    def now(self) -> float:
        """Return the time it was moved to."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds` (≥ 0)."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._now += seconds


def to_datetime(epoch_s: float) -> datetime:
    """Return epoch seconds as an aware UTC datetime."""
    return datetime.fromtimestamp(epoch_s, UTC)


def to_epoch_ms(epoch_s: float) -> int:
    """Return epoch seconds as whole epoch milliseconds, the form of `createdAt` and `joinedAt` (CONTRACT 1.37)."""
    return int(epoch_s * 1000)


def format_seconds(moment: datetime) -> str:
    """Return `2026-03-01T12:00:00Z`, the form of `created_at`-style fields (CONTRACT 1.37)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def format_milliseconds(moment: datetime) -> str:
    """Return `2026-04-01T14:00:00.000Z`, the form of `scheduledAt` (CONTRACT 1.37)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
