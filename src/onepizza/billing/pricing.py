"""What a meeting costs: pure arithmetic, rounded once (API §15, CONTRACT 1.1, 1.2)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Context, Decimal

from onepizza.core.money import round_cost

DEFAULT_RATE_USD = Decimal("0.0040")
"""USD per participant-minute until the admin panel says otherwise (API §15)."""

_MICROSECONDS_PER_MINUTE = 60_000_000
# Our own context: the thread's could be set to anything, and rounds to 28 digits.
_CONTEXT = Context(prec=60)


def billed_duration(started_at: float, ended_at: float, empty_s: float) -> timedelta:
    """Return how long somebody was there, in whole seconds, a half one counting.

    Args:
        started_at: epoch seconds of the first join.
        ended_at: epoch seconds of the last leave, or of the end if somebody was there.
        empty_s: seconds in between in which nobody was there; free (CONTRACT 1.2).

    A meeting that went through a restart has times of two clocks; where they contradict each other nothing is billed.
    """
    return timedelta(seconds=int(max(0.0, ended_at - started_at - empty_s) + 0.5))


def meeting_cost(duration: timedelta, peak_participants: int, rate: Decimal) -> Decimal:
    """Return the charge for one ended meeting, in USD, rounded half up to 4 places.

    Args:
        duration: first join to end without empty time; billed to the second, not rounded to minutes.
        peak_participants: most participants present at once, host included; 0 costs nothing.
        rate: USD per participant-minute (admin panel; default 0.004, API §15).

    Raises:
        ValueError: a negative duration, count or rate, or a rate that is no amount.
    """
    if duration < timedelta(0) or peak_participants < 0 or not rate.is_finite() or rate < 0:
        raise ValueError("a meeting costs something for a time that passed, people who came and a rate")
    participant_microseconds = Decimal(duration // timedelta(microseconds=1) * peak_participants)
    total = _CONTEXT.multiply(participant_microseconds, rate)
    return round_cost(_CONTEXT.divide(total, Decimal(_MICROSECONDS_PER_MINUTE)))


def format_minutes(duration: timedelta) -> str:
    """Return a duration in minutes with 2 decimals, rounded half up; the form of `duration_minutes` (API §8)."""
    hundredths = (duration // timedelta(microseconds=1) * 100 * 2 + _MICROSECONDS_PER_MINUTE) // (
        2 * _MICROSECONDS_PER_MINUTE
    )
    return f"{hundredths // 100}.{hundredths % 100:02}"
