"""What accounts need of slices that stand above them."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from onepizza.core.db import Transaction


class Wallet(Protocol):
    """The balances of accounts and companies; amounts are USD."""

    async def credit_signup(self, tx: Transaction, user_id: int, company_id: int | None) -> None:
        """Give a new account its credit, once; to the company if it was opened as one."""
        ...

    async def balance(self, tx: Transaction, user_id: int, company_id: int | None) -> Decimal:
        """Return what the account can spend: the company's balance while it belongs to one."""
        ...

    async def merge_into_company(
        self, tx: Transaction, user_id: int, company_id: int, *, membership_id: int, company_name: str
    ) -> Decimal:
        """Move a new member's balance to the company, once for that membership, and return how much.

        Raises:
            Conflict: the balance is negative; the join must be rolled back.
        """
        ...
