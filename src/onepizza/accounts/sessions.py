"""Cookie sessions: rows on the server, an unguessable token in the browser.

    started at log-in or sign-up -> slides while in use, 30 days from the last use -> ended by log-out, by a change of
    the password elsewhere, by a new log-in of the same browser, or by time

The row holds an HMAC of the token under SESSION_SECRET: the database alone lets nobody in, and another secret ends
every session.
"""

from __future__ import annotations

import re
from datetime import timedelta

from litestar.datastructures import Cookie

from onepizza.accounts import session_store
from onepizza.accounts.session_store import Session
from onepizza.core.clock import Clock, to_datetime
from onepizza.core.db import Transaction
from onepizza.core.http import StrictRequest
from onepizza.core.ids import keyed_hash, new_token
from onepizza.core.openapi import SESSION_COOKIE

LIFETIME = timedelta(days=30)
_SLIDE_EVERY = timedelta(minutes=1)
# As long as browsers keep a cookie at most; when a session ends is decided by its row, which slides without the cookie
# having to be set again.
_COOKIE_LIFETIME = timedelta(days=400)

_token = re.compile(r"[A-Za-z0-9_-]{43}").fullmatch


class Sessions:
    """Starts, finds and ends sessions.

    Args:
        secret: SESSION_SECRET.
        is_secure: people reach this service by https, so the cookie must not travel without.
    """

    def __init__(self, clock: Clock, secret: str, *, is_secure: bool) -> None:
        self._clock = clock
        self._secret = secret
        self._is_secure = is_secure

    async def start(self, tx: Transaction, request: StrictRequest, user_id: int, password_hash: str) -> Cookie | None:
        """End the session that the browser came with, whosever it is, and begin one under a new id.

        Returns:
            the cookie to answer with; None if the account has another password hash than that by now.
        """
        token = new_token()
        now = to_datetime(self._clock.now())
        has_begun = await session_store.add_session(
            tx, self._hash(token), user_id, password_hash, now=now, expires_at=now + LIFETIME
        )
        if not has_begun:
            return None
        await self.end(tx, request)  # after the account is locked, see the order in `session_store`
        return self._cookie(token, _COOKIE_LIFETIME)

    async def find(self, tx: Transaction, request: StrictRequest) -> Session | None:
        """Return the session of a request and, once a minute, move its end."""
        token = sent_token(request)
        if token is None:
            return None
        now = to_datetime(self._clock.now())
        session = await session_store.find_session(tx, self._hash(token), now)
        if session is not None and now - session.last_seen_at >= _SLIDE_EVERY:
            await session_store.slide_session(tx, session.token_hash, now, now + LIFETIME)
        return session

    async def end(self, tx: Transaction, request: StrictRequest) -> None:
        """End the session of a request, if it has one."""
        token = sent_token(request)
        if token is not None:
            await session_store.delete_session(tx, self._hash(token))

    def no_cookie(self) -> Cookie:
        """Return the cookie that makes a browser forget its session."""
        return self._cookie("", timedelta())

    def _hash(self, token: str) -> bytes:
        return keyed_hash(self._secret, token)

    def _cookie(self, value: str, lifetime: timedelta) -> Cookie:
        return Cookie(
            SESSION_COOKIE,
            path="/",
            value=value,
            max_age=int(lifetime.total_seconds()),
            secure=self._is_secure,
            httponly=True,
            samesite="lax",
        )


def sent_token(request: StrictRequest) -> str | None:
    """Return the session token in the request's cookies, if it has the form of one."""
    for pair in (request.header(b"cookie") or "").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == SESSION_COOKIE:
            return value if _token(value) else None
    return None
