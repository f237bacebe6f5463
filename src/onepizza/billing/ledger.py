"""The ledger: the only writer of balances; every cent has an entry, and every entry a cause that can happen once.

A transaction that touches several payers calls `lock` with all of them before anything else: balances are locked in
one order everywhere, and always before an entry is written, so two transactions cannot wait for each other in a circle.
Amounts are USD with at most six decimals.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from onepizza.billing import store
from onepizza.billing.payers import Payer, lock_order
from onepizza.billing.store import Entry
from onepizza.core.db import Transaction
from onepizza.core.errors import Conflict
from onepizza.core.money import STORED_PLACES, parse_usd


class EntryType(StrEnum):
    """Why money moved; the database knows the same list."""

    SIGNUP_CREDIT = "signup_credit"
    STRIPE_TOPUP = "stripe_topup"
    USDC_DEPOSIT = "usdc_deposit"
    MEETING_CHARGE = "meeting_charge"
    COMPANY_MERGE = "company_merge"
    ADMIN_CREDIT = "admin_credit"


class Posting(msgspec.Struct, frozen=True):
    """What a post did: the payer's balance after it, and whether it was this call that moved it."""

    balance: Decimal
    is_new: bool


class Page(msgspec.Struct, frozen=True):
    """Entries, newest first; `next_cursor` leads to older ones, None at the end."""

    entries: tuple[Entry, ...]
    next_cursor: int | None


class CauseReused(Exception):
    """A bug in the caller: the cause stands in the ledger already, for another payer, amount or type."""


class NegativeBalance(Conflict):
    """Debts stay with who made them (CONTRACT 1.27)."""

    code = "negative_balance"
    message = "Your balance is negative. Top it up before you join a company."


async def lock(tx: Transaction, *payers: Payer) -> None:
    """Keep everybody else from changing these balances until the transaction ends.

    Raises:
        LookupError: no such user or company.
    """
    for payer in sorted(set(payers), key=lock_order):
        _known(payer, await store.lock_balance(tx, payer))


async def balance(tx: Transaction, payer: Payer) -> Decimal:
    """Return what the payer has; negative is debt.

    Raises:
        LookupError: no such user or company.
    """
    return _known(payer, await store.read_balance(tx, payer))


async def post(
    tx: Transaction, payer: Payer, amount: Decimal, entry_type: EntryType, *, cause: str, description: str
) -> Posting:
    """Move the payer's balance by `amount` unless that cause already did; exactly one of many parallel calls does.

    Args:
        tx: the transaction of what causes it.
        payer: locked by this call. With several payers in one transaction, `lock` them all first.
        amount: not 0; negative takes.
        entry_type: why.
        cause: what happened, once for ever: `signup:42`, `meeting:abc-defg-hij:1`, `stripe:cs_…`.
        description: a sentence part for the payer's history; no secrets, no names of strangers.

    Raises:
        ValueError: 0, not finite, or more than six decimals.
        CauseReused: the cause has another entry than this.
        LookupError: no such user or company.
    """
    amount = parse_usd(amount, STORED_PLACES)
    if amount == 0:
        raise ValueError("an entry of 0 moves nothing")
    before = _known(payer, await store.lock_balance(tx, payer))
    if await store.add_entry(tx, payer, amount, entry_type=entry_type, cause=cause, description=description):
        return Posting(before + amount, is_new=True)
    entry = await store.find_entry(tx, cause)
    if entry is None or (entry.payer, entry.amount, entry.type) != (payer, amount, entry_type):
        raise CauseReused(cause)
    return Posting(before, is_new=False)


async def transfer(
    tx: Transaction,
    sender: Payer,
    receiver: Payer,
    amount: Decimal,
    *,
    entry_type: EntryType,
    cause: str,
    description: str,
) -> bool:
    """Move `amount` (> 0) as two entries that sum to 0, `cause:out` and `cause:in`; False if that cause already did."""
    if amount <= 0 or sender == receiver:
        raise ValueError("a transfer moves something from one payer to another")
    await lock(tx, sender, receiver)
    taken = await post(tx, sender, -amount, entry_type, cause=f"{cause}:out", description=description)
    given = await post(tx, receiver, amount, entry_type, cause=f"{cause}:in", description=description)
    if taken.is_new != given.is_new:
        raise CauseReused(cause)
    return taken.is_new


async def merge(tx: Transaction, sender: Payer, receiver: Payer, *, cause: str, description: str) -> Decimal:
    """Move all that the sender has to the receiver, once for that cause, and return how much that was.

    Raises:
        NegativeBalance: the sender is in debt; nothing was moved.
    """
    await lock(tx, sender, receiver)
    moved = await store.find_entry(tx, f"{cause}:in")
    if moved is not None:
        return moved.amount
    amount = await balance(tx, sender)
    if amount < 0:
        raise NegativeBalance
    if amount > 0:
        merge_type = EntryType.COMPANY_MERGE
        await transfer(tx, sender, receiver, amount, entry_type=merge_type, cause=cause, description=description)
    return amount


async def history(tx: Transaction, payer: Payer, limit: int, cursor: int | None = None) -> Page:
    """Return up to `limit` entries of the payer, newest first; `cursor` is the `next_cursor` of the page before."""
    rows = await store.list_entries(tx, payer, limit + 1, cursor)
    entries = tuple(rows[:limit])
    return Page(entries, entries[-1].id if len(rows) > limit else None)


def _known(payer: Payer, amount: Decimal | None) -> Decimal:
    if amount is None:
        raise LookupError(f"no balance of {payer}")
    return amount
