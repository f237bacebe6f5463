from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from onepizza.core.bus import Bus
from onepizza.core.clock import FakeClock, to_datetime
from onepizza.core.db import Database
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.jobs import GiveUp, Job, Jobs, NotYet, RetryLater

Handler = Callable[[Job], Awaitable[None]]


class Recorder:
    """A handler that keeps what it was given, and raises what it is told to."""

    def __init__(self, *raises: Exception | None) -> None:
        self.jobs: list[Job] = []
        self._raises = list(raises)

    async def __call__(self, job: Job) -> None:
        self.jobs.append(job)
        if self._raises and (error := self._raises.pop(0)) is not None:
            raise error

    @property
    def attempts(self) -> list[int]:
        return [job.attempt for job in self.jobs]


class Gate:
    """A handler that says when it began and goes on when it is let."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.open = asyncio.Event()
        self.ended = asyncio.Event()
        self.running = 0
        self.most = 0

    async def __call__(self, job: Job) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        self.began.set()
        try:
            await self.open.wait()
        finally:
            self.running -= 1
        self.ended.set()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def _jobs(database: Database, clock: FakeClock, handler: Handler, **options: Any) -> Jobs:
    jobs = Jobs(database, clock, jitter=lambda: 0.0)
    jobs.register("work", handler, **options)
    return jobs


async def _enqueue(database: Database, jobs: Jobs, payload: bytes = b"", delay: timedelta = timedelta()) -> int:
    async with database.transaction() as tx:
        return await jobs.enqueue(tx, "work", payload, delay=delay)


async def _rows(database: Database) -> list[dict[str, Any]]:
    async with database.transaction() as tx:
        rows = await tx.conn.fetch("SELECT id, attempts, run_at, failed_at, last_error FROM jobs ORDER BY id")
        return [dict(row) for row in rows]


async def _within(event: asyncio.Event) -> None:
    async with asyncio.timeout(20):
        await event.wait()


class TestEnqueue:
    async def test_a_job_is_done_once_and_its_row_is_gone(self, database: Database, clock: FakeClock) -> None:
        done = Recorder()
        jobs = _jobs(database, clock, done)
        job_id = await _enqueue(database, jobs, b"\x00payload")
        await jobs.work_off()
        await jobs.work_off()
        assert done.jobs == [Job(job_id, "work", b"\x00payload", 1)]
        assert await _rows(database) == []

    async def test_a_rollback_takes_the_job_with_it(self, database: Database, clock: FakeClock) -> None:
        done = Recorder()
        jobs = _jobs(database, clock, done)
        with pytest.raises(RuntimeError, match="stop"):
            async with database.transaction() as tx:
                await jobs.enqueue(tx, "work")
                raise RuntimeError("stop")
        await jobs.work_off()
        assert done.jobs == []

    async def test_a_kind_that_nobody_does_is_a_bug(self, database: Database, clock: FakeClock) -> None:
        jobs = Jobs(database, clock)
        with pytest.raises(LookupError, match="'work'"):
            await _enqueue(database, jobs)

    async def test_two_handlers_of_one_kind_are_a_bug(self, database: Database, clock: FakeClock) -> None:
        jobs = _jobs(database, clock, Recorder())
        with pytest.raises(ValueError, match="'work'"):
            jobs.register("work", Recorder())

    async def test_a_delay_is_kept(self, database: Database, clock: FakeClock) -> None:
        done = Recorder()
        jobs = _jobs(database, clock, done)
        await _enqueue(database, jobs, delay=timedelta(seconds=60))
        clock.advance(59)
        await jobs.work_off()
        assert done.jobs == []
        clock.advance(1)
        await jobs.work_off()
        assert done.attempts == [1]

    async def test_what_was_enqueued_first_starts_first(self, database: Database, clock: FakeClock) -> None:
        done = Recorder()
        jobs = _jobs(database, clock, done)
        ids = [await _enqueue(database, jobs) for _ in range(30)]
        async with database.transaction() as tx:
            # Now the first row stands last in the table, and the planner knows that a scan of it all is cheapest.
            await tx.conn.execute("UPDATE jobs SET created_at = created_at WHERE id = $1", ids[0])
            await tx.conn.execute("ANALYZE jobs")
        await jobs.work_off()
        assert [job.id for job in done.jobs] == ids

    async def test_jobs_of_a_kind_unknown_here_are_left_to_others(self, database: Database, clock: FakeClock) -> None:
        await _enqueue(database, _jobs(database, clock, Recorder()))
        other = Jobs(database, clock)
        other.register("other", Recorder())
        await other.work_off()
        assert [row["attempts"] for row in await _rows(database)] == [0]


class TestFailures:
    async def test_waits_double_up_to_the_longest_and_then_the_job_is_kept_as_failed(
        self, database: Database, clock: FakeClock
    ) -> None:
        done = Recorder(*[RetryLater(f"no {number}") for number in range(1, 6)])
        jobs = _jobs(database, clock, done, attempts=5, first_delay_s=2.0, max_delay_s=10.0)
        await _enqueue(database, jobs)
        waits: list[float] = []
        for _ in range(4):
            await jobs.work_off()
            (row,) = await _rows(database)
            waits.append(row["run_at"].timestamp() - clock.now())
            clock.advance(waits[-1])
        await jobs.work_off()
        assert waits == [2.0, 4.0, 8.0, 10.0]
        (row,) = await _rows(database)
        assert (row["attempts"], row["last_error"]) == (5, "no 5")
        assert row["failed_at"] == to_datetime(clock.now())
        clock.advance(86_400)
        await jobs.work_off()
        assert done.attempts == [1, 2, 3, 4, 5]

    async def test_jitter_takes_up_to_half_off(self, database: Database, clock: FakeClock) -> None:
        jobs = Jobs(database, clock, jitter=lambda: 1.0)
        jobs.register("work", Recorder(RetryLater("no")), first_delay_s=2.0)
        await _enqueue(database, jobs)
        await jobs.work_off()
        (row,) = await _rows(database)
        assert row["run_at"] == to_datetime(clock.now() + 1.0)

    async def test_the_other_side_may_say_how_long(self, database: Database, clock: FakeClock) -> None:
        jobs = _jobs(database, clock, Recorder(RetryLater("busy", after_s=77)))
        await _enqueue(database, jobs)
        await jobs.work_off()
        (row,) = await _rows(database)
        assert row["run_at"] == to_datetime(clock.now() + 77)

    async def test_a_second_attempt_that_works_ends_it(self, database: Database, clock: FakeClock) -> None:
        done = Recorder(RetryLater("no"), None)
        jobs = _jobs(database, clock, done)
        await _enqueue(database, jobs)
        await jobs.work_off()
        clock.advance(2)
        await jobs.work_off()
        assert done.attempts == [1, 2]
        assert await _rows(database) == []

    async def test_what_is_not_due_yet_comes_back_uncounted_and_unlogged(
        self, database: Database, clock: FakeClock
    ) -> None:
        done = Recorder(NotYet(1.5), NotYet(1.5), None)
        jobs = _jobs(database, clock, done)
        await _enqueue(database, jobs)
        with capture_logs() as logs:
            for _ in range(2):
                await jobs.work_off()
                (row,) = await _rows(database)
                assert (row["run_at"], row["last_error"]) == (to_datetime(clock.now() + 1.5), None)
                clock.advance(1.5)
            await jobs.work_off()
        assert (done.attempts, logs, await _rows(database)) == ([1, 1, 1], [], [])

    async def test_giving_up_is_not_tried_again(self, database: Database, clock: FakeClock) -> None:
        done = Recorder(GiveUp("the address does not exist"))
        jobs = _jobs(database, clock, done)
        await _enqueue(database, jobs)
        await jobs.work_off()
        clock.advance(86_400)
        await jobs.work_off()
        assert done.attempts == [1]
        assert [row["last_error"] for row in await _rows(database)] == ["the address does not exist"]

    @pytest.mark.parametrize(
        ("error", "kept"), [(ValueError("token=s3cret"), "ValueError"), (ServiceUnavailable(), "ServiceUnavailable")]
    )
    async def test_the_text_of_a_foreign_error_is_not_stored(
        self, database: Database, clock: FakeClock, error: Exception, kept: str
    ) -> None:
        jobs = _jobs(database, clock, Recorder(error))
        await _enqueue(database, jobs)
        await jobs.work_off()
        assert [(row["last_error"], row["failed_at"]) for row in await _rows(database)] == [(kept, None)]

    async def test_a_run_that_hangs_is_cancelled(self, database: Database, clock: FakeClock) -> None:
        gate = Gate()
        jobs = _jobs(database, clock, gate, timeout_s=0.01)
        await _enqueue(database, jobs)
        await jobs.work_off()
        assert gate.running == 0
        assert [(row["last_error"], row["attempts"]) for row in await _rows(database)] == [("TimeoutError", 1)]


class TestLease:
    async def test_who_runs_a_job_keeps_it_until_the_lease_ends(self, database: Database, clock: FakeClock) -> None:
        gate, done = Gate(), Recorder()
        lost = _jobs(database, clock, gate, timeout_s=30.0, at_once=1)
        heir = _jobs(database, clock, done, timeout_s=30.0)
        await _enqueue(database, lost)
        lost.start()
        await _within(gate.began)
        clock.advance(59)
        await heir.work_off()
        assert done.jobs == []
        clock.advance(1)
        await heir.work_off()
        assert done.attempts == [2]
        await lost.stop(drain_s=0)

    async def test_a_run_that_outlived_its_lease_has_no_say(self, database: Database, clock: FakeClock) -> None:
        gate = Gate()
        late = _jobs(database, clock, gate, at_once=1)
        heir = _jobs(database, clock, Recorder(RetryLater("no")))
        await _enqueue(database, late)
        late.start()
        await _within(gate.began)
        clock.advance(60)
        await heir.work_off()
        before = await _rows(database)
        gate.open.set()
        await late.stop()
        assert await _rows(database) == before
        assert before[0]["attempts"] == 2


class TestSharing:
    async def test_two_processes_do_each_job_once(self, database: Database, clock: FakeClock) -> None:
        first, second = Recorder(), Recorder()
        workers = [_jobs(database, clock, first), _jobs(database, clock, second)]
        async with database.transaction() as tx:
            for number in range(60):
                await workers[0].enqueue(tx, "work", str(number).encode())
        await asyncio.gather(*[jobs.work_off() for jobs in workers])
        payloads = [int(job.payload) for job in first.jobs + second.jobs]
        assert sorted(payloads) == list(range(60))
        assert await _rows(database) == []

    async def test_no_more_at_once_than_allowed_and_a_full_kind_holds_up_no_other(
        self, database: Database, clock: FakeClock
    ) -> None:
        gate, other_ran = Gate(), asyncio.Event()
        jobs = _jobs(database, clock, gate, at_once=3)

        async def other(_: Job) -> None:
            other_ran.set()

        jobs.register("other", other)
        async with database.transaction() as tx:
            for _ in range(10):
                await jobs.enqueue(tx, "work")
        jobs.start()
        await _within(gate.began)
        async with database.transaction() as tx:
            await jobs.enqueue(tx, "other")
        await _within(other_ran)
        assert gate.running == 3
        gate.open.set()
        await jobs.work_off()
        await jobs.stop()
        assert gate.most == 3
        assert await _rows(database) == []


class TestStart:
    async def test_a_commit_wakes_it(self, database: Database, clock: FakeClock) -> None:
        gate = Gate()
        gate.open.set()
        jobs = _jobs(database, clock, gate)
        jobs.start()
        await _enqueue(database, jobs)
        await _within(gate.ended)
        await jobs.stop()
        assert await _rows(database) == []

    async def test_a_delayed_job_starts_when_it_is_due(self, database: Database, clock: FakeClock) -> None:
        gate = Gate()
        gate.open.set()
        jobs = _jobs(database, clock, gate)
        jobs.start()
        await _enqueue(database, jobs, delay=timedelta(hours=1))
        clock.advance(3600)
        jobs.wake()
        await _within(gate.ended)
        await jobs.stop()

    async def test_it_finds_what_another_process_wrote(self, database: Database, clock: FakeClock) -> None:
        gate = Gate()
        gate.open.set()
        jobs = Jobs(database, clock, poll_s=0.02)
        jobs.register("work", gate)
        jobs.start()
        await _enqueue(database, _jobs(database, clock, Recorder()))
        await _within(gate.ended)
        await jobs.stop()

    async def test_it_outlives_the_database(self, database_url: str, postgres_dsn: str, clock: FakeClock) -> None:
        """What ran while the database was away is not run again, and what comes later is done."""
        database = await Database.open(database_url, Bus())
        gate, second = Gate(), Gate()
        second.open.set()
        jobs = _jobs(database, clock, gate)
        jobs.register("second", second)
        await _enqueue(database, jobs)
        jobs.start()
        await _within(gate.began)
        name = database_url.rpartition("?")[0].rpartition("/")[2]
        admin = await asyncpg.connect(postgres_dsn)
        try:
            await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
            gate.open.set()
            await _within(gate.ended)
            await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        finally:
            await admin.close()
        async with database.transaction() as tx:
            await jobs.enqueue(tx, "second")
        await _within(second.ended)
        await jobs.stop()
        assert gate.most == 1
        assert await _rows(database) == []
        await database.close()


class TestStop:
    async def test_it_waits_for_what_runs_and_picks_up_nothing_more(self, database: Database, clock: FakeClock) -> None:
        gate = Gate()
        jobs = _jobs(database, clock, gate, at_once=1)
        await _enqueue(database, jobs)
        await _enqueue(database, jobs)
        jobs.start()
        await _within(gate.began)
        stopping = asyncio.create_task(jobs.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        gate.open.set()
        await stopping
        assert [row["attempts"] for row in await _rows(database)] == [0]

    async def test_what_does_not_end_in_time_is_put_back_uncounted(self, database: Database, clock: FakeClock) -> None:
        gate = Gate()
        jobs = _jobs(database, clock, gate)
        job_id = await _enqueue(database, jobs)
        jobs.start()
        await _within(gate.began)
        await jobs.stop(drain_s=0)
        assert gate.running == 0
        assert await _rows(database) == [
            {"id": job_id, "attempts": 0, "run_at": to_datetime(clock.now()), "failed_at": None, "last_error": None}
        ]

    async def test_stopping_what_was_never_started_is_harmless(self, database: Database, clock: FakeClock) -> None:
        await _jobs(database, clock, Recorder()).stop()
