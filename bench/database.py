"""A PostgreSQL server for one run, shared by both sides: the embedded one, in a folder that is thrown away."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from bench.programs import BenchBroken
from onepizza.postgres.errors import EmbeddedPostgresError
from onepizza.postgres.server import EmbeddedPostgres


@contextmanager
def database() -> Iterator[str]:
    """Run a server and yield the address of an empty database.

    Raises:
        BenchBroken: it did not start.
    """
    named = os.environ.get("ONEPIZZA_PG_BIN")
    with tempfile.TemporaryDirectory(prefix="onepizza-bench-pg-") as folder:
        server = EmbeddedPostgres(Path(folder), binaries=Path(named) if named else None)
        try:
            asyncio.run(server.start())
        except EmbeddedPostgresError as error:
            raise BenchBroken(str(error)) from error
        try:
            asyncio.run(_forgo_disk(server.dsn))
            yield server.dsn
        finally:
            asyncio.run(server.stop())


async def _forgo_disk(dsn: str) -> None:
    """Let commits not wait for the disk: it is not compared, and a round takes less wall time without it."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("ALTER DATABASE postgres SET synchronous_commit = off")
    await connection.close()
