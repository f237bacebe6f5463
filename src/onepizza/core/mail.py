"""Mail: what a message is, where it goes, and the job that composes and sends it.

    order (a row of ids, in the transaction that causes it) -> job -> compose (a slice) -> gateway -> the world

A dead mail service therefore fails no request, and a mail of a rolled-back transaction is never sent. Orders stand in
the database in clear, messages never do: a mail that carries a token has the token made when it is composed, stored as
a hash as everywhere, and written into this one message. Encrypting the payload instead would only move the question to
the key, which stands in the same environment as the database's address. The price: each attempt makes a new token.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import msgspec
import structlog

from onepizza.core.db import Transaction
from onepizza.core.jobs import GiveUp, Job, Jobs, NotYet
from onepizza.core.pacing import Pace
from onepizza.core.text import visible

_log = structlog.get_logger(__name__)
_mailbox = re.compile(r"""[^\s\x00-\x1f\x7f<>()\[\],;:\\"@]{1,64}@[^\s\x00-\x1f\x7f<>()\[\],;:\\"@]{1,255}""").fullmatch
_KIND = "mail"
T = TypeVar("T", bound=msgspec.Struct)


class MailMessage(msgspec.Struct, frozen=True):
    """A message ready to go; `to` is one bare mailbox and the subject one line, so neither can smuggle a header in."""

    to: str
    subject: str
    text: str
    html: str

    def __post_init__(self) -> None:
        if not _mailbox(self.to):
            raise ValueError("the recipient is not a single mailbox")
        if self.subject != visible(self.subject):
            raise ValueError("the subject has line breaks or hidden characters")


class MailGateway(Protocol):
    """Somewhere that takes mail."""

    async def send(self, message: MailMessage, key: str) -> None:
        """Hand a message over; `key` is the same whenever the same message is tried again.

        Raises:
            RetryLater: not now.
            GiveUp: never, whoever asks again.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class LogGateway:
    """Writes mail to the log, links and all: how a developer without a mail service gets at them."""

    async def send(self, message: MailMessage, key: str) -> None:
        """Log the message."""
        _log.info("mail_not_sent", to=message.to, subject=message.subject, text=message.text)

    async def close(self) -> None:
        """Do nothing."""


class SilentGateway:
    """Drops mail: production without a mail service (API §17). Neither address nor text is logged."""

    async def send(self, message: MailMessage, key: str) -> None:
        """Drop the message."""
        _log.info("mail_skipped", reason="neither RESEND_API_KEY nor SMTP_URL is set")

    async def close(self) -> None:
        """Do nothing."""


class _Compose(msgspec.Struct, frozen=True):
    order_type: type[msgspec.Struct]
    compose: Callable[[Any], Awaitable[MailMessage | None]]
    turns: Pace | None
    is_wanted: Callable[[Any], Awaitable[bool]] | None


class _Envelope(msgspec.Struct, frozen=True):
    """The payload of a mail job."""

    mail: str
    order: msgspec.Raw


class Mailer:
    """Takes orders in transactions and has the jobs carry them out."""

    def __init__(self, jobs: Jobs, gateway: MailGateway) -> None:
        self._jobs = jobs
        self._gateway = gateway
        self._composers: dict[str, _Compose] = {}
        self._names: dict[type[msgspec.Struct], str] = {}
        # 5 s doubling to an hour: the last of 12 attempts comes after 1.2 to 2.4 hours.
        jobs.register(_KIND, self._carry_out, attempts=12, first_delay_s=5.0)

    def register(
        self,
        name: str,
        order: type[T],
        compose: Callable[[T], Awaitable[MailMessage | None]],
        *,
        turns: Pace | None = None,
        is_wanted: Callable[[T], Awaitable[bool]] | None = None,
    ) -> None:
        """Say how the mails of one kind are made.

        Args:
            name: a stable name; it stands in the rows.
            order: a Struct of ids and times, no secrets.
            compose: makes the message when the job runs, in transactions of its own; None when there is nothing to send
                any more (an account that is gone). Called once per attempt.
            turns: when the mails of this kind are made and sent, for those whose work would else be seen in the time
                of what the service does meanwhile.
            is_wanted: asked before a turn is given: an order that leads to no mail takes none.
        """
        if name in self._composers or order in self._names:
            raise ValueError(f"the mail {name!r} is registered already")
        self._composers[name] = _Compose(order, compose, turns, is_wanted)
        self._names[order] = name

    async def send_later(self, tx: Transaction, order: msgspec.Struct) -> None:
        """Order a mail in the caller's transaction."""
        envelope = {"mail": self._names[type(order)], "order": order}
        await self._jobs.enqueue(tx, _KIND, msgspec.json.encode(envelope))

    async def close(self) -> None:
        """Let go of the gateway's connections; after the jobs are stopped."""
        await self._gateway.close()

    async def _carry_out(self, job: Job) -> None:
        try:
            envelope = msgspec.json.decode(job.payload, type=_Envelope)
            composer = self._composers[envelope.mail]
            order = msgspec.json.decode(envelope.order, type=composer.order_type)
        except (msgspec.MsgspecError, KeyError) as error:
            raise GiveUp("nobody can read this order") from error
        if composer.is_wanted is not None and not await composer.is_wanted(order):
            return
        if composer.turns is not None and (wait_s := composer.turns.wait_s(job.id)) > 0:
            raise NotYet(wait_s)
        message = await composer.compose(order)
        if message is not None:
            await self._gateway.send(message, _key(job, message))


def _key(job: Job, message: MailMessage) -> str:
    """Return a name for this message: services that know idempotency keys refuse one that comes with another body."""
    return f"mail-{job.id}-{hashlib.sha256(msgspec.json.encode(message)).hexdigest()[:16]}"
