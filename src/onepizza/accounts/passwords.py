"""Password hashes: argon2id in two threads of their own, with a queue that ends in 503 instead of a stall."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from onepizza.core.errors import ServiceUnavailable

T = TypeVar("T")

_argon2 = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""29 ms and 19 MiB a hash, OWASP's second choice; the library's default takes 207 ms and 64 MiB."""

DUMMY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$6fk9cKm6RYbHOlKHlWzsPg$VgCh3QP+Vw5G/+0KLaJfXkjhrM+fWMD09sUB+pEuo5w"
"""The hash of a password nobody knows, with our parameters: what an unknown account's password is checked against, so
that the answer takes as long as for a known one."""

_RETRY_AFTER_S = 2


class Passwords:
    """Hashes and checks passwords, at most `at_once` together and `queued` waiting (CONTRACT 2).

    Args:
        argon2: how costly a hash is; tests about something else make it cheap.
    """

    def __init__(self, at_once: int = 2, queued: int = 32, argon2: PasswordHasher = _argon2) -> None:
        self._argon2 = argon2
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="argon2")
        self._room = at_once + queued

    async def hash(self, password: str) -> str:
        """Return the encoded hash with its own salt and parameters.

        Raises:
            ServiceUnavailable: too many are waiting already.
        """
        return await self._run(lambda: self._argon2.hash(_normalised(password)))

    async def verify(self, stored: str, password: str) -> bool:
        """Say whether this is the password of a stored hash; raises like `hash`."""
        return await self._run(lambda: self._matches(stored, _normalised(password)))

    def is_outdated(self, stored: str) -> bool:
        """Say whether a hash was made with other parameters than those of today, and should be made again."""
        return self._argon2.check_needs_rehash(stored)

    def close(self) -> None:
        """Let the threads end; what is queued is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._argon2.verify(stored, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._room == 0:
            raise ServiceUnavailable("Too many sign-ups and log-ins right now", retry_after_s=_RETRY_AFTER_S)
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._room += 1


def _normalised(password: str) -> str:
    """Return the password in NFC: an ä is one character on one keyboard and two on another."""
    return unicodedata.normalize("NFC", password)
