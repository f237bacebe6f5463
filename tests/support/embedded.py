"""Programs that use the embedded PostgreSQL, as processes that can be killed; and a look at what they leave behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncpg
import psutil
import pytest

Answer = TypeVar("Answer")

_PROGRAM = """
import asyncio, pathlib, sys
from onepizza.postgres.server import EmbeddedPostgres

async def main():
    binaries = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    async with EmbeddedPostgres(pathlib.Path(sys.argv[1]), binaries=binaries) as server:
        print(server.dsn, flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""

_SOURCES = Path(__file__).parents[2] / "src"


@dataclass
class Program:
    """A running program; it ends when its input is closed."""

    process: asyncio.subprocess.Process
    dsn: str

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return await asyncio.wait_for(self.process.wait(), 30)


@contextlib.asynccontextmanager
async def program(data_dir: Path, binaries: Path | None = None, *, user: int | None = None):
    """Run a program with the embedded server until the end of the block, as another account if `user` is given."""
    account = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    process = await asyncio.create_subprocess_exec(
        *(_interpreter(user), "-c", _PROGRAM, str(data_dir), *([str(binaries)] if binaries else [])),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd="/",
        env={**os.environ, "HOME": "/nonexistent", "PYTHONPATH": str(_SOURCES)},
        **account,
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        assert line, "the program did not start"
        yield Program(process, line.decode().strip())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _interpreter(user: int | None) -> str:
    """Return a Python that the account can run (not one below `/root`); the server needs no packages."""
    real = Path(sys.executable).resolve()
    if user is None or all(folder.stat().st_mode & 0o001 for folder in real.parents):
        return sys.executable
    system = Path("/usr/bin/python3")
    if not system.exists():
        pytest.skip("no Python here that an unprivileged account can run")
    return str(system)


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """Return the supervisors and servers of a data directory, zombies excepted."""
    home = str((data_dir / "postgres").resolve())
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            is_server = process.cwd().startswith(home)
            if is_server or ("supervisor.py" in " ".join(process.cmdline()) and f'"{home}"' in process.cmdline()[-1]):
                found.append(process)
    return found


def ask_all(data_dir: Path, ask: Callable[[psutil.Process], Answer]) -> list[tuple[psutil.Process, Answer]]:
    """Ask each process of a data directory; a worker of PostgreSQL that ends meanwhile gives no answer."""
    answers: list[tuple[psutil.Process, Answer]] = []
    for process in processes_of(data_dir):
        with contextlib.suppress(psutil.NoSuchProcess):
            answers.append((process, ask(process)))
    return answers


def supervisor_of(data_dir: Path) -> psutil.Process:
    """Return the one supervisor of a data directory."""
    (found,) = [each for each, name in ask_all(data_dir, psutil.Process.name) if "postgres" not in name]
    return found


def server_of(data_dir: Path) -> psutil.Process:
    """Return the postmaster of a data directory."""
    lines = (data_dir / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()
    return psutil.Process(int(lines[0]))


async def run_sql(dsn: str, statement: str):
    """Run one statement on a connection of its own and return its first value."""
    connection = await asyncpg.connect(dsn, timeout=5)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def answers(dsn: str) -> bool:
    """Return whether the server takes a connection now."""
    try:
        return await run_sql(dsn, "SELECT 1") == 1
    except (OSError, asyncpg.PostgresError):
        return False


async def until_answers(dsn: str, timeout_s: float = 10.0) -> None:
    """Wait until the server takes connections."""
    async with asyncio.timeout(timeout_s):
        while not await answers(dsn):
            await asyncio.sleep(0.02)
