"""The HTTP edge of billing (API §15)."""

from __future__ import annotations

from litestar import Router, get

from onepizza.accounts.session_auth import SessionAuth
from onepizza.billing import ledger
from onepizza.billing.payers import payer_of
from onepizza.billing.schemas import BillingHistory, TransactionOut
from onepizza.billing.store import Entry
from onepizza.core.clock import format_seconds
from onepizza.core.db import Database
from onepizza.core.http import StrictRequest
from onepizza.core.money import format_usd
from onepizza.core.openapi import SIGNED_IN, refusals
from onepizza.core.paging import MAX_PAGE, Cursor, Limit, decode_numbered_cursor, encode_cursor


def routes(db: Database, auth: SessionAuth) -> Router:
    """Return the routes of API §15."""

    @get(
        "/history",
        summary="Balance and transactions",
        operation_id="getBillingHistory",
        security=SIGNED_IN,
        responses=refusals(400, 401, 429),
    )
    async def get_history(request: StrictRequest, limit: Limit = MAX_PAGE, cursor: Cursor = None) -> BillingHistory:
        """Return the balance and its movements, newest first: the company's while the account belongs to one."""
        before = None if cursor is None else decode_numbered_cursor(cursor)[1]
        async with db.transaction() as tx:
            user = (await auth.require(tx, request)).user
            payer = payer_of(user.id, user.company_id)
            balance = await ledger.balance(tx, payer)
            page = await ledger.history(tx, payer, limit, before)
        last = page.entries[-1] if page.next_cursor is not None else None
        return BillingHistory(
            balance=format_usd(balance),
            transactions=[_transaction(entry) for entry in page.entries],
            next_cursor=None if last is None else encode_cursor(last.created_at, str(last.id)),
        )

    return Router("/api/billing", route_handlers=[get_history], tags=["billing"])


def _transaction(entry: Entry) -> TransactionOut:
    return TransactionOut(
        id=entry.id,
        amount_usd=format_usd(entry.amount),
        type=entry.type,
        description=entry.description,
        created_at=format_seconds(entry.created_at),
    )
