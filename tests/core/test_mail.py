from __future__ import annotations

from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from onepizza.core.clock import FakeClock
from onepizza.core.db import Database
from onepizza.core.jobs import Jobs, RetryLater
from onepizza.core.mail import LogGateway, Mailer, MailGateway, MailMessage, SilentGateway
from onepizza.core.mail_gateways import ResendGateway
from onepizza.core.pacing import Pace
from tests.support.fake_resend import fake_resend

SECRET = "tok-3q9XhZ"


class Reset(msgspec.Struct, frozen=True):
    user_id: int


class Welcome(msgspec.Struct, frozen=True):
    user_id: int


class KeepingGateway:
    """Keeps what it is sent; raises first what it is told to."""

    def __init__(self, *raises: Exception) -> None:
        self.sent: list[tuple[MailMessage, str]] = []
        self._raises = list(raises)

    async def send(self, message: MailMessage, key: str) -> None:
        self.sent.append((message, key))
        if self._raises:
            raise self._raises.pop(0)

    async def close(self) -> None:
        pass


async def _compose_reset(order: Reset) -> MailMessage | None:
    return MailMessage("you@example.com", f"Reset {order.user_id}", f"https://x/#token={SECRET}", "<p>Reset</p>")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def _mailer(database: Database, clock: FakeClock, gateway: MailGateway) -> tuple[Jobs, Mailer]:
    jobs = Jobs(database, clock, jitter=lambda: 0.0)
    mailer = Mailer(jobs, gateway)
    mailer.register("password_reset", Reset, _compose_reset)
    return jobs, mailer


async def _order(database: Database, mailer: Mailer, order: msgspec.Struct) -> None:
    async with database.transaction() as tx:
        await mailer.send_later(tx, order)


async def _jobs_rows(database: Database) -> list[dict[str, Any]]:
    async with database.transaction() as tx:
        return [dict(row) for row in await tx.conn.fetch("SELECT * FROM jobs")]


class TestMailMessage:
    @pytest.mark.parametrize(
        "to",
        [
            "",
            "you",
            "you@",
            "@example.com",
            "a@b@example.com",
            "a@example.com, b@example.com",
            "a@example.com;b@example.com",
            "You <you@example.com>",
            "you@example.com\nBcc: all@example.com",
            "you@example.com\r\nBcc: all@example.com",
            "you @example.com",
            "you@example.com\x00",
            '"you"@example.com',
        ],
    )
    def test_only_one_bare_mailbox_is_a_recipient(self, to: str) -> None:
        with pytest.raises(ValueError, match="single mailbox"):
            MailMessage(to, "Hello", "", "")

    @pytest.mark.parametrize(
        "subject", ["Hi\nBcc: x@example.com", "Hi\r\nX: y", "Hi\x00", "Hi\u202eiH", "Hi\u2028there"]
    )
    def test_the_subject_is_one_visible_line(self, subject: str) -> None:
        with pytest.raises(ValueError, match="subject"):
            MailMessage("you@example.com", subject, "", "")


class TestMailer:
    async def test_an_order_becomes_one_mail(self, database: Database, clock: FakeClock) -> None:
        gateway = KeepingGateway()
        jobs, mailer = _mailer(database, clock, gateway)
        await _order(database, mailer, Reset(7))
        await jobs.work_off()
        ((message, key),) = gateway.sent
        assert message == await _compose_reset(Reset(7))
        assert key.startswith("mail-")
        assert await _jobs_rows(database) == []

    async def test_what_waits_in_the_database_holds_no_secret_and_no_text(
        self, database: Database, clock: FakeClock
    ) -> None:
        gateway = KeepingGateway(RetryLater("no"))
        jobs, mailer = _mailer(database, clock, gateway)
        await _order(database, mailer, Reset(7))
        await jobs.work_off()
        (row,) = await _jobs_rows(database)
        assert row["payload"] == b'{"mail":"password_reset","order":{"user_id":7}}'
        assert SECRET not in str(row)

    async def test_a_second_attempt_of_the_same_message_has_the_same_key(
        self, database: Database, clock: FakeClock
    ) -> None:
        gateway = KeepingGateway(RetryLater("no"))
        jobs, mailer = _mailer(database, clock, gateway)
        await _order(database, mailer, Reset(7))
        await jobs.work_off()
        clock.advance(5)
        await jobs.work_off()
        assert len(gateway.sent) == 2
        assert gateway.sent[0] == gateway.sent[1]

    async def test_another_message_of_the_same_job_has_another_key(self, database: Database, clock: FakeClock) -> None:
        gateway = KeepingGateway(RetryLater("no"))
        jobs, mailer = _mailer(database, clock, gateway)
        tokens = iter(["one", "two"])

        async def compose(_: Welcome) -> MailMessage:
            return MailMessage("you@example.com", "Welcome", next(tokens), "")

        mailer.register("welcome", Welcome, compose)
        await _order(database, mailer, Welcome(7))
        await jobs.work_off()
        clock.advance(5)
        await jobs.work_off()
        assert len({key for _, key in gateway.sent}) == 2

    async def test_nothing_to_send_ends_the_job(self, database: Database, clock: FakeClock) -> None:
        gateway = KeepingGateway()
        jobs, mailer = _mailer(database, clock, gateway)

        async def gone(_: Welcome) -> None:
            return None

        mailer.register("welcome", Welcome, gone)
        await _order(database, mailer, Welcome(7))
        await jobs.work_off()
        assert gateway.sent == []
        assert await _jobs_rows(database) == []

    @pytest.mark.parametrize(
        "payload", [b"", b"{}", b'{"mail":"x","order":{}}', b'{"mail":"password_reset","order":{}}']
    )
    async def test_an_order_that_nobody_can_read_is_kept_and_not_repeated(
        self, database: Database, clock: FakeClock, payload: bytes
    ) -> None:
        jobs, _ = _mailer(database, clock, KeepingGateway())
        async with database.transaction() as tx:
            await jobs.enqueue(tx, "mail", payload)
        await jobs.work_off()
        assert [row["last_error"] for row in await _jobs_rows(database)] == ["nobody can read this order"]

    async def test_mails_that_take_turns_wait_for_theirs_and_unwanted_ones_take_none(
        self, database: Database, clock: FakeClock
    ) -> None:
        gateway = KeepingGateway()
        jobs, mailer = _mailer(database, clock, gateway)

        async def compose(order: Welcome) -> MailMessage:
            return MailMessage("you@example.com", f"Welcome {order.user_id}", "", "")

        async def is_wanted(order: Welcome) -> bool:
            return order.user_id != 2

        mailer.register("welcome", Welcome, compose, turns=Pace(clock, 0.5), is_wanted=is_wanted)
        for user_id in (1, 2, 3):
            await _order(database, mailer, Welcome(user_id))
        sent = []
        for _ in range(3):
            await jobs.work_off()
            sent.append([message.subject for message, _ in gateway.sent])
            clock.advance(0.5)
        assert sent == [[], ["Welcome 1"], ["Welcome 1", "Welcome 3"]]
        assert await _jobs_rows(database) == []

    async def test_a_rolled_back_order_is_never_sent(self, database: Database, clock: FakeClock) -> None:
        gateway = KeepingGateway()
        jobs, mailer = _mailer(database, clock, gateway)
        with pytest.raises(RuntimeError, match="stop"):
            async with database.transaction() as tx:
                await mailer.send_later(tx, Reset(7))
                raise RuntimeError("stop")
        await jobs.work_off()
        assert gateway.sent == []

    async def test_one_name_or_order_twice_is_a_bug(self, database: Database, clock: FakeClock) -> None:
        _, mailer = _mailer(database, clock, KeepingGateway())
        for name, order in (("password_reset", Welcome), ("other", Reset)):
            with pytest.raises(ValueError, match="registered"):
                mailer.register(name, order, _compose_reset)

    async def test_a_service_that_fails_once_gets_the_mail_later(self, database: Database, clock: FakeClock) -> None:
        async with fake_resend(500) as resend:
            gateway = ResendGateway("re_key", resend.address, "onepizza <noreply@example.com>")
            jobs, mailer = _mailer(database, clock, gateway)
            await _order(database, mailer, Reset(7))
            await jobs.work_off()
            (row,) = await _jobs_rows(database)
            assert (row["attempts"], row["last_error"], row["failed_at"]) == (1, "Resend answered 500", None)
            clock.advance(5)
            await jobs.work_off()
            await mailer.close()
        assert len(resend.sent) == 2
        assert await _jobs_rows(database) == []

    async def test_a_dead_service_costs_attempts_and_nothing_else(self, database: Database, clock: FakeClock) -> None:
        async with fake_resend() as resend:
            address = resend.address
        gateway = ResendGateway("re_key", address, "onepizza <noreply@example.com>")
        jobs, mailer = _mailer(database, clock, gateway)
        await _order(database, mailer, Reset(7))
        for _ in range(12):
            await jobs.work_off()
            clock.advance(3600)
        await mailer.close()
        (row,) = await _jobs_rows(database)
        assert (row["attempts"], row["last_error"]) == (12, "Resend cannot be reached (ConnectError)")
        assert row["failed_at"] is not None


class TestLogGateway:
    async def test_development_shows_the_link(self) -> None:
        message = await _compose_reset(Reset(7))
        assert message is not None
        with capture_logs() as logs:
            await LogGateway().send(message, "key")
        assert logs == [
            {
                "event": "mail_not_sent",
                "log_level": "info",
                "to": "you@example.com",
                "subject": "Reset 7",
                "text": f"https://x/#token={SECRET}",
            }
        ]


class TestSilentGateway:
    async def test_production_shows_neither_address_nor_link(self) -> None:
        message = await _compose_reset(Reset(7))
        assert message is not None
        with capture_logs() as logs:
            await SilentGateway().send(message, "key")
        assert len(logs) == 1
        assert SECRET not in str(logs)
        assert "example.com" not in str(logs)
