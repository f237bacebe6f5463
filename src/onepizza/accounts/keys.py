"""API keys: made, counted, deleted; only their hash and their beginning are kept (API §2, CONTRACT 1.11)."""

from __future__ import annotations

from onepizza.accounts import store
from onepizza.accounts.store import ApiKey
from onepizza.core.db import Transaction
from onepizza.core.errors import Conflict, NotFound
from onepizza.core.ids import secret_hash

_SHOWN_LENGTH = 9


class TooManyKeys(Conflict):
    """The account has as many keys as it may (CONTRACT 2)."""

    code = "too_many_keys"
    message = "You have too many API keys, please delete one first"


class KeyNotFound(NotFound):
    """The account has no such key."""

    code = "key_not_found"
    message = "API key not found"


async def keep_key(tx: Transaction, user_id: int, api_key: str, label: str) -> ApiKey:
    """Give the account this fresh key and return what is kept of it; the whole key is nowhere else."""
    return await store.add_api_key(tx, user_id, secret_hash(api_key), api_key[:_SHOWN_LENGTH], label)


async def add_key(tx: Transaction, user_id: int, api_key: str, label: str, limit: int) -> ApiKey:
    """Give the account a further key; see `keep_key`.

    Raises:
        TooManyKeys: the account has `limit` keys, whoever else is asking at the same time.
    """
    await store.lock_user(tx, user_id)
    if await store.count_api_keys(tx, user_id) >= limit:
        raise TooManyKeys
    return await keep_key(tx, user_id, api_key, label)


async def delete_key(tx: Transaction, user_id: int, key_id: int) -> None:
    """Delete a key; the next request that uses it is refused, whichever process gets it.

    Raises:
        KeyNotFound: the account has none with this id.
    """
    if not await store.delete_api_key(tx, user_id, key_id):
        raise KeyNotFound
