from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from onepizza.billing import ledger
from onepizza.billing.ledger import CauseReused, EntryType, NegativeBalance, Page, Posting
from onepizza.billing.payers import CompanyPayer, Payer, UserPayer, payer_of
from onepizza.core.db import Database, Transaction
from tests.support.money import add_company, add_user, total, unbalanced


async def _post(tx: Transaction, payer: Payer, amount: str, cause: str) -> Posting:
    return await ledger.post(
        tx, payer, Decimal(amount), EntryType.ADMIN_CREDIT, cause=cause, description=f"Because of {cause}"
    )


@pytest.fixture
async def user(database: Database) -> UserPayer:
    async with database.transaction() as tx:
        return UserPayer(await add_user(tx, "dev@example.com"))


@pytest.fixture
async def company(database: Database) -> CompanyPayer:
    async with database.transaction() as tx:
        return CompanyPayer(await add_company(tx, "Acme Corp", await add_user(tx, "owner@example.com")))


class TestPayerOf:
    def test_the_company_pays_while_there_is_one(self) -> None:
        assert payer_of(7, 3) == CompanyPayer(3)
        assert payer_of(7, None) == UserPayer(7)


class TestPost:
    async def test_entries_add_up_to_the_balance(self, database: Database, user: UserPayer) -> None:
        async with database.transaction() as tx:
            assert await ledger.balance(tx, user) == 0
            assert await _post(tx, user, "20", "a") == Posting(Decimal(20), is_new=True)
            assert await _post(tx, user, "-0.012", "b") == Posting(Decimal("19.988"), is_new=True)
            assert await ledger.balance(tx, user) == Decimal("19.988")
        assert await unbalanced(database) == []

    async def test_users_and_companies_with_one_id_are_different_payers(
        self, database: Database, user: UserPayer, company: CompanyPayer
    ) -> None:
        async with database.transaction() as tx:
            await _post(tx, CompanyPayer(company.id), "5", "a")
            assert await ledger.balance(tx, user) == 0
            assert await ledger.balance(tx, company) == 5

    async def test_a_cause_moves_money_once(self, database: Database, user: UserPayer) -> None:
        for expected in (True, False, False):
            async with database.transaction() as tx:
                assert await _post(tx, user, "20", "stripe:cs_1") == Posting(Decimal(20), is_new=expected)
        assert await unbalanced(database) == []

    async def test_of_twenty_parallel_posts_of_one_cause_one_is_new(self, database: Database, user: UserPayer) -> None:
        async def once() -> Posting:
            async with database.transaction() as tx:
                return await _post(tx, user, "20", "stripe:cs_1")

        postings = await asyncio.gather(*[once() for _ in range(20)])
        assert sorted(posting.is_new for posting in postings) == [False] * 19 + [True]
        assert {posting.balance for posting in postings} == {Decimal(20)}

    async def test_parallel_posts_of_different_causes_all_count(self, database: Database, user: UserPayer) -> None:
        async def once(number: int) -> None:
            async with database.transaction() as tx:
                await _post(tx, user, "0.000001", f"cause-{number}")

        await asyncio.gather(*[once(number) for number in range(40)])
        assert await total(database) == Decimal("0.000040")
        assert await unbalanced(database) == []

    async def test_a_cause_for_another_amount_type_or_payer_is_a_bug(
        self, database: Database, user: UserPayer, company: CompanyPayer
    ) -> None:
        async with database.transaction() as tx:
            await _post(tx, user, "20", "a")
        for payer, amount in ((user, "21"), (company, "20"), (user, "-20")):
            with pytest.raises(CauseReused, match="a"):
                async with database.transaction() as tx:
                    await _post(tx, payer, amount, "a")
        with pytest.raises(CauseReused):
            async with database.transaction() as tx:
                await ledger.post(tx, user, Decimal(20), EntryType.STRIPE_TOPUP, cause="a", description="")
        assert await total(database) == 20

    async def test_a_rollback_takes_entry_and_balance_back(self, database: Database, user: UserPayer) -> None:
        with pytest.raises(RuntimeError, match="stop"):
            async with database.transaction() as tx:
                await _post(tx, user, "20", "a")
                raise RuntimeError("stop")
        async with database.transaction() as tx:
            assert await ledger.balance(tx, user) == 0
            assert (await _post(tx, user, "20", "a")).is_new

    @pytest.mark.parametrize("amount", ["0", "0.0000001", "NaN", "Infinity", "-Infinity"])
    async def test_what_is_no_movement_is_refused(self, database: Database, user: UserPayer, amount: str) -> None:
        with pytest.raises(ValueError, match=r"moves nothing|decimals|not an amount"):
            async with database.transaction() as tx:
                await _post(tx, user, amount, "a")

    @pytest.mark.parametrize("payer", [UserPayer(999_999), CompanyPayer(999_999)])
    async def test_an_unknown_payer_is_a_bug(self, database: Database, payer: Payer) -> None:
        for use in (lambda tx: _post(tx, payer, "1", "a"), lambda tx: ledger.balance(tx, payer)):
            with pytest.raises(LookupError):
                async with database.transaction() as tx:
                    await use(tx)


class TestTransfer:
    async def test_two_entries_sum_to_nothing(self, database: Database, user: UserPayer, company: CompanyPayer) -> None:
        async with database.transaction() as tx:
            await _post(tx, user, "20", "a")
            for expected in (True, False):
                moved = await ledger.transfer(
                    tx,
                    user,
                    company,
                    Decimal("7.5"),
                    entry_type=EntryType.COMPANY_MERGE,
                    cause="t",
                    description="Moved",
                )
                assert moved is expected
            assert await ledger.balance(tx, user) == Decimal("12.5")
            assert await ledger.balance(tx, company) == Decimal("7.5")
            pair = await tx.conn.fetch(
                "SELECT cause, amount FROM ledger_entries WHERE type = 'company_merge' ORDER BY id"
            )
            assert [tuple(row) for row in pair] == [("t:out", Decimal("-7.5")), ("t:in", Decimal("7.5"))]

    async def test_nothing_and_oneself_are_refused(
        self, database: Database, user: UserPayer, company: CompanyPayer
    ) -> None:
        for receiver, amount in ((company, "0"), (company, "-1"), (user, "1")):
            with pytest.raises(ValueError, match="moves something"):
                async with database.transaction() as tx:
                    await ledger.transfer(
                        tx,
                        user,
                        receiver,
                        Decimal(amount),
                        entry_type=EntryType.COMPANY_MERGE,
                        cause="t",
                        description="",
                    )


class TestMerge:
    async def test_all_of_it_moves_and_only_once(
        self, database: Database, user: UserPayer, company: CompanyPayer
    ) -> None:
        async with database.transaction() as tx:
            await _post(tx, user, "1.234567", "a")
            assert await ledger.merge(tx, user, company, cause="m", description="Moved") == Decimal("1.234567")
            await _post(tx, user, "3", "b")
            assert await ledger.merge(tx, user, company, cause="m", description="Moved") == Decimal("1.234567")
            assert await ledger.balance(tx, user) == 3
            assert await ledger.balance(tx, company) == Decimal("1.234567")

    async def test_an_empty_balance_leaves_no_entry(
        self, database: Database, user: UserPayer, company: CompanyPayer
    ) -> None:
        async with database.transaction() as tx:
            assert await ledger.merge(tx, user, company, cause="m", description="Moved") == 0
            assert await ledger.history(tx, company, 10) == Page((), None)

    async def test_debts_stay(self, database: Database, user: UserPayer, company: CompanyPayer) -> None:
        async with database.transaction() as tx:
            await _post(tx, user, "-0.000001", "a")
        with pytest.raises(NegativeBalance) as refusal:
            async with database.transaction() as tx:
                await ledger.merge(tx, user, company, cause="m", description="Moved")
        assert (refusal.value.status, refusal.value.code) == (409, "negative_balance")
        async with database.transaction() as tx:
            assert await ledger.balance(tx, company) == 0


class TestHistory:
    async def test_newest_first_page_by_page(self, database: Database, user: UserPayer, company: CompanyPayer) -> None:
        async with database.transaction() as tx:
            for number in range(5):
                await _post(tx, user, "1", f"u{number}")
                await _post(tx, company, "1", f"c{number}")
            first = await ledger.history(tx, user, 2)
            second = await ledger.history(tx, user, 2, first.next_cursor)
            third = await ledger.history(tx, user, 2, second.next_cursor)
        pages = [[entry.cause for entry in page.entries] for page in (first, second, third)]
        assert pages == [["u4", "u3"], ["u2", "u1"], ["u0"]]
        assert third.next_cursor is None
        entry = first.entries[0]
        assert (entry.payer, entry.amount, entry.type) == (user, Decimal(1), "admin_credit")
        assert entry.description == "Because of u4"

    async def test_a_last_page_that_is_full_says_so(self, database: Database, user: UserPayer) -> None:
        async with database.transaction() as tx:
            await _post(tx, user, "1", "a")
            await _post(tx, user, "1", "b")
            assert (await ledger.history(tx, user, 2)).next_cursor is None
