"""The process that owns one embedded PostgreSQL; run as `python -I -S supervisor.py JSON`, standard library alone.

    initdb (first start) -> running, restarted when it crashes -> stopping -> gone

It lives exactly as long as some program uses the database. A program says so with a shared `flock` on `in-use.lock`;
a thread here waits for the exclusive one, which the kernel grants when the last of them is gone, however it went, a
`kill -9` included: no heartbeat, no polling, no count that can be wrong. While the exclusive lock is held here for the
shutdown, a program that comes waits, and then starts a new supervisor.

PostgreSQL is a child of the main thread with `PR_SET_PDEATHSIG`, so that even killing this process leaves no orphan on
Linux; elsewhere the next supervisor stops what it finds.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import select
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

_PR_SET_PDEATHSIG = 1
_QUICK_FAILURE_S = 5.0
_MAX_QUICK_FAILURES = 5
_LOG_LIMIT_BYTES = 1_000_000
# Fast shutdown writes a checkpoint; immediate only drops everything (the log is replayed at the next start).
_STOP_STEPS = ((signal.SIGINT, 8.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 5.0))


class Supervisor:
    """Runs one cluster in `home`; see `EmbeddedPostgres` for the keys of `order`."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._home = Path(order["home"])
        self._cluster = self._home / "cluster"
        self._bin = Path(order["bin"])
        self._socket_dir = Path(order["socket_dir"])
        self._uid: int | None = order["uid"]
        self._gid: int | None = order["gid"]
        self._options: list[str] = order["options"]
        self._released = threading.Event()
        self._wake_reader, self._wake_writer = os.pipe()

    def run(self) -> int:
        """Return the exit status: 0 when nobody needs the server or another supervisor has it, 1 when it cannot run."""
        if (lock := self._own()) is None:
            return 0
        self._open_log()
        self._listen()
        try:
            return self._serve()
        except OSError as error:
            print(f"supervisor: {error}", flush=True)
            return 1
        finally:
            os.close(lock)

    def _own(self) -> int | None:
        """Take `supervisor.lock`, or return None: others look whether it is taken and hold it for a moment doing so."""
        lock = os.open(self._home / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        for _ in range(50):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.ftruncate(lock, 0)
                os.write(lock, str(os.getpid()).encode())
                return lock
            except BlockingIOError:
                time.sleep(0.01)
        return None

    def _open_log(self) -> None:
        log = self._home / "server.log"
        if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
            log.replace(self._home / "server.log.1")
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, 1)
        os.dup2(file, 2)

    def _listen(self) -> None:
        """Be woken by a dead child and by the programs' lock; what a terminal or systemd sends to all is not for us."""
        os.set_blocking(self._wake_writer, False)
        signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _do_nothing)  # a handler must exist for the wake-up pipe to be written
        for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)
        threading.Thread(target=self._await_release, daemon=True).start()

    def _await_release(self) -> None:
        lock = os.open(self._home / "in-use.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)  # kept until the process ends
        self._released.set()
        os.write(self._wake_writer, b"r")

    def _serve(self) -> int:
        if not self._cluster.exists() and not self._create_cluster():
            return 0 if self._released.is_set() else 1
        quick_failures = 0
        while not self._released.is_set():
            self._clear_leftovers()
            started_at = time.monotonic()
            child = self._start_server()
            if self._wait(child) is None:
                self._stop(child)
                return 0
            lived_s = time.monotonic() - started_at
            quick_failures = quick_failures + 1 if lived_s < _QUICK_FAILURE_S else 0
            print(f"supervisor: the server ended after {lived_s:.1f} s", flush=True)
            if quick_failures >= _MAX_QUICK_FAILURES:
                return 1
            self._pause(0.1 * quick_failures)
        return 0

    def _create_cluster(self) -> bool:
        """Run initdb in a folder of its own and rename it: a cluster exists whole or not at all."""
        draft = self._home / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self._uid is not None and self._gid is not None:
            os.chown(draft, self._uid, self._gid)
        place, kept = self._reachable(draft)
        options = ["-U", "app", "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8"]
        child = self._spawn([str(self._bin / "initdb"), "-D", place, *options], kept)
        status = self._wait(child)
        if status is None:  # the draft is thrown away: no need to be gentle, and initdb's own children must go too
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
        for fd in kept:
            os.close(fd)
        if status != 0:
            shutil.rmtree(draft, ignore_errors=True)
            return False
        draft.rename(self._cluster)
        folder = os.open(self._home, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        return True

    def _start_server(self) -> int:
        place, kept = self._reachable(self._cluster)
        sockets, kept_too = self._reachable(self._socket_dir)
        settings = [f"unix_socket_directories={sockets}", *self._options]
        arguments = [part for setting in settings for part in ("-c", setting)]
        child = self._spawn([str(self._bin / "postgres"), "-D", place, *arguments], kept + kept_too)
        for fd in kept + kept_too:
            os.close(fd)
        return child

    def _reachable(self, folder: Path) -> tuple[str, list[int]]:
        """Return a name under which the unprivileged child can enter the folder, and the descriptors it must inherit.

        Started by root, PostgreSQL runs as `nobody`, who cannot pass through `/root` or another closed folder above the
        data. Opening up or moving somebody's folders is not ours to do; an open descriptor needs no path.
        """
        if self._uid is None or not Path("/proc/self/fd").exists():
            return str(folder), []
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{fd}", [fd]

    def _spawn(self, command: list[str], kept: list[int]) -> int:
        parent = os.getpid()
        child = os.fork()
        if child:
            with contextlib.suppress(OSError):  # both sides do it: whoever needs the group first finds it
                os.setpgid(child, child)
            return child
        try:
            self._become(command, kept, parent)
        except BaseException as error:  # noqa: BLE001 (this is the child: nothing may return into the parent's code)
            os.write(2, f"supervisor: cannot run {command[0]}: {error}\n".encode())
        os._exit(127)

    def _become(self, command: list[str], kept: list[int], parent: int) -> NoReturn:
        os.setpgid(0, 0)
        for fd in kept:
            os.set_inheritable(fd, True)
        for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_DFL)
        os.umask(0o077)
        if self._uid is not None and self._gid is not None:
            os.setgroups([])
            os.setgid(self._gid)
            os.setuid(self._uid)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)  # after setuid, which clears it
            if os.getppid() != parent:
                os._exit(1)
        os.execv(command[0], command)  # noqa: S606 (no shell is wanted)

    def _wait(self, child: int) -> int | None:
        """Return the child's exit status, or None as soon as no program uses the database."""
        while True:
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if self._released.is_set():
                return None
            os.read(self._wake_reader, 64)

    def _stop(self, child: int) -> None:
        for number, patience_s in _STOP_STEPS:
            os.kill(child, number)
            deadline = time.monotonic() + patience_s
            while (left_s := deadline - time.monotonic()) > 0:
                if os.waitpid(child, os.WNOHANG)[0]:
                    return
                if select.select([self._wake_reader], [], [], left_s)[0]:
                    os.read(self._wake_reader, 64)

    def _pause(self, seconds: float) -> None:
        if not self._released.is_set() and select.select([self._wake_reader], [], [], seconds)[0]:
            os.read(self._wake_reader, 64)

    def _clear_leftovers(self) -> None:
        """End what a killed supervisor left, then remove lock files that name nobody or a stranger.

        PostgreSQL itself refuses to start when the process id in `postmaster.pid` is alive, and after a crash that may
        be anyone. Here nobody else can be starting this cluster, because `supervisor.lock` is ours.
        """
        lock_file = self._cluster / "postmaster.pid"
        if lock_file.exists():
            for number, patience_s in ((signal.SIGINT, 5.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 5.0)):
                deadline = time.monotonic() + patience_s
                for pid in _servers_of(self._cluster):
                    _signal(pid, number)
                while _servers_of(self._cluster) and time.monotonic() < deadline:
                    time.sleep(0.02)
            lock_file.unlink(missing_ok=True)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self._socket_dir / name).unlink(missing_ok=True)


def _servers_of(cluster: Path) -> list[int]:
    """Return the processes of a server on this cluster: all that work in its folder, or the one its lock file names."""
    if sys.platform == "linux":
        found: list[int] = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "cwd").resolve(strict=True) == cluster:
                    found.append(int(entry.name))
            except OSError:
                continue
        return found
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return []
    with os.popen(f"ps -p {pid} -o command=") as listing:  # noqa: S605 (a number)
        return [pid] if str(cluster) in listing.read() else []


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _do_nothing(*_: object) -> None:
    pass


if __name__ == "__main__":
    sys.exit(Supervisor(json.loads(sys.argv[1])).run())
