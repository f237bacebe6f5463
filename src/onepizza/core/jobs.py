"""Background work that must survive the process: rows in `jobs`, written in the transaction that causes them.

A job is picked up by hiding its row until a lease is over and counting the attempt in the same statement, run, and then
deleted, put back with a later time, or kept as failed:

    DUE -> RUNNING (hidden, attempt counted) -> done: deleted | DUE again, later | FAILED (kept, never run again)

So a job whose process is killed appears again by itself when its lease ends, and one that kills its process is FAILED
after as many tries as any other. Work is done at least once: handlers make repeats harmless. Why not a library, and why
no NOTIFY: docs/decisions/0006-own-jobs.md.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Literal

import msgspec
import structlog

from onepizza.core.clock import Clock, to_datetime
from onepizza.core.db import Database, Transaction
from onepizza.core.errors import ServiceUnavailable

_log = structlog.get_logger(__name__)

# Another process may have written a job and died before it started it, or its lease may be over: look now and then.
_POLL_S = 5.0
_AWAY_RETRY_S = 1.0
# A due row that another process holds at this moment is looked at again after this, not in a tight loop.
_HELD_RETRY_S = 0.05
# A lease outlives the longest run by this much, so that an outcome can be written before somebody else starts over.
_LEASE_MARGIN_S = 30.0

_INSERT = "INSERT INTO jobs (kind, payload, run_at, created_at) VALUES ($1, $2, $3, $4) RETURNING id"
# MATERIALIZED: the planner may otherwise run the locking query once per joined row and pick up more than the limit.
_PICK_UP = """
    WITH due AS MATERIALIZED (
        SELECT job.id, worker.attempts AS allowed, worker.lease
        FROM unnest($2::text[], $3::int[], $4::int[], $5::interval[]) AS worker (kind, free, attempts, lease)
        CROSS JOIN LATERAL (
            SELECT id FROM jobs
            WHERE kind = worker.kind AND failed_at IS NULL AND run_at <= $1
            ORDER BY run_at, id LIMIT worker.free
            FOR UPDATE SKIP LOCKED
        ) AS job
    )
    UPDATE jobs SET
        attempts = jobs.attempts + CASE WHEN jobs.attempts >= due.allowed THEN 0 ELSE 1 END,
        run_at = $1 + due.lease,
        failed_at = CASE WHEN jobs.attempts >= due.allowed THEN $1 END,
        last_error = CASE WHEN jobs.attempts >= due.allowed THEN 'lost while running' ELSE jobs.last_error END
    FROM due WHERE jobs.id = due.id
    RETURNING jobs.id, jobs.kind, jobs.payload, jobs.attempts, jobs.failed_at IS NOT NULL AS is_failed
"""
_NEXT_DUE = """
    SELECT min(job.run_at) FROM unnest($1::text[]) AS worker (kind)
    CROSS JOIN LATERAL (
        SELECT run_at FROM jobs WHERE kind = worker.kind AND failed_at IS NULL ORDER BY run_at LIMIT 1
    ) AS job
"""
# Both compare the attempt: a run that outlived its lease has no say over the one that followed.
_DELETE = """
    DELETE FROM jobs USING unnest($1::bigint[], $2::int[]) AS done (id, attempt)
    WHERE jobs.id = done.id AND jobs.attempts = done.attempt
"""
_PUT_BACK = """
    UPDATE jobs SET run_at = back.run_at, failed_at = back.failed_at, attempts = back.attempts, last_error = back.error
    FROM unnest($1::bigint[], $2::int[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::text[])
        AS back (id, attempt, attempts, run_at, failed_at, error)
    WHERE jobs.id = back.id AND jobs.attempts = back.attempt
"""


class Job(msgspec.Struct, frozen=True):
    """One run of a job; `attempt` counts from 1. The payload stands in the database in clear: ids, never secrets."""

    id: int
    kind: str
    payload: bytes
    attempt: int


class RetryLater(Exception):
    """Raised by a handler whose work cannot be done now; the reason is stored and logged, so it names no secret.

    `after_s` replaces the worker's own delay where the other side said how long to wait.
    """

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


class NotYet(Exception):
    """Raised by a handler whose job is not due after all: it is put back for later, and the attempt does not count."""

    def __init__(self, after_s: float) -> None:
        super().__init__()
        self.after_s = after_s


class GiveUp(Exception):
    """Raised by a handler whose work can never be done; the job is kept as failed. The reason names no secret."""


class _Worker(msgspec.Struct, frozen=True):
    handler: Callable[[Job], Awaitable[None]]
    at_once: int
    attempts: int
    timeout_s: float
    first_delay_s: float
    max_delay_s: float


class _Outcome(msgspec.Struct, frozen=True):
    """How one run ended; `error` is safe to store."""

    job: Job
    ended: Literal["done", "retry", "failed", "released"]
    error: str | None = None
    run_at: datetime | None = None


class Jobs:
    """The queue and its workers in this process; several processes may share the table."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        jitter: Callable[[], float] = random.random,
        poll_s: float = _POLL_S,
    ) -> None:
        self._poll_s = poll_s
        self._database = database
        self._clock = clock
        self._jitter = jitter
        self._workers: dict[str, _Worker] = {}
        self._running: dict[asyncio.Task[None], Job] = {}
        self._outcomes: list[_Outcome] = []
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._is_stopping = False
        self._is_away = False

    def register(
        self,
        kind: str,
        handler: Callable[[Job], Awaitable[None]],
        *,
        at_once: int = 4,
        attempts: int = 8,
        timeout_s: float = 30.0,
        first_delay_s: float = 2.0,
        max_delay_s: float = 3600.0,
    ) -> None:
        """Say who does the jobs of a kind; before `start`.

        Args:
            kind: a stable name; it stands in the rows.
            handler: does one job, in transactions of its own; what it raises means another attempt, but see `GiveUp`.
            at_once: runs in parallel in this process; kinds do not wait for one another.
            attempts: runs in all, those that ended with the process included.
            timeout_s: a run is cancelled after this time.
            first_delay_s: wait after the first failure; it doubles with each, and a random half of it is taken off.
            max_delay_s: the doubling stops here.
        """
        if kind in self._workers:
            raise ValueError(f"jobs of the kind {kind!r} have a handler already")
        self._workers[kind] = _Worker(handler, at_once, attempts, timeout_s, first_delay_s, max_delay_s)

    async def enqueue(self, tx: Transaction, kind: str, payload: bytes = b"", *, delay: timedelta = timedelta()) -> int:
        """Write a job in the caller's transaction and return its id; it starts once that is committed.

        Args:
            tx: a rollback takes the job with it.
            kind: one that was registered.
            payload: what the handler needs to find the rest: ids, not secrets (see `Job`).
            delay: how long to wait first.
        """
        if kind not in self._workers:
            raise LookupError(f"nobody does jobs of the kind {kind!r}")
        now = to_datetime(self._clock.now())
        job_id: int = await tx.conn.fetchval(_INSERT, kind, payload, now + delay, now)
        tx.after_commit(self.wake)
        return job_id

    def wake(self) -> None:
        """Look for due jobs now; who moved a fake clock calls this too."""
        self._wake.set()

    def start(self) -> None:
        """Begin to work."""
        if self._loop is None:
            self._loop = asyncio.create_task(self._work(), name="jobs")

    async def stop(self, drain_s: float = 10.0) -> None:
        """Pick up nothing more, wait for what runs, put back what does not end in time; harmless when not started."""
        self._is_stopping = True
        self.wake()
        try:
            async with asyncio.timeout(drain_s):
                if self._loop is not None:
                    await asyncio.shield(self._loop)
                while self._running:
                    await asyncio.wait(self._running)
        except TimeoutError:
            running = [*self._running, *([self._loop] if self._loop is not None else [])]
            for task in running:
                task.cancel()
            if running:
                await asyncio.wait(running)
        try:
            await self._take_turn()
        except ServiceUnavailable:
            _log.warning("jobs_not_settled", count=len(self._outcomes))

    async def work_off(self) -> None:
        """Do everything that is due, and what that leads to, to its end; for tests and one-off commands."""
        while True:
            picked_up = await self._take_turn()
            if self._running:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            elif not picked_up and not self._outcomes:
                return

    async def _work(self) -> None:
        while not self._is_stopping:
            self._wake.clear()
            try:
                picked_up = await self._take_turn()
                wait_s = 0.0 if picked_up else await self._until_next()
                self._is_away = False
            except ServiceUnavailable:
                wait_s = _AWAY_RETRY_S
                if not self._is_away:
                    _log.warning("jobs_paused", reason="the database is away")
                self._is_away = True
            except Exception:  # noqa: BLE001 (a bug here must not end all background work)
                _log.exception("jobs_turn_failed")
                wait_s = _AWAY_RETRY_S
            if wait_s > 0:
                await self._sleep(wait_s)

    async def _sleep(self, wait_s: float) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _free(self) -> dict[str, int]:
        """Return how many more jobs of each kind may start; kinds that are full are left out."""
        if self._is_stopping:
            return {}
        busy = [job.kind for job in self._running.values()]
        free = {kind: worker.at_once - busy.count(kind) for kind, worker in self._workers.items()}
        return {kind: count for kind, count in free.items() if count > 0}

    async def _take_turn(self) -> int:
        """Write the outcomes that wait, pick up what is due, start it; return how many were picked up."""
        async with self._turn:
            free = self._free()
            outcomes = tuple(self._outcomes)
            if not free and not outcomes:
                return 0
            async with self._database.transaction() as tx:
                await self._settle(tx, outcomes)
                jobs = await self._pick_up(tx, free)
            # Only now: when the commit fails they are written again, and a row that is gone or moved on is left alone.
            del self._outcomes[: len(outcomes)]
            for job in jobs:
                task = asyncio.create_task(self._perform(job), name=f"job-{job.kind}-{job.id}")
                self._running[task] = job
                task.add_done_callback(self._forget)
            return len(jobs)

    def _forget(self, task: asyncio.Task[None]) -> None:
        job = self._running.pop(task)
        if task.cancelled():  # by `stop`, perhaps before its first line ran
            self._outcomes.append(_Outcome(job, "released"))
        self.wake()

    async def _settle(self, tx: Transaction, outcomes: Sequence[_Outcome]) -> None:
        done = [outcome.job for outcome in outcomes if outcome.ended == "done"]
        if done:
            await tx.conn.execute(_DELETE, [job.id for job in done], [job.attempt for job in done])
        back = [outcome for outcome in outcomes if outcome.ended != "done"]
        if back:
            now = to_datetime(self._clock.now())
            await tx.conn.execute(
                _PUT_BACK,
                [outcome.job.id for outcome in back],
                [outcome.job.attempt for outcome in back],
                [outcome.job.attempt - (outcome.ended == "released") for outcome in back],
                [outcome.run_at or now for outcome in back],
                [now if outcome.ended == "failed" else None for outcome in back],
                [outcome.error for outcome in back],
            )

    async def _pick_up(self, tx: Transaction, free: dict[str, int]) -> list[Job]:
        if not free:
            return []
        workers = [self._workers[kind] for kind in free]
        rows = await tx.conn.fetch(
            _PICK_UP,
            to_datetime(self._clock.now()),
            list(free),
            list(free.values()),
            [worker.attempts for worker in workers],
            [timedelta(seconds=worker.timeout_s + _LEASE_MARGIN_S) for worker in workers],
        )
        for row in rows:
            if row["is_failed"]:
                _log.error("job_failed", kind=row["kind"], job_id=row["id"], error="lost while running")
        alive = [row for row in rows if not row["is_failed"]]
        picked_up = [Job(row["id"], row["kind"], row["payload"], row["attempts"]) for row in alive]
        # An UPDATE returns its rows in any order; a welcome is to be sent before what came after it.
        return sorted(picked_up, key=attrgetter("id"))

    async def _until_next(self) -> float:
        """Return seconds until a job that could start now is due, at most the time between two looks."""
        free = self._free()
        if not free:
            return self._poll_s
        async with self._database.transaction() as tx:
            due: datetime | None = await tx.conn.fetchval(_NEXT_DUE, list(free))
        if due is None:
            return self._poll_s
        return max(_HELD_RETRY_S, min(self._poll_s, due.timestamp() - self._clock.now()))

    async def _perform(self, job: Job) -> None:
        """Run one job and note how it ended; a cancelled run is noted by `_forget`."""
        worker = self._workers[job.kind]
        try:
            async with asyncio.timeout(worker.timeout_s):
                await worker.handler(job)
            outcome = _Outcome(job, "done")
        except GiveUp as error:
            outcome = _Outcome(job, "failed", str(error))
        except NotYet as later:
            outcome = _Outcome(job, "released", run_at=to_datetime(self._clock.now() + later.after_s))
        except RetryLater as error:
            outcome = self._after_failure(job, str(error), error.after_s)
        except (ServiceUnavailable, TimeoutError) as error:
            outcome = self._after_failure(job, type(error).__name__)
        except Exception as error:  # noqa: BLE001 (a bug in one handler; its text may hold anything, so only its name is kept)
            _log.exception("job_raised", kind=job.kind, job_id=job.id)
            outcome = self._after_failure(job, type(error).__name__)
        if outcome.ended == "failed":
            _log.error("job_failed", kind=job.kind, job_id=job.id, attempt=job.attempt, error=outcome.error)
        self._outcomes.append(outcome)

    def _after_failure(self, job: Job, error: str, after_s: float | None = None) -> _Outcome:
        worker = self._workers[job.kind]
        if job.attempt >= worker.attempts:
            return _Outcome(job, "failed", error)
        delay_s = after_s
        if delay_s is None:
            delay_s = min(worker.first_delay_s * 2 ** (job.attempt - 1), worker.max_delay_s) * (1 - self._jitter() / 2)
        _log.warning("job_retried", kind=job.kind, job_id=job.id, attempt=job.attempt, error=error, delay_s=delay_s)
        return _Outcome(job, "retry", error, to_datetime(self._clock.now() + delay_s))
