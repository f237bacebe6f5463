"""The administrator's account, made at the first start (API §17)."""

from __future__ import annotations

import structlog

from onepizza.accounts import store
from onepizza.accounts.emails import normalise_email
from onepizza.accounts.passwords import Passwords
from onepizza.accounts.ports import Wallet
from onepizza.core.db import Database

_log = structlog.get_logger(__name__)


async def seed_admin(db: Database, email: str, password: str, wallet: Wallet) -> None:
    """Create the admin account if no account has this address; an existing one keeps its password and its rights.

    A password changed in the environment later has no effect: whoever can read old configuration must not get in.
    """
    address = normalise_email(email)
    async with db.transaction() as tx:
        is_admin = await store.is_admin(tx, address)
    if is_admin is False:
        _log.warning("admin_is_an_ordinary_account", hint="ADMIN_EMAIL names an account that somebody signed up for")
    if is_admin is not None:
        return
    passwords = Passwords(at_once=1)
    try:
        password_hash = await passwords.hash(password)
    finally:
        passwords.close()
    async with db.transaction() as tx:
        user_id = await store.add_user(tx, address, password_hash, is_admin=True)
        if user_id is not None:
            await wallet.credit_signup(tx, user_id, None)
            _log.info("admin_seeded")
