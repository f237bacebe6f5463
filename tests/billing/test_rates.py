from __future__ import annotations

from decimal import Decimal

import asyncpg
import pytest

from onepizza.billing.rates import rate, set_rate
from onepizza.core.db import Database


class TestRate:
    async def test_is_the_documented_one_until_it_is_set(self, database: Database) -> None:
        async with database.transaction() as tx:
            assert await rate(tx) == Decimal("0.0040")

    async def test_is_the_last_that_was_set(self, database: Database) -> None:
        async with database.transaction() as tx:
            await set_rate(tx, Decimal("0.01"))
            await set_rate(tx, Decimal("0.000250"))
        async with database.transaction() as tx:
            assert await rate(tx) == Decimal("0.00025")

    @pytest.mark.parametrize("usd", ["-0.01", "100.01", "NaN", "Infinity", "0.0000001"])
    async def test_must_be_an_amount_that_makes_sense(self, database: Database, usd: str) -> None:
        async with database.transaction() as tx:
            with pytest.raises(ValueError):
                await set_rate(tx, Decimal(usd))
            assert await rate(tx) == Decimal("0.0040")

    async def test_the_database_refuses_nonsense_as_well(self, database: Database) -> None:
        for value in ("NaN", "-1", "1e3", "100.5", ""):
            with pytest.raises(asyncpg.CheckViolationError):
                async with database.transaction() as tx:
                    await tx.conn.execute(
                        "INSERT INTO settings (name, value) VALUES ('rate_per_participant_minute_usd', $1)", value
                    )
