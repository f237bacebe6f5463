"""A job that kills its process: a real kill -9, again and again."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest

from onepizza.core.db import Database

# The clock of each run stands a day later, so that every lease is over. Nobody else is there to be told.
_PROGRAM = """
import asyncio, os, signal, sys
from onepizza.core.bus import Bus
from onepizza.core.clock import FakeClock
from onepizza.core.db import Database
from onepizza.core.jobs import Jobs

async def main(dsn, run):
    database = await Database.open(dsn, Bus())
    jobs = Jobs(database, FakeClock(1_800_000_000.0 + 86_400 * run))
    async def deadly(job):
        os.kill(os.getpid(), signal.SIGKILL)
    jobs.register("deadly", deadly, attempts=2)
    if run == 0:
        async with database.transaction() as tx:
            await jobs.enqueue(tx, "deadly")
    await jobs.work_off()
    await database.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@pytest.mark.slow
class TestDeadlyJob:
    async def test_it_is_tried_as_often_as_any_other_and_then_kept(self, database_url: str, database: Database) -> None:
        statuses = []
        for run in range(4):
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", _PROGRAM, database_url, str(run))
            statuses.append(await process.wait())
        assert statuses == [-signal.SIGKILL, -signal.SIGKILL, 0, 0]
        async with database.transaction() as tx:
            rows = await tx.conn.fetch("SELECT attempts, failed_at IS NOT NULL AS failed, last_error FROM jobs")
        assert [tuple(row) for row in rows] == [(2, True, "lost while running")]
