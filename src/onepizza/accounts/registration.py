"""Opening an account, personal or with a company (API §1 and §14)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from onepizza.accounts import company_store, store
from onepizza.accounts.keys import keep_key
from onepizza.accounts.mailing import Welcome
from onepizza.accounts.ports import Wallet
from onepizza.core.db import Transaction
from onepizza.core.errors import Conflict
from onepizza.core.ids import SecretForm, drawn, new_api_key, new_invite_code, secret_hash
from onepizza.core.mail import Mailer

_FIRST_KEY_LABEL = "Default"


class EmailTaken(Conflict):
    """Another account has this address, in whatever case."""

    code = "email_taken"
    message = "This email is already in use"


class Applicant(msgspec.Struct, frozen=True):
    """Who wants an account.

    Args:
        email: normalised.
        password_hash: made before the transaction, because hashing takes longer than the rest together.
        company_name: visible and bounded; None for a personal account.
    """

    email: str
    password_hash: str
    company_name: str | None = None


class Opened(msgspec.Struct, frozen=True):
    """A new account, and the only place where its first key and its invite code are in clear."""

    user_id: int
    api_key: str
    invite_code: str | None


async def register(
    tx: Transaction,
    applicant: Applicant,
    wallet: Wallet,
    mailer: Mailer,
    new_secret: Callable[[SecretForm], str] = drawn,
) -> Opened:
    """Create an account with its company, credit and first API key, and order its welcome mail.

    A repeatable request brings its own secrets; see `core.idempotency`.

    Raises:
        EmailTaken: also for all but one of those who ask at the same time.
    """
    is_company = applicant.company_name is not None
    user_id = await store.add_user(
        tx, applicant.email, applicant.password_hash, account_type="company" if is_company else "personal"
    )
    if user_id is None:
        raise EmailTaken
    company_id, invite_code = None, None
    if applicant.company_name is not None:
        invite_code = new_secret(new_invite_code)
        company_id = await company_store.add_company(tx, applicant.company_name, user_id, secret_hash(invite_code))
    await wallet.credit_signup(tx, user_id, company_id)
    api_key = new_secret(new_api_key)
    await keep_key(tx, user_id, api_key, _FIRST_KEY_LABEL)
    await mailer.send_later(tx, Welcome(user_id))
    return Opened(user_id, api_key, invite_code)
