"""Whoever gets a copy of the database gets no key, session, link, code, token or password out of it."""

from __future__ import annotations

import base64
import io
import re

import asyncpg

from tests.support.rest import Rest


async def dump(dsn: str) -> str:
    """Return the rows of every table, as `pg_dump` writes them."""
    connection = await asyncpg.connect(dsn)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        parts = []
        for table in tables:
            out = io.BytesIO()
            await connection.copy_from_table(table["tablename"], output=out, format="text")
            parts.append(f"{table['tablename']}\n{out.getvalue().decode()}")
        return "\n".join(parts)
    finally:
        await connection.close()


def forms(secret: str) -> list[str]:
    """Return a secret as it could stand in a dump: itself, as bytes in hex (a job's payload), in base64."""
    raw = secret.encode()
    return [secret, raw.hex(), base64.b64encode(raw).decode().rstrip("=")]


class TestDump:
    async def test_holds_nothing_that_was_issued(self, rest: Rest, database_url: str) -> None:
        owner, you = await rest.register("owner@acme.com", "Acme Corp"), await rest.register()
        secrets = {"the owner's key": owner.api_key, "the first invite code": owner.invite_code}
        secrets |= {"a password": "secret123", "your key": you.api_key, "a session of sign-up": you.token}
        secrets["a session of log-in"] = await rest.login(you)
        new = await rest.http.post("/api/user/keys", json={"label": "Production"}, headers=you.session)
        secrets["a further key"] = new.json()["key"]
        sent = {"inviteCode": owner.invite_code}
        assert (await rest.http.post("/api/company/join", json=sent, headers=you.session)).status_code == 200
        rotated = await rest.http.post("/api/company/invite-code", headers=owner.session)
        secrets["the second invite code"] = rotated.json()["inviteCode"]
        meeting_id, secrets["an admin token"] = await rest.meeting(you)
        invite = await rest.http.post(
            f"/api/meetings/{meeting_id}/invite", json={}, headers=you.host(secrets["an admin token"])
        )
        secrets["an invite"] = invite.json()["inviteToken"]
        secrets["a resume token"] = "resume-c1"
        await rest.join(meeting_id, "c1", "a1")
        for email in (you.email, you.email):
            await rest.http.post("/api/auth/forgot-password", json={"email": email})
        ordered = await dump(database_url)
        links = [re.search(r"#token=(\S+)", mail.text) for mail in await rest.mails()]
        secrets["an open link"], used = [link[1] for link in links if link]
        opened = await dump(database_url)
        secrets["a used link"], secrets["a new password"] = used, "another-secret"
        sent = {"token": used, "password": "another-secret"}
        assert (await rest.http.post("/api/auth/reset-password", json=sent)).status_code == 200
        for copy in (ordered, opened, await dump(database_url)):
            assert "you@example.com" in copy
            assert meeting_id in copy
            found = [name for name, secret in secrets.items() if any(form in copy for form in forms(secret))]
            assert found == []
