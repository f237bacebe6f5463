"""The way to PostgreSQL: a pool, one connection in one transaction at a time, and one error for "not available now".

It owns no SQL of the product; that is in the `store.py` of each slice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg
import structlog

from onepizza.core.bus import Bus, Connection
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.facts import Fact
from onepizza.core.leases import AWAY, LOST, Lease, NoPool, Pool, PooledConnection, Stock, cut, is_lost

_log = structlog.get_logger(__name__)

_PING_TIMEOUT_S = 2.0
_CLOSE_TIMEOUT_S = 3.0


class _Beginning:
    """Stands for a connection until its first statement, which begins the transaction."""

    __slots__ = ("_begin",)

    def __init__(self, begin: Callable[[], Awaitable[Connection]]) -> None:
        self._begin = begin

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str:
        return await (await self._begin()).execute(query, *args, timeout=timeout)

    async def executemany(self, command: str, args: Iterable[Sequence[Any]], *, timeout: float | None = None) -> None:
        await (await self._begin()).executemany(command, args, timeout=timeout)

    async def fetch(self, query: str, *args: object, timeout: float | None = None) -> list[Mapping[str, Any]]:
        return await (await self._begin()).fetch(query, *args, timeout=timeout)

    async def fetchrow(self, query: str, *args: object, timeout: float | None = None) -> Mapping[str, Any] | None:
        return await (await self._begin()).fetchrow(query, *args, timeout=timeout)

    async def fetchval(self, query: str, *args: object, column: int = 0, timeout: float | None = None) -> Any:  # noqa: ANN401
        return await (await self._begin()).fetchval(query, *args, column=column, timeout=timeout)


class Transaction:
    """One connection in one transaction; stores run their SQL on `conn`.

    BEGIN goes out with the first statement on `conn`. Statements that only read and lock nothing may use `read`
    instead: in READ COMMITTED each has a snapshot of its own anyway, so before anything was written they need no
    transaction, and a request that only reads saves half of its round trips.
    """

    __slots__ = ("_after", "_bus", "_is_whole", "_lease", "conn")

    def __init__(self, lease: Lease, bus: Bus) -> None:
        self.conn: Connection = _Beginning(self._begin)
        self._lease = lease
        self._bus = bus
        self._is_whole = False
        self._after: list[Callable[[], None]] = []

    @property
    def has_begun(self) -> bool:
        """Whether there is something to commit."""
        return self.conn is self._lease.connection

    async def read(self, query: str, *args: object) -> list[Mapping[str, Any]]:
        """Return the rows of a SELECT that locks nothing."""
        return await self._lease.ask(lambda connection: connection.fetch(query, *args))

    async def read_row(self, query: str, *args: object) -> Mapping[str, Any] | None:
        """Return the first row of a SELECT that locks nothing, or None."""
        return await self._lease.ask(lambda connection: connection.fetchrow(query, *args))

    async def read_value(self, query: str, *args: object) -> Any:  # noqa: ANN401
        """Return the value in the first row of a SELECT that locks nothing, or None."""
        return await self._lease.ask(lambda connection: connection.fetchval(query, *args))

    def whole(self, *facts: type[Fact]) -> Connection:
        """Return the connection for the one statement that is all this transaction writes, before publishing `facts`.

        PostgreSQL runs a statement outside a transaction as one of its own, so BEGIN and COMMIT can go, half of the
        round trips. Where something has begun, or listeners write rows for one of the facts, this is `conn`. After a
        statement that wrote nothing another one may follow; using `conn` then is a bug and raises RuntimeError.
        """
        if self.has_begun or any(self._bus.is_written_for(fact) for fact in facts):
            return self.conn
        self._is_whole = True
        return self._lease.connection

    async def _begin(self) -> Connection:
        if self._is_whole:
            raise RuntimeError("this transaction was said to write with one statement alone")
        await self._lease.ask(lambda connection: connection.execute("BEGIN"))
        self.conn = self._lease.connection
        return self.conn

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

    def __init__(self, pool: Pool, bus: Bus, command_timeout_s: float) -> None:
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
        return cls(Stock(cast("Pool", pool)), bus, command_timeout_s)

    @classmethod
    def unconnected(cls, bus: Bus) -> Self:
        """Return a database that is never there, for building the application only to describe it."""
        return cls(NoPool(), bus, 1.0)

    @asynccontextmanager
    async def transaction(self, *, timeout_s: float | None = None) -> AsyncGenerator[Transaction]:
        """Take a connection; commit when the block ends, roll back when it raises; then announce the facts.

        Args:
            timeout_s: another limit than the database's own, for a job that may take longer.

        Raises:
            ServiceUnavailable: no connection to be had, the connection broke, or the time is over. After a broken
                commit nobody knows whether the rows are there; callers make repeats harmless.
        """
        deadline = asyncio.timeout(self._command_timeout_s if timeout_s is None else timeout_s)
        try:
            async with deadline:
                lease = await Lease.take(self._pool)
                transaction = Transaction(lease, self._bus)
                try:
                    yield transaction
                    if transaction.has_begun:
                        await _commit(lease.connection)
                except BaseException as error:
                    connection = lease.connection
                    was_lost = is_lost(connection)
                    await _roll_back(connection, error)
                    # A write to a line that just broke raises before asyncpg knows that it is closed.
                    has_broken = isinstance(error, BrokenPipeError | ConnectionResetError)
                    if has_broken or isinstance(error, AWAY) or (was_lost and isinstance(error, LOST)):
                        raise ServiceUnavailable from error
                    raise
                finally:
                    await lease.give_back()
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
                return await transaction.read_value("SELECT 1") == 1
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


async def _keep_session(_: Connection) -> None:
    """Replace asyncpg's reset (RESET ALL and more on every release, 100 µs): our code changes no session state."""


async def _commit(connection: Connection) -> None:
    # PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error: whoever swallowed the exception of a
    # statement would believe in rows that do not exist.
    if await connection.execute("COMMIT") != "COMMIT":
        raise RuntimeError("the transaction had failed before its commit; use Transaction.savepoint around a statement")


async def _roll_back(connection: PooledConnection, error: BaseException) -> None:
    """Roll back, or cut the connection where waiting for that makes no sense; the first error counts."""
    if is_lost(connection):
        return
    if not isinstance(error, Exception) or isinstance(error, TimeoutError):
        # Cancelled, perhaps in the middle of a statement and because the server hangs: asking it for anything more
        # would wait again.
        cut(connection)
        return
    try:
        if connection.is_in_transaction():
            await connection.execute("ROLLBACK")
    except (asyncpg.PostgresError, *LOST):
        cut(connection)
    except BaseException:
        cut(connection)
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
