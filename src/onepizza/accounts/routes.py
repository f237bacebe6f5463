"""The HTTP edge of accounts."""

from __future__ import annotations

from litestar import Router, post
from litestar.params import JSONBody

from onepizza.accounts.auth import AUTH_BUCKET
from onepizza.accounts.emails import parse_email
from onepizza.accounts.passwords import Passwords
from onepizza.accounts.registration import register_personal
from onepizza.accounts.schemas import Register, Registered
from onepizza.core.addresses import address_key
from onepizza.core.db import Database
from onepizza.core.errors import ErrorDetail, InvalidRequest
from onepizza.core.http import StrictRequest
from onepizza.core.limits import MovingWindow
from onepizza.core.openapi import refusals


def routes(db: Database, passwords: Passwords, limiter: MovingWindow) -> Router:
    """Return the routes of API §1."""

    @post(
        "/api/auth/register",
        summary="Create an account",
        responses=refusals(400, 409, 413, 415, 429),
        operation_id="register",
    )
    async def register(request: StrictRequest, data: JSONBody[Register]) -> Registered:
        """Create an account and its first API key, which is shown in this answer only."""
        request.show_rate_limit(await limiter.hit(AUTH_BUCKET, address_key(request.client_address)))
        _refuse_company(data)
        email = parse_email(data.email)
        password_hash = await passwords.hash(data.password)
        async with db.transaction() as tx:
            api_key = await register_personal(tx, email, password_hash)
        return Registered(message="Account created", email=email, api_key=api_key, account_type="personal")

    return Router("/", route_handlers=[register], tags=["accounts"])


def _refuse_company(data: JSONBody[Register]) -> None:
    if data.account_type == "company":
        message = "company accounts are not available yet"
        raise InvalidRequest(message[:1].upper() + message[1:], (ErrorDetail("accountType", message),))
