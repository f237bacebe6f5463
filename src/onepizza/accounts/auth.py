"""Who is calling: an API key from the request becomes a `Principal`, or the request is refused with 401.

The key is looked up in the request's own transaction each time, so a deleted key is dead with the next request, also
in other processes.
"""

from __future__ import annotations

import re

import msgspec

from onepizza.accounts import store
from onepizza.core.addresses import address_key
from onepizza.core.db import Transaction
from onepizza.core.errors import Unauthenticated
from onepizza.core.http import StrictRequest
from onepizza.core.ids import secret_hash
from onepizza.core.limits import MovingWindow, Quota
from onepizza.core.settings import Limits

API_BUCKET = "api"
ANONYMOUS_BUCKET = "api-anonymous"
SESSION_BUCKET = "session"
WATCHING_BUCKET = "session-watching"
AUTH_BUCKET = "auth"
FORGOT_BUCKET = "forgot-password"
FORGOT_ACCOUNT_BUCKET = "forgot-password-account"
RESET_CHECK_BUCKET = "reset-password-check"
RESET_BUCKET = "reset-password"
RESET_FAILURE_BUCKET = "reset-password-failures"
CHANGE_BUCKET = "change-password"
_WINDOW_S = 15 * 60
_HOUR_S = 60 * 60

_api_key = re.compile(r"mk_[0-9a-f]{48}").fullmatch
_bearer = re.compile(r"[Bb]earer +(mk_\S+)").fullmatch


def quotas(limits: Limits) -> dict[str, Quota]:
    """Return the quotas of this slice (API §16, CONTRACT 1.23).

    Per address: sign-ups and log-ins together, the steps of a password reset each for itself, calls with a key, calls
    without. Per account: calls with a session, of which an office behind one address makes many; looks of a page that
    follows a meeting, checks of the current password, mailed reset links.
    """
    calls = Quota(limits.api_requests_per_15_minutes, _WINDOW_S)
    passwords = Quota(limits.auth_requests_per_15_minutes, _WINDOW_S)
    return {
        AUTH_BUCKET: passwords,
        CHANGE_BUCKET: passwords,
        API_BUCKET: calls,
        ANONYMOUS_BUCKET: calls,
        SESSION_BUCKET: calls,
        WATCHING_BUCKET: Quota(limits.meeting_looks_per_15_minutes, _WINDOW_S),
        FORGOT_BUCKET: Quota(limits.forgot_requests_per_15_minutes, _WINDOW_S),
        FORGOT_ACCOUNT_BUCKET: Quota(limits.forgot_per_account_per_hour, _HOUR_S),
        RESET_CHECK_BUCKET: Quota(limits.reset_validations_per_15_minutes, _WINDOW_S),
        RESET_BUCKET: Quota(limits.reset_requests_per_15_minutes, _WINDOW_S),
        RESET_FAILURE_BUCKET: Quota(limits.reset_failures_per_15_minutes, _WINDOW_S),
    }


class Principal(msgspec.Struct, frozen=True):
    """An account, proven by one of its keys or by its session."""

    user_id: int


class KeyAuth:
    """Authenticates REST calls and counts them per address, those with a key apart from those without (API §16)."""

    def __init__(self, limiter: MovingWindow) -> None:
        self._limiter = limiter

    async def require(self, tx: Transaction, request: StrictRequest) -> Principal:
        """Return the caller.

        Raises:
            Unauthenticated: no key, or one that is not (or no longer) valid.
            RateLimited: the address called too often, with valid keys or without.
        """
        principal = await self.find(tx, request)
        if principal is None:
            raise Unauthenticated
        return principal

    async def find(self, tx: Transaction, request: StrictRequest) -> Principal | None:
        """Return the caller, or None if no key was sent; raises like `require` for one that is not valid."""
        key = sent_key(request)
        owner = await store.find_key_owner(tx, secret_hash(key)) if key is not None and _api_key(key) else None
        if owner is None:
            await self.count_stranger(request)
            if key is not None:
                raise Unauthenticated
            return None
        request.show_rate_limit(await self._limiter.hit(API_BUCKET, address_key(request.client_address)))
        return Principal(owner.user_id)

    async def count_stranger(self, request: StrictRequest) -> None:
        """Count a call without a valid key; raises RateLimited if its address made too many."""
        await self._limiter.hit(ANONYMOUS_BUCKET, address_key(request.client_address))


def sent_key(request: StrictRequest) -> str | None:
    """Return what the caller sent as API key: `x-api-key`, or `Authorization: Bearer mk_…` (CONTRACT 1.9).

    Two different ones are no valid key: a proxy that looked at the other would have let in somebody else.
    """
    keys: set[str] = set()
    for name, value in request.scope["headers"]:
        if name == b"x-api-key":
            keys.add(value.decode("latin-1"))
        elif name == b"authorization" and (bearer := _bearer(value.decode("latin-1"))):
            keys.add(bearer[1])
    return "" if len(keys) > 1 else next(iter(keys), None)
