"""The HTTP edge of companies (API §14 and CONTRACT 4)."""

from __future__ import annotations

from litestar import Router, delete, get, post
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler

from onepizza.accounts import companies
from onepizza.accounts.schemas import (
    CompanyOut,
    JoinCompany,
    JoinedCompany,
    MemberIdInPath,
    MemberList,
    MemberOut,
    Message,
    NewInviteCode,
)
from onepizza.accounts.service import Accounts
from onepizza.accounts.session_auth import needs_session
from onepizza.core.clock import format_seconds
from onepizza.core.http import StrictRequest
from onepizza.core.idempotency import HEADER
from onepizza.core.openapi import SIGNED_IN, Repeatable, refusals
from onepizza.core.paging import MAX_PAGE, Cursor, Limit, decode_numbered_cursor, encode_cursor


def routes(accounts: Accounts) -> Router:
    """Return the routes of API §14."""
    handlers = [*_as_anybody(accounts), *_as_owner(accounts)]
    return Router("/company", route_handlers=handlers, guards=[needs_session], tags=["companies"])


async def _caller(accounts: Accounts, request: StrictRequest) -> int:
    """Return the caller's account, in a transaction of its own: what follows locks the account."""
    async with accounts.db.transaction() as tx:
        return (await accounts.session_auth.require(tx, request)).user.id


def _as_anybody(accounts: Accounts) -> list[ControllerRouterHandler]:
    @get(
        "/", summary="Read my company", operation_id="getCompany", security=SIGNED_IN, responses=refusals(401, 404, 429)
    )
    async def get_company(request: StrictRequest) -> CompanyOut:
        """Return the company that the account belongs to; 404 if there is none."""
        async with accounts.db.transaction() as tx:
            user = (await accounts.session_auth.require(tx, request)).user
            company = await companies.company_of(tx, user.id)
        role = "owner" if company.owner_id == user.id else "member"
        return CompanyOut(company_id=company.id, company_name=company.name, role=role)

    @post(
        "/join",
        summary="Join a company",
        operation_id="joinCompany",
        operation_class=Repeatable,
        status_code=200,
        security=SIGNED_IN,
        responses=refusals(400, 401, 403, 404, 409, 413, 415, 422, 429),
    )
    async def join_company(request: StrictRequest, data: JSONBody[JoinCompany]) -> JoinedCompany:
        """Join by invite code; the account's balance moves to the company. An unknown code is a 404."""
        user_id = await _caller(accounts, request)
        async with accounts.db.transaction() as tx:

            async def join(_new_secret: object) -> JoinedCompany:
                company = await companies.join(tx, user_id, data.invite_code.strip(), accounts.wallet, accounts.mailer)
                return JoinedCompany(message=f"Joined {company.name}", company_id=company.id, company_name=company.name)

            return await accounts.idempotency.once(
                tx,
                request.header(HEADER),
                join,
                answer=JoinedCompany,
                caller=f"user:{user_id}",
                operation="joinCompany",
                body=data,
            )

    @post(
        "/leave",
        summary="Leave the company",
        operation_id="leaveCompany",
        status_code=200,
        security=SIGNED_IN,
        responses=refusals(400, 401, 403, 404, 415, 429),
    )
    async def leave_company(request: StrictRequest) -> Message:
        """End one's own membership; what the account brought stays with the company. The owner cannot (400)."""
        user_id = await _caller(accounts, request)
        async with accounts.db.transaction() as tx:
            company = await companies.leave(tx, user_id)
        return Message(f"Left {company.name}")

    return [get_company, join_company, leave_company]


def _as_owner(accounts: Accounts) -> list[ControllerRouterHandler]:
    @get(
        "/members",
        summary="List members",
        operation_id="listMembers",
        security=SIGNED_IN,
        responses=refusals(400, 401, 403, 404, 429),
    )
    async def list_members(request: StrictRequest, limit: Limit = MAX_PAGE, cursor: Cursor = None) -> MemberList:
        """List the members, the first to join first; 403 for a member, 404 without a company."""
        after = None if cursor is None else decode_numbered_cursor(cursor)
        async with accounts.db.transaction() as tx:
            user = (await accounts.session_auth.require(tx, request)).user
            found = await companies.list_members(tx, user.id, limit + 1, after)
        last = found[limit - 1] if len(found) > limit else None
        return MemberList(
            [
                MemberOut(
                    id=member.user_id,
                    email=member.email,
                    role=member.role,
                    joined_at=format_seconds(member.joined_at),
                )
                for member in found[:limit]
            ],
            None if last is None else encode_cursor(last.joined_at, str(last.user_id)),
        )

    @delete(
        "/members/{member_id:int}",
        summary="Remove a member",
        operation_id="removeMember",
        status_code=200,
        security=SIGNED_IN,
        responses=refusals(400, 401, 403, 404, 415, 429),
    )
    async def remove_member(request: StrictRequest, member_id: MemberIdInPath) -> Message:
        """End a membership at once; the account keeps its keys and spends its own money. Not oneself (400)."""
        user_id = await _caller(accounts, request)
        async with accounts.db.transaction() as tx:
            await companies.remove_member(tx, user_id, member_id)
        return Message("Member removed")

    @post(
        "/invite-code",
        summary="Make a new invite code",
        operation_id="rotateInviteCode",
        status_code=200,
        security=SIGNED_IN,
        responses=refusals(401, 403, 404, 415, 429),
    )
    async def rotate_invite_code(request: StrictRequest) -> NewInviteCode:
        """Replace the invite code; the old one stops working, and the new one is shown in this answer only."""
        user_id = await _caller(accounts, request)
        async with accounts.db.transaction() as tx:
            return NewInviteCode(await companies.rotate_invite_code(tx, user_id))

    return [list_members, remove_member, rotate_invite_code]
