"""Amounts of money: USD as `Decimal`, never float; how they are rounded, shown and read (CONTRACT 1.1, 1.26, 1.37).

The ledger keeps six decimals (USDC has six), people see four.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation

STORED_PLACES = 6
SHOWN_PLACES = 4
_SHOWN = Decimal(1).scaleb(-SHOWN_PLACES)
# Our own context: the thread's could be set to anything, and rounds to 28 digits.
_CONTEXT = Context(prec=40)


def format_usd(amount: Decimal) -> str:
    """Return an amount with 4 decimals, floored: nobody is shown a fraction of a cent that they do not have."""
    return f"{_CONTEXT.plus(amount.quantize(_SHOWN, ROUND_FLOOR, _CONTEXT)):f}"


def round_cost(amount: Decimal) -> Decimal:
    """Return a charge rounded half up to 4 decimals; done once, at the end of the calculation."""
    return amount.quantize(_SHOWN, ROUND_HALF_UP, _CONTEXT)


def format_cost(amount: Decimal) -> str:
    """Return a charge as it is shown, rounded half up to 4 decimals."""
    return f"{_CONTEXT.plus(round_cost(amount)):f}"


def format_rate(rate: Decimal) -> str:
    """Return a price per unit exactly: 4 decimals, or up to the 6 that are stored where it has them."""
    exact = f"{rate.quantize(Decimal(1).scaleb(-STORED_PLACES), ROUND_HALF_UP, _CONTEXT):f}".rstrip("0")
    whole, _, decimals = exact.partition(".")
    return f"{whole}.{decimals.ljust(SHOWN_PLACES, '0')}"


def parse_usd(value: str | int | Decimal, places: int = STORED_PLACES) -> Decimal:
    """Return an amount that has at most `places` decimals.

    Raises:
        ValueError: not a plain decimal number, not finite, too many decimals, or too long to be money.
    """
    if isinstance(value, str) and not (value.isascii() and value == value.strip() and "_" not in value):
        raise ValueError("not an amount")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise ValueError("not an amount") from None
    if not amount.is_finite() or abs(amount.adjusted()) > 20:
        raise ValueError("not an amount")
    if amount != amount.quantize(Decimal(1).scaleb(-places), ROUND_FLOOR, _CONTEXT):
        raise ValueError(f"more than {places} decimals")
    return amount
