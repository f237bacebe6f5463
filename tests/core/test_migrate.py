from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from onepizza.core import migrate as module
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.migrate import MigrationError, known_revisions, migrate, migrations_folder
from tests.support.databases import database_address


@pytest.fixture
async def empty_dsn(postgres_dsn: str):
    connection = await asyncpg.connect(postgres_dsn)
    name = f"empty_{secrets.token_hex(6)}"  # workers share the server
    await connection.execute(f"CREATE DATABASE {name}")
    yield database_address(postgres_dsn, name)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


async def value_of(dsn: str, query: str):
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


class TestKnownRevisions:
    def revision(self, folder: Path, name: str, down: str | None) -> None:
        (folder / "versions").mkdir(exist_ok=True)
        shown = "None" if down is None else f'"{down}"'
        (folder / "versions" / f"{name}_x.py").write_text(f'revision = "{name}"\ndown_revision = {shown}\n')

    def test_ours_are_in_one_line_and_named_by_their_number(self) -> None:
        found = known_revisions(migrations_folder())
        assert found == [f"{number:04}" for number in range(1, len(found) + 1)]
        files = sorted(file.name for file in (migrations_folder() / "versions").glob("*.py"))
        assert [name[:4] for name in files] == found

    def test_order_is_that_of_the_links_and_not_of_the_names(self, tmp_path: Path) -> None:
        self.revision(tmp_path, "b", None)
        self.revision(tmp_path, "a", "b")
        assert known_revisions(tmp_path) == ["b", "a"]

    def test_a_fork_is_refused(self, tmp_path: Path) -> None:
        self.revision(tmp_path, "a", None)
        self.revision(tmp_path, "b", "a")
        self.revision(tmp_path, "c", "a")
        with pytest.raises(MigrationError, match="one line"):
            known_revisions(tmp_path)

    def test_a_circle_is_refused(self, tmp_path: Path) -> None:
        self.revision(tmp_path, "a", "b")
        self.revision(tmp_path, "b", "a")
        with pytest.raises(MigrationError, match="one line"):
            known_revisions(tmp_path)


class TestMigrate:
    async def test_an_empty_database_reaches_the_newest_revision_once(self, empty_dsn: str) -> None:
        assert await migrate(empty_dsn) is True
        newest = known_revisions(migrations_folder())[-1]
        assert await value_of(empty_dsn, "SELECT version_num FROM alembic_version") == newest
        assert await migrate(empty_dsn) is False

    async def test_two_programs_at_once_migrate_once(self, empty_dsn: str) -> None:
        results = await asyncio.gather(*(migrate(empty_dsn) for _ in range(3)))
        assert sorted(results) == [False, False, True]

    async def test_a_failing_revision_leaves_nothing_behind(
        self, empty_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "versions").mkdir()
        (tmp_path / "env.py").write_text((migrations_folder() / "env.py").read_text())
        (tmp_path / "versions" / "0001_good.py").write_text(
            'from alembic import op\nrevision = "0001"\ndown_revision = None\n'
            'def upgrade(): op.execute("CREATE TABLE good (id int); CREATE TABLE also_good (id int);")\n'
        )
        (tmp_path / "versions" / "0002_bad.py").write_text(
            'from alembic import op\nrevision = "0002"\ndown_revision = "0001"\n'
            'def upgrade(): op.execute("CREATE TABLE broken (id nonsense)")\n'
        )
        monkeypatch.setattr(module, "migrations_folder", lambda: tmp_path)
        with pytest.raises(Exception, match="nonsense"):
            await migrate(empty_dsn)
        assert await value_of(empty_dsn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0

    async def test_a_database_of_a_newer_program_is_refused(self, database_url: str) -> None:
        await value_of(database_url, "UPDATE alembic_version SET version_num = '9999' RETURNING 1")
        with pytest.raises(MigrationError, match="9999"):
            await migrate(database_url)

    async def test_no_server_is_said_so(self, tmp_path: Path) -> None:
        with pytest.raises(ServiceUnavailable, match="cannot be opened"):
            await migrate(f"postgresql://app@/postgres?host={tmp_path}")

    async def test_a_database_that_is_up_to_date_does_not_load_alembic(self, database_url: str) -> None:
        code = (
            "import asyncio, sys\nfrom onepizza.core.migrate import migrate\n"
            f"assert asyncio.run(migrate({database_url!r})) is False\n"
            "assert 'alembic' not in sys.modules and 'sqlalchemy' not in sys.modules\n"
        )
        assert await asyncio.to_thread(subprocess.call, [sys.executable, "-c", code]) == 0
