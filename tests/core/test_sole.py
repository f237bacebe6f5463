"""Two programs on one database would end each other's meetings: a second is refused until the first is gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from onepizza.core.errors import ServiceUnavailable
from onepizza.core.sole import AlreadyServed, sole_server
from tests.support.service import running_service, start_service

_HOLDERS = """
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def holders(dsn: str) -> list[int]:
    connection = await asyncpg.connect(dsn)
    try:
        return [row["pid"] for row in await connection.fetch(_HOLDERS)]
    finally:
        await connection.close()


class TestSoleServer:
    async def test_second_is_refused_while_the_first_serves(self, database_url: str) -> None:
        said: list[str] = []
        async with sole_server(database_url, patience_s=0, say=said.append):
            with pytest.raises(AlreadyServed, match="another onepizza"):
                async with sole_server(database_url, patience_s=0, say=said.append):
                    pytest.fail("two programs serve one database")
        assert said == []

    async def test_second_waits_for_a_first_that_is_stopping_and_says_so(self, database_url: str) -> None:
        said: list[str] = []
        is_first_asked = asyncio.Event()

        def say(line: str) -> None:
            said.append(line)
            is_first_asked.set()

        async def second() -> None:
            async with sole_server(database_url, patience_s=20, say=say):
                pass

        async with sole_server(database_url, patience_s=0, say=said.append):
            waiting = asyncio.create_task(second())
            await is_first_asked.wait()
            assert not waiting.done()
        await waiting
        assert len(said) == 1
        assert "Waiting for another onepizza" in said[0]

    async def test_the_claim_comes_back_after_its_connection_was_lost(self, database_url: str) -> None:
        async with sole_server(database_url, patience_s=0, say=print):
            [first] = await holders(database_url)
            connection = await asyncpg.connect(database_url)
            await connection.execute("SELECT pg_terminate_backend($1)", first)
            await connection.close()
            async with asyncio.timeout(10):
                while (now := await holders(database_url)) in ([], [first]):
                    pass
            assert len(now) == 1

    async def test_behind_a_bouncer_nothing_is_claimed(self, database_url: str) -> None:
        async with sole_server(
            f"{database_url}{'&' if '?' in database_url else '?'}pgbouncer=true", patience_s=0, say=print
        ):
            assert await holders(database_url) == []

    async def test_no_database_is_the_usual_refusal(self) -> None:
        with pytest.raises(ServiceUnavailable, match="The database cannot be opened"):
            async with sole_server("postgresql://a:b@127.0.0.1:9/c", patience_s=0, say=print):
                pass


class TestServe:
    async def test_second_program_on_the_same_data_gives_up_and_leaves_the_first_alone(self, tmp_path: Path) -> None:
        async with running_service(tmp_path) as first:
            with pytest.raises(AssertionError, match="status 3") as refusal:
                await start_service(tmp_path, {"LIMIT_SHUTDOWN_TOTAL_SECONDS": "1"})
            assert "onepizza: another onepizza serves this database" in str(refusal.value)
            assert first.process.returncode is None

    async def test_a_killed_program_is_followed_at_once(self, tmp_path: Path) -> None:
        first = await start_service(tmp_path)
        await first.kill()
        async with running_service(tmp_path) as second:
            assert not any("Waiting" in line for line in second.output)
