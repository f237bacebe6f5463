"""Tells rooms whose connection is gone, in slices, so that thousands at once stall nobody."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from onepizza.realtime.desk import log
from onepizza.rooms.commands import Disconnected, Leave
from onepizza.rooms.directory import Directory
from onepizza.rooms.errors import NotJoined, RoomNotLive
from onepizza.rooms.waiting_commands import StopWaiting

_SLICE_S = 0.01

Goodbye = Leave | Disconnected | StopWaiting


class Goodbyes:
    """A queue that is worked off in the loop's next turns, at most 10 ms in each.

    A cut network takes thousands of sockets in one turn. Told one by one within it, each room would send to members
    that are as gone as the one it tells them of; a turn later it knows who is left.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._waiting: deque[tuple[str, Goodbye]] = deque()
        self._is_scheduled = False

    def add(self, meeting_id: str, goodbye: Goodbye) -> None:
        """Tell this room soon."""
        self._waiting.append((meeting_id, goodbye))
        self._schedule()

    def _schedule(self) -> None:
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._work)

    def _work(self) -> None:
        self._is_scheduled = False
        until = time.monotonic() + _SLICE_S
        while self._waiting:
            self._tell(*self._waiting.popleft())
            if time.monotonic() > until and self._waiting:
                self._schedule()
                return

    def _tell(self, meeting_id: str, goodbye: Goodbye) -> None:
        try:
            self._directory.tell(meeting_id, goodbye)
        except (RoomNotLive, NotJoined):
            # The room ended or removed this participant in the same moment; nothing is left to give up.
            return
        except Exception:  # noqa: BLE001 (the edge answers for bugs; the others in the queue must not wait for ever)
            log.exception("goodbye_failed")
