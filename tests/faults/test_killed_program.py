"""kill -9 of the program that uses the embedded PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.support.databases import binaries_to_test, until
from tests.support.embedded import processes_of, program, run_sql

_VERSIONS = binaries_to_test()
_WRITER_COUNT = 4


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="onepizza-test-"))
    yield folder / "data"
    deadline = time.monotonic() + 20
    while processes_of(folder / "data") and time.monotonic() < deadline:
        time.sleep(0.02)
    shutil.rmtree(folder)


@pytest.mark.parametrize("binaries", [_VERSIONS[name] for name in sorted(_VERSIONS)], ids=sorted(_VERSIONS))
class TestKilledProgram:
    async def test_no_orphan_after_2_s_and_no_committed_row_lost(self, data_dir: Path, binaries: Path) -> None:
        committed: list[int] = []
        async with program(data_dir, binaries) as first:
            await run_sql(first.dsn, "CREATE TABLE events (id bigint PRIMARY KEY)")
            writers = [asyncio.create_task(_write(first.dsn, each, committed)) for each in range(_WRITER_COUNT)]
            await until(lambda: len(committed) > 100, "rows are being written")
            await first.kill()
            gone_after_s = await until(lambda: not processes_of(data_dir), "no orphan", 2.0)
            await asyncio.gather(*writers)
        assert gone_after_s < 2.0
        async with program(data_dir, binaries) as second:
            connection = await asyncpg.connect(second.dsn)
            found = {row[0] for row in await connection.fetch("SELECT id FROM events")}
            await connection.close()
            assert set(committed) <= found
            assert await second.stop() == 0

    async def test_the_next_start_works_at_once(self, data_dir: Path, binaries: Path) -> None:
        for _ in range(3):
            started_at = time.monotonic()
            async with program(data_dir, binaries) as running:
                took_s = time.monotonic() - started_at
                assert await run_sql(running.dsn, "SELECT 1") == 1
                await running.kill()
        assert took_s < 10.0


async def _write(dsn: str, writer: int, committed: list[int]) -> None:
    connection = await asyncpg.connect(dsn)
    number = writer
    try:
        while True:
            await connection.execute("INSERT INTO events VALUES ($1)", number)
            committed.append(number)
            number += _WRITER_COUNT
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return
