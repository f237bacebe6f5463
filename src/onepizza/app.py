"""The composition root: the only module that imports every slice; it wires them and holds no rule of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from importlib import metadata
from typing import Any, cast

import structlog
from litestar import Litestar
from starlette_compress import CompressMiddleware

from onepizza import web
from onepizza.accounts import auth as account_auth
from onepizza.accounts import routes as account_routes
from onepizza.accounts.passwords import Passwords
from onepizza.accounts.service import Accounts
from onepizza.billing import routes as billing_routes
from onepizza.billing.wallet import Wallet
from onepizza.core import health
from onepizza.core.bus import Bus
from onepizza.core.clock import Clock
from onepizza.core.db import Database
from onepizza.core.edge import Edge
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.http import build_litestar
from onepizza.core.idempotency import Idempotency
from onepizza.core.jobs import Jobs
from onepizza.core.limits import MovingWindow
from onepizza.core.mail import Mailer
from onepizza.core.mail_gateways import mail_gateway
from onepizza.core.settings import Settings
from onepizza.media import routes as media_routes
from onepizza.media.ice import IceServers
from onepizza.meetings import expiry
from onepizza.meetings import routes as meeting_routes
from onepizza.meetings.service import MeetingService
from onepizza.realtime.edge import Realtime, build_server
from onepizza.rooms.directory import Directory

TICK_S = 1.0
SWEEP_EVERY_S = 1.0
"""Scheduled meetings open within 2 s of their time, whatever the database takes."""
FORGET_EVERY_S = 3600.0
JOBS_DRAIN_S = 3.0
RESTART_RETRY_MS = 1000

_log = structlog.get_logger(__name__)


class Application:
    """Everything that serves one process, wired; `start` and `stop` run what goes on beside requests."""

    def __init__(self, settings: Settings, database: Database, bus: Bus, clock: Clock) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._database = database
        self._is_recovered = False
        self._idempotency = Idempotency(clock, settings.session_secret)
        self._server = build_server(settings)
        self._realtime = Realtime(self._server, settings, clock)
        self.directory = Directory(self._realtime.outbox, bus.announce, clock.now)
        self.meetings = MeetingService(database, self.directory, clock, settings, bus.announce)
        self._passwords = Passwords(settings.limits.password_hashes_at_once, settings.limits.password_hashes_queued)
        self._jobs = Jobs(database, clock)
        self._mailer = Mailer(self._jobs, mail_gateway(settings))
        ice_servers = IceServers(settings, clock)
        self._realtime.mount(self.directory, self.meetings, ice_servers.for_name)
        expiry.subscribe(bus, self.meetings, self.spawn)
        self.meetings.keeper.subscribe(bus)

        limiter = MovingWindow(
            clock, {**account_auth.quotas(settings.limits), **meeting_routes.quotas(settings.limits)}
        )
        self._accounts = Accounts(
            database,
            passwords=self._passwords,
            limiter=limiter,
            wallet=Wallet(settings.signup_credit_usd),
            mailer=self._mailer,
            clock=clock,
            settings=settings,
        )
        version = metadata.version("onepizza")
        self.litestar: Litestar = build_litestar(
            [
                health.routes(self._is_ready),
                account_routes.routes(self._accounts),
                billing_routes.routes(database, self._accounts.session_auth),
                meeting_routes.routes(
                    database,
                    self.meetings,
                    self._accounts.owner_auth,
                    limiter=limiter,
                    clock=clock,
                    settings=settings,
                ),
                media_routes.routes(ice_servers),
                *web.routes(settings.app_url),
                *web.descriptions(settings, version),
            ],
            settings,
            version=version,
            not_found_page=web.not_found_page(),
        )
        self.asgi = self._server.wrap(cast("Any", Edge(_compress_reads(self.litestar), settings)))
        self.websocket_protocol = self._server.websocket_protocol

    async def start(self) -> None:
        """Bring the meetings back that an earlier run left, then begin to work off jobs and to let time pass.

        Raises:
            ServiceUnavailable: the database is away; without what it knows nobody may be let in.
        """
        recovered = await self.meetings.recover()
        if recovered:
            _log.info("meetings_recovered", rooms=recovered)
        self._is_recovered = True
        self._jobs.start()
        self.spawn(self._tick())
        self.spawn(self._sweep())
        self.spawn(self.meetings.keeper.run())
        self.spawn(self._forget_expired())

    async def stop(self) -> None:
        """Stop what runs beside requests; connections have been closed before."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._is_recovered:
            try:
                await self.meetings.keeper.write(everything=True)
            except ServiceUnavailable:
                _log.warning("rooms_not_kept", reason="the database is away")
        await self._jobs.stop(JOBS_DRAIN_S)
        await self._mailer.close()
        self._passwords.close()

    def announce_restart(self) -> None:
        """Tell every client to come back in a moment."""
        self._realtime.announce_restart(RESTART_RETRY_MS)

    async def disconnect_all(self) -> None:
        """Close every socket; the seats are held for those who come back."""
        await self._server.shutdown()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine beside requests; what it raises is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("background_task_failed", exc_info=error)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            try:
                self.directory.tick()
                self._realtime.sweep()
            except Exception:  # noqa: BLE001 (a bug in one room must not stop the clock of all others)
                _log.exception("tick_failed")

    async def _sweep(self) -> None:
        while True:
            try:
                await self.meetings.sweep()
            except ServiceUnavailable:
                _log.warning("sweep_postponed", reason="the database is away")
            except Exception:  # noqa: BLE001 (one meeting that cannot be swept must not stop the schedule of all others)
                _log.exception("sweep_failed")
            await asyncio.sleep(SWEEP_EVERY_S)

    async def _is_ready(self) -> bool:
        return self._is_recovered and await self._database.ping()

    async def _forget_expired(self) -> None:
        while True:
            try:
                await self._accounts.forget_expired()
                async with self._database.transaction() as tx:
                    await self._idempotency.forget_expired(tx)
            except ServiceUnavailable:
                _log.warning("forgetting_postponed", reason="the database is away")
            await asyncio.sleep(FORGET_EVERY_S)


def _compress_reads(app: Any) -> Any:  # noqa: ANN401 (ASGI applications of three libraries)
    """Return the application with compressed answers to GET; those to other methods are small and pay nothing."""
    compressed = CompressMiddleware(app, minimum_size=1024)

    async def serve(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        await (compressed if scope.get("method") == "GET" else app)(scope, receive, send)

    return serve
