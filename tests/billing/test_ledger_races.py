"""Many at once: company joins beside charges, and random histories; the books are right at every read."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onepizza.billing import ledger
from onepizza.billing.ledger import EntryType, NegativeBalance, Posting
from onepizza.billing.payers import CompanyPayer, Payer, UserPayer
from onepizza.billing.wallet import Wallet
from onepizza.core.db import Database
from tests.support.money import add_company, add_member, add_user, total, unbalanced

_MEMBERS = 20


class TestCompanyJoinsBesideCharges:
    async def test_each_balance_merges_once_and_nobody_deadlocks(self, database: Database) -> None:
        wallet = Wallet(Decimal("1.00"))
        async with database.transaction() as tx:
            company_id = await add_company(tx, "Acme Corp", await add_user(tx, "owner@example.com"))
            users = [await add_user(tx, f"dev{number}@example.com") for number in range(_MEMBERS)]
            for user_id in users:
                await wallet.credit_signup(tx, user_id, None)
            members = {user_id: await add_member(tx, company_id, user_id) for user_id in users}
        company = CompanyPayer(company_id)

        async def join(user_id: int) -> Decimal:
            async with database.transaction() as tx:
                return await wallet.merge_into_company(
                    tx, user_id, company_id, membership_id=members[user_id], company_name="Acme Corp"
                )

        async def charge(payer: Payer, meeting: str) -> None:
            async with database.transaction() as tx:
                amount = Decimal("-0.01")
                await ledger.post(
                    tx, payer, amount, EntryType.MEETING_CHARGE, cause=f"meeting:{meeting}", description=""
                )

        async def settle_both(user_id: int, run: int) -> None:
            # The opposite order of what `merge` is called with.
            async with database.transaction() as tx:
                await ledger.lock(tx, company, UserPayer(user_id))
                for payer, who in ((company, "c"), (UserPayer(user_id), "u")):
                    cause = f"meeting:{user_id}:{run}:{who}"
                    await ledger.post(tx, payer, Decimal("0.01"), EntryType.ADMIN_CREDIT, cause=cause, description="")

        async def watch() -> None:
            for _ in range(20):
                assert await unbalanced(database) == []

        work = [watch()]
        for user_id in users:
            work += [join(user_id), join(user_id), charge(company, f"company-{user_id}"), settle_both(user_id, 1)]
            work += [charge(UserPayer(user_id), f"own-{user_id}"), charge(UserPayer(user_id), f"own-{user_id}")]
        await asyncio.gather(*work)

        assert await unbalanced(database) == []
        # 20 credits of 1.00; 20 charges to the company, 20 to users (each twice, counted once), 40 credits of 0.01.
        assert await total(database) == _MEMBERS * (Decimal("1.00") - Decimal("0.02") + Decimal("0.02"))
        async with database.transaction() as tx:
            pairs = await tx.conn.fetch(
                "SELECT split_part(cause, ':', 2) AS membership, count(*) AS entries, sum(amount) AS net "
                "FROM ledger_entries WHERE type = 'company_merge' GROUP BY 1"
            )
        assert {(row["entries"], row["net"]) for row in pairs} == {(2, Decimal(0))}
        assert {int(row["membership"]) for row in pairs} == set(members.values())

    async def test_twenty_joins_of_one_user_move_the_balance_once(self, database: Database) -> None:
        wallet = Wallet(Decimal("1.00"))
        async with database.transaction() as tx:
            company_id = await add_company(tx, "Acme Corp", await add_user(tx, "owner@example.com"))
            user_id = await add_user(tx, "dev@example.com")
            await wallet.credit_signup(tx, user_id, None)
            membership_id = await add_member(tx, company_id, user_id)

        async def join() -> Decimal:
            async with database.transaction() as tx:
                return await wallet.merge_into_company(
                    tx, user_id, company_id, membership_id=membership_id, company_name="Acme Corp"
                )

        assert await asyncio.gather(*[join() for _ in range(20)]) == [Decimal(1)] * 20
        async with database.transaction() as tx:
            assert await wallet.balance(tx, user_id, company_id) == 1
            assert await ledger.balance(tx, UserPayer(user_id)) == 0
        assert await unbalanced(database) == []


class TestWallet:
    async def test_the_sign_up_credit_is_given_once_and_to_the_company_that_was_opened(
        self, database: Database
    ) -> None:
        wallet = Wallet(Decimal("1.00"))
        async with database.transaction() as tx:
            user_id = await add_user(tx, "owner@example.com")
            company_id = await add_company(tx, "Acme Corp", user_id)
            for _ in range(2):
                await wallet.credit_signup(tx, user_id, company_id)
            assert await wallet.balance(tx, user_id, company_id) == 1
            assert await wallet.balance(tx, user_id, None) == 0
            (entry,) = (await ledger.history(tx, CompanyPayer(company_id), 10)).entries
            assert (entry.type, entry.description) == ("signup_credit", "Sign-up credit")

    async def test_no_credit_is_no_entry(self, database: Database) -> None:
        async with database.transaction() as tx:
            user_id = await add_user(tx, "dev@example.com")
            await Wallet(Decimal(0)).credit_signup(tx, user_id, None)
            assert (await ledger.history(tx, UserPayer(user_id), 10)).entries == ()


_AMOUNTS = st.decimals(-1000, 1000, places=6).filter(lambda amount: amount != 0)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(0, 3), _AMOUNTS, st.integers(0, 5)),
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)),
    ),
    max_size=12,
)


class TestAnyHistory:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=_STEPS)
    async def test_balances_are_what_a_plain_model_says(
        self, database: Database, steps: list[tuple[str, int, int, int]]
    ) -> None:
        """The model: a dictionary of balances and a set of causes. Every example has payers of its own."""
        async with database.transaction() as tx:
            run = await tx.conn.fetchval("SELECT count(*) FROM users")
            users = [await add_user(tx, f"u{run}-{number}@example.com") for number in range(4)]
            payers: list[Payer] = [
                UserPayer(users[0]),
                UserPayer(users[1]),
                CompanyPayer(await add_company(tx, f"A{run}", users[2])),
                CompanyPayer(await add_company(tx, f"B{run}", users[3])),
            ]
            expected = dict.fromkeys(payers, Decimal(0))
            posted: dict[str, tuple[Payer, Decimal]] = {}
            merged: set[str] = set()
            for kind, first, second, cause_number in steps:
                cause = f"{run}:{kind}:{cause_number}"
                payer = payers[first]
                if kind == "post":
                    is_new = cause not in posted
                    if posted.setdefault(cause, (payer, Decimal(second))) != (payer, Decimal(second)):
                        continue
                    posting = await ledger.post(
                        tx, payer, Decimal(second), EntryType.ADMIN_CREDIT, cause=cause, description=""
                    )
                    expected[payer] += Decimal(second) if is_new else 0
                    assert posting == Posting(expected[payer], is_new)
                elif first != second and cause not in merged:
                    if expected[payer] < 0:
                        try:
                            await ledger.merge(tx, payer, payers[second], cause=cause, description="")
                        except NegativeBalance:
                            continue
                        raise AssertionError("a debt was merged")
                    moved = await ledger.merge(tx, payer, payers[second], cause=cause, description="")
                    assert moved == expected[payer]
                    if moved:
                        merged.add(cause)
                    expected[payers[second]] += moved
                    expected[payer] = Decimal(0)
            assert {payer: await ledger.balance(tx, payer) for payer in payers} == expected
        assert await unbalanced(database) == []
