"""The HTTP edge of accounts: sign-up, log-in, log-out, profile (API §1); the other routes of the slice hang on here."""

from __future__ import annotations

from litestar import Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler
from msgspec import UNSET

from onepizza.accounts import company_routes, key_routes, password_routes
from onepizza.accounts.auth import AUTH_BUCKET
from onepizza.accounts.emails import parse_email
from onepizza.accounts.login import WrongCredentials, check_login
from onepizza.accounts.registration import Applicant, Opened, register
from onepizza.accounts.schemas import AccountType, LogIn, Message, Profile, Register, Registered
from onepizza.accounts.service import Accounts
from onepizza.core.addresses import address_key
from onepizza.core.clock import format_seconds
from onepizza.core.errors import ErrorDetail, InvalidRequest
from onepizza.core.http import StrictRequest
from onepizza.core.idempotency import HEADER, IdempotencyMismatch
from onepizza.core.ids import drawn
from onepizza.core.money import format_usd
from onepizza.core.openapi import SIGNED_IN, Repeatable, refusals
from onepizza.core.text import bounded


def routes(accounts: Accounts) -> Router:
    """Return the routes of API §1, §2 and §14."""
    own = [_register(accounts), _login(accounts), _logout(accounts), _me(accounts)]
    return Router(
        "/api",
        route_handlers=[
            Router("/auth", route_handlers=[*own, *password_routes.handlers(accounts)], tags=["accounts"]),
            key_routes.routes(accounts),
            company_routes.routes(accounts),
        ],
    )


def _register(accounts: Accounts) -> ControllerRouterHandler:
    @post(
        "/register",
        summary="Create an account",
        operation_id="register",
        operation_class=Repeatable,
        responses=refusals(400, 403, 409, 413, 415, 422, 429),
    )
    async def create_account(request: StrictRequest, data: JSONBody[Register]) -> Response[Registered]:
        """Create an account and its first API key, which is shown in this answer only, and log it in.

        A company account opens a workspace; its invite code, too, is shown in this answer only.
        """
        accounts.guard.check(request)
        request.show_rate_limit(await accounts.limiter.hit(AUTH_BUCKET, address_key(request.client_address)))
        email = parse_email(data.email)
        company_name = _company_name(data, accounts.limits.company_name_length)
        applicant = Applicant(email, await accounts.passwords.hash(data.password), company_name)
        key = request.header(HEADER)
        async with accounts.db.transaction() as tx:
            # Without the password: its hash would be kept, and this kind of hash can be guessed from.
            body = (email, data.account_type, company_name)
            attempt = (
                None
                if key is None
                else await accounts.idempotency.begin(tx, key, caller=f"email:{email}", operation="register", body=body)
            )
            if attempt is not None and attempt.is_repeat:
                registered = attempt.earlier_answer(Registered)
            else:
                opened = await register(
                    tx, applicant, accounts.wallet, accounts.mailer, drawn if attempt is None else attempt.new_secret
                )
                registered = _registered(opened, data.account_type, email)
                if attempt is not None:
                    await attempt.finish(tx, registered)
                cookie = await accounts.sessions.start(tx, request, opened.user_id, applicant.password_hash)
                return Response(registered, cookies=[] if cookie is None else [cookie])
        cookie = await _log_in_again(accounts, request, email, data.password)
        return Response(registered, cookies=[cookie])

    return create_account


def _registered(opened: Opened, account_type: AccountType, email: str) -> Registered:
    return Registered(
        message="Account created",
        email=email,
        api_key=opened.api_key,
        invite_code=UNSET if opened.invite_code is None else opened.invite_code,
        account_type=account_type,
    )


async def _log_in_again(accounts: Accounts, request: StrictRequest, email: str, password: str) -> Cookie:
    """Begin a session for a sign-up that is sent again: only who knows the password sees its answer.

    Raises:
        IdempotencyMismatch: another password than the account has.
    """
    try:
        found = await check_login(accounts.db, accounts.passwords, email, password)
    except WrongCredentials:
        raise IdempotencyMismatch from None
    async with accounts.db.transaction() as tx:
        cookie = await accounts.sessions.start(tx, request, found.user_id, found.password_hash)
    if cookie is None:
        raise IdempotencyMismatch
    return cookie


def _company_name(data: Register, max_length: int) -> str | None:
    """Return the visible name of the company to open, None for a personal account; raises InvalidRequest."""
    if data.account_type == "personal":
        return None
    if not isinstance(data.company_name, str):
        message = "required field is missing"
        raise InvalidRequest(f"companyName: {message}", (ErrorDetail("companyName", message),))
    return bounded(data.company_name, "companyName", max_length)


def _login(accounts: Accounts) -> ControllerRouterHandler:
    @post(
        "/login",
        summary="Log in",
        operation_id="logIn",
        status_code=200,
        responses=refusals(400, 401, 403, 413, 415, 429),
    )
    async def log_in(request: StrictRequest, data: JSONBody[LogIn]) -> Response[Message]:
        """Begin a session under a new id; the one that the browser came with ends."""
        accounts.guard.check(request)
        request.show_rate_limit(await accounts.limiter.hit(AUTH_BUCKET, address_key(request.client_address)))
        found = await check_login(accounts.db, accounts.passwords, data.email, data.password)
        async with accounts.db.transaction() as tx:
            cookie = await accounts.sessions.start(tx, request, found.user_id, found.password_hash)
            if cookie is None:
                raise WrongCredentials
        return Response(Message("Logged in"), cookies=[cookie])

    return log_in


def _logout(accounts: Accounts) -> ControllerRouterHandler:
    @post("/logout", summary="Log out", operation_id="logOut", status_code=200, responses=refusals(403, 415))
    async def log_out(request: StrictRequest) -> Response[Message]:
        """End the session, if there is one, and have the browser forget its cookie."""
        accounts.guard.check(request)
        async with accounts.db.transaction() as tx:
            await accounts.sessions.end(tx, request)
        return Response(Message("Logged out"), cookies=[accounts.sessions.no_cookie()])

    return log_out


def _me(accounts: Accounts) -> ControllerRouterHandler:
    @get("/me", summary="Who am I", operation_id="getMe", security=SIGNED_IN, responses=refusals(401, 429))
    async def me(request: StrictRequest) -> Profile:
        """Return the account of this session; the balance is the company's while it belongs to one."""
        async with accounts.db.transaction() as tx:
            user = (await accounts.session_auth.require(tx, request)).user
            balance = await accounts.wallet.balance(tx, user.id, user.company_id)
        return Profile(
            id=user.id,
            email=user.email,
            account_type=user.account_type,
            balance=format_usd(balance),
            company_id=user.company_id,
            is_admin=user.is_admin,
            created_at=format_seconds(user.created_at),
        )

    return me
