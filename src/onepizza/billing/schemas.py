"""What the billing endpoints answer, key by key as API §15 has it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, field

Usd = Annotated[str, Meta(description="USD, 4 decimals, negative where money left.", examples=["-0.4800"])]


class TransactionOut(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of the balance."""

    id: int
    amount_usd: Usd
    type: Annotated[str, Meta(examples=["meeting_charge"])]
    description: Annotated[str, Meta(examples=["Meeting abc-defg-hij (30m, 4 participants)"])]
    created_at: Annotated[str, Meta(description="UTC, whole seconds.", examples=["2026-03-10T12:00:00Z"])]


class BillingHistory(msgspec.Struct, frozen=True, kw_only=True):
    """The balance, and what made it, newest first."""

    balance: Annotated[str, Meta(description="USD, 4 decimals.", examples=["25.0000"])]
    transactions: list[TransactionOut]
    next_cursor: Annotated[str | None, Meta(description="For the next page; null on the last.")] = field(
        name="nextCursor"
    )
