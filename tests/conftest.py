"""Fixtures for everybody: `settings`, `database_url` (an empty migrated database), `bus` and `database` on it.

`ONEPIZZA_PG_BIN` runs all tests on another PostgreSQL than the wheel's; those of the database code run on both anyway.
"""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from onepizza.core.bus import Bus
from onepizza.core.db import Database
from onepizza.core.settings import Settings
from tests.support.databases import empty_database, running_postgres


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays anyway: looking through all modules cost 25 ms a test on average."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test run, the same for all workers of pytest-xdist."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def postgres_dsn(run_folder: Path) -> Iterator[str]:
    """The address of the server of this test run."""
    named = os.environ.get("ONEPIZZA_PG_BIN")
    with running_postgres(run_folder / "postgres", Path(named) if named else None) as dsn:
        yield dsn


@pytest.fixture
async def database_url(postgres_dsn: str) -> AsyncIterator[str]:
    """The address of an empty migrated database that only this test has."""
    async with empty_database(postgres_dsn) as dsn:
        yield dsn


@pytest.fixture
def bus() -> Bus:
    """The bus of `database`."""
    return Bus()


@pytest.fixture
async def database(database_url: str, bus: Bus) -> AsyncIterator[Database]:
    """An empty database, opened."""
    opened = await Database.open(database_url, bus)
    yield opened
    await opened.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a development machine with a data directory of its own."""
    return Settings.from_env({"ONEPIZZA_DATA_DIR": str(tmp_path / "data")})
