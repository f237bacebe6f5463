from __future__ import annotations

import socket
from pathlib import Path

from onepizza.core.settings import Settings
from onepizza.doctor import Finding, examine


async def verdicts(**environ: str) -> dict[str, Finding]:
    return {finding.subject: finding for finding in await examine(Settings.from_env(environ))}


class TestExamine:
    async def test_a_fresh_machine_can_start(self, tmp_path: Path) -> None:
        found = await verdicts(ONEPIZZA_DATA_DIR=str(tmp_path / "new"), PORT="0")
        assert [finding for finding in found.values() if finding.verdict == "fail"] == []
        assert found["turn"].verdict == found["mail"].verdict == "warn"
        assert not (tmp_path / "new").exists()

    async def test_a_taken_port_fails(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            found = await verdicts(ONEPIZZA_DATA_DIR=str(tmp_path), PORT=str(taken.getsockname()[1]))
        assert found["port"].verdict == "fail"

    async def test_an_unreachable_database_fails_without_telling_its_password(self, tmp_path: Path) -> None:
        found = await verdicts(
            ONEPIZZA_DATA_DIR=str(tmp_path), PORT="0", DATABASE_PUBLIC_URL="postgresql://app:hunter22@127.0.0.1:9/app"
        )
        assert found["database"].verdict == "fail"
        assert "hunter22" not in found["database"].text

    async def test_a_migrated_database_is_well(self, tmp_path: Path, database_url: str) -> None:
        found = await verdicts(ONEPIZZA_DATA_DIR=str(tmp_path), PORT="0", DATABASE_PUBLIC_URL=database_url)
        assert found["database"] == Finding("ok", "database", "reachable, schema up to date")

    async def test_complete_turn_and_mail_are_well(self, tmp_path: Path) -> None:
        found = await verdicts(
            ONEPIZZA_DATA_DIR=str(tmp_path),
            PORT="0",
            TURN_URLS="turn:turn.example.com:3478",
            TURN_SECRET="a-shared-secret",
            RESEND_API_KEY="re_123",
        )
        assert (found["turn"].verdict, found["mail"].verdict) == ("ok", "ok")
        assert "re_123" not in repr(found)
