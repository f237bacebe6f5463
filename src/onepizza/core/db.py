"""The way to PostgreSQL: a pool, one connection in one transaction at a time, and one error for "not available now".

It owns no SQL of the product; that is in the `store.py` of each slice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol, Self, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
import structlog

from onepizza.core.bus import Bus, Connection
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.facts import Fact

_log = structlog.get_logger(__name__)

_BEGIN_ATTEMPTS = 3
_PING_TIMEOUT_S = 2.0
_CLOSE_TIMEOUT_S = 3.0
# Not errors of a statement: the server goes, is coming, is full, is a standby now, or gave a lock to somebody else.
_AWAY = (
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
_LOST = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class _PooledConnection(Connection, Protocol):
    def is_closed(self) -> bool: ...
    def is_in_transaction(self) -> bool: ...
    def terminate(self) -> None: ...


class _Pool(Protocol):
    """The part of asyncpg's pool that is used here, with the types it lacks."""

    def acquire(self) -> Awaitable[_PooledConnection]: ...
    def release(self, connection: _PooledConnection) -> Awaitable[None]: ...
    async def expire_connections(self) -> None: ...
    async def close(self) -> None: ...
    def terminate(self) -> None: ...
    def get_size(self) -> int: ...
    def get_idle_size(self) -> int: ...


class _NoPool:
    """Stands for a pool where no database is wanted; every request for a connection fails like an unreachable one."""

    async def acquire(self) -> _PooledConnection:
        raise ConnectionRefusedError("there is no database")

    async def release(self, connection: _PooledConnection) -> None: ...
    async def expire_connections(self) -> None: ...
    async def close(self) -> None: ...
    def terminate(self) -> None: ...

    def get_size(self) -> int:
        return 0

    def get_idle_size(self) -> int:
        return 0


class Transaction:
    """One connection in one transaction; stores run their SQL on `conn`."""

    __slots__ = ("_after", "_bus", "conn")

    def __init__(self, conn: Connection, bus: Bus) -> None:
        self.conn = conn
        self._bus = bus
        self._after: list[Callable[[], None]] = []

    async def publish(self, fact: Fact) -> None:
        """Let the listeners write their rows now, and tell the others after the commit, in the order of publishing."""
        await self._bus.write(self, fact)
        self._after.append(lambda: self._bus.announce(fact))

    def after_commit(self, action: Callable[[], None]) -> None:
        """Call `action()` once the rows are safe; never after a rollback. What it raises is logged."""
        self._after.append(action)

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Undo only what happens inside when it raises, so that the caller may catch a broken constraint and go on."""
        await self.conn.execute("SAVEPOINT here")
        try:
            yield
        except Exception:
            await self.conn.execute("ROLLBACK TO SAVEPOINT here; RELEASE SAVEPOINT here")
            raise
        await self.conn.execute("RELEASE SAVEPOINT here")

    def announce(self) -> None:
        """Run what waited for the commit; called once, by `Database.transaction`."""
        for action in self._after:
            try:
                action()
            except Exception:  # noqa: BLE001 (the rows are safe; the other actions must run)
                _log.exception("after_commit_failed")


class Database:
    """A pool of connections to one database."""

    def __init__(self, pool: _Pool, bus: Bus, command_timeout_s: float) -> None:
        self._pool = pool
        self._bus = bus
        self._command_timeout_s = command_timeout_s

    @classmethod
    async def open(
        cls, dsn: str, bus: Bus, *, min_size: int = 1, max_size: int = 20, command_timeout_s: float = 5.0
    ) -> Self:
        """Connect.

        Args:
            dsn: `postgresql://…`; `?pgbouncer=true` turns prepared statements off, which PgBouncer in transaction mode
                cannot keep.
            bus: where published facts go.
            min_size: connections opened at once.
            max_size: connections at most; who finds all taken waits.
            command_timeout_s: the most a transaction may take, from asking for a connection to its commit. Not per
                statement: waiting for a connection and then for a server that hangs must stay under 6 s together
                (CONTRACT 5).

        Raises:
            ServiceUnavailable: no connection, with PostgreSQL's own reason in the message.
        """
        dsn, is_bouncer = split_pgbouncer(dsn)
        try:
            async with asyncio.timeout(command_timeout_s):
                pool = await asyncpg.create_pool(  # pyright: ignore[reportUnknownMemberType]
                    dsn,
                    # No floor: asyncpg would go on connecting by itself, with a traceback in the log for each failure.
                    min_size=0,
                    init_size=min_size,
                    max_size=max_size,
                    timeout=command_timeout_s,
                    reset=_keep_session,
                    statement_cache_size=0 if is_bouncer else 256,
                    server_settings={"application_name": "onepizza", "timezone": "UTC"},
                )
        except TimeoutError as error:
            raise ServiceUnavailable("The database does not answer") from error
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
            raise ServiceUnavailable(f"The database cannot be opened: {error}") from error
        return cls(cast("_Pool", pool), bus, command_timeout_s)

    @classmethod
    def unconnected(cls, bus: Bus) -> Self:
        """Return a database that is never there, for building the application only to describe it."""
        return cls(_NoPool(), bus, 1.0)

    @asynccontextmanager
    async def transaction(self, *, timeout_s: float | None = None) -> AsyncGenerator[Transaction]:
        """Begin; commit when the block ends, roll back when it raises; then announce the facts.

        Args:
            timeout_s: another limit than the database's own, for a job that may take longer.

        Raises:
            ServiceUnavailable: no connection to be had, the connection broke, or the time is over. After a broken
                commit nobody knows whether the rows are there; callers make repeats harmless.
        """
        deadline = asyncio.timeout(self._command_timeout_s if timeout_s is None else timeout_s)
        try:
            async with deadline:
                connection = await self._begin()
                transaction = Transaction(connection, self._bus)
                try:
                    yield transaction
                    await _commit(connection)
                except BaseException as error:
                    was_lost = _is_lost(connection)
                    await _roll_back(connection, error)
                    # A write to a line that just broke raises before asyncpg knows that it is closed.
                    has_broken = isinstance(error, BrokenPipeError | ConnectionResetError)
                    if has_broken or isinstance(error, _AWAY) or (was_lost and isinstance(error, _LOST)):
                        raise ServiceUnavailable from error
                    raise
                finally:
                    await self._pool.release(connection)
        except TimeoutError as error:
            if deadline.expired():
                _log.warning("database_timeout")
                raise ServiceUnavailable from error
            raise
        transaction.announce()

    async def ping(self) -> bool:
        """Return whether the database answers within 2 s."""
        try:
            async with self.transaction(timeout_s=_PING_TIMEOUT_S) as transaction:
                return await transaction.conn.fetchval("SELECT 1") == 1
        except ServiceUnavailable:
            return False

    @property
    def pool_total(self) -> int:
        """Connections open now."""
        return self._pool.get_size()

    @property
    def pool_idle(self) -> int:
        """Connections open and free now."""
        return self._pool.get_idle_size()

    async def close(self) -> None:
        """Close every connection; one that is still in use after 3 s is cut."""
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    async def _begin(self) -> _PooledConnection:
        """Return a connection with a transaction begun.

        A pooled connection may have died with the server and not know yet. Nothing has happened on it before BEGIN, so
        another one is taken instead of failing the request.
        """
        for attempt in range(1, _BEGIN_ATTEMPTS + 1):
            try:
                connection = await self._pool.acquire()
            except (asyncpg.PostgresError, *_LOST) as error:
                _log.warning("database_unreachable", reason=type(error).__name__)
                raise ServiceUnavailable from error
            try:
                await connection.execute("BEGIN")
                return connection
            except BaseException as error:
                _cut(connection)
                await self._pool.release(connection)
                if not isinstance(error, (*_AWAY, *_LOST)):
                    raise
                await self._pool.expire_connections()
                if attempt == _BEGIN_ATTEMPTS:
                    raise ServiceUnavailable from error
        raise AssertionError("unreachable")


async def _keep_session(_: Connection) -> None:
    """Replace asyncpg's reset (RESET ALL and more on every release, 100 µs): our code changes no session state."""


def _is_lost(connection: _PooledConnection) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:  # the pool takes a connection back when it breaks; its proxy then refuses every call
        return True


def _cut(connection: _PooledConnection) -> None:
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


async def _commit(connection: Connection) -> None:
    # PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error: whoever swallowed the exception of a
    # statement would believe in rows that do not exist.
    if await connection.execute("COMMIT") != "COMMIT":
        raise RuntimeError("the transaction had failed before its commit; use Transaction.savepoint around a statement")


async def _roll_back(connection: _PooledConnection, error: BaseException) -> None:
    """Roll back, or cut the connection where waiting for that makes no sense; the first error counts."""
    if _is_lost(connection):
        return
    if not isinstance(error, Exception) or isinstance(error, TimeoutError):
        # Cancelled, perhaps in the middle of a statement and because the server hangs: asking it for anything more
        # would wait again.
        _cut(connection)
        return
    try:
        if connection.is_in_transaction():
            await connection.execute("ROLLBACK")
    except (asyncpg.PostgresError, *_LOST):
        _cut(connection)
    except BaseException:
        _cut(connection)
        raise


def split_pgbouncer(dsn: str) -> tuple[str, bool]:
    """Return the address without our own `pgbouncer` parameter, which PostgreSQL would refuse, and its value."""
    parts = urlsplit(dsn)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in pairs if pair[0] != "pgbouncer"]
    if len(kept) == len(pairs):
        return dsn, False
    is_bouncer = any(value.lower() in ("true", "1", "yes") for key, value in pairs if key == "pgbouncer")
    return urlunsplit(parts._replace(query=urlencode(kept))), is_bouncer
