"""A private PostgreSQL below the data directory, for the programs that use it and only as long as one of them lives.

Several programs on one data directory share the server. It belongs to none of them but to a small supervisor process,
which each program keeps alive by a shared file lock; `supervisor.py` says how. The alternative, that the first program
owns the server and the others restart it when that one goes, breaks every connection of the others at a moment they did
not choose, and needs them to notice and to agree on a successor; the lock costs a process of 13 MB instead.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self
from urllib.parse import quote

from onepizza.postgres.errors import EmbeddedPostgresError
from onepizza.postgres.places import Places, prepare_places

_START_TIMEOUT_S = 90.0
_STOP_TIMEOUT_S = 20.0
_POLL_S = 0.01
_MAX_ATTEMPTS = 3
_LOG_TAIL_LINES = 3
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "HOME")

# Small and quiet: a few MB while idle. Durability (fsync, synchronous_commit, full_page_writes) stays as PostgreSQL has
# it. The log gets no statements and no details, which quote values.
_OPTIONS = (
    "listen_addresses=",
    "max_connections=100",
    "shared_buffers=16MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=256MB",
    "max_worker_processes=2",
    "max_parallel_workers_per_gather=0",
    "autovacuum_max_workers=1",
    "jit=off",
    "huge_pages=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_checkpoints=off",
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
)


class EmbeddedPostgres:
    """`async with EmbeddedPostgres(data_dir) as server: connect(server.dsn)`; not bound to an event loop."""

    def __init__(
        self,
        data_dir: Path,
        *,
        binaries: Path | None = None,
        on_progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Do nothing yet.

        Args:
            data_dir: the server's files are in its subfolder `postgres`.
            binaries: the folder with `postgres` and `initdb` (`ONEPIZZA_PG_BIN`); None looks for one.
            on_progress: called with a sentence when something takes longer than a moment.
        """
        self._data_dir = data_dir
        self._named_binaries = binaries
        self._on_progress = on_progress
        self._places: Places | None = None
        self._in_use: int | None = None
        self._is_stopping = threading.Event()
        self._supervisors: list[subprocess.Popen[bytes]] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def dsn(self) -> str:
        """The address for asyncpg; only after a start."""
        return f"postgresql://app@/postgres?host={quote(str(self._started().socket_dir), safe='/')}"

    async def start(self) -> None:
        """Start the server, or use the one that another program has started; return when it answers.

        Raises:
            EmbeddedPostgresError: it does not come up, with the reason from its log.
        """
        if sys.platform == "win32":
            raise EmbeddedPostgresError("The embedded PostgreSQL needs Linux or macOS: set DATABASE_PUBLIC_URL")
        try:
            self._places = prepare_places(self._data_dir, self._named_binaries)
            if not self._places.has_cluster:
                self._on_progress(f"Creating the database in {self._places.home} (only at the first start)")
            self._is_stopping.clear()
            self._in_use = await self._claim(self._places.home / "in-use.lock")
            await self._bring_up(self._places)
        except OSError as error:
            self._release()
            raise EmbeddedPostgresError(f"The embedded PostgreSQL cannot be started: {error}") from error
        except BaseException:
            self._release()
            raise
        threading.Thread(target=self._keep_supervised, args=(self._places,), daemon=True).start()

    async def stop(self) -> None:
        """Let go of the server; the last program to do so waits until it has shut down. Twice is harmless."""
        if self._in_use is None or self._places is None:
            return
        self._is_stopping.set()
        home = self._places.home
        supervisor = _supervisor(home)
        is_last = self._is_only_user()
        self._release()
        deadline = asyncio.get_running_loop().time() + _STOP_TIMEOUT_S
        # Until that very supervisor is gone: another program may start its own the moment this one ends.
        while (
            is_last and supervisor is not None and (_supervisor(home) == supervisor or self._has_running_supervisor())
        ):
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(_POLL_S)
        self._reap()

    def _started(self) -> Places:
        if self._places is None:
            raise RuntimeError("the server has not been started")
        return self._places

    async def _claim(self, path: Path) -> int:
        """Say that we use the database; while the last supervisor is still shutting it down, wait for that."""
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = asyncio.get_running_loop().time() + _STOP_TIMEOUT_S
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return fd
            except BlockingIOError:
                if asyncio.get_running_loop().time() > deadline:
                    os.close(fd)
                    raise EmbeddedPostgresError("The last embedded PostgreSQL does not finish its shutdown") from None
                await asyncio.sleep(_POLL_S)
            except BaseException:
                os.close(fd)
                raise

    async def _bring_up(self, places: Places) -> None:
        deadline = asyncio.get_running_loop().time() + _START_TIMEOUT_S
        attempts = 0
        while not _answers(places.socket):
            if not self._has_running_supervisor() and not _is_supervised(places.home):
                if attempts == _MAX_ATTEMPTS:
                    raise EmbeddedPostgresError(f"The embedded PostgreSQL does not start: {_log_tail(places.home)}")
                attempts += 1
                self._spawn_supervisor(places)
            if asyncio.get_running_loop().time() > deadline:
                raise EmbeddedPostgresError(
                    f"The embedded PostgreSQL does not answer after {_START_TIMEOUT_S:.0f} s: {_log_tail(places.home)}"
                )
            await asyncio.sleep(_POLL_S)

    def _spawn_supervisor(self, places: Places) -> None:
        account = places.account
        order = {
            "home": str(places.home),
            "bin": str(places.binaries.folder),
            "socket_dir": str(places.socket_dir),
            "uid": account.uid if account else None,
            "gid": account.gid if account else None,
            "options": [*_OPTIONS, *(["io_method=sync"] if places.binaries.major >= 18 else [])],
        }
        self._reap()
        self._supervisors.append(
            subprocess.Popen(
                [sys.executable, "-I", "-S", str(Path(__file__).with_name("supervisor.py")), json.dumps(order)],
                cwd="/",
                # Not the program's whole environment: it holds secrets, and the server may run as another account.
                env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )

    def _has_running_supervisor(self) -> bool:
        self._reap()
        return bool(self._supervisors)

    def _reap(self) -> None:
        self._supervisors = [each for each in self._supervisors if each.poll() is None]

    def _keep_supervised(self, places: Places) -> None:
        """Wait for the death of the supervisor and start another one; runs in a thread of its own."""
        failures = 0
        while not self._is_stopping.is_set():
            fd = os.open(places.home / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_SH)
            finally:
                os.close(fd)
            if self._is_stopping.wait(min(failures * 0.5, 30.0)):
                return
            if not self._has_running_supervisor():
                self._spawn_supervisor(places)
                failures += 1
            while not _is_supervised(places.home) and self._has_running_supervisor():
                if self._is_stopping.wait(_POLL_S):
                    return

    def _is_only_user(self) -> bool:
        """Return whether the server ends with us; gives our lock up."""
        assert self._in_use is not None
        try:
            # Turning a shared lock into an exclusive one lets go of it first; the supervisor may get in between.
            fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            try:
                fcntl.flock(self._in_use, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False
        return True

    def _release(self) -> None:
        if self._in_use is not None:
            os.close(self._in_use)
            self._in_use = None


def _supervisor(home: Path) -> int | None:
    """Return the process id of the living supervisor, 0 while it has not written it yet, None if there is none."""
    fd = os.open(home / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(os.read(fd, 20) or 0)
    finally:
        os.close(fd)
    return None


def _is_supervised(home: Path) -> bool:
    return _supervisor(home) is not None


def _answers(path: Path) -> bool:
    """Return whether PostgreSQL accepts a session; it listens before it does, and says so in an error."""
    names = b"user\0app\0database\0postgres\0\0"
    hello = struct.pack("!ii", 8 + len(names), 196608) + names
    goodbye = b"X" + struct.pack("!i", 4)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1.0)
            probe.connect(str(path))
            probe.sendall(hello)
            is_accepted = probe.recv(1) == b"R"
            if is_accepted:
                probe.sendall(goodbye)
            return is_accepted
    except OSError:
        return False


def _log_tail(home: Path) -> str:
    try:
        lines = (home / "server.log").read_text(errors="replace").strip().splitlines()
    except OSError:
        return "it left no log"
    return " | ".join(lines[-_LOG_TAIL_LINES:])
