"""A new password, by the current one or by a mailed link; either way the other sessions and links are dead.

forgotten -> link mailed (1 hour, any number) -> one of them used -> the others worthless
"""

from __future__ import annotations

from onepizza.accounts import session_store, store
from onepizza.accounts.mailing import PasswordChanged
from onepizza.accounts.passwords import Passwords
from onepizza.accounts.session_store import Session
from onepizza.core.clock import Clock, to_datetime
from onepizza.core.db import Database, Transaction
from onepizza.core.errors import InvalidRequest
from onepizza.core.ids import secret_hash
from onepizza.core.mail import Mailer


class InvalidResetToken(InvalidRequest):
    """Unknown, used or expired; never told apart."""

    code = "invalid_reset_token"
    message = "This link is not valid any more, please ask for a new one"


class WrongPassword(InvalidRequest):
    """The current password is another one. 400, not 401: the session is fine, and a page must not log out over it."""

    code = "wrong_password"
    message = "The current password is wrong"


class PasswordChanges:
    """Changes passwords; opens its own transactions, because hashing between them takes longer than they do."""

    def __init__(self, db: Database, passwords: Passwords, mailer: Mailer, clock: Clock) -> None:
        self._db = db
        self._passwords = passwords
        self._mailer = mailer
        self._clock = clock

    async def check_reset(self, token: str) -> None:
        """Raise InvalidResetToken unless this token would set a password now."""
        async with self._db.transaction() as tx:
            await self._account_of(tx, secret_hash(token))

    async def reset(self, token: str, password: str) -> None:
        """Set a password by a mailed token; exactly one of many parallel calls does.

        Raises:
            InvalidResetToken: before anything is hashed, so that guessing costs the server next to nothing.
        """
        token_hash = secret_hash(token)
        await self.check_reset(token)
        password_hash = await self._passwords.hash(password)
        async with self._db.transaction() as tx:
            user_id = await self._account_of(tx, token_hash)
            # The account before the token: two tokens of one account would otherwise wait for each other.
            await store.lock_user(tx, user_id)
            if not await session_store.use_reset(tx, token_hash, to_datetime(self._clock.now())):
                raise InvalidResetToken
            await store.set_password(tx, user_id, password_hash)
            await self._finish(tx, user_id, keep_session=None)

    async def change(self, session: Session, current: str, new: str) -> None:
        """Set a password by the current one; this session goes on, the others end.

        Raises:
            WrongPassword: the current one is another, or was changed at this moment.
        """
        user_id = session.user.id
        async with self._db.transaction() as tx:
            old_hash = await store.find_password_hash(tx, user_id)
        if old_hash is None or not await self._passwords.verify(old_hash, current):
            raise WrongPassword
        new_hash = await self._passwords.hash(new)
        async with self._db.transaction() as tx:
            if not await store.replace_password(tx, user_id, old_hash, new_hash):
                raise WrongPassword
            await self._finish(tx, user_id, keep_session=session.token_hash)

    async def _account_of(self, tx: Transaction, token_hash: bytes) -> int:
        user_id = await session_store.find_reset(tx, token_hash, to_datetime(self._clock.now()))
        if user_id is None:
            raise InvalidResetToken
        return user_id

    async def _finish(self, tx: Transaction, user_id: int, *, keep_session: bytes | None) -> None:
        await session_store.delete_sessions(tx, user_id, keep_session)
        await session_store.delete_unused_resets(tx, user_id)
        await self._mailer.send_later(tx, PasswordChanged(user_id, to_datetime(self._clock.now())))
