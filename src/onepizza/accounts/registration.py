"""Opening an account (API §1)."""

from __future__ import annotations

from onepizza.accounts import store
from onepizza.core.db import Transaction
from onepizza.core.errors import Conflict
from onepizza.core.ids import new_api_key, secret_hash

SHOWN_KEY_LENGTH = 9
_FIRST_KEY_LABEL = "Default"


class EmailTaken(Conflict):
    """Another account has this address, in whatever case."""

    code = "email_taken"
    message = "This email is already in use"


async def register_personal(tx: Transaction, email: str, password_hash: str) -> str:
    """Create a personal account with its first API key and return that key, which is stored only as a hash.

    Args:
        email: normalised.
        password_hash: made before the transaction, because hashing takes longer than the rest together.

    Raises:
        EmailTaken: also for all but one of those who ask at the same time.
    """
    user_id = await store.add_user(tx, email, password_hash)
    if user_id is None:
        raise EmailTaken
    api_key = new_api_key()
    await store.add_api_key(tx, user_id, secret_hash(api_key), api_key[:SHOWN_KEY_LENGTH], _FIRST_KEY_LABEL)
    return api_key
