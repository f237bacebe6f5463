"""Pacing: work that must not come in a bunch is done some time apart, and none of it right after it was asked for."""

from __future__ import annotations

from onepizza.core.clock import Clock

_FORGOTTEN_AFTER_S = 3600.0
# A job's row keeps microseconds of its time, which may be a little less than what was given out.
_ROUNDING_S = 0.001


class Pace:
    """Gives out turns in this process, `gap_s` apart; the first one `gap_s` from now."""

    def __init__(self, clock: Clock, gap_s: float) -> None:
        self._clock = clock
        self._gap_s = gap_s
        self._latest = 0.0
        self._given: dict[int, float] = {}

    def wait_s(self, job_id: int) -> float:
        """Return the seconds until a job's turn, which is given out when it is first asked for; 0 takes the turn."""
        now = self._clock.now()
        turn = self._given.get(job_id)
        if turn is None:
            self._forget_before(now - _FORGOTTEN_AFTER_S)
            turn = self._latest = max(self._latest, now) + self._gap_s
            self._given[job_id] = turn
        if turn > now + _ROUNDING_S:
            return turn - now
        del self._given[job_id]
        return 0.0

    def _forget_before(self, moment: float) -> None:
        """Forget turns that nobody took, because another process did that job; the dictionary goes by time."""
        while self._given and next(iter(self._given.values())) < moment:
            del self._given[next(iter(self._given))]
