"""Password hashes: argon2id in two threads of their own, with a queue that ends in 503 instead of a stall."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from onepizza.core.errors import ServiceUnavailable

T = TypeVar("T")

_argon2 = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""29 ms and 19 MiB a hash, OWASP's second choice; the library's default takes 207 ms and 64 MiB."""

_RETRY_AFTER_S = 2


class Passwords:
    """Hashes and checks passwords, at most `at_once` together and `queued` waiting (CONTRACT 2)."""

    def __init__(self, at_once: int = 2, queued: int = 32) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="argon2")
        self._room = at_once + queued

    async def hash(self, password: str) -> str:
        """Return the encoded hash with its own salt and parameters.

        Raises:
            ServiceUnavailable: too many are waiting already.
        """
        return await self._run(lambda: _argon2.hash(password))

    async def verify(self, stored: str, password: str) -> bool:
        """Say whether this is the password of a stored hash; raises like `hash`."""
        return await self._run(lambda: _matches(stored, password))

    def close(self) -> None:
        """Let the threads end; what is queued is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._room == 0:
            raise ServiceUnavailable("Too many sign-ups and log-ins right now", retry_after_s=_RETRY_AFTER_S)
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._room += 1


def _matches(stored: str, password: str) -> bool:
    try:
        return _argon2.verify(stored, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
