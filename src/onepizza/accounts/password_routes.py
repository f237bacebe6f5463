"""The HTTP edge of passwords: forgot, validate, reset, change (API §1); each step has a limit of its own."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.params import JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from onepizza.accounts.auth import (
    CHANGE_BUCKET,
    FORGOT_ACCOUNT_BUCKET,
    FORGOT_BUCKET,
    RESET_BUCKET,
    RESET_CHECK_BUCKET,
    RESET_FAILURE_BUCKET,
)
from onepizza.accounts.login import lookup_email
from onepizza.accounts.mailing import PasswordReset
from onepizza.accounts.password_changes import InvalidResetToken
from onepizza.accounts.schemas import ChangePassword, ForgotPassword, Message, ResetPassword
from onepizza.accounts.service import Accounts
from onepizza.accounts.session_auth import needs_session
from onepizza.core.addresses import address_key
from onepizza.core.errors import ErrorDetail, InvalidRequest, RateLimited
from onepizza.core.http import StrictRequest
from onepizza.core.openapi import SIGNED_IN, refusals

Token = Annotated[str, QueryParameter(description="From the link in the mail.", max_length=200)]


def handlers(accounts: Accounts) -> list[ControllerRouterHandler]:
    """Return the handlers, to be mounted under `/api/auth`."""
    return [_forgot(accounts), _validate(accounts), _reset(accounts), _change(accounts)]


def _forgot(accounts: Accounts) -> ControllerRouterHandler:
    @post(
        "/forgot-password",
        summary="Ask for a reset link",
        operation_id="forgotPassword",
        status_code=200,
        responses=refusals(400, 413, 415, 429),
    )
    async def forgot_password(request: StrictRequest, data: JSONBody[ForgotPassword]) -> Message:
        """Have a reset link mailed to an account. The answer is the same whether there is one or not.

        An account is mailed at most 3 links an hour; further requests are answered alike.
        """
        if "@" not in data.email:
            message = "must be a valid e-mail address"
            raise InvalidRequest(f"email {message}", (ErrorDetail("email", message),))
        request.show_rate_limit(await accounts.limiter.hit(FORGOT_BUCKET, address_key(request.client_address)))
        email = lookup_email(data.email)
        if await _may_be_mailed(accounts, email):
            async with accounts.db.transaction() as tx:
                await accounts.mailer.send_later(tx, PasswordReset(email))
        return Message("If an account has this address, a reset link is on its way")

    return forgot_password


async def _may_be_mailed(accounts: Accounts, email: str) -> bool:
    try:
        await accounts.limiter.hit(FORGOT_ACCOUNT_BUCKET, email)
    except RateLimited:
        return False
    return True


def _validate(accounts: Accounts) -> ControllerRouterHandler:
    @get(
        "/reset-password",
        summary="Check a reset token",
        operation_id="checkResetToken",
        responses=refusals(400, 429),
    )
    async def check_reset_token(request: StrictRequest, token: Token) -> Message:
        """Say whether a token would set a password now; 400 if it is unknown, used or older than an hour."""
        request.show_rate_limit(await accounts.limiter.hit(RESET_CHECK_BUCKET, address_key(request.client_address)))
        await accounts.password_changes.check_reset(token)
        return Message("The reset token is valid")

    return check_reset_token


def _reset(accounts: Accounts) -> ControllerRouterHandler:
    @post(
        "/reset-password",
        summary="Set a password by a reset token",
        operation_id="resetPassword",
        status_code=200,
        responses=refusals(400, 413, 415, 429),
    )
    async def reset_password(request: StrictRequest, data: JSONBody[ResetPassword]) -> Message:
        """Set a new password, once per token. Every session of the account ends; log in anew."""
        address = address_key(request.client_address)
        await accounts.limiter.check(RESET_FAILURE_BUCKET, address)
        request.show_rate_limit(await accounts.limiter.hit(RESET_BUCKET, address))
        try:
            await accounts.password_changes.reset(data.token, data.password)
        except InvalidResetToken:
            await accounts.limiter.hit(RESET_FAILURE_BUCKET, address)
            raise
        return Message("Password changed, please log in")

    return reset_password


def _change(accounts: Accounts) -> ControllerRouterHandler:
    @post(
        "/change-password",
        summary="Change the password",
        operation_id="changePassword",
        guards=[needs_session],
        status_code=200,
        security=SIGNED_IN,
        responses=refusals(400, 401, 403, 413, 415, 429),
    )
    async def change_password(request: StrictRequest, data: JSONBody[ChangePassword]) -> Message:
        """Set a new password; a wrong current one is a 400. This session goes on, all others end."""
        async with accounts.db.transaction() as tx:
            session = await accounts.session_auth.require(tx, request)
        await accounts.limiter.hit(CHANGE_BUCKET, str(session.user.id))
        await accounts.password_changes.change(session, data.current_password, data.new_password)
        return Message("Password changed")

    return change_password
