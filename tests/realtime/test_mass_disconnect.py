"""A whole network goes away at once: thousands of sockets in the same turn stall nobody who is still there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from websockets.frames import Frame, Opcode

from onepizza.core.settings import Limits
from onepizza.rooms.commands import Describe
from tests.realtime.stage import Stage, stage
from tests.socketio.unplugged import join
from tests.support.watchdog import garbage_settled, longest_turn

SOCKETS = 8_000
OF_ONE_MEETING = 8
STALL_S = 0.25
MANY = 1_000_000
LIMITS = Limits(joins_per_address_per_minute=MANY, unjoined_sockets_per_address=MANY, joined_sockets_per_address=MANY)


def seat(house: Stage) -> list[Any]:
    """Fill meetings of eight and return the connections of everybody."""
    connections = join(house.realtime._server, SOCKETS)
    meetings = [f"meeting-{number}" for number in range(SOCKETS // OF_ONE_MEETING)]
    house.meetings.known.update(meetings)
    for number, connection in enumerate(connections):
        asked = ["join-meeting", {"meetingId": meetings[number // OF_ONE_MEETING], "name": "Ada"}]
        connection.data_received(Frame(Opcode.TEXT, b"42" + msgspec.json.encode(asked)).serialize(mask=True))
    return connections


def people(house: Stage) -> int:
    """Count the seats of all rooms."""
    directory = house.directory
    return sum(len(directory.tell(key, Describe()).participants) for key in directory.live_ids())


def one_turn() -> Callable[[], bool]:
    """Return what holds after one more turn of the loop."""
    turns = iter((False, True))
    return lambda: next(turns)


class TestMassDisconnect:
    @pytest.mark.slow
    async def test_of_eight_thousand_in_a_thousand_meetings_stalls_for_less_than_a_quarter_second(self) -> None:
        with garbage_settled():
            async with stage(limits=LIMITS) as house:
                connections = seat(house)
                while people(house) < SOCKETS:
                    await asyncio.sleep(0)
                house.facts.clear()
                assert await self._lose(house, connections) < STALL_S
                assert await self._end_holds(house) < STALL_S
                assert len(house.facts) == SOCKETS

    async def _lose(self, house: Stage, connections: list[Any]) -> float:
        """Lose all in one turn; return the longest turn until the rooms know."""
        loop = asyncio.get_running_loop()
        for connection in connections:
            loop.call_soon(connection.connection_lost, None)
        goodbyes = house.realtime._goodbyes
        assert goodbyes is not None
        stalled_s = await longest_turn(lambda: not house.realtime._seats.sockets() and not goodbyes._waiting)
        assert people(house) == SOCKETS
        return stalled_s

    async def _end_holds(self, house: Stage) -> float:
        """Let all seats go; return the longest turn until they are free."""
        house.clock.advance(15)
        stalled_s = 0.0
        while people(house):
            asyncio.get_running_loop().call_soon(house.directory.tick)
            stalled_s = max(stalled_s, await longest_turn(one_turn()))
        return stalled_s
