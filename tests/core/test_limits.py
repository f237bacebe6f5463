from __future__ import annotations

import math

import pytest

from onepizza.core.clock import FakeClock
from onepizza.core.errors import RateLimited
from onepizza.core.limits import MovingWindow, Quota, Standing, TokenBucket


class TestMovingWindow:
    async def test_no_burst_fits_across_a_border(self) -> None:
        clock = FakeClock()
        window = MovingWindow(clock, {"b": Quota(2, 10)})
        assert await window.hit("b", "k") == Standing("b", 2, 10, 1, 10)
        clock.advance(9)
        assert await window.hit("b", "k") == Standing("b", 2, 10, 0, 1)
        with pytest.raises(RateLimited) as refusal:
            await window.hit("b", "k")
        assert refusal.value.retry_after_s == 1
        clock.advance(1)
        await window.hit("b", "k")
        with pytest.raises(RateLimited) as refusal:
            await window.hit("b", "k")
        assert refusal.value.retry_after_s == 9

    async def test_keys_and_buckets_do_not_share(self) -> None:
        window = MovingWindow(FakeClock(), {"a": Quota(1, 10), "b": Quota(1, 10)})
        for bucket, key in (("a", "x"), ("a", "y"), ("b", "x")):
            await window.hit(bucket, key)
        with pytest.raises(RateLimited):
            await window.hit("a", "x")

    async def test_keys_of_the_past_are_forgotten(self) -> None:
        clock = FakeClock()
        window = MovingWindow(clock, {"a": Quota(1, 10)})
        for number in range(5000):
            await window.hit("a", str(number))
            clock.advance(1)
        assert len(window._hits) <= 1024


class TestTokenBucket:
    def test_a_burst_then_a_steady_rate(self) -> None:
        bucket = TokenBucket(3, 2)
        assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]
        assert bucket.retry_after_s(100.0) == 0.5
        assert [bucket.take(100.5), bucket.take(100.5)] == [True, False]
        assert [bucket.take(200.0) for _ in range(4)] == [True, True, True, False]

    def test_a_cost_above_the_capacity_never_fits(self) -> None:
        bucket = TokenBucket(3, 2)
        assert not bucket.take(1.0, 4)
        assert bucket.retry_after_s(1.0, 4) == math.inf
        assert bucket.retry_after_s(1.0, 3) == 0.0


class TestCheck:
    async def test_refuses_what_a_hit_would_refuse_and_counts_nothing(self) -> None:
        clock = FakeClock()
        window = MovingWindow(clock, {"failures": Quota(2, 60)})
        for _ in range(5):
            await window.check("failures", "a")
        await window.hit("failures", "a")
        clock.advance(10)
        await window.hit("failures", "a")
        with pytest.raises(RateLimited) as refused:
            await window.check("failures", "a")
        assert refused.value.retry_after_s == 50
        await window.check("failures", "b")
        clock.advance(50)
        await window.check("failures", "a")
