"""The slice, wired: what its endpoints and those of other slices share."""

from __future__ import annotations

from urllib.parse import urlsplit

from onepizza.accounts import session_store
from onepizza.accounts.auth import KeyAuth
from onepizza.accounts.mailing import AccountMails
from onepizza.accounts.password_changes import PasswordChanges
from onepizza.accounts.passwords import Passwords
from onepizza.accounts.ports import Wallet
from onepizza.accounts.session_auth import OriginGuard, OwnerAuth, SessionAuth
from onepizza.accounts.sessions import Sessions
from onepizza.core.clock import Clock, to_datetime
from onepizza.core.db import Database
from onepizza.core.idempotency import Idempotency
from onepizza.core.limits import MovingWindow
from onepizza.core.mail import Mailer
from onepizza.core.settings import Settings


class Accounts:
    """Everything about accounts in one process; registers its mails with the mailer."""

    def __init__(
        self,
        db: Database,
        *,
        passwords: Passwords,
        limiter: MovingWindow,
        wallet: Wallet,
        mailer: Mailer,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self.db = db
        self.passwords = passwords
        self.limiter = limiter
        self.wallet = wallet
        self.mailer = mailer
        self.clock = clock
        self.limits = settings.limits
        self.idempotency = Idempotency(clock, settings.session_secret)
        is_secure = urlsplit(settings.app_url).scheme == "https"
        self.sessions = Sessions(clock, settings.session_secret, is_secure=is_secure)
        self.guard = OriginGuard(settings.allowed_origins)
        self.session_auth = SessionAuth(self.sessions, self.guard, limiter)
        self.owner_auth = OwnerAuth(KeyAuth(limiter), self.session_auth)
        self.password_changes = PasswordChanges(db, passwords, mailer, clock)
        AccountMails(db, clock, settings.app_url).register(mailer)

    async def forget_expired(self) -> None:
        """Delete sessions and resets that are over; meant to be called now and then."""
        async with self.db.transaction() as tx:
            await session_store.delete_expired(tx, to_datetime(self.clock.now()))
