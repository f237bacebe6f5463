"""One timer for many equal delays."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from onepizza.socketio import Engine
from onepizza.socketio.deadlines import LATE_S, Deadlines


def unheard(item: Any, due: float) -> None:
    raise AssertionError("expired")


class TestDeadlines:
    async def test_a_delay_after_a_late_timer_counts_from_when_that_was_due(self) -> None:
        deadlines = Deadlines(1.0, unheard)
        due = asyncio.get_running_loop().time() - LATE_S / 10
        assert deadlines.add("x", since=due) == pytest.approx(due + 1.0)

    async def test_a_loop_that_stood_still_takes_no_time_from_anybody(self) -> None:
        deadlines = Deadlines(1.0, unheard)
        now = asyncio.get_running_loop().time()
        assert deadlines.add("x", since=now - 60) >= now + 1.0 - LATE_S

    async def test_a_missing_pong_is_noticed_an_interval_and_a_timeout_after_the_session_opened(self) -> None:
        engine = Engine(ping_interval=0.05, ping_timeout=0.1)
        session = engine.open("/", "", "192.0.2.1", secure=False, websocket=None)
        ping_due = session.heartbeat_due
        await asyncio.sleep(0.05)
        while not session.is_awaiting_pong:
            await asyncio.sleep(0)
        late = asyncio.get_running_loop().time() - ping_due
        assert 0 <= session.heartbeat_due - (ping_due + 0.1) <= max(0.0, late - LATE_S)
