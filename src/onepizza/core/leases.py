"""Connections of the pool: taken for one transaction, exchanged if they died unnoticed, given back.

It owns which errors mean "not available now" and which a lost connection; `core.db` has the transactions.
"""

# ruff: noqa: D102 (asyncpg documents its own methods)
from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol, Self, TypeVar

import asyncpg
import structlog

from onepizza.core.bus import Connection
from onepizza.core.errors import ServiceUnavailable

T = TypeVar("T")

_log = structlog.get_logger(__name__)

_ATTEMPTS = 3
# Not errors of a statement: the server goes, is coming, is full, is a standby now, or gave a lock to somebody else.
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleSessionTimeoutError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.QueryCanceledError,
)

# What asyncpg raises when the connection breaks under a call; on a connection that is alive the same means a bug.
LOST = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class PooledConnection(Connection, Protocol):
    """The part of a pooled connection that is used beside its statements."""

    def is_closed(self) -> bool: ...
    def is_in_transaction(self) -> bool: ...
    def terminate(self) -> None: ...


class Pool(Protocol):
    """The part of asyncpg's pool that is used here, with the types it lacks."""

    def acquire(self) -> Awaitable[PooledConnection]: ...
    def release(self, connection: PooledConnection) -> Awaitable[None]: ...
    async def expire_connections(self) -> None: ...
    async def close(self) -> None: ...
    def terminate(self) -> None: ...
    def get_size(self) -> int: ...
    def get_idle_size(self) -> int: ...


class NoPool:
    """Stands for a pool where no database is wanted; every request for a connection fails like an unreachable one."""

    async def acquire(self) -> PooledConnection:
        raise ConnectionRefusedError("there is no database")

    async def release(self, connection: PooledConnection) -> None: ...
    async def expire_connections(self) -> None: ...
    async def close(self) -> None: ...
    def terminate(self) -> None: ...

    def get_size(self) -> int:
        return 0

    def get_idle_size(self) -> int:
        return 0


class Stock:
    """A pool that keeps connections at hand between two transactions.

    asyncpg's own pool wraps every release in a task and sets a timer for it, a tenth of the cost of create-meeting. It
    gets a connection back when somebody waits for one, when the connections expire, and at the end.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._at_hand: list[PooledConnection] = []
        self._waiting = 0

    async def acquire(self) -> PooledConnection:
        """Return the connection that was used last, or wait for one of the pool."""
        while self._at_hand:
            connection = self._at_hand.pop()
            if not is_lost(connection):
                return connection
        self._waiting += 1
        try:
            return await self._pool.acquire()
        finally:
            self._waiting -= 1

    async def release(self, connection: PooledConnection) -> None:
        """Keep a connection that is alive, unless somebody waits at the pool."""
        if self._waiting or is_lost(connection):
            await self._pool.release(connection)
        else:
            self._at_hand.append(connection)

    async def expire_connections(self) -> None:
        """Have every connection replaced before its next use."""
        await self._pool.expire_connections()
        await self._empty()

    async def close(self) -> None:
        """Close every connection, those in use once they come back."""
        self._waiting += 1  # for good: whatever comes back now goes to the pool, which waits for it
        await self._empty()
        await self._pool.close()

    def terminate(self) -> None:
        """Cut every connection."""
        self._pool.terminate()

    def get_size(self) -> int:
        """Return how many connections are open."""
        return self._pool.get_size()

    def get_idle_size(self) -> int:
        """Return how many of them are free."""
        return self._pool.get_idle_size() + len(self._at_hand)

    async def _empty(self) -> None:
        while self._at_hand:
            await self._pool.release(self._at_hand.pop())


class Lease:
    """A connection taken from the pool for one transaction, and exchanged if it turns out to be dead before its use."""

    def __init__(self, pool: Pool, connection: PooledConnection) -> None:
        self._pool = pool
        self.connection = connection
        self._is_fresh = True

    @classmethod
    async def take(cls, pool: Pool) -> Self:
        """Wait for a connection; raises ServiceUnavailable when there is none to be had."""
        return cls(pool, await _acquire(pool))

    async def ask(self, question: Callable[[PooledConnection], Awaitable[T]]) -> T:
        """Run a statement that may be run again on another connection: BEGIN, or one that only reads.

        A pooled connection may have died with the server and not know yet. As long as nothing has happened on it,
        another one is taken instead of failing the request.
        """
        if not self._is_fresh:
            return await question(self.connection)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = await question(self.connection)
            except (*AWAY, *LOST) as error:
                cut(self.connection)
                if attempt == _ATTEMPTS:
                    raise ServiceUnavailable from error
                await self._exchange()
            else:
                self._is_fresh = False
                return answer
        raise AssertionError("unreachable")

    async def give_back(self) -> None:
        """Return the connection to the pool."""
        await self._pool.release(self.connection)

    async def _exchange(self) -> None:
        await self._pool.release(self.connection)
        await self._pool.expire_connections()
        self.connection = await _acquire(self._pool)


async def _acquire(pool: Pool) -> PooledConnection:
    try:
        return await pool.acquire()
    except (asyncpg.PostgresError, *LOST) as error:
        _log.warning("database_unreachable", reason=type(error).__name__)
        raise ServiceUnavailable from error


def is_lost(connection: PooledConnection) -> bool:
    """Say whether the connection is closed, whoever closed it."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:  # the pool takes a connection back when it breaks; its proxy then refuses every call
        return True


def cut(connection: PooledConnection) -> None:
    """Drop the connection without a word to the server."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()
