"""Who is calling, by cookie: the session's account, or 401; and no page of a stranger may use somebody's cookie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from onepizza.accounts.auth import ANONYMOUS_BUCKET, SESSION_BUCKET, WATCHING_BUCKET, KeyAuth, Principal, sent_key
from onepizza.accounts.session_store import Session
from onepizza.accounts.sessions import Sessions, sent_token
from onepizza.core.addresses import address_key
from onepizza.core.answers import UnsupportedMediaType
from onepizza.core.db import Transaction
from onepizza.core.errors import Forbidden, Unauthenticated
from onepizza.core.http import StrictRequest, is_json
from onepizza.core.limits import MovingWindow

NOT_LOGGED_IN = "You are not logged in"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignOrigin(Forbidden):
    """A page that is not ours tries to act with the cookie of whoever looks at it."""

    code = "foreign_origin"
    message = "This page may not act for you"


class OriginGuard:
    """Refuses what only a page of somebody else's would send (cross-site request forgery).

    A program sends no Origin and passes, so `curl -b cookie` works; a browser sends it with everything that is not a
    plain GET, and cannot be told not to.
    """

    def __init__(self, allowed_origins: Sequence[str]) -> None:
        self._allowed = frozenset(allowed_origins)

    def check(self, request: StrictRequest) -> None:
        """Raise ForeignOrigin for a page that is not listed, UnsupportedMediaType for a body that a form could send.

        What only reads passes: whether another page sees the answer is up to CORS.
        """
        if request.method in _READING:
            return
        origin = request.header(b"origin")
        if origin is None:
            is_ours = request.header(b"sec-fetch-site") in (None, "same-origin", "none")
        else:
            is_ours = origin in self._allowed or "*" in self._allowed
        if not is_ours:
            raise ForeignOrigin
        media_type = request.header(b"content-type")
        if media_type is not None and not is_json(media_type.encode("latin-1")):
            raise UnsupportedMediaType


class SessionAuth:
    """Authenticates the dashboard's calls and counts them per account, apart from those with a key."""

    def __init__(self, sessions: Sessions, guard: OriginGuard, limiter: MovingWindow) -> None:
        self._sessions = sessions
        self._guard = guard
        self._limiter = limiter

    async def require(self, tx: Transaction, request: StrictRequest, bucket: str = SESSION_BUCKET) -> Session:
        """Return the caller's session.

        Whoever then locks the account does that in a transaction of its own (see `session_store`).

        Args:
            bucket: the quota per account that this call counts against.

        Raises:
            Unauthenticated: no cookie, or one whose session has ended.
            ForeignOrigin, UnsupportedMediaType: see `OriginGuard`.
            RateLimited: the account, or the address of a caller with a dead cookie, called too often.
        """
        session = await self._sessions.find(tx, request)
        if session is None:
            if sent_token(request) is not None:
                await self._limiter.hit(ANONYMOUS_BUCKET, address_key(request.client_address))
            raise Unauthenticated(NOT_LOGGED_IN)
        self._guard.check(request)
        request.show_rate_limit(await self._limiter.hit(bucket, str(session.user.id)))
        return session


def needs_session(request: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Refuse, before its body is read, what comes without a cookie: to a stranger the first thing wrong is that."""
    if sent_token(cast("StrictRequest", request)) is None:
        raise Unauthenticated(NOT_LOGGED_IN)


class OwnerAuth:
    """Authenticates by key or by session: what the document wants a key for, the dashboard does with its cookie.

    A key that is sent decides alone, also when it is wrong.
    """

    def __init__(self, keys: KeyAuth, sessions: SessionAuth) -> None:
        self._keys = keys
        self._sessions = sessions

    async def require(self, tx: Transaction, request: StrictRequest) -> Principal:
        """Return the caller; raises like `KeyAuth.require` and `SessionAuth.require`."""
        if sent_token(request) is None or sent_key(request) is not None:
            return await self._keys.require(tx, request)
        session = await self._sessions.require(tx, request)
        return Principal(session.user.id)

    async def require_watching(self, tx: Transaction, request: StrictRequest) -> Principal:
        """Return who is logged in, for what a page asks again and again while it is looked at.

        It has a quota of its own: following a meeting for a quarter of an hour must not use up the calls with which it
        is led. Raises like `SessionAuth.require`.
        """
        session = await self._sessions.require(tx, request, WATCHING_BUCKET)
        return Principal(session.user.id)

    def is_by_session(self, request: StrictRequest) -> bool:
        """Say whether `require` goes by the request's session, because no key was sent."""
        return sent_token(request) is not None and sent_key(request) is None

    async def find_by_key(self, tx: Transaction, request: StrictRequest) -> Principal | None:
        """Return who sent a key, or None if nobody did.

        For calls that the admin token alone decides: a cookie comes along unasked and must not change their outcome.
        """
        return await self._keys.find(tx, request)

    async def count_stranger(self, request: StrictRequest) -> None:
        """Count a call for which neither key nor session nor token speaks; raises RateLimited."""
        await self._keys.count_stranger(request)
