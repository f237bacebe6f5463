"""Sees to it that one program at a time serves a database.

Rooms live in the memory of the program that serves them. A second one would take every running meeting for what a crash
left: it would open the rooms again, find nobody coming back, and end and charge meetings that people sit in.

An advisory lock of a session says who serves. It dies with the program, however that ends, and PostgreSQL itself finds
out when the machine of the program is gone. A row with a heartbeat would keep a program that was killed from starting
again until the heartbeat is old.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import structlog

from onepizza.core.db import split_pgbouncer
from onepizza.core.errors import ServiceUnavailable

_log = structlog.get_logger(__name__)

_ADVISORY_LOCK = 0x0912ECB  # beside that of migrations; every version of the program takes the same
_TIMEOUT_S = 10
_LOOK_EVERY_S = 0.1
_CLAIM_AGAIN_EVERY_S = 1.0
_CLOSE_TIMEOUT_S = 2.0

_SESSION = {
    "application_name": "onepizza",
    # Over TCP: a machine that lost its power says no goodbye, and by default its lock would be held for two hours.
    # The same probes keep a silent connection alive behind a firewall.
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


class AlreadyServed(Exception):
    """Another program serves the database and did not stop in time; one line that says what to do."""


@asynccontextmanager
async def sole_server(dsn: str, *, patience_s: float, say: Callable[[str], None]) -> AsyncGenerator[None]:
    """Be the one program that serves a database for the length of the block.

    When the connection that holds the claim is lost, because PostgreSQL restarts, it is claimed again; the block goes
    on meanwhile. Behind a pooler (`?pgbouncer=true`) nothing is claimed: the lock would stay with a connection of the
    pool.

    Args:
        dsn: of the database.
        patience_s: how long a predecessor may take to stop.
        say: told once if there is one to wait for.

    Raises:
        AlreadyServed: another program serves it, and still does when the patience is over.
        ServiceUnavailable: no connection.
    """
    dsn, is_bouncer = split_pgbouncer(dsn)
    if is_bouncer:
        yield
        return
    connection = await _connect(dsn)
    try:
        await _wait_for_claim(connection, patience_s, say)
    except BaseException:
        connection.terminate()
        raise
    keeping = asyncio.create_task(_keep(dsn, connection))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def _wait_for_claim(connection: Any, patience_s: float, say: Callable[[str], None]) -> None:  # noqa: ANN401
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience_s
    is_told = False
    while not await _claim(connection):
        if loop.time() >= deadline:
            raise AlreadyServed(
                "another onepizza serves this database; a meeting lives in one program, so stop it first"
            )
        if not is_told:
            say("Waiting for another onepizza on this database to stop")
            is_told = True
        await asyncio.sleep(_LOOK_EVERY_S)


async def _keep(dsn: str, connection: Any) -> None:  # noqa: ANN401 (asyncpg has no types)
    """Hold the claim until cancelled, over one connection after the other."""
    try:
        while True:
            await _until_closed(connection)
            connection = await _claim_again(dsn)
    finally:
        if not connection.is_closed():
            await _close(connection)


async def _until_closed(connection: Any) -> None:  # noqa: ANN401
    is_lost = asyncio.Event()

    def note(_: object) -> None:
        is_lost.set()

    connection.add_termination_listener(note)
    if not connection.is_closed():
        await is_lost.wait()


async def _claim_again(dsn: str) -> Any:  # noqa: ANN401
    """Return a connection that holds the claim.

    Should another program have come first, this one goes on serving the people it has, and the log says what to do.
    """
    is_told = False
    while True:
        try:
            connection = await _connect(dsn)
            if await _claimed_or_closed(connection):
                return connection
            if not is_told:
                _log.error("database_served_by_another", remedy="stop one of the two programs")
                is_told = True
        except ServiceUnavailable:
            pass  # it restarts, or is away: looked for again below
        await asyncio.sleep(_CLAIM_AGAIN_EVERY_S)


async def _claimed_or_closed(connection: Any) -> bool:  # noqa: ANN401
    has_claim = False
    try:
        has_claim = await _claim(connection)
    finally:
        if not has_claim:
            connection.terminate()
    return has_claim


async def _close(connection: Any) -> None:  # noqa: ANN401
    try:
        await connection.close(timeout=_CLOSE_TIMEOUT_S)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


async def _connect(dsn: str) -> Any:  # noqa: ANN401
    try:
        return await asyncpg.connect(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            dsn, timeout=_TIMEOUT_S, command_timeout=_TIMEOUT_S, statement_cache_size=0, server_settings=_SESSION
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise ServiceUnavailable(f"The database cannot be opened: {str(error) or type(error).__name__}") from error


async def _claim(connection: Any) -> bool:  # noqa: ANN401
    try:
        return await connection.fetchval("SELECT pg_try_advisory_lock($1)", _ADVISORY_LOCK)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise ServiceUnavailable(f"The database cannot be opened: {str(error) or type(error).__name__}") from error
