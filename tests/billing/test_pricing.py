from __future__ import annotations

import decimal
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onepizza.billing.pricing import DEFAULT_RATE_USD, billed_duration, format_minutes, meeting_cost

RATE = DEFAULT_RATE_USD


class TestMeetingCost:
    @pytest.mark.parametrize(
        ("duration", "peak", "rate", "cost"),
        [
            (timedelta(minutes=30), 4, "0.004", "0.4800"),
            (timedelta(minutes=60), 10, "0.004", "2.4000"),
            (timedelta(0), 4, "0.004", "0.0000"),
            (timedelta(minutes=30), 0, "0.004", "0.0000"),
            (timedelta(minutes=30), 4, "0", "0.0000"),
            (timedelta(seconds=1), 1, "0.004", "0.0001"),  # 0.0000667
            (timedelta(milliseconds=749), 1, "0.004", "0.0000"),  # just under half of the last place
            (timedelta(milliseconds=750), 1, "0.004", "0.0001"),  # exactly half: up
            (timedelta(milliseconds=2250), 1, "0.004", "0.0002"),  # half up, not half even
            (timedelta(milliseconds=3750), 1, "0.004", "0.0003"),
            (timedelta(seconds=90), 3, "0.004", "0.0180"),
            (timedelta(seconds=89), 3, "0.004", "0.0178"),  # to the second, not to the minute
            (timedelta(hours=24), 500, "0.004", "2880.0000"),
            (timedelta(minutes=1), 7, "0.000001", "0.0000"),
            (timedelta(minutes=50), 1, "0.000001", "0.0001"),  # 0.00005: half up once, not twice
            (timedelta(minutes=1), 1, "100", "100.0000"),
        ],
    )
    def test_is_duration_times_peak_times_rate(self, duration: timedelta, peak: int, rate: str, cost: str) -> None:
        assert str(meeting_cost(duration, peak, Decimal(rate))) == cost

    @pytest.mark.parametrize(
        ("duration", "peak", "rate"),
        [
            (timedelta(microseconds=-1), 1, "0.004"),
            (timedelta(minutes=1), -1, "0.004"),
            (timedelta(minutes=1), 1, "-0.004"),
            (timedelta(minutes=1), 1, "NaN"),
            (timedelta(minutes=1), 1, "Infinity"),
        ],
    )
    def test_refuses_what_cannot_be(self, duration: timedelta, peak: int, rate: str) -> None:
        with pytest.raises(ValueError, match="costs something"):
            meeting_cost(duration, peak, Decimal(rate))

    @given(seconds=st.integers(0, 86_400), peak=st.integers(0, 500), millionths=st.integers(0, 1_000_000))
    def test_is_never_off_by_more_than_half_of_the_last_place(self, seconds: int, peak: int, millionths: int) -> None:
        cost = meeting_cost(timedelta(seconds=seconds), peak, Decimal(millionths).scaleb(-6))
        exact_times_60_million = seconds * peak * millionths
        assert cost.as_tuple().exponent == -4
        difference = int(cost * 10_000) * 6000 - exact_times_60_million
        assert -3000 < difference <= 3000

    def test_does_not_depend_on_the_threads_decimal_context(self) -> None:
        with decimal.localcontext() as context:
            context.prec = 3
            context.rounding = decimal.ROUND_DOWN
            assert str(meeting_cost(timedelta(hours=23, seconds=7), 499, RATE)) == "2754.7129"


class TestBilledDuration:
    @pytest.mark.parametrize(
        ("started_at", "ended_at", "empty_s", "seconds"),
        [
            (1000.0, 2800.0, 0.0, 1800),
            (1000.0, 2800.0, 600.0, 1200),
            (1000.0, 1000.49, 0.0, 0),
            (1000.0, 1000.5, 0.0, 1),
            (1_800_000_000.3, 1_800_000_060.3, 0.0, 60),
            (1000.0, 990.0, 0.0, 0),
            (1000.0, 1010.0, 20.0, 0),
        ],
    )
    def test_counts_whole_seconds_with_somebody_there(
        self, started_at: float, ended_at: float, empty_s: float, seconds: int
    ) -> None:
        assert billed_duration(started_at, ended_at, empty_s) == timedelta(seconds=seconds)


class TestFormatMinutes:
    @pytest.mark.parametrize(
        ("seconds", "shown"),
        [(0, "0.00"), (1800, "30.00"), (1, "0.02"), (20, "0.33"), (89, "1.48"), (3, "0.05"), (86_400, "1440.00")],
    )
    def test_has_two_decimals(self, seconds: int, shown: str) -> None:
        assert format_minutes(timedelta(seconds=seconds)) == shown
