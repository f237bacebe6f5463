"""One after the other: changes of one meeting that go to the record first and then to the live room.

Without turns the room could hear of two changes in the other order than the record, and keep the older one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from onepizza.core.errors import ServiceUnavailable

WAIT_S = 1.0
"""With the 5 s of a statement this stays within the 6 s in which a hanging database fails a request (CONTRACT 5)."""


class Turns:
    """A lock for each meeting, which exists as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, meeting_id: str) -> AsyncGenerator[None]:
        """Run the block when nobody else's block for this meeting runs.

        Raises:
            ServiceUnavailable: those before take too long.
        """
        lock = self._locks.get(meeting_id)
        if lock is None:
            lock = self._locks[meeting_id] = asyncio.Lock()
        try:
            async with asyncio.timeout(WAIT_S):
                await lock.acquire()
        except TimeoutError:
            raise ServiceUnavailable from None
        try:
            yield
        finally:
            lock.release()
