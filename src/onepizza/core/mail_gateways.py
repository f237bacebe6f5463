"""The ways to a mail service: Resend over HTTP, any server over SMTP; their failures become `RetryLater` or `GiveUp`.

What a service answers is never logged or stored: it may quote the message, and the message may carry a token.
"""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import idna

from onepizza.core.jobs import GiveUp, RetryLater
from onepizza.core.mail import LogGateway, MailGateway, MailMessage, SilentGateway
from onepizza.core.settings import Settings
from onepizza.core.text import visible

if TYPE_CHECKING:
    import httpx

_MAX_RETRY_AFTER_S = 3600.0
# A wrong or revoked key is the operator's to mend, not a reason to drop the mail; 409 is the same key still in flight.
_TEMPORARY = frozenset({401, 403, 408, 409, 425, 429})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def mail_gateway(settings: Settings) -> MailGateway:
    """Return what the settings ask for: Resend, else SMTP, else the log in development and nothing in production."""
    sender = mail_sender(settings)
    if settings.resend_api_key:
        return ResendGateway(
            settings.resend_api_key,
            settings.resend_api_url,
            sender,
            connect_s=settings.limits.outgoing_connect_seconds,
            total_s=settings.limits.outgoing_total_seconds,
        )
    if settings.smtp_url:
        return SmtpGateway(settings.smtp_url, sender, total_s=settings.limits.outgoing_total_seconds)
    return SilentGateway() if settings.is_production else LogGateway()


def mail_sender(settings: Settings) -> str:
    """Return the From address: `MAIL_FROM`, or noreply at the host of `APP_URL`."""
    return visible(settings.mail_from or f"onepizza <noreply@{urlsplit(settings.app_url).hostname}>")


def deliverable(to: str) -> str:
    """Return an address with its domain in ASCII (IDNA 2008), which every service takes; as it is where that cannot be.

    Not Python's own codec: its older rules turn an ß into ss, which is somebody else's domain.
    """
    local, _, domain = to.rpartition("@")
    if domain.isascii():
        return to
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return to


class ResendGateway:
    """Resend's `POST /emails`."""

    def __init__(self, api_key: str, url: str, sender: str, *, connect_s: float = 5.0, total_s: float = 10.0) -> None:
        import httpx  # 225 ms, and most installations start without it

        self._errors = (httpx.HTTPError, httpx.InvalidURL)
        self._total_s = total_s
        self._sender = sender
        self._client: httpx.AsyncClient = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=httpx.Timeout(total_s, connect=connect_s),
            follow_redirects=False,
        )

    async def send(self, message: MailMessage, key: str) -> None:
        """Hand the message to Resend, which drops a repetition of the same key for 24 h."""
        body = {
            "from": self._sender,
            "to": [deliverable(message.to)],
            "subject": message.subject,
            "text": message.text,
            "html": message.html,
        }
        try:
            async with (
                asyncio.timeout(self._total_s),
                # The body of the answer is of no use, so it is not read, however long it is.
                self._client.stream("POST", "/emails", json=body, headers={"Idempotency-Key": key}) as response,
            ):
                status, retry_after = response.status_code, response.headers.get("retry-after", "")
        except (*self._errors, TimeoutError) as error:
            raise RetryLater(f"Resend cannot be reached ({type(error).__name__})") from None
        if status in _TEMPORARY or status >= 500:
            wait_s = min(float(retry_after), _MAX_RETRY_AFTER_S) if retry_after.isdecimal() else None
            raise RetryLater(f"Resend answered {status}", wait_s)
        if not 200 <= status < 300:
            raise GiveUp(f"Resend answered {status}")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class SmtpGateway:
    """A server at `smtp://[user:password@]host[:587]` or, with TLS from the first byte, `smtps://…[:465]`.

    A password is sent only over TLS, except to this machine itself; without one, TLS is used if the server offers it.
    """

    def __init__(self, url: str, sender: str, *, total_s: float = 10.0) -> None:
        import aiosmtplib  # 60 ms, and most installations start without it

        parts = urlsplit(url)
        is_tls = parts.scheme == "smtps"
        needs_tls = parts.username is not None and parts.hostname not in _LOOPBACK
        self._sender = sender
        self._total_s = total_s
        self._smtp = aiosmtplib
        self._options: dict[str, Any] = {
            "hostname": parts.hostname,
            "port": parts.port or (465 if is_tls else 587),
            "username": None if parts.username is None else unquote(parts.username),
            "password": None if parts.password is None else unquote(parts.password),
            "use_tls": is_tls,
            "start_tls": False if is_tls else (True if needs_tls else None),
            "timeout": total_s,
        }

    async def send(self, message: MailMessage, key: str) -> None:
        """Hand the message to the server; one connection a mail."""
        mail = self._compose(message, key)
        errors = self._smtp
        try:
            async with asyncio.timeout(self._total_s):
                await errors.send(mail, **self._options)
        except errors.SMTPRecipientsRefused as error:
            raise _by_code(error.recipients[0].code) from None
        except (errors.SMTPAuthenticationError, errors.SMTPSenderRefused, errors.SMTPHeloError) as error:
            raise RetryLater(f"the mail server answered {error.code}") from None
        except errors.SMTPResponseException as error:
            raise _by_code(error.code) from None
        except (errors.SMTPException, OSError) as error:
            raise RetryLater(f"the mail server cannot be used ({type(error).__name__})") from None

    async def close(self) -> None:
        """Do nothing: no connection is kept."""

    def _compose(self, message: MailMessage, key: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._sender
        mail["To"] = deliverable(message.to)
        mail["Subject"] = message.subject
        mail["Date"] = formatdate(usegmt=True)
        mail["Message-ID"] = f"<{key}@{self._sender.rpartition('@')[2].rstrip('>')}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
        return mail


def _by_code(code: int) -> RetryLater | GiveUp:
    """Return what an SMTP reply asks for: 4xx come back later, 5xx never (RFC 5321 4.2.1)."""
    reason = f"the mail server answered {code}"
    return GiveUp(reason) if code >= 500 else RetryLater(reason)
