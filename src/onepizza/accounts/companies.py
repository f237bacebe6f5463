"""Company workspaces: join by code, members, removal, leaving (API §14, CONTRACT 1.27).

    stranger -> join (code; balance merged) -> member -> leave, or removed by the owner -> stranger

The owner opened the company with the account and stays. Every function here looks membership up itself, in its own
transaction: what a session said a moment ago may be over.
"""

from __future__ import annotations

from datetime import datetime

from onepizza.accounts import company_store
from onepizza.accounts.company_store import Company, Member
from onepizza.accounts.mailing import CompanyJoined
from onepizza.accounts.ports import Wallet
from onepizza.core.db import Transaction
from onepizza.core.errors import Conflict, Forbidden, InvalidRequest, NotFound
from onepizza.core.ids import new_invite_code, secret_hash
from onepizza.core.mail import Mailer


class AlreadyInCompany(Conflict):
    """An account belongs to one company at a time."""

    code = "already_in_company"
    message = "You already belong to a company"


class UnknownInviteCode(NotFound):
    """No company has this invite code (any more)."""

    code = "invite_code_not_found"
    message = "This invite code is not valid"


class NotInCompany(NotFound):
    """There is no company of the caller's to talk about."""

    code = "not_in_company"
    message = "You do not belong to a company"


class NotCompanyOwner(Forbidden):
    """A member tries what only the owner may."""

    code = "not_company_owner"
    message = "Only the owner of the company may do this"


class MemberNotFound(NotFound):
    """The company has no such member."""

    code = "member_not_found"
    message = "Member not found"


class OwnerStays(InvalidRequest):
    """The owner cannot leave its own company, nor remove itself from it."""

    code = "owner_stays"
    message = "The owner cannot leave the company"


async def join(tx: Transaction, user_id: int, invite_code: str, wallet: Wallet, mailer: Mailer) -> Company:
    """Make the account a member, move its balance to the company, and order the mail that says so.

    Raises:
        UnknownInviteCode: no company has it.
        AlreadyInCompany: also for all but one of many parallel joins.
        Conflict: its balance is negative.
    """
    company = await company_store.find_company_by_code(tx, secret_hash(invite_code))
    if company is None:
        raise UnknownInviteCode
    membership_id = await company_store.add_member(tx, company.id, user_id)
    if membership_id is None:
        raise AlreadyInCompany
    await wallet.merge_into_company(tx, user_id, company.id, membership_id=membership_id, company_name=company.name)
    await mailer.send_later(tx, CompanyJoined(user_id, company.id))
    return company


async def company_of(tx: Transaction, user_id: int) -> Company:
    """Return the account's company; raises NotInCompany."""
    company = await company_store.find_company_of(tx, user_id)
    if company is None:
        raise NotInCompany
    return company


async def owned_company(tx: Transaction, user_id: int) -> Company:
    """Return the company that the account owns.

    Raises:
        NotInCompany: it belongs to none.
        NotCompanyOwner: it is a member of one.
    """
    company = await company_of(tx, user_id)
    if company.owner_id != user_id:
        raise NotCompanyOwner
    return company


async def list_members(tx: Transaction, owner_id: int, limit: int, after: tuple[datetime, int] | None) -> list[Member]:
    """Return the members of the owner's company; raises like `owned_company`."""
    company = await owned_company(tx, owner_id)
    return await company_store.list_members(tx, company.id, limit, after)


async def remove_member(tx: Transaction, owner_id: int, user_id: int) -> None:
    """End somebody's membership: from the next statement on it spends its own money.

    Raises:
        NotInCompany, NotCompanyOwner: the caller owns no company.
        OwnerStays: the caller means itself.
        MemberNotFound: nobody in this company has this id.
    """
    company = await owned_company(tx, owner_id)
    if user_id == owner_id:
        raise OwnerStays
    if not await company_store.delete_member(tx, company.id, user_id):
        raise MemberNotFound


async def leave(tx: Transaction, user_id: int) -> Company:
    """End the caller's own membership; what it brought stays with the company.

    Raises:
        NotInCompany: it belongs to none.
        OwnerStays: it owns the company.
    """
    company = await company_of(tx, user_id)
    if company.owner_id == user_id:
        raise OwnerStays
    if not await company_store.delete_member(tx, company.id, user_id):
        raise NotInCompany
    return company


async def rotate_invite_code(tx: Transaction, owner_id: int) -> str:
    """Make another invite code and return it; the old one dies. Raises like `owned_company`."""
    company = await owned_company(tx, owner_id)
    invite_code = new_invite_code()
    await company_store.replace_invite_code(tx, company.id, secret_hash(invite_code))
    return invite_code
