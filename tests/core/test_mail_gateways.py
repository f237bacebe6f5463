from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from onepizza.core.jobs import GiveUp, RetryLater
from onepizza.core.mail import LogGateway, MailMessage, SilentGateway
from onepizza.core.mail_gateways import ResendGateway, SmtpGateway, deliverable, mail_gateway, mail_sender
from onepizza.core.settings import Settings
from tests.support.fake_resend import fake_resend

MESSAGE = MailMessage("you@example.com", "Grüße 🍕", "Hello\n.dot\nÄ", "<p>Hello</p>")
SENDER = "onepizza <noreply@pizza.example>"


class TestMailGateway:
    @pytest.mark.parametrize(
        ("changes", "kind"),
        [
            ({}, LogGateway),
            ({"node_env": "production"}, SilentGateway),
            ({"smtp_url": "smtp://localhost:25"}, SmtpGateway),
            ({"resend_api_key": "re_key", "smtp_url": "smtp://localhost:25"}, ResendGateway),
            ({"node_env": "production", "resend_api_key": "re_key"}, ResendGateway),
        ],
    )
    async def test_the_settings_choose(self, tmp_path: Any, changes: dict[str, Any], kind: type) -> None:
        gateway = mail_gateway(Settings(onepizza_data_dir=tmp_path, **changes))
        assert type(gateway) is kind
        await gateway.close()


class TestMailSender:
    @pytest.mark.parametrize(
        ("changes", "sender"),
        [
            ({"app_url": "https://meet.example.com:8443/x"}, "onepizza <noreply@meet.example.com>"),
            ({"mail_from": "Pizza <a@b.example>"}, "Pizza <a@b.example>"),
            ({"mail_from": "Pizza\nBcc: x <a@b.example>"}, "Pizza Bcc: x <a@b.example>"),
        ],
    )
    def test_it_is_one_line(self, tmp_path: Any, changes: dict[str, Any], sender: str) -> None:
        assert mail_sender(Settings(onepizza_data_dir=tmp_path, **changes)) == sender


class TestDeliverable:
    @pytest.mark.parametrize(
        ("stored", "sent"),
        [
            ("You.Too@Example.com", "You.Too@Example.com"),
            ("you@bücher.example", "you@xn--bcher-kva.example"),
            ("jörg@straße.example", "jörg@xn--strae-oqa.example"),
            ("x@例え.テスト", "x@xn--r8jz45g.xn--zckzah"),
            ("you@a_b.example", "you@a_b.example"),
            ("you@ü_b.example", "you@ü_b.example"),
        ],
    )
    def test_the_domain_is_ascii_where_it_can_be(self, stored: str, sent: str) -> None:
        assert deliverable(stored) == sent


class TestResendGateway:
    async def test_a_domain_with_an_umlaut_goes_out_in_ascii(self) -> None:
        async with fake_resend() as resend:
            gateway = ResendGateway("re_key", resend.address, SENDER)
            await gateway.send(MailMessage("you@bücher.example", "Hello", "", ""), "key")
            await gateway.close()
        assert resend.sent[0].mail["to"] == ["you@xn--bcher-kva.example"]

    async def test_the_request_is_what_resend_documents(self) -> None:
        async with fake_resend() as resend:
            gateway = ResendGateway("re_key", resend.address, SENDER)
            await gateway.send(MESSAGE, "mail-1-abc")
            await gateway.close()
        (sent,) = resend.sent
        assert sent.path == "POST /emails"
        assert sent.headers["authorization"] == "Bearer re_key"
        assert sent.headers["idempotency-key"] == "mail-1-abc"
        assert sent.mail == {
            "from": SENDER,
            "to": ["you@example.com"],
            "subject": "Grüße 🍕",
            "text": "Hello\n.dot\nÄ",
            "html": "<p>Hello</p>",
        }

    @pytest.mark.parametrize("status", [401, 403, 408, 409, 425, 429, 500, 502, 503])
    async def test_what_may_pass_is_tried_later(self, status: int) -> None:
        async with fake_resend(status) as resend:
            gateway = ResendGateway("re_key", resend.address, SENDER)
            with pytest.raises(RetryLater, match=f"^Resend answered {status}$") as refusal:
                await gateway.send(MESSAGE, "key")
            await gateway.close()
        assert refusal.value.after_s is None

    @pytest.mark.parametrize("status", [301, 307, 400, 404, 422])
    async def test_what_will_not_pass_is_given_up(self, status: int) -> None:
        location = "location: http://127.0.0.1:9/\r\n"
        async with fake_resend(status, extra_headers=location) as resend:
            gateway = ResendGateway("re_key", resend.address, SENDER)
            with pytest.raises(GiveUp, match=f"^Resend answered {status}$"):
                await gateway.send(MESSAGE, "key")
            await gateway.close()
        assert len(resend.sent) == 1

    @pytest.mark.parametrize(
        ("value", "wait_s"), [("77", 77.0), ("999999", 3600.0), ("soon", None), ("-1", None), ("1e9", None)]
    )
    async def test_it_waits_as_long_as_resend_says_within_reason(self, value: str, wait_s: float | None) -> None:
        async with fake_resend(429, extra_headers=f"retry-after: {value}\r\n") as resend:
            gateway = ResendGateway("re_key", resend.address, SENDER)
            with pytest.raises(RetryLater) as refusal:
                await gateway.send(MESSAGE, "key")
            await gateway.close()
        assert refusal.value.after_s == wait_s

    async def test_a_service_that_says_nothing_is_left(self) -> None:
        async with fake_resend(0) as resend:
            gateway = ResendGateway("re_key", resend.address, SENDER, total_s=0.2)
            with pytest.raises(RetryLater, match="cannot be reached"):
                await gateway.send(MESSAGE, "key")
            await gateway.close()
        assert len(resend.sent) == 1


class Mailbox:
    """An SMTP server's handler: keeps envelopes, and answers recipients and data with what it is told to."""

    def __init__(self, rcpt: str | None = None, data: str | None = None) -> None:
        self.envelopes: list[Envelope] = []
        self._rcpt = rcpt
        self._data = data

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if self._rcpt is not None:
            return self._rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return self._data or "250 OK"


@asynccontextmanager
async def _smtp(
    mailbox: Mailbox,
    login: Callable[..., AuthResult] | None = None,
    *,
    host: str = "127.0.0.1",
    knows_utf8: bool = True,
) -> AsyncIterator[int]:
    """Run a server without TLS; with `login` it asks for a password."""

    def protocol() -> SMTP:
        return SMTP(
            mailbox,
            enable_SMTPUTF8=knows_utf8,
            authenticator=login,
            auth_required=login is not None,
            auth_require_tls=False,
            hostname="test",
            loop=asyncio.get_running_loop(),
        )

    server = await asyncio.get_running_loop().create_server(protocol, host, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


# The servers here ask for a password without TLS on purpose.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
class TestSmtpGateway:
    async def test_the_message_arrives_whole(self) -> None:
        mailbox = Mailbox()
        async with _smtp(mailbox) as port:
            await SmtpGateway(f"smtp://127.0.0.1:{port}", SENDER).send(MESSAGE, "mail-1-abc")
        (envelope,) = mailbox.envelopes
        assert (envelope.mail_from, envelope.rcpt_tos) == ("noreply@pizza.example", ["you@example.com"])
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=email.policy.SMTP)
        assert (mail["from"], mail["to"], mail["subject"]) == (SENDER, "you@example.com", "Grüße 🍕")
        assert mail["message-id"] == "<mail-1-abc@pizza.example>"
        assert mail["auto-submitted"] == "auto-generated"
        text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
        assert text is not None
        assert html is not None
        assert text.get_content().replace("\r\n", "\n") == "Hello\n.dot\nÄ\n"
        assert html.get_content().strip() == "<p>Hello</p>"

    async def test_a_domain_with_an_umlaut_needs_no_server_that_knows_it(self) -> None:
        mailbox = Mailbox()
        async with _smtp(mailbox, knows_utf8=False) as port:
            gateway = SmtpGateway(f"smtp://127.0.0.1:{port}", SENDER)
            await gateway.send(MailMessage("you@bücher.example", "Hello", "", ""), "key")
            with pytest.raises(RetryLater, match=r"cannot be used \(SMTPNotSupported\)"):
                await gateway.send(MailMessage("jörg@example.com", "Hello", "", ""), "key")
        assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [["you@xn--bcher-kva.example"]]

    @pytest.mark.parametrize(
        ("mailbox", "error", "code"),
        [
            (Mailbox(rcpt="450 busy"), RetryLater, 450),
            (Mailbox(rcpt="550 no such user token=s3cret"), GiveUp, 550),
            (Mailbox(data="451 greylisted"), RetryLater, 451),
            (Mailbox(data="554 spam"), GiveUp, 554),
        ],
    )
    async def test_4xx_is_later_and_5xx_is_never(self, mailbox: Mailbox, error: type[Exception], code: int) -> None:
        async with _smtp(mailbox) as port:
            with pytest.raises(error, match=f"^the mail server answered {code}$"):
                await SmtpGateway(f"smtp://127.0.0.1:{port}", SENDER).send(MESSAGE, "key")

    async def test_user_and_password_are_unquoted_and_a_wrong_password_is_for_the_operator_to_mend(self) -> None:
        mailbox = Mailbox()
        seen: list[tuple[bytes, bytes]] = []

        def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            seen.append((data.login, data.password))
            return AuthResult(success=data.password == b"p@ss:word", handled=False)

        async with _smtp(mailbox, login) as port:
            await SmtpGateway(f"smtp://me%40x:p%40ss%3Aword@127.0.0.1:{port}", SENDER).send(MESSAGE, "key")
            with pytest.raises(RetryLater, match="answered 535"):
                await SmtpGateway(f"smtp://me:wrong@127.0.0.1:{port}", SENDER).send(MESSAGE, "key")
        assert seen[0] == (b"me@x", b"p@ss:word")
        assert len(mailbox.envelopes) == 1

    async def test_a_password_never_travels_in_clear_to_another_machine(self) -> None:
        """127.0.0.2 stands for the other machine: the gateway exempts 127.0.0.1 only."""
        mailbox = Mailbox()
        seen: list[object] = []

        def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            seen.append(data)
            return AuthResult(success=True)

        async with _smtp(mailbox, login, host="127.0.0.2") as port:
            with pytest.raises(RetryLater, match=r"cannot be used \(SMTPException\)"):
                await SmtpGateway(f"smtp://me:secret@127.0.0.2:{port}", SENDER).send(MESSAGE, "key")
        assert (seen, mailbox.envelopes) == ([], [])
        async with _smtp(mailbox, host="127.0.0.2") as port:
            await SmtpGateway(f"smtp://127.0.0.2:{port}", SENDER).send(MESSAGE, "key")
        assert len(mailbox.envelopes) == 1

    async def test_nobody_there_is_later(self) -> None:
        async with _smtp(Mailbox()) as port:
            pass
        with pytest.raises(RetryLater, match="cannot be used"):
            await SmtpGateway(f"smtp://127.0.0.1:{port}", SENDER).send(MESSAGE, "key")

    async def test_a_silent_server_is_left(self) -> None:
        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(RetryLater, match="cannot be used"):
            await SmtpGateway(f"smtp://127.0.0.1:{port}", SENDER, total_s=0.2).send(MESSAGE, "key")
        server.close()
