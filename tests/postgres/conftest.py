from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onepizza.postgres.server import EmbeddedPostgres
from tests.support.databases import binaries_to_test
from tests.support.embedded import processes_of

_VERSIONS = binaries_to_test()


@pytest.fixture(params=sorted(_VERSIONS))
def binaries(request: pytest.FixtureRequest) -> Path:
    """The programs of each PostgreSQL version on this machine."""
    return _VERSIONS[request.param]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory that an unprivileged program can reach too; after the test, nothing may run in it."""
    folder = Path(tempfile.mkdtemp(prefix="onepizza-test-"))
    folder.chmod(0o755)
    try:
        yield folder / "data"
        deadline = time.monotonic() + 20
        while processes_of(folder / "data") and time.monotonic() < deadline:
            time.sleep(0.02)
        assert processes_of(folder / "data") == []
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def clusters(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """Data directories that have been started once, by the programs that made them."""
    made: dict[Path, Path] = {}
    for name, binaries in _VERSIONS.items():
        made[binaries] = tmp_path_factory.mktemp(f"cluster-{name}") / "data"
        asyncio.run(_start_once(made[binaries], binaries))
    return made


async def _start_once(folder: Path, binaries: Path) -> None:
    async with EmbeddedPostgres(folder, binaries=binaries):
        pass


@pytest.fixture
def used_dir(data_dir: Path, binaries: Path, clusters: dict[Path, Path]) -> Path:
    """A data directory of which `binaries` have made a cluster before: the start is not the first one."""
    subprocess.run(["cp", "-a", clusters[binaries], data_dir], check=True)
    return data_dir


@pytest.fixture
def nobody() -> int:
    """The uid of the unprivileged account; only root can become it."""
    if os.geteuid() != 0:
        pytest.skip("only root can start programs as another user")
    return 65534
