"""Carries facts from who publishes them to who listens; the only way for an effect to travel up the staircase."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import structlog

from onepizza.core.facts import Fact

F = TypeVar("F", bound=Fact)


class Connection(Protocol):
    """What our SQL needs of a connection; asyncpg's own class and the pool's proxy have no common type and no hints."""

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str:
        """Run a statement and return its tag, such as `UPDATE 1`."""
        ...

    async def executemany(self, command: str, args: Iterable[Sequence[Any]], *, timeout: float | None = None) -> None:
        """Run one statement for many rows of arguments."""
        ...

    async def fetch(self, query: str, *args: object, timeout: float | None = None) -> list[Mapping[str, Any]]:
        """Return all rows."""
        ...

    async def fetchrow(self, query: str, *args: object, timeout: float | None = None) -> Mapping[str, Any] | None:
        """Return the first row, or None."""
        ...

    async def fetchval(self, query: str, *args: object, column: int = 0, timeout: float | None = None) -> Any:  # noqa: ANN401
        """Return one value of the first row, or None."""
        ...


class Tx(Protocol):
    """What a listener inside a transaction is given; `core.db.Transaction` is one."""

    @property
    def conn(self) -> Connection:
        """The connection, for the listener's store."""
        ...

    async def publish(self, fact: Fact) -> None:
        """Publish a further fact in the same transaction."""
        ...

    def after_commit(self, action: Callable[[], None]) -> None:
        """Call `action()` once the rows are safe."""
        ...


T = TypeVar("T", bound=Tx)
InTransaction = Callable[[Any, Any], Awaitable[None]]
AfterCommit = Callable[[Any], None]

_log = structlog.get_logger(__name__)


class Bus:
    """Two kinds of listeners: those that write rows inside the transaction, and those that act once it is committed.

    A listener inside the transaction that raises rolls the transaction back: its rows and the change belong together.
    A listener after commit must not raise; what it raises is logged and keeps no other listener from hearing the fact.
    Listeners are found by the exact class of the fact.
    """

    def __init__(self) -> None:
        self._in_transaction: defaultdict[type[Fact], list[InTransaction]] = defaultdict(list)
        self._after_commit: defaultdict[type[Fact], list[AfterCommit]] = defaultdict(list)

    def in_transaction(self, fact: type[F], listener: Callable[[T, F], Awaitable[None]]) -> None:
        """Call `listener(tx, fact)` before the commit of the transaction that publishes the fact."""
        self._in_transaction[fact].append(listener)

    def after_commit(self, fact: type[F], listener: Callable[[F], None]) -> None:
        """Call `listener(fact)` synchronously after the commit, or at once for a fact from a live room."""
        self._after_commit[fact].append(listener)

    def is_written_for(self, fact: type[Fact]) -> bool:
        """Say whether somebody writes rows inside the transaction that publishes such a fact."""
        return bool(self._in_transaction.get(fact))

    async def write(self, tx: Tx, fact: Fact) -> None:
        """Run the listeners that belong to the transaction."""
        for listener in self._in_transaction.get(type(fact), ()):
            await listener(tx, fact)

    def announce(self, fact: Fact) -> None:
        """Tell the listeners that act after the fact."""
        for listener in self._after_commit.get(type(fact), ()):
            try:
                listener(fact)
            except Exception:  # noqa: BLE001 (what is done is done; the other listeners must hear it)
                _log.exception("fact_listener_failed", fact=type(fact).__name__)
