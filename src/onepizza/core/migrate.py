"""Brings the database to the newest revision of `migrations/`; costs one query when it is there already."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import asyncpg
import structlog

import onepizza
from onepizza.core.db import split_pgbouncer
from onepizza.core.errors import ServiceUnavailable

_log = structlog.get_logger(__name__)

_ADVISORY_LOCK = 0x0912ECA  # any number, as long as every version of the program takes the same
_CONNECT_TIMEOUT_S = 10
_LOCK_TIMEOUT = "30s"


class MigrationError(Exception):
    """The database and this program do not fit together; one line that says how."""


def migrations_folder() -> Path:
    """Return the folder of revisions: inside the installed package, or at the top of a checkout."""
    package = Path(onepizza.__file__).parent
    for folder in (package / "migrations", package.parents[1] / "migrations"):
        if (folder / "env.py").exists():
            return folder
    raise MigrationError("The folder migrations is missing from the installation")


def known_revisions(folder: Path) -> list[str]:
    """Return all revisions, oldest first, read from the files' texts: importing Alembic takes 1.2 s and 52 MB.

    Raises:
        MigrationError: the revisions do not form one line.
    """
    following: dict[str | None, str] = {}
    files = list((folder / "versions").glob("*.py"))
    for file in files:
        text = file.read_text()
        revision = re.search(r'^revision = "(\w+)"$', text, re.MULTILINE)
        down = re.search(r'^down_revision = (?:"(\w+)"|None)$', text, re.MULTILINE)
        if revision is None or down is None:
            raise MigrationError(f"{file.name} has no plain revision and down_revision")
        following[down[1]] = revision[1]
    line: list[str] = []
    while (revision := following.get(line[-1] if line else None)) is not None and revision not in line:
        line.append(revision)
    if len(line) != len(files) or not line:
        raise MigrationError("The revisions in migrations/versions do not form one line")
    return line


async def migrate(dsn: str) -> bool:
    """Apply what is missing, all of it or nothing, and return whether anything was.

    Two programs that start at once do not migrate at once. A migration waits at most 30 s for a lock, so that it does
    not hold up all later queries behind a long one.

    Raises:
        MigrationError: the database was migrated by a newer program.
        ServiceUnavailable: no connection.
    """
    dsn, _ = split_pgbouncer(dsn)
    folder = migrations_folder()
    revisions = known_revisions(folder)
    current = await _current_revision(dsn)
    if current == revisions[-1]:
        return False
    _log.info("migrating", from_revision=current, to_revision=revisions[-1])
    return await _upgrade(dsn, folder, revisions)


async def is_current(dsn: str) -> bool:
    """Say whether the database has this program's schema; changes nothing.

    Raises:
        ServiceUnavailable: no connection.
    """
    dsn, _ = split_pgbouncer(dsn)
    return await _current_revision(dsn) == known_revisions(migrations_folder())[-1]


async def _connect(dsn: str) -> Any:  # noqa: ANN401 (asyncpg has no types)
    try:
        return await asyncpg.connect(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            dsn, timeout=_CONNECT_TIMEOUT_S, statement_cache_size=0, server_settings={"application_name": "onepizza"}
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise ServiceUnavailable(f"The database cannot be opened: {str(error) or type(error).__name__}") from error


async def _current_revision(dsn: str) -> str | None:
    connection = await _connect(dsn)
    try:
        return await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()


async def _upgrade(dsn: str, folder: Path, revisions: list[str]) -> bool:
    # Imported here because it is slow and large, and needed only when there is something to do.
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import Connection, event, text
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool
    from sqlalchemy.util import await_only

    def run(connection: Connection) -> bool:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        current = _revision_under_lock(connection)
        if current is not None and current not in revisions:
            raise MigrationError(
                f"The database is at revision {current}, which this program does not know: a newer one migrated it"
            )
        if current == revisions[-1]:
            return False
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return True

    def _revision_under_lock(connection: Connection) -> str | None:
        if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar() is None:
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def execute_script(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:  # noqa: ANN401
        """Send several statements of one `op.execute` as they are; SQLAlchemy would prepare them, which takes one."""
        if parameters or ";" not in statement:
            return False
        await_only(context.root_connection.connection.driver_connection.execute(statement))
        return True

    # The creator keeps asyncpg's own reading of the address.
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: _connect(dsn), poolclass=NullPool)
    event.listen(engine.sync_engine, "do_execute", execute_script)
    async with engine.begin() as connection:
        return await connection.run_sync(run)
