from __future__ import annotations

import pytest

from onepizza.core.clock import FakeClock
from onepizza.core.pacing import Pace


class TestPace:
    def test_they_are_apart_and_none_comes_at_once(self) -> None:
        turns = Pace(FakeClock(), 0.5)
        assert [turns.wait_s(job_id) for job_id in (1, 2, 3)] == pytest.approx([0.5, 1.0, 1.5])

    def test_a_turn_is_kept_until_it_is_taken_and_then_gone(self) -> None:
        clock = FakeClock()
        turns = Pace(clock, 0.5)
        turns.wait_s(1)
        clock.advance(0.2)
        assert turns.wait_s(1) == pytest.approx(0.3)
        clock.advance(0.2999999)
        assert turns.wait_s(1) == 0
        assert turns.wait_s(1) == pytest.approx(0.5, abs=0.001)

    def test_after_a_pause_nobody_waits_longer_than_one_gap(self) -> None:
        clock = FakeClock()
        turns = Pace(clock, 0.5)
        turns.wait_s(1)
        clock.advance(60)
        assert turns.wait_s(2) == 0.5

    def test_turns_that_nobody_takes_are_forgotten(self) -> None:
        clock = FakeClock()
        turns = Pace(clock, 0.5)
        for job_id in range(10):
            turns.wait_s(job_id)
        clock.advance(3700)
        turns.wait_s(10)
        assert turns.wait_s(0) > 0
