from __future__ import annotations

from decimal import Decimal

from structlog.testing import capture_logs

from onepizza.accounts.passwords import Passwords
from onepizza.accounts.seed import seed_admin
from onepizza.billing.wallet import Wallet
from tests.support.rest import Rest

WALLET = Wallet(Decimal(1))


class TestSeedAdmin:
    async def test_creates_the_admin_once(self, rest: Rest) -> None:
        await seed_admin(rest.db, "Admin@Example.com", "a long password", WALLET)
        await seed_admin(rest.db, "admin@example.com", "another password", WALLET)
        async with rest.db.transaction() as tx:
            [user] = await tx.conn.fetch("SELECT email, password_hash, is_admin FROM users")
        assert (user["email"], user["is_admin"]) == ("admin@example.com", True)
        passwords = Passwords()
        assert await passwords.verify(user["password_hash"], "a long password")
        passwords.close()

    async def test_leaves_an_account_of_that_address_alone_and_says_so(self, rest: Rest) -> None:
        await rest.register("you@example.com")
        with capture_logs() as logs:
            await seed_admin(rest.db, "You@example.com", "a long password", WALLET)
        assert [(line["event"], line["log_level"]) for line in logs] == [("admin_is_an_ordinary_account", "warning")]
        assert "you@example.com" not in str(logs)
        async with rest.db.transaction() as tx:
            assert await tx.conn.fetchval("SELECT is_admin FROM users") is False
