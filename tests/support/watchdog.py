"""Measures how long the event loop was kept from other work, in CPU seconds: a busy machine makes no difference."""

from __future__ import annotations

import asyncio
import gc
import inspect
import time
from asyncio.events import Handle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import onepizza

_PRODUCT = str(Path(onepizza.__file__).parent)


async def longest_turn(until: Callable[[], bool]) -> float:
    """Return the most CPU seconds that one turn of the event loop took until something holds."""
    longest, last = 0.0, time.thread_time()
    while not until():
        await asyncio.sleep(0)
        now = time.thread_time()
        longest, last = max(longest, now - last), now
    return longest


@contextmanager
def garbage_settled() -> Iterator[None]:
    """Have collections within the block spare what is there before it, as the program does at its start."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class Watchdog:
    """What the product's own callbacks took; those of the test and its clients, on the same loop, do not count."""

    def __init__(self) -> None:
        self.count = 0
        self.longest_s = 0.0
        self.longest = ""

    def note(self, callback: Any, seconds: float) -> None:
        """Take one callback down."""
        if not (name := _of_product(callback)):
            return
        self.count += 1
        if seconds > self.longest_s:
            self.longest_s, self.longest = seconds, name


@contextmanager
def watching() -> Iterator[Watchdog]:
    """Watch every callback of this thread's loop within the block; not for uvloop, which has handles of its own."""
    watchdog = Watchdog()
    run = Handle._run

    def timed(handle: Any) -> None:
        callback = handle._callback
        started_at = time.thread_time()
        run(handle)
        watchdog.note(callback, time.thread_time() - started_at)

    Handle._run = timed  # type: ignore[method-assign]
    try:
        with garbage_settled():
            yield watchdog
    finally:
        Handle._run = run  # type: ignore[method-assign]


def _of_product(callback: Any) -> str:
    """Return what of the product this callback runs, nothing if it is not the product's."""
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        code = getattr(owner.get_coro(), "cr_code", None)
        return f"{code.co_qualname}" if code is not None and code.co_filename.startswith(_PRODUCT) else ""
    if isinstance(owner, asyncio.Transport):
        owner = owner.get_protocol()
    kind = owner if inspect.isclass(owner) or inspect.isfunction(owner) else type(owner)
    return f"{kind.__qualname__}" if getattr(kind, "__module__", "").startswith("onepizza.") else ""
