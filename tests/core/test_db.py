from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from onepizza.core.bus import Bus, Connection
from onepizza.core.db import Database, split_pgbouncer
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.facts import MeetingCreated
from onepizza.postgres.server import EmbeddedPostgres
from tests.support.databases import binaries_to_test, until
from tests.support.embedded import server_of, until_answers

_VERSIONS = binaries_to_test()
FACT = MeetingCreated(
    at=1.0, meeting_id="abc-defg-hij", owner_id=1, is_scheduled=False, mute_on_join=False, waiting_room=False
)


@pytest.fixture(params=sorted(_VERSIONS))
def own_folder(request: pytest.FixtureRequest) -> Iterator[tuple[Path, Path]]:
    """A data directory and the programs of each PostgreSQL version on this machine."""
    folder = Path(tempfile.mkdtemp(prefix="onepizza-test-"))
    yield folder, _VERSIONS[request.param]
    shutil.rmtree(folder)


@pytest.fixture
async def server(own_folder: tuple[Path, Path]) -> AsyncIterator[tuple[Path, str]]:
    """A server that the test may mistreat: its data directory and its address."""
    folder, binaries = own_folder
    async with EmbeddedPostgres(folder, binaries=binaries) as running:
        yield folder, running.dsn


async def put(database: Database, value: int) -> None:
    async with database.transaction() as tx:
        await tx.conn.execute("INSERT INTO notes VALUES ($1)", value)


async def values(database: Database) -> list[int]:
    async with database.transaction() as tx:
        return [row["value"] for row in await tx.conn.fetch("SELECT value FROM notes ORDER BY value")]


@pytest.fixture
async def notes(database: Database) -> Database:
    async with database.transaction() as tx:
        await tx.conn.execute("CREATE TABLE notes (value bigint CONSTRAINT notes_unique UNIQUE)")
    return database


class TestTransaction:
    async def test_a_clean_end_commits(self, notes: Database) -> None:
        await put(notes, 1)
        assert await values(notes) == [1]

    async def test_an_exception_rolls_back_and_passes_on(self, notes: Database) -> None:
        with pytest.raises(KeyError):
            async with notes.transaction() as tx:
                await tx.conn.execute("INSERT INTO notes VALUES (1)")
                raise KeyError
        assert await values(notes) == []

    async def test_an_error_of_a_statement_passes_on_as_it_is(self, notes: Database) -> None:
        await put(notes, 1)
        with pytest.raises(asyncpg.UniqueViolationError) as caught:
            await put(notes, 1)
        assert caught.value.constraint_name == "notes_unique"
        await put(notes, 2)
        assert await values(notes) == [1, 2]

    async def test_an_error_of_the_body_is_not_taken_for_the_databases(self, database: Database) -> None:
        for error in (FileNotFoundError, TimeoutError):
            with pytest.raises(error):
                async with database.transaction():
                    raise error

    async def test_a_swallowed_error_does_not_pass_for_a_commit(self, notes: Database, bus: Bus) -> None:
        heard: list[object] = []
        bus.after_commit(MeetingCreated, heard.append)
        await put(notes, 1)
        with pytest.raises(RuntimeError, match="failed before its commit"):
            async with notes.transaction() as tx:
                await tx.publish(FACT)
                with contextlib.suppress(asyncpg.UniqueViolationError):
                    await tx.conn.execute("INSERT INTO notes VALUES (1)")
        assert heard == []

    async def test_a_savepoint_undoes_only_its_part(self, notes: Database) -> None:
        async with notes.transaction() as tx:
            await tx.conn.execute("INSERT INTO notes VALUES (1)")
            with pytest.raises(asyncpg.UniqueViolationError):
                async with tx.savepoint():
                    await tx.conn.execute("INSERT INTO notes VALUES (2)")
                    await tx.conn.execute("INSERT INTO notes VALUES (1)")
            async with tx.savepoint():
                await tx.conn.execute("INSERT INTO notes VALUES (3)")
        assert await values(notes) == [1, 3]

    async def test_times_are_utc_and_the_program_is_named(self, database: Database) -> None:
        async with database.transaction() as tx:
            assert await tx.conn.fetchval("SHOW timezone") == "UTC"
            assert await tx.conn.fetchval("SHOW application_name") == "onepizza"

    async def test_a_cancelled_request_leaves_no_transaction_open(self, notes: Database) -> None:
        async def slow() -> None:
            async with notes.transaction() as tx:
                await tx.conn.execute("INSERT INTO notes VALUES (1)")
                await tx.conn.execute("SELECT pg_sleep(60)")

        request = asyncio.create_task(slow())
        async with asyncio.timeout(10):
            while not await _is_sleeping(notes):
                await asyncio.sleep(0.01)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        assert await values(notes) == []

    async def test_waiting_for_a_connection_counts_towards_the_time(self, database_url: str) -> None:
        database = await Database.open(database_url, Bus(), max_size=1)
        async with database.transaction(timeout_s=30):
            started_at = time.monotonic()
            with pytest.raises(ServiceUnavailable):
                async with database.transaction(timeout_s=0.3):
                    pass
            assert 0.3 <= time.monotonic() - started_at < 3
        assert await database.ping()
        await database.close()

    async def test_more_at_once_than_connections_take_turns(self, notes: Database) -> None:
        await asyncio.gather(*(put(notes, value) for value in range(60)))
        assert await values(notes) == list(range(60))
        assert notes.pool_total <= 20
        assert notes.pool_idle == notes.pool_total


class TestReading:
    """now() is the time at which the transaction began; outside of one each statement has its own."""

    async def test_reads_alone_begin_nothing(self, notes: Database) -> None:
        async with notes.transaction() as tx:
            first = await tx.read_value("SELECT now()")
            assert await tx.read_value("SELECT now()") > first
            assert not tx.has_begun

    async def test_the_first_statement_that_may_write_begins(self, notes: Database) -> None:
        with pytest.raises(KeyError):
            async with notes.transaction() as tx:
                assert await tx.read("SELECT value FROM notes") == []
                await tx.conn.execute("INSERT INTO notes VALUES (1)")
                assert await tx.read_value("SELECT now()") == await tx.read_value("SELECT now()")
                assert await tx.read_row("SELECT value FROM notes") == (1,)
                raise KeyError
        assert await values(notes) == []

    async def test_a_connection_that_died_in_the_pool_is_replaced_before_the_first_read(self, notes: Database) -> None:
        await put(notes, 1)
        async with notes.transaction() as tx:
            await _kill_the_others(tx.conn)
        async with notes.transaction() as first, notes.transaction() as second:
            await _kill_the_others(first.conn)
            assert await second.read_value("SELECT value FROM notes") == 1

    async def test_one_that_dies_later_fails_the_transaction(self, notes: Database) -> None:
        async with notes.transaction() as first:
            with pytest.raises(ServiceUnavailable):
                async with notes.transaction() as second:
                    await second.read("SELECT value FROM notes")
                    await _kill_the_others(first.conn)
                    await second.read("SELECT value FROM notes")


class TestOneStatementAlone:
    async def test_is_not_wrapped(self, notes: Database, bus: Bus) -> None:
        heard: list[object] = []
        bus.after_commit(MeetingCreated, heard.append)
        async with notes.transaction() as tx:
            await tx.whole(MeetingCreated).execute("INSERT INTO notes VALUES (1)")
            await tx.publish(FACT)
            assert await values(notes) == [1]
            assert heard == []
        assert heard == [FACT]

    async def test_is_rolled_back_with_what_a_listener_writes(self, notes: Database, bus: Bus) -> None:
        async def write(tx, fact) -> None:
            await tx.conn.execute("INSERT INTO notes VALUES (1)")

        bus.in_transaction(MeetingCreated, write)
        with pytest.raises(asyncpg.UniqueViolationError):
            async with notes.transaction() as tx:
                await tx.whole(MeetingCreated).execute("INSERT INTO notes VALUES (1)")
                await tx.publish(FACT)
        assert await values(notes) == []

    async def test_joins_what_has_begun(self, notes: Database) -> None:
        with pytest.raises(KeyError):
            async with notes.transaction() as tx:
                await tx.conn.execute("INSERT INTO notes VALUES (1)")
                await tx.whole().execute("INSERT INTO notes VALUES (2)")
                raise KeyError
        assert await values(notes) == []

    async def test_a_second_one_that_needs_a_transaction_is_a_bug(self, notes: Database) -> None:
        with pytest.raises(RuntimeError, match="one statement alone"):
            async with notes.transaction() as tx:
                await tx.whole().execute("INSERT INTO notes VALUES (1)")
                await tx.conn.execute("INSERT INTO notes VALUES (2)")
        assert await values(notes) == [1]

    async def test_one_that_waits_gets_the_connection_that_comes_back(self, database_url: str) -> None:
        database = await Database.open(database_url, Bus(), max_size=1)
        order: list[str] = []

        async def use(name: str) -> None:
            async with database.transaction() as tx:
                order.append(name)
                await tx.read("SELECT 1")

        async with asyncio.timeout(5):
            await asyncio.gather(*(use(str(number)) for number in range(5)))
            await use("later")
        assert order == ["0", "1", "2", "3", "4", "later"]
        assert (database.pool_total, database.pool_idle) == (1, 1)
        await database.close()
        assert database.pool_total == 0

    async def test_closing_waits_for_one_in_use(self, database_url: str) -> None:
        database = await Database.open(database_url, Bus(), max_size=2)
        async with database.transaction() as tx:
            await tx.read("SELECT 1")
            closing = asyncio.create_task(database.close())
            await asyncio.sleep(0)
            assert await tx.read_value("SELECT 2") == 2
        async with asyncio.timeout(2):
            await closing
        assert database.pool_total == 0


class TestFacts:
    async def test_rows_before_and_the_rest_after_the_commit(self, notes: Database, bus: Bus) -> None:
        order: list[str] = []

        async def write(tx, fact) -> None:
            order.append("write")
            await tx.conn.execute("INSERT INTO notes VALUES (7)")

        bus.in_transaction(MeetingCreated, write)
        bus.after_commit(MeetingCreated, lambda _: order.append("announce"))
        async with notes.transaction() as tx:
            tx.after_commit(lambda: order.append("first action"))
            await tx.publish(FACT)
            tx.after_commit(lambda: order.append("last action"))
            order.append("body")
        assert order == ["write", "body", "first action", "announce", "last action"]
        assert await values(notes) == [7]

    async def test_nothing_is_announced_after_a_rollback(self, database: Database, bus: Bus) -> None:
        heard: list[object] = []
        bus.after_commit(MeetingCreated, heard.append)
        with pytest.raises(KeyError):
            async with database.transaction() as tx:
                await tx.publish(FACT)
                tx.after_commit(lambda: heard.append("action"))
                raise KeyError
        assert heard == []

    async def test_a_failing_action_keeps_no_other_from_running(self, database: Database) -> None:
        done: list[str] = []
        async with database.transaction() as tx:
            tx.after_commit(lambda: 1 / 0)  # pyright: ignore
            tx.after_commit(lambda: done.append("second"))
        assert done == ["second"]


class TestOpen:
    async def test_no_server(self, tmp_path: Path) -> None:
        with pytest.raises(ServiceUnavailable, match="cannot be opened"):
            await Database.open(f"postgresql://app@/postgres?host={tmp_path}", Bus())

    async def test_no_such_database(self, database_url: str) -> None:
        with pytest.raises(ServiceUnavailable, match="does not exist"):
            await Database.open(database_url.replace("/test_", "/missing_"), Bus())

    async def test_a_server_that_accepts_and_says_nothing(self) -> None:
        silent = await asyncio.start_server(lambda *_: asyncio.sleep(60), "127.0.0.1", 0)
        port = silent.sockets[0].getsockname()[1]
        with pytest.raises(ServiceUnavailable, match="does not answer"):
            await Database.open(f"postgresql://u:p@127.0.0.1:{port}/d", Bus(), command_timeout_s=0.3)
        silent.close()

    async def test_behind_pgbouncer_no_statement_is_kept_by_the_server(self, database_url: str) -> None:
        database = await Database.open(f"{database_url}&pgbouncer=true", Bus())
        for _ in range(3):
            async with database.transaction() as tx:
                await tx.conn.fetchval("SELECT $1::int + 1", 1)
                assert await tx.conn.fetchval("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''") == 0
        await database.close()

    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("postgresql://h/d", ("postgresql://h/d", False)),
            ("postgresql://h/d?pgbouncer=true", ("postgresql://h/d", True)),
            ("postgresql://h/d?sslmode=require&pgbouncer=false", ("postgresql://h/d?sslmode=require", False)),
        ],
    )
    def test_the_parameter_is_ours_alone(self, address: str, expected: tuple[str, bool]) -> None:
        assert split_pgbouncer(address) == expected


@pytest.mark.slow
class TestServerTrouble:
    async def test_a_restart_fails_requests_softly_and_then_is_forgotten(self, server: tuple[Path, str]) -> None:
        folder, dsn = server
        database = await Database.open(dsn, Bus(), min_size=5)
        await asyncio.gather(*(_touch(database) for _ in range(5)))
        outcomes: list[object] = []
        is_over = asyncio.Event()

        async def client() -> None:
            while not is_over.is_set():
                outcomes.append(await _touch(database))
                await asyncio.sleep(0)

        clients = [asyncio.create_task(client()) for _ in range(5)]
        for restart in (psutil.Process.kill, psutil.Process.terminate, lambda process: process.send_signal(2)):
            old = server_of(folder)
            restart(old)
            if restart is psutil.Process.terminate:  # waits for its clients: they go on, so it is hurried
                old.send_signal(2)
            await until(lambda old=old: not old.is_running(), "the server is gone")
            await until_answers(dsn)
        is_over.set()
        await asyncio.gather(*clients)
        assert set(outcomes) <= {1, ServiceUnavailable}
        assert [await _touch(database) for _ in range(10)] == [1] * 10
        await database.close()

    async def test_a_hanging_server_fails_requests_within_6_s_and_recovers(self, server: tuple[Path, str]) -> None:
        folder, dsn = server
        database = await Database.open(dsn, Bus(), min_size=2, max_size=3)
        await asyncio.gather(*(_touch(database) for _ in range(3)))
        postmaster = server_of(folder)
        stopped = [postmaster, *postmaster.children(recursive=True)]
        for process in stopped:
            process.suspend()
        try:
            started_at = time.monotonic()
            results = await asyncio.gather(*(_touch(database) for _ in range(8)), database.ping())
            took_s = time.monotonic() - started_at
        finally:
            for process in stopped:
                process.resume()
        assert results == [ServiceUnavailable] * 8 + [False]
        assert took_s < 6
        assert [await _touch(database) for _ in range(5)] == [1] * 5
        await database.close()


async def _touch(database: Database) -> object:
    """Return 1, or the class of what is raised."""
    try:
        async with database.transaction() as tx:
            return await tx.conn.fetchval("SELECT 1")
    except Exception as error:
        return type(error)


async def _is_sleeping(database: Database) -> bool:
    async with database.transaction() as tx:
        return await tx.conn.fetchval(
            "SELECT count(*) = 1 FROM pg_stat_activity "
            "WHERE wait_event = 'PgSleep' AND datname = current_database() AND pid <> pg_backend_pid()"
        )


async def _kill_the_others(conn: Connection) -> None:
    """Cut every other connection of this program and return once their processes are gone."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    await conn.execute(f"SELECT pg_terminate_backend(pid) {others}")
    async with asyncio.timeout(10):
        while await conn.fetchval(f"SELECT count(*) {others}"):
            await conn.execute("SELECT pg_stat_clear_snapshot()")
