"""What accounts need of money, in their words; they stand one step lower and see this as a Protocol of their own."""

from __future__ import annotations

from decimal import Decimal

from onepizza.billing import ledger
from onepizza.billing.ledger import EntryType
from onepizza.billing.payers import CompanyPayer, UserPayer, payer_of
from onepizza.core.db import Transaction


class Wallet:
    """The balances of accounts and companies."""

    def __init__(self, signup_credit_usd: Decimal) -> None:
        self._signup_credit_usd = signup_credit_usd

    async def credit_signup(self, tx: Transaction, user_id: int, company_id: int | None) -> None:
        """Give a new account its credit, once (CONTRACT 1.4); to the company if the account was opened as one."""
        if self._signup_credit_usd > 0:
            await ledger.post(
                tx,
                payer_of(user_id, company_id),
                self._signup_credit_usd,
                EntryType.SIGNUP_CREDIT,
                cause=f"signup:{user_id}",
                description="Sign-up credit",
            )

    async def balance(self, tx: Transaction, user_id: int, company_id: int | None) -> Decimal:
        """Return what this account can spend: the company's balance while it is a member."""
        return await ledger.balance(tx, payer_of(user_id, company_id))

    async def merge_into_company(
        self, tx: Transaction, user_id: int, company_id: int, *, membership_id: int, company_name: str
    ) -> Decimal:
        """Move a new member's own balance to the company, once for that membership, and return how much.

        Raises:
            NegativeBalance: 409; the join must be rolled back.
        """
        return await ledger.merge(
            tx,
            UserPayer(user_id),
            CompanyPayer(company_id),
            cause=f"company_join:{membership_id}",
            description=f"Balance moved to {company_name}",
        )
