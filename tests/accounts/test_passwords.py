from __future__ import annotations

import asyncio

from onepizza.accounts.passwords import Passwords
from onepizza.core.errors import ServiceUnavailable


class TestPasswords:
    async def test_a_hash_verifies_its_password_and_no_other(self) -> None:
        passwords = Passwords()
        stored = await passwords.hash("secret123")
        assert await passwords.verify(stored, "secret123")
        assert not await passwords.verify(stored, "secret124")
        assert not await passwords.verify("no hash at all", "secret123")
        assert stored != await passwords.hash("secret123")
        passwords.close()

    async def test_more_than_the_queue_holds_are_turned_away(self) -> None:
        passwords = Passwords(at_once=1, queued=2)
        results = await asyncio.gather(*(passwords.hash("secret123") for _ in range(5)), return_exceptions=True)
        refused = [result for result in results if isinstance(result, ServiceUnavailable)]
        assert len(refused) == 2
        assert [error.retry_after_s for error in refused] == [2, 2]
        assert await passwords.hash("secret123")
        passwords.close()
