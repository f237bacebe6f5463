"""Checking a password, in the same time whoever asks and whatever is wrong (CONTRACT 5, Accounts)."""

from __future__ import annotations

from onepizza.accounts import store
from onepizza.accounts.emails import normalise_email
from onepizza.accounts.passwords import DUMMY_HASH, Passwords
from onepizza.accounts.store import Credentials
from onepizza.core.db import Database
from onepizza.core.errors import Unauthenticated


class WrongCredentials(Unauthenticated):
    """No such account, or not its password; never told apart."""

    code = "wrong_credentials"
    message = "Wrong email or password"


def lookup_email(text: str) -> str:
    """Return an address to look an account up by; what no account can have becomes the empty string.

    Nothing is refused here: one that is malformed must not be told from one that is unknown, and an administrator's
    `admin@localhost` is an account although nobody else could sign up with it.
    """
    email = normalise_email(text)
    return "" if "\0" in email else email


async def check_login(db: Database, passwords: Passwords, email: str, password: str) -> Credentials:
    """Return the account of an address and password, its hash renewed if it was made with older parameters.

    Raises:
        WrongCredentials: after one look and one hash, for a known address and an unknown one alike.
        ServiceUnavailable: too many passwords are being hashed.
    """
    async with db.transaction() as tx:
        found = await store.find_credentials(tx, lookup_email(email))
    is_right = await passwords.verify(DUMMY_HASH if found is None else found.password_hash, password)
    if found is None or not is_right:
        raise WrongCredentials
    if not passwords.is_outdated(found.password_hash):
        return found
    renewed = await passwords.hash(password)
    async with db.transaction() as tx:
        if not await store.replace_password(tx, found.user_id, found.password_hash, renewed):
            raise WrongCredentials
    return Credentials(found.user_id, renewed)
