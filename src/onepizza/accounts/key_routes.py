"""The HTTP edge of API keys (API §2)."""

from __future__ import annotations

from collections.abc import Callable

from litestar import Router, delete, get, post
from litestar.params import JSONBody

from onepizza.accounts import keys, store
from onepizza.accounts.schemas import CreateKey, KeyIdInPath, KeyList, Message, NewKey, ShownKey
from onepizza.accounts.service import Accounts
from onepizza.accounts.session_auth import needs_session
from onepizza.accounts.store import ApiKey
from onepizza.core.clock import format_seconds
from onepizza.core.errors import ErrorDetail, InvalidRequest
from onepizza.core.http import StrictRequest
from onepizza.core.idempotency import HEADER
from onepizza.core.ids import SecretForm, new_api_key
from onepizza.core.openapi import SIGNED_IN, Repeatable, refusals
from onepizza.core.paging import MAX_PAGE, Cursor, Limit, decode_numbered_cursor, encode_cursor
from onepizza.core.text import visible


def routes(accounts: Accounts) -> Router:
    """Return the routes of API §2."""
    db, auth, limits = accounts.db, accounts.session_auth, accounts.limits

    @get("/", summary="List API keys", operation_id="listKeys", security=SIGNED_IN, responses=refusals(400, 401, 429))
    async def list_keys(request: StrictRequest, limit: Limit = MAX_PAGE, cursor: Cursor = None) -> KeyList:
        """List the account's API keys, the oldest first; of each only the beginning is shown."""
        after_id = 0 if cursor is None else decode_numbered_cursor(cursor)[1]
        async with db.transaction() as tx:
            session = await auth.require(tx, request)
            found = await store.list_api_keys(tx, session.user.id, limit + 1, after_id)
        last = found[limit - 1] if len(found) > limit else None
        return KeyList(
            [_shown(key) for key in found[:limit]],
            None if last is None else encode_cursor(last.created_at, str(last.id)),
        )

    @post(
        "/",
        summary="Create an API key",
        operation_id="createKey",
        operation_class=Repeatable,
        security=SIGNED_IN,
        responses=refusals(400, 401, 403, 409, 413, 415, 422, 429),
    )
    async def create_key(request: StrictRequest, data: JSONBody[CreateKey | None] = None) -> NewKey:
        """Create a further API key, at most 25. It is shown whole in this answer only."""
        async with db.transaction() as tx:
            user_id = (await auth.require(tx, request)).user.id
        body = data or CreateKey()
        label = _label(body, limits.label_length)
        async with db.transaction() as tx:

            async def create(new_secret: Callable[[SecretForm], str]) -> NewKey:
                api_key = new_secret(new_api_key)
                key = await keys.add_key(tx, user_id, api_key, label, limits.api_keys_per_user)
                return NewKey(
                    id=key.id,
                    key=api_key,
                    label=key.label,
                    is_active=key.is_active,
                    created_at=format_seconds(key.created_at),
                )

            return await accounts.idempotency.once(
                tx,
                request.header(HEADER),
                create,
                answer=NewKey,
                caller=f"user:{user_id}",
                operation="createKey",
                body=body,
            )

    @delete(
        "/{key_id:int}",
        summary="Delete an API key",
        operation_id="deleteKey",
        status_code=200,
        security=SIGNED_IN,
        responses=refusals(400, 401, 403, 404, 415, 429),
    )
    async def delete_key(request: StrictRequest, key_id: KeyIdInPath) -> Message:
        """Delete an API key for good; the next request that uses it is a 401."""
        async with db.transaction() as tx:
            session = await auth.require(tx, request)
            await keys.delete_key(tx, session.user.id, key_id)
        return Message("API key deleted")

    handlers = [list_keys, create_key, delete_key]
    return Router("/user/keys", route_handlers=handlers, guards=[needs_session], tags=["API keys"])


def _label(data: CreateKey, max_length: int) -> str:
    """Return the visible label, which may be empty; raises InvalidRequest for one that is too long."""
    label = visible(data.label) if isinstance(data.label, str) else ""
    if len(label) <= max_length:
        return label
    message = f"must have at most {max_length} visible characters"
    raise InvalidRequest(f"label {message}", (ErrorDetail("label", message),))


def _shown(key: ApiKey) -> ShownKey:
    return ShownKey(
        id=key.id,
        key=f"{key.shown}...",
        label=key.label,
        is_active=key.is_active,
        created_at=format_seconds(key.created_at),
    )
