from __future__ import annotations

from decimal import Decimal

import pytest

from onepizza.core.money import format_cost, format_rate, format_usd, parse_usd, round_cost


class TestFormatUsd:
    @pytest.mark.parametrize(
        ("amount", "shown"),
        [
            ("25", "25.0000"),
            ("0", "0.0000"),
            ("-0", "0.0000"),
            ("5.123499", "5.1234"),
            ("0.000099", "0.0000"),
            ("-0.012", "-0.0120"),
            ("-0.00001", "-0.0001"),
            ("99999999999999.999999", "99999999999999.9999"),
            ("1E+3", "1000.0000"),
        ],
    )
    def test_four_decimals_floored(self, amount: str, shown: str) -> None:
        assert format_usd(Decimal(amount)) == shown


class TestRoundCost:
    @pytest.mark.parametrize(
        ("amount", "cost"),
        [("0.48", "0.4800"), ("0.00005", "0.0001"), ("0.000049", "0.0000"), ("1.23455", "1.2346"), ("0", "0.0000")],
    )
    def test_half_up_to_four_decimals(self, amount: str, cost: str) -> None:
        assert str(round_cost(Decimal(amount))) == cost
        assert format_cost(Decimal(amount)) == cost


class TestFormatRate:
    @pytest.mark.parametrize(
        ("rate", "shown"),
        [("0.004", "0.0040"), ("0.004000", "0.0040"), ("0.00455", "0.00455"), ("0", "0.0000"), ("100", "100.0000")],
    )
    def test_exact_with_four_decimals_at_least(self, rate: str, shown: str) -> None:
        assert format_rate(Decimal(rate)) == shown


class TestParseUsd:
    @pytest.mark.parametrize(
        ("value", "places", "amount"),
        [
            ("20", 2, "20"),
            ("20.50", 2, "20.50"),
            ("20.500", 2, "20.500"),
            (7, 2, "7"),
            ("-1.000001", 6, "-1.000001"),
            (Decimal("0.0040"), 4, "0.0040"),
            ("1e2", 2, "1e2"),
        ],
    )
    def test_a_plain_amount_is_read_exactly(self, value: str | int | Decimal, places: int, amount: str) -> None:
        assert parse_usd(value, places) == Decimal(amount)

    @pytest.mark.parametrize(
        "value",
        ["", " 5", "5 ", "1_000", "five", "NaN", "sNaN", "Infinity", "-inf", "1e40", "1e-40", "٥", "0x10", "5,00"],
    )
    def test_anything_else_is_refused(self, value: str) -> None:
        with pytest.raises(ValueError, match="not an amount"):
            parse_usd(value)

    @pytest.mark.parametrize(("value", "places"), [("20.001", 2), ("0.0000001", 6), ("0.00401", 4)])
    def test_too_many_decimals_are_refused_instead_of_rounded(self, value: str, places: int) -> None:
        with pytest.raises(ValueError, match=f"more than {places} decimals"):
            parse_usd(value, places)
