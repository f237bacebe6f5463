"""Keeps one client's handlers in order: a later one starts only when the earlier one has ended."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

_log = logging.getLogger(__name__)

PAUSE_AT = 64
"""Waiting packets at which reading from the client stops until the queue is empty."""
MAX_WAITING = 4096
"""Waiting packets at which the client is closed: one read may still bring this many after reading stopped."""

Job = Callable[[], None]
Completion = Callable[[Any], None]

_running: set[asyncio.Task[Any]] = set()
"""Strong references: the loop itself keeps only weak ones, and a handler must not vanish half-way."""


class Turns:
    """A running coroutine and what waits behind it. Exists only while a coroutine runs; idle clients have none."""

    __slots__ = ("_on_idle", "_task", "_waiting", "is_paused")

    def __init__(self, on_idle: Callable[[], None]) -> None:
        self._on_idle = on_idle
        self._task: asyncio.Task[Any] | None = None
        self._waiting: deque[Job] = deque()
        self.is_paused = False
        """Set by the owner when it stopped reading because of this queue."""

    def __len__(self) -> int:
        return len(self._waiting)

    def run(self, coroutine: Coroutine[Any, Any, Any], completion: Completion | None, what: str) -> None:
        """Start `coroutine`; when it returns, call `completion(result)`, then go on with what waits."""

        def done(task: asyncio.Task[Any]) -> None:
            _running.discard(task)
            self._task = None
            report(task, completion, what)
            self._go_on()

        self._task = task = asyncio.get_running_loop().create_task(coroutine)
        _running.add(task)
        task.add_done_callback(done)

    def wait(self, job: Job) -> None:
        """Call `job` after everything before it."""
        self._waiting.append(job)

    def drop(self) -> None:
        """Forget what waits; the running coroutine goes on."""
        self._waiting.clear()

    def _go_on(self) -> None:
        while self._waiting and self._task is None:
            self._waiting.popleft()()
        if self._task is None:
            self._on_idle()


def report(task: asyncio.Task[Any], completion: Completion | None, what: str) -> None:
    """Hand on a finished handler's result, or log what it raised."""
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        _log.error("%s raised", what, exc_info=error)
    elif completion is not None:
        completion(task.result())


def run_detached(coroutine: Coroutine[Any, Any, Any], what: str) -> None:
    """Run a handler that nothing waits for."""

    def done(task: asyncio.Task[Any]) -> None:
        _running.discard(task)
        report(task, None, what)

    task = asyncio.get_running_loop().create_task(coroutine)
    _running.add(task)
    task.add_done_callback(done)
