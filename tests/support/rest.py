"""The REST API of a test: the real routes, edge and database, in-process; a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from argon2 import PasswordHasher

from onepizza.accounts import auth as accounts_auth
from onepizza.accounts import routes as accounts_routes
from onepizza.accounts.passwords import Passwords
from onepizza.accounts.service import Accounts
from onepizza.billing import routes as billing_routes
from onepizza.billing.wallet import Wallet
from onepizza.core import health
from onepizza.core.bus import Bus
from onepizza.core.clock import FakeClock
from onepizza.core.db import Database
from onepizza.core.edge import Edge
from onepizza.core.facts import Fact, MeetingCreated, MeetingEnded, RoomExpired
from onepizza.core.http import build_litestar
from onepizza.core.jobs import Jobs
from onepizza.core.limits import MovingWindow
from onepizza.core.mail import Mailer, MailMessage
from onepizza.core.settings import Limits, Settings
from onepizza.media import routes as media_routes
from onepizza.media.ice import IceServers
from onepizza.meetings import routes as meeting_routes
from onepizza.meetings.service import MeetingService
from onepizza.rooms.commands import Join
from onepizza.rooms.deliveries import Delivery, Send
from onepizza.rooms.directory import Directory

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""0.1 ms a hash instead of 25: nearly every test signs somebody up, and few are about hashes."""

GENEROUS = Limits(
    api_requests_per_15_minutes=100_000,
    auth_requests_per_15_minutes=100_000,
    forgot_requests_per_15_minutes=100_000,
    forgot_per_account_per_hour=100_000,
    reset_requests_per_15_minutes=100_000,
    reset_failures_per_15_minutes=100_000,
    reset_validations_per_15_minutes=100_000,
    guest_meetings_per_hour=100_000,
)
"""Limits for tests that are about something else."""


class RecordingOutbox:
    """Keeps every delivery of every room, in order."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []

    def deliver(self, deliveries: Sequence[Delivery]) -> None:
        self.deliveries += deliveries

    def events_for(self, connection: str) -> list[object]:
        """Return what one connection received, as plain JSON values, and forget nothing."""
        return [
            (delivery.payload.event, msgspec.json.decode(msgspec.json.encode(delivery.payload)))
            for delivery in self.deliveries
            if isinstance(delivery, Send) and connection in delivery.to
        ]

    def clear(self) -> None:
        self.deliveries.clear()


class Postbox:
    """A mail service that keeps everything."""

    def __init__(self) -> None:
        self.mails: list[MailMessage] = []

    async def send(self, message: MailMessage, key: str) -> None:
        self.mails.append(message)

    async def close(self) -> None:
        pass


@dataclass
class Account:
    """One registered account; `token` is of the session that its sign-up began."""

    email: str
    api_key: str
    token: str = ""
    password: str = "secret123"
    invite_code: str = ""

    @property
    def key(self) -> dict[str, str]:
        return {"x-api-key": self.api_key}

    def host(self, admin_token: str) -> dict[str, str]:
        return {"x-api-key": self.api_key, "x-admin-token": admin_token}

    @property
    def session(self) -> dict[str, str]:
        return cookie(self.token)


@dataclass
class Rest:
    """Everything a REST test looks at."""

    http: httpx.AsyncClient
    app: Edge
    db: Database
    bus: Bus
    clock: FakeClock
    settings: Settings
    directory: Directory
    outbox: RecordingOutbox
    meetings: MeetingService
    facts: list[Fact]
    jobs: Jobs
    postbox: Postbox
    accounts: Accounts
    is_ready: bool = True

    async def register(self, email: str = "you@example.com", company_name: str | None = None) -> Account:
        """Open an account, with a company if it is named."""
        body = {"email": email, "password": "secret123"}
        if company_name is not None:
            body |= {"accountType": "company", "companyName": company_name}
        answer = await self.http.post("/api/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        found = answer.json()
        return Account(email, found["apiKey"], session_token(answer), invite_code=found.get("inviteCode", ""))

    async def login(self, account: Account, headers: dict[str, str] | None = None) -> str:
        """Log in and return the token of the new session."""
        body = {"email": account.email, "password": account.password}
        answer = await self.http.post("/api/auth/login", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return session_token(answer)

    async def mails(self) -> list[MailMessage]:
        """Work off what is due, and what waits for its turn within a second; return all mails that were sent."""
        await self.jobs.work_off()
        while waits := await self._wait_of_next_job():
            self.clock.advance(waits)
            await self.jobs.work_off()
        return self.postbox.mails

    async def _wait_of_next_job(self) -> float | None:
        [row] = await self.rows("SELECT min(run_at) AS run_at FROM jobs WHERE failed_at IS NULL")
        wait_s = 0.0 if row["run_at"] is None else row["run_at"].timestamp() - self.clock.now()
        return wait_s + 1e-6 if 0 < wait_s <= 1 else None

    async def mail(self, subject: str) -> MailMessage:
        """Return the latest mail with this subject; several are sent at once, so others may come after it."""
        return [mail for mail in await self.mails() if mail.subject == subject][-1]

    async def rows(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        """Return what a statement finds."""
        async with self.db.transaction() as tx:
            return [dict(row) for row in await tx.conn.fetch(sql, *arguments)]

    async def meeting(self, owner: Account, **body: Any) -> tuple[str, str]:
        """Create a meeting; return its id and admin token."""
        answer = await self.http.post("/api/meetings", json=body, headers=owner.key)
        assert answer.status_code == 201, answer.text
        return answer.json()["meetingId"], answer.json()["adminToken"]

    async def guest_meeting(self, **body: Any) -> tuple[str, str]:
        """Create a guest meeting; return its id and admin token."""
        answer = await self.http.post("/api/meetings/guest", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["meetingId"], answer.json()["adminToken"]

    async def join(self, meeting_id: str, connection: str, participant_id: str, name: str = "Alice") -> None:
        """Seat somebody over a connection of that name."""
        await self.meetings.open(meeting_id)
        await self.directory.call(
            meeting_id,
            Join(
                connection=connection,
                participant_id=participant_id,
                new_resume_token=f"resume-{connection}",
                name=name,
            ),
        )


@asynccontextmanager
async def open_rest(
    dsn: str,
    limits: Limits = GENEROUS,
    *,
    passwords: Passwords | None = None,
    database_type: type[Database] = Database,
    **settings: Any,
) -> AsyncIterator[Rest]:
    """Assemble the REST API on a migrated database."""
    values: dict[str, Any] = {"onepizza_data_dir": Path("unused"), "limits": limits, **settings}
    config = Settings(**values)
    clock = FakeClock()
    bus = Bus()
    facts: list[Fact] = []
    for kind in (MeetingCreated, MeetingEnded, RoomExpired):
        bus.after_commit(kind, facts.append)
    outbox = RecordingOutbox()
    directory = Directory(outbox, bus.announce, clock.now)
    db = await database_type.open(dsn, bus)
    passwords = passwords or Passwords(argon2=CHEAP)
    jobs = Jobs(db, clock)
    postbox = Postbox()
    limiter = MovingWindow(clock, {**accounts_auth.quotas(limits), **meeting_routes.quotas(limits)})
    accounts = Accounts(
        db,
        passwords=passwords,
        limiter=limiter,
        wallet=Wallet(config.signup_credit_usd),
        mailer=Mailer(jobs, postbox),
        clock=clock,
        settings=config,
    )
    meetings = MeetingService(db, directory, clock, config, bus.announce)
    meetings.keeper.subscribe(bus)

    async def is_ready() -> bool:
        return rest.is_ready

    handlers = [
        accounts_routes.routes(accounts),
        billing_routes.routes(db, accounts.session_auth),
        meeting_routes.routes(db, meetings, accounts.owner_auth, limiter=limiter, clock=clock, settings=config),
        media_routes.routes(IceServers(config, clock)),
        health.routes(is_ready),
    ]
    app = Edge(build_litestar(handlers, config, version="3.0.0"), config)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    # A cookie is sent where a test says so, not because an answer before had set it.
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    async with httpx.AsyncClient(transport=transport, base_url="http://onepizza.test", cookies=no_cookies) as http:
        rest = Rest(http, app, db, bus, clock, config, directory, outbox, meetings, facts, jobs, postbox, accounts)
        try:
            yield rest
        finally:
            passwords.close()
            await db.close()


@pytest.fixture
async def rest(database_url: str) -> AsyncIterator[Rest]:
    """The REST API with generous limits on an empty database; a conftest imports it."""
    async with open_rest(database_url) as opened:
        yield opened


def cookie(token: str) -> dict[str, str]:
    """Return the header of a request that comes with this session."""
    return {"cookie": f"onepizza_session={token}"}


def session_token(answer: httpx.Response) -> str:
    """Return the token of the session that an answer began."""
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    assert name == "onepizza_session"
    return value


def error(code: str, message: str, *details: tuple[str, str]) -> dict[str, Any]:
    """Return an error answer as `body` below leaves it."""
    shaped: dict[str, Any] = {"error": message, "code": code}
    if details:
        shaped["details"] = [{"field": name, "message": text} for name, text in details]
    return shaped


def body(answer: httpx.Response) -> dict[str, Any]:
    """Return an error answer without its request id, after checking that it is the header's."""
    found = answer.json()
    assert found.pop("requestId") == answer.headers["x-request-id"]
    return found
