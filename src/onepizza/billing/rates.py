"""The rate that meetings are charged by: one row of `settings`, changed in the admin panel (CONTRACT 1.1)."""

from __future__ import annotations

from decimal import Decimal

from onepizza.billing import store
from onepizza.billing.pricing import DEFAULT_RATE_USD
from onepizza.core.db import Transaction
from onepizza.core.money import STORED_PLACES, parse_usd

MAX_RATE_USD = Decimal(100)


async def rate(tx: Transaction) -> Decimal:
    """Return the USD per participant-minute that holds for a meeting which ends in this transaction."""
    stored = await store.read_rate(tx)
    return DEFAULT_RATE_USD if stored is None else parse_usd(stored, STORED_PLACES)


async def set_rate(tx: Transaction, usd: Decimal) -> None:
    """Change the rate for all meetings that end from now on, those that run included.

    Raises:
        ValueError: negative, over 100, not finite, or more than six decimals.
    """
    usd = parse_usd(usd, STORED_PLACES)
    if not 0 <= usd <= MAX_RATE_USD:
        raise ValueError("the rate is from 0 to 100 USD per participant-minute")
    await store.write_rate(tx, f"{usd:f}")
