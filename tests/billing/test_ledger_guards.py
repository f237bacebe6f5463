"""What the database refuses by itself, whatever the program says."""

from __future__ import annotations

import asyncpg
import pytest

from onepizza.core.db import Database
from tests.support.money import add_company, add_member, add_user, total, unbalanced

_INSERT = "INSERT INTO ledger_entries (user_id, company_id, amount, type, cause, description) VALUES "


@pytest.fixture
async def books(database: Database) -> tuple[int, int]:
    """A user and a company with some money each; returns their ids."""
    async with database.transaction() as tx:
        user_id = await add_user(tx, "dev@example.com")
        company_id = await add_company(tx, "Acme Corp", await add_user(tx, "owner@example.com"))
        await tx.conn.execute(_INSERT + f"({user_id}, NULL, 5, 'stripe_topup', 'a', '')")
        await tx.conn.execute(_INSERT + f"(NULL, {company_id}, 7, 'stripe_topup', 'b', '')")
    return user_id, company_id


async def _refused(database: Database, statement: str, error: type[asyncpg.PostgresError]) -> None:
    before = await total(database)
    with pytest.raises(error):
        async with database.transaction() as tx:
            await tx.conn.execute(statement)
    assert await total(database) == before
    assert await unbalanced(database) == []


@pytest.mark.usefixtures("books")
class TestLedgerIsAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_entries SET amount = 1000",
            "UPDATE ledger_entries SET description = 'nicer' WHERE false",
            "INSERT INTO ledger_entries (user_id, amount, type, cause, description) "
            "SELECT id, 1, 'admin_credit', 'a', '' FROM users LIMIT 1 "
            "ON CONFLICT (cause) DO UPDATE SET amount = ledger_entries.amount + 1",
            "DELETE FROM ledger_entries",
            "TRUNCATE ledger_entries",
            "TRUNCATE users CASCADE",
        ],
    )
    async def test_changing_or_removing_entries(self, database: Database, statement: str) -> None:
        await _refused(database, statement, asyncpg.RestrictViolationError)


@pytest.mark.usefixtures("books")
class TestBalancesFollowTheLedger:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE balances SET amount = amount + 1",
            "UPDATE balances SET user_id = NULL, company_id = company_id WHERE company_id IS NOT NULL",
            "INSERT INTO balances (user_id, amount) VALUES (1, 50)",
            "DELETE FROM balances",
            "TRUNCATE balances",
        ],
    )
    async def test_direct_changes(self, database: Database, statement: str) -> None:
        await _refused(database, statement, asyncpg.RestrictViolationError)

    @pytest.mark.parametrize("statement", ["DELETE FROM users", "DELETE FROM companies"])
    async def test_payers_with_a_balance_stay(self, database: Database, statement: str) -> None:
        await _refused(database, statement, asyncpg.ForeignKeyViolationError)

    async def test_a_direct_entry_moves_the_balance(self, database: Database, books: tuple[int, int]) -> None:
        async with database.transaction() as tx:
            await tx.conn.execute(_INSERT + f"({books[0]}, NULL, -2, 'meeting_charge', 'c', '')")
        assert await total(database) == 10
        assert await unbalanced(database) == []


class TestEntries:
    @pytest.mark.parametrize(
        ("values", "error"),
        [
            ("({user}, NULL, 'NaN', 'stripe_topup', 'c', '')", asyncpg.CheckViolationError),
            ("({user}, NULL, 'Infinity', 'stripe_topup', 'c', '')", asyncpg.NumericValueOutOfRangeError),
            ("({user}, NULL, '-Infinity', 'stripe_topup', 'c', '')", asyncpg.NumericValueOutOfRangeError),
            ("({user}, NULL, 1e14, 'stripe_topup', 'c', '')", asyncpg.NumericValueOutOfRangeError),
            ("({user}, NULL, 0, 'stripe_topup', 'c', '')", asyncpg.CheckViolationError),
            ("({user}, NULL, 0.0000001, 'stripe_topup', 'c', '')", asyncpg.CheckViolationError),
            ("({user}, NULL, NULL, 'stripe_topup', 'c', '')", asyncpg.NotNullViolationError),
            ("({user}, {company}, 1, 'stripe_topup', 'c', '')", asyncpg.CheckViolationError),
            ("(NULL, NULL, 1, 'stripe_topup', 'c', '')", asyncpg.CheckViolationError),
            ("({user}, NULL, 1, 'gift', 'c', '')", asyncpg.CheckViolationError),
            ("({user}, NULL, 1, 'stripe_topup', 'a', '')", asyncpg.UniqueViolationError),
            ("({user}, NULL, 1, 'stripe_topup', '', '')", asyncpg.CheckViolationError),
            ("({user}, NULL, 1, 'stripe_topup', NULL, '')", asyncpg.NotNullViolationError),
            ("(999999, NULL, 1, 'stripe_topup', 'c', '')", asyncpg.ForeignKeyViolationError),
        ],
    )
    async def test_impossible_entries(
        self, database: Database, books: tuple[int, int], values: str, error: type[asyncpg.PostgresError]
    ) -> None:
        await _refused(database, _INSERT + values.format(user=books[0], company=books[1]), error)


class TestMembership:
    async def test_users_follow_it(self, database: Database, books: tuple[int, int]) -> None:
        user_id, company_id = books
        async with database.transaction() as tx:
            company_of = "SELECT company_id FROM users WHERE id = $1"
            assert await tx.conn.fetchval(company_of, user_id) is None
            await add_member(tx, company_id, user_id)
            assert await tx.conn.fetchval(company_of, user_id) == company_id
            await tx.conn.execute("DELETE FROM company_members WHERE user_id = $1", user_id)
            assert await tx.conn.fetchval(company_of, user_id) is None

    async def test_a_user_is_in_one_company(self, database: Database, books: tuple[int, int]) -> None:
        async with database.transaction() as tx:
            await add_member(tx, books[1], books[0])
        with pytest.raises(asyncpg.UniqueViolationError):
            async with database.transaction() as tx:
                other = await add_company(tx, "Other", await add_user(tx, "other@example.com"))
                await add_member(tx, other, books[0])

    @pytest.mark.usefixtures("books")
    @pytest.mark.parametrize(
        ("statement", "error"),
        [
            ("UPDATE users SET company_id = NULL", asyncpg.RestrictViolationError),
            ("UPDATE company_members SET joined_at = now()", asyncpg.RestrictViolationError),
            ("DELETE FROM company_members", asyncpg.ForeignKeyViolationError),
        ],
    )
    async def test_it_has_one_place_and_keeps_the_owner(
        self, database: Database, statement: str, error: type[asyncpg.PostgresError]
    ) -> None:
        await _refused(database, statement, error)

    async def test_an_owner_must_be_a_member(self, database: Database) -> None:
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with database.transaction() as tx:
                owner = await add_user(tx, "owner@example.com")
                await tx.conn.execute(
                    f"INSERT INTO companies (name, owner_id, invite_code_hash) VALUES ('A', {owner}, sha256('a'))"
                )
