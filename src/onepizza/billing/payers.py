"""Who pays: an account of its own, or the company it belongs to (CONTRACT 1.8, 1.27)."""

from __future__ import annotations

from typing import assert_never

import msgspec


class UserPayer(msgspec.Struct, frozen=True, tag="user"):
    """An account that belongs to no company, or the money it keeps while it does."""

    id: int


class CompanyPayer(msgspec.Struct, frozen=True, tag="company"):
    """A company; all its members spend from this one balance."""

    id: int


Payer = UserPayer | CompanyPayer


def payer_of(user_id: int, company_id: int | None) -> Payer:
    """Return who pays for what this account does now; a meeting keeps the payer it was created with."""
    return UserPayer(user_id) if company_id is None else CompanyPayer(company_id)


def column(payer: Payer) -> str:
    """Return the column that holds the payer's id; the other of the two is null."""
    match payer:
        case UserPayer():
            return "user_id"
        case CompanyPayer():
            return "company_id"
        case _:
            assert_never(payer)


def lock_order(payer: Payer) -> tuple[str, int]:
    """Return the key by which balances are locked, in ascending order, so that no two transactions wait in a circle."""
    return column(payer), payer.id
